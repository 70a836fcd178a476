"""Bank accounts country by country: one module each, all of one form."""

from tocsin.identifiers.schemes import (
    america,
    australia,
    britain,
    brunei,
    cambodia,
    hong_kong,
    india,
    indonesia,
    laos,
    malaysia,
    myanmar,
    philippines,
    singapore,
    thailand,
    vietnam,
)
from tocsin.identifiers.schemes.india import IFSC
from tocsin.identifiers.schemes.scheme import Account, Scheme, is_bic, is_told_as_bic

__all__ = ["IFSC", "SCHEMES", "Account", "Scheme", "country_of_swift", "is_bic"]

SCHEMES: dict[str, Scheme] = {
    one.SCHEME.country: one.SCHEME
    for one in (
        singapore,
        malaysia,
        thailand,
        indonesia,
        philippines,
        vietnam,
        brunei,
        cambodia,
        laos,
        myanmar,
        britain,
        america,
        australia,
        india,
        hong_kong,
    )
}
"""The schemes by country (ISO 3166 alpha-2)."""


def country_of_swift(text: str) -> str | None:
    """The country of the bank whose SWIFT code `text` is; None where it is none, or may be a name as well."""
    code = text.strip().upper()
    if not is_bic(code):
        return None
    scheme = SCHEMES.get(code[4:6])
    known = scheme is not None and code[:8] in scheme.banks.codes
    return code[4:6] if known or is_told_as_bic(text) else None
