"""Taking over what a medallion server kept: its data file, and the users of its configuration.

The file is the one of medallion's memory backend (medallion 3.0): `/discovery`, and by API root `information` and
`collections`, each collection with `objects` and a `manifest`.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter
from typing import Any

import msgspec
import orjson
from sqlalchemy.engine import Connection

from tocsin.ledger.append import Outcome, append
from tocsin.ledger.collections import add_collection, add_root, all_collections
from tocsin.ledger.read import last_seq
from tocsin.members.access import add_user
from tocsin.members.members import Member, NoSuchMember, add_member, find_member, grant
from tocsin.publishing.exchange import rename
from tocsin.publishing.standing import erased_before, subject_of
from tocsin.publishing.versions import version_of
from tocsin.publishing.withdraw import named_by_object
from tocsin.stix import version_key
from tocsin.times import parse_stamp

DISCOVERY = "/discovery"
_EARLIEST_MS = 1
"""The first position that a poll from the beginning gets."""
_FINER = re.compile(r"\.\d{3}0*[1-9]")


class BadData(ValueError):
    """The files are not medallion's, or hold what cannot be taken over; nothing was. The message says what."""


@dataclass(slots=True)
class Taken:
    """How much was taken over, and what became different on the way."""

    api_roots: int = 0
    collections: int = 0
    objects: int = 0
    users: int = 0
    notices: list[str] = field(default_factory=list)


class _Discovery(msgspec.Struct):
    title: str
    contact: str | None = None


class _Object(msgspec.Struct):
    """What decides on where an object goes, and on what the ledger says of it."""

    id: str
    type: str
    created: str | None = None
    modified: str | None = None
    revoked: bool = False
    spec_version: str | msgspec.UnsetType = msgspec.UNSET
    added: str | None = msgspec.field(default=None, name="_date_added")


class _Record(msgspec.Struct):
    id: str
    date_added: str
    version: str | None = None


class _Collection(msgspec.Struct):
    id: str
    title: str
    description: str | None = None
    alias: str | None = None
    can_read: bool = True
    can_write: bool = False
    objects: list[msgspec.Raw] = []
    manifest: list[_Record] = []


class _Information(msgspec.Struct):
    title: str
    description: str | None = None


class _Root(msgspec.Struct):
    information: _Information
    collections: list[_Collection] = []


class _Configuration(msgspec.Struct):
    users: dict[str, str] = {}


def take_over(
    connection: Connection,
    data: bytes,
    configuration: bytes | None,
    slug: str,
    now: int,
    token: Callable[[str], bytes] | None = None,
) -> Taken:
    """Make medallion's API roots, collections, objects and users ours; BadData when that cannot be.

    medallion knows no organisations: its users become those of one member, `slug`, which is made where it is not
    there, owns the objects, and has in each collection the rights that all of medallion's users had. Objects keep
    their dates added, each moved to the next free millisecond. What was erased here before stays out: `token` makes
    the keyed hash by which it is known.
    """
    taken = Taken()
    try:
        parts = msgspec.json.decode(data, type=dict[str, msgspec.Raw])
        discovery = msgspec.json.decode(parts.pop(DISCOVERY, b"null"), type=_Discovery | None)
        roots = {name: msgspec.json.decode(part, type=_Root) for name, part in parts.items()}
        users = msgspec.json.decode(configuration or b"{}", type=_Configuration).users
        if discovery is not None and last_seq(connection) == 0:
            rename(connection, discovery.title, discovery.contact)
        member = _member(connection, slug, now)
        for name, root in roots.items():
            add_root(connection, name, root.information.title, root.information.description)
            taken.api_roots += 1
            for collection in root.collections:
                _take_collection(connection, name, collection, member, taken, now, token)
        for login, password in users.items():
            add_user(connection, login, member.key, "contributor", password, now, any_length=True)
            taken.users += 1
    except (ValueError, msgspec.MsgspecError) as error:
        raise BadData(f"Nothing was taken over: {error}") from error
    return taken


def _member(connection: Connection, slug: str, now: int) -> Member:
    try:
        return find_member(connection, slug)
    except NoSuchMember:
        return add_member(connection, slug, f"Users of {slug}", "company", None, now)


def _take_collection(
    connection: Connection,
    root: str,
    collection: _Collection,
    member: Member,
    taken: Taken,
    now: int,
    token: Callable[[str], bytes] | None,
) -> None:
    dated = sorted(_dated(collection, taken, now), key=itemgetter(0, 1))
    if token is not None:
        every = len(dated)
        dated = [one for one in dated if not erased_before(connection, _tokens(one[2], token))]
        if len(dated) < every:
            taken.notices.append(f"{every - len(dated)} of {collection.title!r} were erased here before: left out.")
    titles = {one.title for one in all_collections(connection) if one.root == root}
    title = _title(collection.title, titles)
    if title != collection.title:
        taken.notices.append(f"The collection {collection.title!r} is called {title!r} here.")
    made = add_collection(
        connection,
        title,
        min([now, *(date for date, _, _ in dated)]) - 1,
        collection_id=collection.id,
        alias=collection.alias,
        root=root,
        description=collection.description,
    )
    grant(connection, made.key, member.key, read=collection.can_read, write=collection.can_write)
    taken.collections += 1
    for date, some in groupby(dated, key=itemgetter(0)):
        versions = [version_of(body, member.key) for _, _, body in some]
        for version, outcome in zip(versions, append(connection, made.key, versions, date, history=True), strict=True):
            taken.objects += outcome is Outcome.APPENDED
            if outcome is Outcome.CONFLICT:
                words = f"{version.object_id} is in {title!r} twice in the same version; the first was taken."
                taken.notices.append(words)


def _tokens(body: bytes, token: Callable[[str], bytes]) -> list[bytes]:
    """What an object would be known by, had it been erased: its id, and the patterns of what it is about."""
    content: dict[str, Any] = orjson.loads(body)
    subjects = [subject_of(one, role) for one, role in named_by_object(content["type"], body)]
    return [token(name) for name in (content["id"], *(subject.pattern for subject in subjects))]


def _dated(collection: _Collection, taken: Taken, now: int) -> Iterator[tuple[int, str, bytes]]:
    """The bytes of each object with when it was added: in ms, and to the last digit; now for what has no date."""
    dates = {(one.id, _key(one.version)): one.date_added for one in collection.manifest}
    of_any_version = {one.id: one.date_added for one in collection.manifest}
    for n, text in enumerate(map(bytes, collection.objects), start=1):
        one = _checked(text, f"object {n} of the collection {collection.title!r}")
        body = msgspec.json.format(text, indent=-1)
        if one.added:
            content: dict[str, Any] = orjson.loads(text)
            del content["_date_added"]
            body = orjson.dumps(content)
        stamp = one.modified or one.created or one.added
        date = dates.get((one.id, _key(stamp))) or one.added or of_any_version.get(one.id)
        if not date:
            yield now, "", body
            continue
        added = _added(date)
        if added < _EARLIEST_MS:
            taken.notices.append(f"{one.id} was added in {date[:4]}, by its date; it comes first here, as of 1970.")
        yield min(now, max(added, _EARLIEST_MS)), version_key(date), body


def _checked(text: bytes, where: str) -> _Object:
    """What an object says of itself; ValueError where that is not in a form that can be taken over."""
    try:
        one = msgspec.json.decode(text, type=_Object)
        orjson.loads(text)  # stricter about letters and numbers
        for stamp in filter(None, (one.created, one.modified, one.added)):
            version_key(stamp)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{where} cannot be read: {error}") from error
    if not one.id or not one.type or "\0" in one.id + one.type + (one.spec_version or ""):
        raise ValueError(f"{where} has no id or no type, or one with a NUL in it.")
    return one


def _key(stamp: str | None) -> str:
    return version_key(stamp) if stamp else ""


def _added(date: str) -> int:
    """A date added in whole milliseconds, rounded up: nobody who asked for what came after it gets it again."""
    return parse_stamp(date) + bool(_FINER.search(date))


def _title(title: str, taken: set[str]) -> str:
    """A title without dots, since clients name collections `root.title`, and that no other collection has."""
    plain = title.replace(".", " ").strip()
    return next(one for n in range(1, len(taken) + 2) if (one := plain if n == 1 else f"{plain} ({n})") not in taken)
