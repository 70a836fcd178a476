"""Chats exported from WhatsApp and Telegram: who, when, and whose each value is."""

import json
from typing import Any

import pytest

from tocsin.intake import CannotRead, Reading, read
from tocsin.times import parse_stamp

ANDROID = """31/12/2023, 21:05 - Messages and calls are end-to-end encrypted.
31/12/2023, 21:05 - +44 7700 900123: Hello, invest at bad.example.org
01/01/2024, 09:00 - Ann: is bad.example.org real? My mail is ann@example.com
01/01/2024, 09:30 - +44 7700 900123: yes
pay to GB33BUKB20201555555555
02/01/2024, 10:00 - Ann: <Media omitted>
"""


def ms(text: str) -> int:
    return parse_stamp(f"{text}:00.000Z")


def found(reading: Reading) -> list[tuple[int, str, str | None, int | None, int | None]]:
    return [(row.row, row.value, row.claim.role, row.claim.first_seen, row.claim.last_seen) for row in reading.rows]


def test_a_chat_tells_whose_each_value_is_and_when_it_was_used() -> None:
    reading = read(ANDROID.encode())
    assert reading.format == "chat"
    assert found(reading) == [
        (2, "+44 7700 900123", "contact", ms("2023-12-31T21:05"), ms("2024-01-01T09:30")),
        (2, "bad.example.org", None, ms("2023-12-31T21:05"), ms("2024-01-01T09:00")),
        (3, "ann@example.com", "victim", ms("2024-01-01T09:00"), ms("2024-01-01T09:00")),
        (5, "GB33BUKB20201555555555", "beneficiary", ms("2024-01-01T09:30"), ms("2024-01-01T09:30")),
    ]
    assert "Who speaks in this chat: 2; taken for the other side: 1." in reading.notices


def test_the_place_of_a_value_is_that_in_the_file() -> None:
    reading = read(ANDROID.encode())
    assert reading.text is not None
    lines = reading.text.split("\n")
    for row in reading.rows:
        if row.span is not None:
            start, length = row.span
            assert lines[row.row - 1][start - 1 : start - 1 + length] == row.value


@pytest.mark.parametrize(
    ("first", "second", "when"),
    [
        ("31/12/2023, 21:05 - ", "01/01/2024, 09:00 - ", "2023-12-31T21:05"),
        ("12/31/23, 9:05 PM - ", "1/1/24, 9:00 AM - ", "2023-12-31T21:05"),
        ("12/31/23, 9:05\u202fPM - ", "1/1/24, 9:00\u202fAM - ", "2023-12-31T21:05"),
        ("31.12.23, 21:05 - ", "01.01.24, 09:00 - ", "2023-12-31T21:05"),
        ("31-12-2023 21:05 - ", "01-01-2024 09:00 - ", "2023-12-31T21:05"),
        ("2023-12-31, 21:05 - ", "2024-01-01, 09:00 - ", "2023-12-31T21:05"),
        ("31/12/23 21.05 - ", "01/01/24 09.00 - ", "2023-12-31T21:05"),
        ("31/12/2023, 9:05 p. m. - ", "1/1/2024, 9:00 a. m. - ", "2023-12-31T21:05"),
        ("31/12/2566 21:05 - ", "1/1/2567 09:00 - ", "2023-12-31T21:05"),
        ("[31/12/2023, 21:05:00] ", "[01/01/2024, 09:00:00] ", "2023-12-31T21:05"),
        ("\u200e[12/31/23, 9:05:00 PM] ", "[1/1/24, 9:00:00 AM] ", "2023-12-31T21:05"),
        ("[31.12.23, 21:05:00] ", "[01.01.24, 09:00:00] ", "2023-12-31T21:05"),
        ("[2023-12-31, 21:05:00] ", "[2024-01-01, 09:00:00] ", "2023-12-31T21:05"),
        # nothing is above 12: time goes forward in one order only, or the clock is American
        ("02/01/2024, 21:05 - ", "01/02/2024, 09:00 - ", "2024-01-02T21:05"),
        ("1/2/24, 9:05 PM - ", "1/3/24, 9:00 AM - ", "2024-01-02T21:05"),
    ],
)
def test_the_dates_of_many_telephones(first: str, second: str, when: str) -> None:
    reading = read(f"{first}Bob: bad.example.org\n{second}Ann: no\n".encode())
    assert reading.format == "chat"
    (row,) = reading.rows
    assert row.claim.first_seen == ms(when)


def test_the_name_of_the_file_tells_the_other_side() -> None:
    text = b"31/12/2023, 21:05 - Bob: mine is bob@example.org\n31/12/2023, 21:06 - Ann: mine is ann@example.com\n"
    named = read(text, "WhatsApp Chat with Bob.txt")
    assert [row.claim.role for row in named.rows] == [None, "victim"]
    assert "Nothing tells which of them handed it in" in read(text, "_chat.txt").notices[-1]
    assert [row.claim.role for row in read(text, "_chat.txt").rows] == [None, None]


def telegram(*messages: dict[str, Any], **chat: Any) -> bytes:
    base = {"name": "Bob", "type": "personal_chat", "id": 123}
    return json.dumps(base | chat | {"messages": list(messages)}).encode()


SCAMMER = {"id": 1, "type": "message", "date": "2023-12-31T21:05:00", "date_unixtime": "1704056700", "from": "Bob",
           "from_id": "user123"}  # fmt: skip
VICTIM = SCAMMER | {"from": "Ann", "from_id": "user9", "date_unixtime": "1704060300"}


def test_a_telegram_export_in_json() -> None:
    link = {"type": "text_link", "text": "here", "href": "https://bad.example.org/x"}
    reading = read(
        telegram(
            SCAMMER | {"text": ["look ", link, " now"]},
            VICTIM | {"text": "is that you? ann@example.com\nhttps://bad.example.org/x"},
            SCAMMER | {"text": "", "contact_information": {"first_name": "X", "phone_number": "447700900123"}},
            {"id": 4, "type": "service", "date": "2023-12-31T21:05:00", "actor": "Bob", "text": ""},
        )
    )
    assert reading.format == "chat"
    assert found(reading) == [
        (1, "https://bad.example.org/x", None, 1704056700000, 1704060300000),
        (2, "ann@example.com", "victim", 1704060300000, 1704060300000),
        (3, "+447700900123", "contact", 1704056700000, 1704056700000),
    ]


def test_who_said_it_is_noted_for_the_other_side_alone_and_in_no_notice() -> None:
    reading = read(telegram(SCAMMER | {"text": "bad.example.org"}, VICTIM | {"text": "my mail: ann@example.com"}))
    assert [row.claim.note for row in reading.rows] == ["Said in a chat by “Bob” (Telegram user123).", None]
    assert "Bob" not in str(reading.notices)


def test_an_export_of_many_telegram_chats() -> None:
    one = json.loads(telegram(SCAMMER | {"text": "bad.example.org"}))
    other = json.loads(telegram(VICTIM | {"text": "worse.example.org"}, id=9, name="Ann"))
    reading = read(json.dumps({"about": "x", "chats": {"about": "y", "list": [one, other]}}).encode())
    assert [row.value for row in reading.rows] == ["bad.example.org", "worse.example.org"]


PAGE = """<!DOCTYPE html><html><head><title>Exported Data</title></head><body><div class="page_wrap">
<div class="page_header"><div class="content"><div class="text bold">
Bob
</div></div></div><div class="history">
<div class="message service" id="message-1"><div class="body details">31 December 2023</div></div>
<div class="message default clearfix" id="message1"><div class="body">
<div class="pull_right date details" title="31.12.2023 21:05:00 UTC+01:00">21:05</div>
<div class="from_name">
Bob
</div>
<div class="text">
Go to <a href="https://bad.example.org/">https://bad.example.org/</a><br>now
</div></div></div>
<div class="message default clearfix joined" id="message2"><div class="body">
<div class="pull_right date details" title="31.12.2023 21:06:00 UTC+01:00">21:06</div>
<div class="text">or worse.example.org</div></div></div>
<div class="message default clearfix" id="message3"><div class="body">
<div class="pull_right date details" title="31.12.2023 21:07:00 UTC+01:00">21:07</div>
<div class="from_name">Ann</div>
<div class="text">I am ann@example.com</div></div></div>
</div></div></body></html>"""


def test_a_telegram_export_as_a_page() -> None:
    reading = read(PAGE.encode(), "messages.html")
    assert reading.format == "chat"
    assert found(reading) == [
        (2, "https://bad.example.org/", None, ms("2023-12-31T20:05"), ms("2023-12-31T20:05")),
        (3, "worse.example.org", None, ms("2023-12-31T20:06"), ms("2023-12-31T20:06")),
        (4, "ann@example.com", "victim", ms("2023-12-31T20:07"), ms("2023-12-31T20:07")),
    ]


@pytest.mark.parametrize(
    ("data", "name", "why"),
    [
        (b"Ann: hello bad.example.org", None, "no exported chat"),
        (b'{"a": ["bad.example.org"]}', None, "no messages"),
        (b"<html><body>bad.example.org</body></html>", "x.html", "no exported chat"),
        (b"31/12/2023, 21:05 - Bob: hello\n", None, "Nothing that can be shared"),
    ],
)
def test_what_is_no_chat_is_refused_as_one(data: bytes, name: str | None, why: str) -> None:
    with pytest.raises(CannotRead, match=why):
        list(read(data, name, "chat").rows)


def test_odd_messages_harm_nobody() -> None:
    odd: list[Any] = [None, 1, {}, {"text": {"a": 1}}, {"text": [1, {"text": 2, "href": 3}], "from": 4, "date": 5}]
    (row,) = read(telegram(SCAMMER | {"text": "bad.example.org"}, *odd, id="x")).rows
    assert row.value == "bad.example.org"


def test_an_address_that_the_other_side_sent_leads_to_no_victim() -> None:
    text = ANDROID + "02/01/2024, 10:01 - +44 7700 900123: open https://bad.example.org/in?for=ann@example.com\n"
    (url,) = [row for row in read(text.encode()).rows if row.identifier and row.identifier.kind == "url"]
    assert url.identifier is not None
    assert url.identifier.value == "https://bad.example.org/in"
