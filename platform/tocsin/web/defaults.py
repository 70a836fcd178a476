"""The defaults of a member as a form: marking, collection, audience, name, lawful basis."""

from dataclasses import dataclass, field

from sqlalchemy.engine import Connection
from werkzeug.datastructures import MultiDict

from tocsin.ledger.collections import Collection, all_collections
from tocsin.members.defaults import default_audience, let_ask, set_default, set_default_audience
from tocsin.members.members import Member, rights_of
from tocsin.policy.agreement import BASES
from tocsin.policy.carry import Reader
from tocsin.web.display import TLP_MEANING
from tocsin.web.forms import Errors
from tocsin.web.sharing import Choice, choices_for


@dataclass
class Defaults:
    """What is chosen, what can be chosen, and what is wrong with it, by field."""

    tlp: str = ""
    collection: str = ""
    share: list[str] = field(default_factory=list)
    unattributed: bool = False
    basis: str = ""
    may_be_asked: bool = False
    choices: list[Choice] = field(default_factory=list)
    collections: list[Collection] = field(default_factory=list)
    errors: Errors = field(default_factory=dict)


def defaults_of(connection: Connection, member: Member) -> Defaults:
    """A member's defaults as they are."""
    choices, collections = _offered(connection, member)
    audience = default_audience(connection, member.key)
    return Defaults(
        tlp=member.default_tlp or "",
        collection=next((one.id for one in collections if one.key == member.default_collection_key), ""),
        share=[one.slug for one in choices if one.reader in audience],
        unattributed=member.default_unattributed,
        basis=member.default_basis or "",
        may_be_asked=member.may_be_asked,
        choices=choices,
        collections=collections,
    )


def filled_defaults(connection: Connection, member: Member, form: "MultiDict[str, str]") -> Defaults:
    """What was filled in, checked."""
    choices, collections = _offered(connection, member)
    filled = Defaults(
        tlp=form.get("tlp", ""),
        collection=form.get("collection", ""),
        share=form.getlist("share"),
        unattributed="unattributed" in form,
        basis=form.get("basis", ""),
        may_be_asked="may_be_asked" in form,
        choices=choices,
        collections=collections,
    )
    known = {
        "tlp": (filled.tlp, TLP_MEANING.keys()),
        "collection": (filled.collection, {one.id for one in collections}),
        "basis": (filled.basis, BASES.keys()),
    }
    for name, (chosen, offered) in known.items():
        if chosen and chosen not in offered:
            filled.errors[name] = "Choose one of the list."
    if not set(filled.share) <= {one.slug for one in choices}:
        filled.errors["share"] = "Choose from the list."
    return filled


def save_defaults(connection: Connection, member: Member, filled: Defaults) -> None:
    """Set them; they were checked."""
    key = next((one.key for one in filled.collections if one.id == filled.collection), None)
    set_default(
        connection,
        member.key,
        filled.tlp or None,
        key,
        unattributed=filled.unattributed,
        basis=filled.basis or None,
    )
    let_ask(connection, member.key, filled.may_be_asked)
    readers: list[Reader] = [one.reader for one in filled.choices if one.slug in filled.share]
    set_default_audience(connection, member.key, readers)


def _offered(connection: Connection, member: Member) -> tuple[list[Choice], list[Collection]]:
    rights = rights_of(connection, member.key)
    writable = [one for one in all_collections(connection) if one.key in rights and rights[one.key].can_write]
    kept = default_audience(connection, member.key)
    return choices_for(connection, member, kept), sorted(writable, key=lambda one: one.title)
