"""How things are shown: values that cannot be clicked, dates, markings, words for slugs."""

from flask import Flask, g
from markupsafe import Markup

from tocsin.identifiers import KINDS, defang
from tocsin.members.roles import DECIDE, SUBMIT
from tocsin.stix import CRIME_TYPES, TLP
from tocsin.times import stamp
from tocsin.web.paging import here
from tocsin.web.polling import silent_ones
from tocsin.web.services import services
from tocsin.web.session import may
from tocsin.web.unmasking import words_for_us

TLP_MEANING = {
    "clear": "Anybody may know it.",
    "green": "For the readers of the collection and their partners, not for the public.",
    "amber": "For the readers of the collection and those of their clients who need to know.",
    "amber+strict": "For the readers of the collection alone.",
}
"""What can be chosen when handing in, in plain words. TLP:RED goes to named persons and so to no collection."""

WHY = {
    "exact": "exactly this",
    "prefix": "begins so",
    "substring": "contains it",
    "look-alike": "looks like it",
    "text": "in its text",
}


def install(app: Flask) -> None:
    """Make the words available in every page."""
    app.jinja_env.filters.update(day=day, moment=moment, kind=kind_label, crime=crime_label, safe_value=safe_value)
    app.jinja_env.globals.update(tlp_badge=tlp_badge, why_words=WHY, here=here, SUBMIT=SUBMIT, DECIDE=DECIDE, may=may)
    app.context_processor(_always)


def _always() -> dict[str, object]:
    exchange = services().exchange
    return {
        "exchange": exchange,
        "principal": g.get("principal"),
        "kinds": KINDS,
        "crime_types": CRIME_TYPES,
        "silent_ones": silent_ones,
        "words_for_us": words_for_us,
    }


def day(ms: int | None) -> str:
    """A date, empty for none."""
    return stamp(ms)[:10] if ms is not None else ""


def moment(ms: int | None) -> str:
    """Date and time to the minute, in UTC."""
    return stamp(ms)[:16].replace("T", " ") + " UTC" if ms is not None else ""


def kind_label(name: str | None) -> str:
    """A kind of identifier in words."""
    return KINDS[name].label if name in KINDS else (name or "")


def crime_label(slug: str | None) -> str:
    """A type of crime in words."""
    return CRIME_TYPES[slug].label if slug in CRIME_TYPES else (slug or "")


def safe_value(value: str | None, kind: str | None) -> str:
    """A hostile value as it can be shown: nothing turns it into a link."""
    return defang(value or "", kind or "domain")


def tlp_badge(name: str) -> Markup:
    """The marking as a badge."""
    label = TLP[name].label if name in TLP else name
    return Markup('<span class="tlp tlp-{}">{}</span>').format(name.replace("+", "-"), label)
