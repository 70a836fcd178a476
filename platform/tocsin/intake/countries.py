"""Countries as reports write them, as ISO 3166 alpha-2 codes."""

import re
from functools import lru_cache

from tocsin.intake.headers import normalise

_NAMES = {
    "AE": "united arab emirates, uae, are", "AU": "australia, aus", "BD": "bangladesh, bgd", "BE": "belgium, bel",
    "BN": "brunei, brunei darussalam, brn", "BR": "brazil, brasil, bra", "CA": "canada, can", "CH": "switzerland, che",
    "CI": "cote d ivoire, ivory coast, civ", "CL": "chile, chl", "CN": "china, chn", "CO": "colombia, col",
    "DE": "germany, deutschland, deu", "EC": "ecuador, ecu", "ES": "spain, espana, esp", "FR": "france, fra",
    "GB": "united kingdom, uk, great britain, england, gbr", "GH": "ghana, gha", "HK": "hong kong, hkg",
    "ID": "indonesia, idn", "IE": "ireland, irl", "IN": "india, ind", "IT": "italy, ita", "JP": "japan, jpn",
    "KE": "kenya, ken", "KH": "cambodia, khm", "KR": "south korea, korea, kor", "LA": "laos, lao pdr, lao",
    "MM": "myanmar, burma, mmr", "MO": "macau, macao, mac", "MX": "mexico, mex", "MY": "malaysia, mys",
    "NG": "nigeria, nga", "NL": "netherlands, nld", "NZ": "new zealand, nzl", "PE": "peru, per",
    "PH": "philippines, phl", "PK": "pakistan, pak", "PL": "poland, pol", "PT": "portugal, prt",
    "SE": "sweden, swe", "SG": "singapore, singapour, singapura, sgp", "SN": "senegal, sen",
    "TH": "thailand, tha", "TL": "timor leste, east timor, tls", "TR": "turkey, turkiye, tur",
    "TW": "taiwan, twn", "UA": "ukraine, ukr", "US": "united states, united states of america, usa",
    "VN": "vietnam, viet nam, vnm", "ZA": "south africa, zaf",
}  # fmt: skip
_CODES = {name.strip(): code for code, names in _NAMES.items() for name in names.split(",")}


@lru_cache(maxsize=1024)
def country_code(text: str) -> str | None:
    """The alpha-2 code of the country that `text` names by code or name, None where it names none known here."""
    known = _CODES.get(normalise(text))
    if known is not None:
        return known
    return text.strip().upper() if re.fullmatch(r"\s*[A-Za-z]{2}\s*", text, re.ASCII) else None
