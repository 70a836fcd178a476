"""Numbers under which registries keep companies: `CC:NUMBER`, or `LEI:CODE` (ISO 17442), kept with the report.

Check digits and forms are python-stdnum's where it knows a country's registry; other countries' numbers are taken as
they are written, since most registries count without a check.
"""

import re
from collections.abc import Callable
from importlib import import_module

import phonenumbers
from stdnum.exceptions import ValidationError

from tocsin.identifiers.entity import entity_kind
from tocsin.identifiers.identifier import Hints, Identifier, Unreadable
from tocsin.identifiers.spelling import compact, plain, shown

_KNOWN = {
    "AU": "au.acn au.abn", "BE": "be.vat", "BR": "br.cnpj", "CH": "ch.uid", "CN": "cn.uscc", "CZ": "cz.dic",
    "DK": "dk.cvr", "EE": "ee.registrikood", "ES": "es.cif", "FI": "fi.ytunnus", "FR": "fr.siren fr.siret",
    "IL": "il.hp", "IT": "it.iva", "JP": "jp.cn", "KR": "kr.brn", "LU": "lu.tva", "LV": "lv.pvn", "NO": "no.orgnr",
    "PL": "pl.regon pl.nip", "RO": "ro.cui", "RU": "ru.ogrn ru.inn", "SE": "se.orgnr", "SG": "sg.uen", "TH": "th.moa",
    "TW": "tw.ubn", "UA": "ua.edrpou", "VN": "vn.mst",
}  # fmt: skip
"""Modules of python-stdnum by country."""

_SHAPES = {
    "GB": r"(?:[0-9]{8}|(?:SC|NI|OC|SO|NC|FC|SF|NF|LP|SL|NL|R0|IP|SP|RS|CE|GE)[0-9]{6})",
    "MY": r"[0-9]{12}|[0-9]{4,7}[A-Z]",
    "HK": r"[0-9]{7,8}",
    "IN": r"[LU][0-9]{5}[A-Z]{2}[0-9]{4}[A-Z]{3}[0-9]{6}|[A-Z]{3}-?[0-9]{4}",
    "ID": r"[0-9]{13}",
}
"""Other registries' forms: Companies House, SSM, HK CR and BR, MCA's CIN and LLPIN, Indonesia's NIB."""

_PREFIX = re.compile(
    r"(?:(LEI|UEN|ACN|ABN|CIN|NIB|MST|SIREN|SIRET|CRN|BRN|SSM|ROC|company (?:registration )?(?:no|number)|"
    r"registration (?:no|number))\.? ?[:#]? ?)",
    re.I,
)
_OF = {"uen": "SG", "acn": "AU", "abn": "AU", "cin": "IN", "nib": "ID", "mst": "VN", "siren": "FR", "siret": "FR",
       "ssm": "MY"}  # fmt: skip
_CANONICAL = re.compile(r"([A-Za-z]{2}|LEI) ?: ?(.+)", re.I)
_LOOKS = re.compile(r"(?:LEI|UEN|ACN|ABN|SIREN|SIRET)(?: ?[:#] ?| )(?=[0-9A-Z]*\d)[0-9A-Z -]{8,30}")
_NUMBER = re.compile(r"[A-Z0-9]{4,25}")


def read(text: str, hints: Hints) -> Identifier:
    """A number with its country, from the spelling, the name of the registry or the hints; property `country`."""
    spelling = plain(text)
    country, rest = _parts(spelling, hints)
    if country is None:
        raise Unreadable(f"{shown(text)} may be a company's number anywhere: name the country, as in SG:201912345A.")
    if country == "LEI":
        return Identifier("company-number", f"LEI:{_checked('lei', compact(rest), text, 'LEI')}")
    if country not in phonenumbers.SUPPORTED_REGIONS:
        raise Unreadable(f"{shown(country)} is not the two-letter code of a country.")
    number = _number(country, compact(rest.partition("(")[0] if country == "MY" else rest), text)
    return Identifier("company-number", f"{country}:{number}", {"country": country})


def looks_like(text: str) -> bool:
    """Whether a registry's name stands before it."""
    return _LOOKS.fullmatch(text) is not None


def _parts(spelling: str, hints: Hints) -> tuple[str | None, str]:
    prefix = _PREFIX.match(spelling)
    if prefix is not None:
        named = prefix[1].lower()
        country = "LEI" if named == "lei" else _OF.get(named) or hints.country
        return country and country.upper(), spelling[prefix.end() :]
    canonical = _CANONICAL.fullmatch(spelling)
    if canonical is not None:
        return canonical[1].upper(), canonical[2]
    return hints.country and hints.country.upper(), spelling


def _number(country: str, number: str, text: str) -> str:
    if not _NUMBER.fullmatch(number) or not any(letter.isdigit() for letter in number):
        raise Unreadable(f"{shown(text)} is not a company's number: it has 4 to 25 letters and digits.")
    refusal: Unreadable | None = None
    for module in _KNOWN.get(country, "").split():
        try:
            return _checked(module, number, text, country)
        except Unreadable as problem:
            refusal = refusal or problem
    if refusal is not None:
        raise refusal
    if country in _SHAPES and not re.fullmatch(_SHAPES[country], number):
        raise Unreadable(f"{shown(text)} does not have the form of a company's number in {country}.")
    return number


def _checked(module: str, number: str, text: str, country: str) -> str:
    validate: Callable[[str], str] = import_module(f"stdnum.{module}").validate
    try:
        checked = compact(validate(number))
    except (ValidationError, ValueError, LookupError) as problem:
        where = "an LEI" if country == "LEI" else f"the registry of {country}"
        raise Unreadable(
            f"{shown(text)} is not a number of {where}: length, form or check digit are wrong."
        ) from problem
    return checked


KIND = entity_kind("company-number", "Company registration number", read, looks_like, personal=False, kept=True)
