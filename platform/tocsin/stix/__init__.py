"""STIX 2.1: the exchange's own objects, and checking what others send."""

from tocsin.stix.check import BadObject, Checked, check, is_value_id
from tocsin.stix.crime import CRIME_GROUPS, CRIME_TYPES, CrimeType, with_broader
from tocsin.stix.extensions import ACCOUNT_EXTENSION, EXTENSIONS, INDICATOR_EXTENSION, definitions_for, rarer_markings
from tocsin.stix.fields import at_least, fields, spec_version_of, version_key
from tocsin.stix.library import register
from tocsin.stix.markings import (
    BLOCKING_PAP,
    HANDLING,
    PAP,
    TLP,
    Marking,
    handling_of,
    pap_of,
    strictest,
    strictest_of,
    tlp_of,
)
from tocsin.stix.objects import (
    DISPUTED,
    IndicatorFacts,
    based_on,
    based_on_id,
    exchange_identity,
    indicator,
    indicator_id,
    marking_refs,
    observable,
    observed,
    revoked,
)
from tocsin.stix.patterns import compared, comparisons, identifier_of, observed_identifier, observed_identifiers, simple
from tocsin.stix.redact import is_redacted, redacted

__all__ = [
    "ACCOUNT_EXTENSION",
    "BLOCKING_PAP",
    "CRIME_GROUPS",
    "CRIME_TYPES",
    "DISPUTED",
    "EXTENSIONS",
    "HANDLING",
    "INDICATOR_EXTENSION",
    "PAP",
    "TLP",
    "BadObject",
    "Checked",
    "CrimeType",
    "IndicatorFacts",
    "Marking",
    "at_least",
    "based_on",
    "based_on_id",
    "check",
    "compared",
    "comparisons",
    "definitions_for",
    "exchange_identity",
    "fields",
    "handling_of",
    "identifier_of",
    "indicator",
    "indicator_id",
    "is_redacted",
    "is_value_id",
    "marking_refs",
    "observable",
    "observed",
    "observed_identifier",
    "observed_identifiers",
    "pap_of",
    "rarer_markings",
    "redacted",
    "register",
    "revoked",
    "simple",
    "spec_version_of",
    "strictest",
    "strictest_of",
    "tlp_of",
    "version_key",
    "with_broader",
]
