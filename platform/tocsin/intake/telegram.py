"""Telegram's exported chats: `result.json`, and `messages.html` as people read it."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from tocsin.intake.chat import Chat, Said, other_side
from tocsin.intake.claims import moment
from tocsin.intake.row import CannotRead
from tocsin.intake.web_page import pieces

_PRIVATE = frozenset(("personal_chat", "bot_chat"))
_TITLE = re.compile(r"(\d\d)\.(\d\d)\.(\d{4}) (\d\d):(\d\d):(\d\d)(?: UTC([+-])(\d\d):(\d\d))?", re.ASCII)
_LONGEST_NAME = 200


def looks_like_telegram(parsed: Any) -> bool:
    """Whether parsed JSON is one exported chat, or an export of several."""
    return bool(_chats(parsed))


def telegram_chats(parsed: Any) -> Chat:
    """All that was said in an export, chat after chat; CannotRead where it holds no message."""
    said: list[Said] = []
    others: set[str] = set()
    for chat in _chats(parsed):
        own = list(_said(chat, len(said)))
        said += own
        others |= _others(chat, own)
    if not said:
        raise CannotRead("The Telegram export holds no messages.")
    return Chat(said, frozenset(others))


def is_telegram_page(page: str) -> bool:
    """Whether a web page is an exported chat."""
    head = page[:20_000]
    return 'class="message ' in page and ("Exported Data" in head or 'class="page_wrap"' in head)


def telegram_page(page: str) -> Chat:
    """All that was said on such a page; CannotRead where nothing was."""
    said = list(_on_page(page))
    if not said:
        raise CannotRead("The exported chat holds no messages.")
    return Chat(said, other_side(said, _chat_name(page)))


def _chats(parsed: Any) -> list[dict[str, Any]]:
    if not isinstance(parsed, dict):
        return []
    listed = [parsed]
    for part in ("chats", "left_chats"):
        inner = parsed.get(part)
        chats = inner.get("list") if isinstance(inner, dict) else None
        listed += chats if isinstance(chats, list) else []
    return [one for one in listed if isinstance(one, dict) and _has_messages(one)]


def _has_messages(chat: dict[str, Any]) -> bool:
    messages = chat.get("messages")
    return isinstance(messages, list) and any(
        isinstance(one, dict) and "date" in one and ("from" in one or "actor" in one) for one in messages[:20]
    )


def _said(chat: dict[str, Any], before: int) -> Iterator[Said]:
    number = before
    for message in chat["messages"]:
        number += 1
        if not isinstance(message, dict):
            continue
        who, when = _text(message.get("from")), _when(message)
        handle = f"Telegram {_text(message.get('from_id'))}" if message.get("from_id") else ""
        contact = message.get("contact_information")
        phone = _text(contact.get("phone_number")) if isinstance(contact, dict) else ""
        phone = f"+{phone}" if phone.isdigit() else phone
        for line in _text(message.get("text")).split("\n"):
            yield Said(number, 0, when, who, line, handle, phone)
            phone = ""


def _others(chat: dict[str, Any], said: list[Said]) -> frozenset[str]:
    """In a chat of two, the one whose id the chat has; the user's own id is another."""
    identity = chat.get("id")
    if chat.get("type") in _PRIVATE and isinstance(identity, int):
        handle = f"Telegram user{identity}"
        return frozenset(one.who for one in said if one.handle == handle)
    return frozenset()


def _text(value: Any) -> str:
    """A text of the export: words, or a list of words and of objects that have words; the address behind a link too."""
    if isinstance(value, str):
        return value.replace("\x00", "\ufffd")
    if not isinstance(value, list):
        return ""
    found = []
    for part in value:
        if isinstance(part, str):
            found.append(part)
        elif isinstance(part, dict):
            href = part.get("href")
            words = part.get("text")
            found.append(words if isinstance(words, str) else "")
            found.append(f" {href} " if isinstance(href, str) else "")
    return "".join(found).replace("\x00", "\ufffd")


def _when(message: dict[str, Any]) -> int | None:
    unix = message.get("date_unixtime")
    if isinstance(unix, str) and unix.isascii() and unix.isdigit() and len(unix) <= 10:
        return int(unix) * 1000
    date = message.get("date")
    return moment(date[:40].replace("T", " ")) if isinstance(date, str) else None


def _on_page(page: str) -> Iterator[Said]:
    """Messages of `messages.html`: a message that goes on from the one before has no name of its own."""
    depth = number = 0
    where = ""
    until = 0
    who, when = "", None
    words: list[str] = []
    for piece in pieces(page):
        if piece.tag == "div":
            depth += -1 if piece.end else 1
            if piece.end and where and depth < until:
                if where == "from_name":
                    who = " ".join("".join(words).split())[:_LONGEST_NAME]
                elif where == "text":
                    for line in "".join(words).strip().split("\n"):
                        yield Said(number, 0, when, who, line.strip())
                where, words = "", []
            elif not piece.end:
                classes = piece.attribute("class").split()
                if "message" in classes:
                    number += 1
                if "date" in classes and "details" in classes:
                    when = _titled(piece.attribute("title"))
                found = next((one for one in ("from_name", "text") if one in classes), "")
                if found and not where and number:
                    where, until, words = found, depth, []
        elif where and piece.tag == "br":
            words.append("\n")
        elif where and piece.text:
            words.append(piece.text)


def _titled(title: str) -> int | None:
    match = _TITLE.match(title)
    if match is None:
        return None
    day, month, year, hour, minute, second = (int(match[n]) for n in range(1, 7))
    if year <= 1970:
        return None
    try:
        when = datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        return None
    if match[7]:
        away = timedelta(hours=int(match[8]), minutes=int(match[9]))
        when -= away if match[7] == "+" else -away
    return int(when.timestamp()) * 1000


def _chat_name(page: str) -> str:
    """The name at the head of an exported chat, which is that of the other side."""
    inside = False
    for piece in pieces(page[:20_000]):
        if piece.tag == "div" and not piece.end:
            inside = piece.attribute("class").split() == ["text", "bold"]
        elif inside and piece.text.strip():
            return " ".join(piece.text.split())
    return ""
