"""The country that an identifier itself names."""

from functools import lru_cache
from urllib.parse import urlsplit

import phonenumbers

from tocsin.identifiers.proxy_schemes import SCHEMES

_NOT_COUNTRIES = {"EU", "AC", "SU"}
_RENAMED = {"UK": "GB"}


@lru_cache(maxsize=4096)
def country_of(kind: str, value: str) -> str | None:
    """ISO 3166 alpha-2 country of a canonical identifier of `kind`, None where it names none.

    A telephone number's numbering plan, an account's registry or bank, the country-code domain of a name, URL or
    mailbox. It says where the thing is registered and nothing about who uses it.
    """
    if kind == "phone":
        number = phonenumbers.parse(value)
        # a number that nobody was given has only its country code to tell by
        region = phonenumbers.region_code_for_number(number)
        region = region or phonenumbers.region_code_for_country_code(number.country_code or 0)
        return region if region.isalpha() and region != "ZZ" else None
    if kind == "payment-proxy":
        scheme = SCHEMES.get(value.partition(":")[0])
        return scheme.country if scheme is not None else None
    if kind in ("iban", "bank-account", "passport", "identity-document"):
        return value[:2]
    if kind == "company-number":
        country = value.partition(":")[0]
        return country if len(country) == 2 else None
    if kind in ("domain", "email", "url"):
        host = urlsplit(value).hostname or "" if kind == "url" else value
        last = host.rpartition(".")[2].upper()
        code = _RENAMED.get(last, last)
        return code if len(code) == 2 and code.isalpha() and code not in _NOT_COUNTRIES else None
    return None
