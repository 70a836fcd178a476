"""How things are shown: values that cannot be clicked, dates, markings, words for slugs."""

from flask import Flask, g
from markupsafe import Markup

from tocsin.identifiers import KINDS, defang, refang
from tocsin.members.roles import CASES, DECIDE, KEEP, MANAGE, READ, SEE_ALL, SEE_SOURCES, SUBMIT, TOKENS
from tocsin.policy.agreement import BASES
from tocsin.policy.edges import BASES as EDGE_WORDS
from tocsin.search import Document
from tocsin.stix import CRIME_TYPES, HANDLING, PAP, TLP
from tocsin.web import edge_words
from tocsin.web.attribution import decider_name, source_name
from tocsin.web.audiences import counted
from tocsin.web.case_sight import all_meetings, cases_that_take
from tocsin.web.contesting import STATUS_WORDS
from tocsin.web.figures import country, currency, day, moment, money, number, size
from tocsin.web.forms import last_day
from tocsin.web.languages import gettext
from tocsin.web.narrowing import WHY, label, worded
from tocsin.web.paging import here
from tocsin.web.polling import silent_ones
from tocsin.web.saved_sight import name_proposed, searches_with_news
from tocsin.web.sentences import said
from tocsin.web.services import services
from tocsin.web.session import may
from tocsin.web.unmasking import words_for_us

TLP_MEANING = {
    "clear": "Anybody may know it.",
    "green": "For those who receive it and their partners, not for the public.",
    "amber": "For those who receive it and those of their clients who need to know.",
    "amber+strict": "For those who receive it alone, not for their clients.",
    "red": "For the members that you name alone. It goes into the inbox of each of them.",
}
"""What can be chosen when handing in, in plain words."""

PAP_MEANING = {
    "clear": "Anything may be done with it.",
    "green": "Also what a criminal can notice, such as blocking.",
    "amber": "Only look-ups that the criminal cannot notice; no blocking.",
    "red": "Nothing outside of one’s own systems.",
}
"""The Permissible Actions Protocol in plain words."""

HANDLING_MEANING = {
    "H0": "For preventing and combating crime; no further condition.",
    "H1": "Not in court, and not to be disclosed there, without its source’s permission.",
    "H2": "Not to be passed on without its source’s permission.",
    "H3": "Further conditions: ask the exchange before any use.",
}
"""Police handling codes in plain words."""

ONWARD_MEANING = {
    "none": "Not outside of their own organisation.",
    "clients": "To those of their clients who need to know.",
    "partners": "To partners in their field.",
    "public": "To anybody.",
}
"""How far the members of a community may pass on what they get."""


DECISION_WORDS = {
    "approved": "Approved",
    "proposed": "Proposed to publish",
    "corrected": "Corrected",
    "rejected": "Turned down",
    "asked": "Asked back",
    "answered": "Answered",
    "withdrawn": "Withdrawn as wrong",
    "amended": "Corrected",
}


def install(app: Flask) -> None:
    """Make the words available in every page."""
    app.jinja_env.filters.update(day=day, moment=moment, kind=kind_label, crime=crime_label, safe_value=safe_value)
    app.jinja_env.filters.update(said=said, number=number, money=money, country=country, currency=currency, bytes=size)
    app.jinja_env.filters["as_asked"] = as_asked
    app.jinja_env.globals.update(tlp_badge=tlp_badge, badges=badges, why_words=WHY, here=here, may=may)
    app.jinja_env.globals.update(READ=READ, SUBMIT=SUBMIT, DECIDE=DECIDE, SEE_ALL=SEE_ALL)
    app.jinja_env.globals.update(SEE_SOURCES=SEE_SOURCES)
    app.jinja_env.globals.update(KEEP=KEEP, MANAGE=MANAGE, TOKENS=TOKENS, CASES=CASES)
    app.jinja_env.globals.update(cases_that_take=cases_that_take, all_meetings=all_meetings)
    app.jinja_env.globals.update(onward_words=ONWARD_MEANING, basis_words=BASES, last_day=last_day, counted=counted)
    app.jinja_env.globals.update(
        source_name=lambda report: source_name(report, g.principal),
        decider_name=lambda decision, report: decider_name(decision, report, g.principal),
        decision_words=DECISION_WORDS,
        status_words=STATUS_WORDS,
    )
    app.jinja_env.globals.update(bases=EDGE_WORDS, name_proposed=name_proposed, label=label, worded=worded)
    app.jinja_env.filters.update(edge_why=edge_words.why, edge_who=edge_words.who, edge_when=edge_words.when)
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
        "searches_with_news": searches_with_news,
    }


def kind_label(name: str | None) -> str:
    """A kind of identifier in words."""
    return said(KINDS[name].label) if name in KINDS else (name or "")


def crime_label(slug: str | None) -> str:
    """A type of crime in words."""
    return said(CRIME_TYPES[slug].label) if slug in CRIME_TYPES else (slug or "")


def safe_value(value: str | None, kind: str | None) -> str:
    """A hostile value as it can be shown: nothing turns it into a link."""
    return defang(value or "", kind or "domain")


def as_asked(text: str) -> str:
    """What somebody typed, as it can be shown: nothing turns it into a link."""
    plain = refang(text)
    return defang(plain, "url" if "://" in plain else "email" if "@" in plain else "domain")


def tlp_badge(name: str) -> Markup:
    """The marking as a badge."""
    label = TLP[name].label if name in TLP else name
    return Markup('<span class="tlp tlp-{}">{}</span>').format(name.replace("+", "-"), label)


def badges(one: Document) -> Markup:
    """All markings of an indicator, and that it is disputed, as words in badges."""
    found = [tlp_badge(one.tlp)]
    if one.pap is not None:
        found.append(Markup('<span class="tlp">{}</span>').format(PAP[one.pap].label))
    if one.handling is not None:
        found.append(
            Markup('<span class="tlp">{}</span>').format(
                gettext("Handling %(handling)s", handling=HANDLING[one.handling].label)
            )
        )
    if one.disputed:
        found.append(Markup('<span class="disputed">{}</span>').format(said("disputed")))
    return Markup(" ").join(found)
