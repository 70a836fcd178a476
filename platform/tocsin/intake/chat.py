"""Chats that were exported: who said what and when, and so whose each value is and when it was used.

A message's time becomes first and last seen; what the other side named first is the other side's, what the reporter
named first of phones, addresses and accounts is the victim's.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from tocsin.identifiers import KINDS, Identifier, Unreadable, read
from tocsin.intake.row import LONGEST_SHOWN, CannotRead, Claim, Defaults, Reading, Row
from tocsin.intake.text import spotted, without_victims

MOST_SHOWN = 60
"""Characters of a speaker's name."""

_VICTIMS = frozenset(("email",))


class Said(NamedTuple):
    """One line that somebody said. `row` is its line in the file, or the message's place in the export, from 1;
    `offset` the characters before it in that line; `when` ms; `handle` what the service calls the speaker."""

    row: int
    offset: int
    when: int | None
    who: str
    text: str
    handle: str = ""
    phone: str = ""


class Chat(NamedTuple):
    """A conversation; `others` are the speakers known not to be whoever exported it, none where nobody can say."""

    said: Sequence[Said]
    others: frozenset[str]
    notices: tuple[str, ...] = ()
    text: str | None = None


def read_chat(chat: Chat, defaults: Defaults, notices: tuple[str, ...] = ()) -> Reading:
    """What a conversation names, each value once, and the numbers of the other side; CannotRead where it names none."""
    rows = list(_merged(chat, defaults))
    if not rows:
        raise CannotRead("Nothing that can be shared was found in this chat: no domain, address, number or account.")
    return Reading("chat", iter(rows), (*notices, *chat.notices, *_speakers(chat)), text=chat.text)


def other_side(said: Sequence[Said], named: str) -> frozenset[str]:
    """The speakers who are not the reporter: whoever the export is `named` after, else who is no contact but a number.

    Empty where that leaves nobody, or everybody.
    """
    speakers = dict.fromkeys(one.who for one in said if one.who)
    named_after = frozenset(who for who in speakers if named and who.strip("~\u202a\u202c ") == named)
    others = named_after or frozenset(who for who in speakers if _number(who) is not None)
    return others if len(others) < len(speakers) else frozenset()


def _merged(chat: Chat, defaults: Defaults) -> Iterator[Row]:
    first: dict[Identifier | str, Row] = {}
    seen: defaultdict[Identifier | str, list[int]] = defaultdict(list)
    found = list(_rows(chat, defaults))
    for row, (_, when) in zip(without_victims(row for row, _ in found), found, strict=True):
        key = row.identifier or row.value
        first.setdefault(key, row)
        if when is not None:
            seen[key].append(when)
    for key, row in first.items():
        moments = seen[key]
        yield replace(row, claim=_when(row.claim, min(moments), max(moments))) if moments else row


def _when(claim: Claim, first: int, last: int) -> Claim:
    return replace(
        claim,
        first_seen=first if claim.first_seen is None else claim.first_seen,
        last_seen=last if claim.last_seen is None else claim.last_seen,
    )


def _rows(chat: Chat, defaults: Defaults) -> Iterator[tuple[Row, int | None]]:
    lines = [one.text for one in chat.said]
    for index, one in enumerate(chat.said):
        contact = _contact(one, chat.others, defaults)
        if contact is not None:
            yield contact, one.when
        for row in spotted(lines, index, None, defaults):
            yield _placed(row, one, chat, defaults), one.when


def _placed(row: Row, said: Said, chat: Chat, defaults: Defaults) -> Row:
    start, length = row.span or (1, 0)
    start += said.offset
    claim = row.claim
    if row.identifier is not None and claim.role is None and chat.others and said.who not in chat.others:
        kind = row.identifier.kind
        claim = replace(claim, role="victim") if KINDS[kind].personal or kind in _VICTIMS else claim
    if said.who in chat.others:
        claim = _with_speaker(claim, said)
    return replace(
        row, row=said.row, column=str(start), span=(start, length) if chat.text is not None else None, claim=claim
    )


def _contact(said: Said, others: frozenset[str], defaults: Defaults) -> Row | None:
    """The number under which the other side writes, or that somebody sent as a contact."""
    text = said.phone or (said.who if said.who in others else "")
    number = _number(text) if text else None
    if number is None:
        return None
    claim = replace(defaults.claim, role=defaults.claim.role or "contact")
    claim = _with_speaker(claim, said) if said.who in others and said.phone else claim
    return Row(said.row, "who", text[:LONGEST_SHOWN], number, None, claim)


def _with_speaker(claim: Claim, said: Said) -> Claim:
    told = f"Said in a chat by {_speaker(said)}."
    return replace(claim, note=(f"{claim.note}; {told}" if claim.note else told)[:LONGEST_SHOWN])


def _number(who: str) -> Identifier | None:
    text = "".join(sign for sign in who[:60] if sign.isprintable()).strip("~ ")
    if not text.startswith("+"):
        return None
    try:
        return read(text, "phone")
    except Unreadable:
        return None


def _speakers(chat: Chat) -> Iterator[str]:
    """How many speak. Names and numbers are kept with the rows alone, where they can be erased."""
    names = dict.fromkeys(one.who for one in chat.said if one.who)
    others = sum(name in chat.others for name in names)
    if others:
        yield f"Who speaks in this chat: {len(names):,}; taken for the other side: {others:,}."
    elif len(names) > 1:
        yield f"Who speaks in this chat: {len(names):,}. Nothing tells which of them handed it in: look at each role."


def _speaker(said: Said) -> str:
    """`“Bob” (Telegram user123)`."""
    name = "".join(sign for sign in said.who if sign.isprintable())[:MOST_SHOWN]
    return f"“{name}”" + (f" ({said.handle[:MOST_SHOWN]})" if said.handle else "")
