"""Dossiers: a case as files to hand over, and checking one again later."""

from tocsin.dossiers.checking import BadExport, Claim, Claims, Finding, check, claims_in
from tocsin.dossiers.dossier import NOTICE, Dossier, Insight, dossier_of
from tocsin.dossiers.pdf import as_pdf
from tocsin.dossiers.stix_bundle import as_bundle
from tocsin.dossiers.table import COLUMNS, rows_of

__all__ = [
    "COLUMNS",
    "NOTICE",
    "BadExport",
    "Claim",
    "Claims",
    "Dossier",
    "Finding",
    "Insight",
    "as_bundle",
    "as_pdf",
    "check",
    "claims_in",
    "dossier_of",
    "rows_of",
]
