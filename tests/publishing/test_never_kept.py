"""Numbers that are never kept: not in rows, verdicts, notices, reports' bytes; a second report of the same is known."""

import hashlib
from typing import Any
from uuid import UUID

import orjson
import pytest
import sqlalchemy as sa
from house import House

from tocsin.ledger.tables import entries
from tocsin.members.members import find_member
from tocsin.publishing.hand_in import preview, terms_for
from tocsin.reports.reports import body_of
from tocsin.reports.tables import COMPLETE, assertions, report_bytes, reports
from tocsin.times import now_ms

THAI_ID = "1234567890121"
SPELLINGS = (THAI_ID, "1-2345-67890-12-1")
WRONG = "1-2345-67890-12-2"
SECRETS = (*SPELLINGS, WRONG, WRONG.replace("-", ""))


def token(text: str) -> str:
    return hashlib.sha256(b"key" + text.encode()).hexdigest()[:32]


@pytest.fixture(autouse=True)
def _keyed(house: House) -> None:
    house.screening = type(house.screening)(house.screening.hit, demonstration=True, number_token=token)


def everything(house: House) -> str:
    """All text that the database has of reports, rows and entries."""
    tables = (assertions, reports, report_bytes, entries)
    with house.database.reading() as connection:
        return str([row for table in tables for row in connection.execute(sa.select(table))])


def submit(house: House, slug: str, body: bytes | str, **terms: Any) -> Any:
    return house.submit(slug, body, kind=terms.pop("kind", None), **terms)


@pytest.mark.parametrize(
    "body",
    [
        f"PromptPay,domain\n{SPELLINGS[0]},bad.example.com\n{SPELLINGS[1]},\n{WRONG},\n",
        orjson.dumps([{"promptpay": SPELLINGS[0]}, {"promptpay": WRONG}]),
        orjson.dumps({"promptpay": [SPELLINGS[1], int(THAI_ID)]}),
    ],
)
def test_a_table_leaves_nothing_of_them(house: House, body: bytes | str) -> None:
    report = submit(house, "bank-a", body)
    assert report.state == COMPLETE
    assert any("never kept" in notice for notice in report.notices)
    left = everything(house)
    assert not [number for number in SECRETS if number in left]
    assert f"promptpay:national-id:{token('national-id:TH' + chr(10) + THAI_ID)}" in left
    with house.database.reading() as connection:
        assert body_of(connection, report.key) == b""


def test_a_list_of_declared_kind_leaves_nothing_of_them(house: House) -> None:
    report = submit(
        house, "bank-a", f"PromptPay {SPELLINGS[1]}\nPromptPay {WRONG}\n", kind="payment-proxy", file_format="plain"
    )
    assert house.counts(report).get("held", 0) == 1
    left = everything(house)
    assert not [number for number in SECRETS if number in left]


def test_what_holds_no_such_number_is_kept(house: House) -> None:
    body = b"PromptPay\n0812345678\npromptpay:national-id:" + b"0" * 32 + b"\n"
    report = submit(house, "bank-a", body)
    with house.database.reading() as connection:
        assert body_of(connection, report.key) == body
    assert report.notices == ()


def test_a_second_member_with_another_spelling_is_a_second_voice(house: House) -> None:
    first = submit(house, "bank-a", f"PromptPay\n{SPELLINGS[0]}\n")
    assert house.counts(first).get("held", 0) == 1
    second = submit(house, "bank-b", f"PromptPay\n{SPELLINGS[1]}\n")
    assert house.counts(second).get("held", 0) == 0
    left = everything(house)
    (pattern,) = house.indicators()
    assert pattern.startswith("[user-account:user_id = 'promptpay:national-id:")
    assert not [number for number in SECRETS if number in left]


def test_a_stix_object_with_one_is_cut_out_and_the_others_go_on(house: House) -> None:
    pattern = f"[user-account:user_id = 'promptpay:national-id:{THAI_ID}']"
    moments = dict.fromkeys(("created", "modified", "valid_from"), "2024-01-02T03:04:05.000Z")
    bad = {"type": "indicator", "spec_version": "2.1", "id": f"indicator--{UUID(int=4, version=4)}", **moments}
    bad |= {"pattern": pattern, "pattern_type": "stix"}
    good = {**bad, "id": f"indicator--{UUID(int=5, version=4)}", "pattern": "[domain-name:value = 'bad.example.com']"}
    account = {"type": "user-account", "spec_version": "2.1", "user_id": f"promptpay:national-id:{THAI_ID}"}
    account["id"] = f"user-account--{UUID(int=6, version=4)}"
    for whole in (True, False):
        report = submit(house, "bank-a", orjson.dumps({"objects": [bad, good, account], "n": whole}), whole=whole)
        assert house.counts(report)["rejected"] == 2
        left = everything(house)
        assert not [number for number in SECRETS if number in left]
        assert "bad.example.com" in left


def test_a_rehearsal_tells_nothing_of_them_either(house: House) -> None:
    with house.database.rehearsing() as connection:
        member = find_member(connection, "bank-a")
        terms = terms_for(connection, member, tlp="green", collections=("Scams",))
        body = f"PromptPay\n{SPELLINGS[0]}\n{WRONG}\n".encode()
        shown = preview(connection, house.exchange, house.screening, member, "bank-a", body, "x.csv", terms, now_ms())
    assert not [number for number in SECRETS if number in str(shown)]
    assert any("never kept" in notice for notice in shown.notices)


def test_without_the_key_nothing_is_read_and_nothing_repeated(house: House) -> None:
    house.screening = type(house.screening)(house.screening.hit, demonstration=True)
    report = submit(house, "bank-a", f"PromptPay\n{SPELLINGS[0]}\n")
    assert house.counts(report).get("rejected", 0) == 1
    left = everything(house)
    assert not [number for number in SECRETS if number in left]


CARD = "4111111111111111"
"""A number that card schemes keep for tests."""
GROUPS = "4111 1111 1111 1111"


def indicator_of(**more: Any) -> bytes:
    moments = dict.fromkeys(("created", "modified", "valid_from"), "2024-01-02T03:04:05.000Z")
    made = {"type": "indicator", "spec_version": "2.1", "id": f"indicator--{UUID(int=4, version=4)}", **moments}
    made |= {"pattern": "[domain-name:value = 'worse.example.com']", "pattern_type": "stix"}
    return orjson.dumps({"objects": [made | more]})


def misp_of(*attributes: dict[str, Any], info: str = "") -> bytes:
    named = {"type": "domain", "value": "bad.example.com", "to_ids": True}
    return orjson.dumps({"Event": {"info": info, "Attribute": [named, *attributes]}})


@pytest.mark.parametrize(
    ("body", "terms"),
    [
        (f"domain,note\nbad.example.com,his card {GROUPS}\n", {}),
        (f"domain,note\nbad.example.com,his card {CARD}\n", {"with_text": True}),
        (f"domain,foo\nbad.example.com,{CARD}\n", {}),
        ("domain,a,b,c,d\nbad.example.com,4111,1111,1111,1111\n", {}),
        (f"domain,kartu kredit\nbad.example.com,{CARD}\n", {}),
        (f"domain,หมายเลขบัตร\nbad.example.com,{GROUPS}\n", {}),
        (f"value\nbad.example.com\n{CARD} 12/27 123\nVisa {CARD}\n{CARD}|12|27\n", {}),
        (f"domain\nbad.example.com\n{CARD}\n", {}),
        (f"bad.example.com # card {CARD}\n", {"file_format": "plain"}),
        (f"see bad.example.com and https://bad.example.com/p?card={CARD}\n", {}),
        (f"nothing of use here, card {CARD}\n", {}),
        (f'{CARD},"\n', {}),
        (f"see bad.example.com\nSubject: card {GROUPS}\n", {}),
        (f"From: a@bad.example.com\nTo: b@shop.example\nSubject: {CARD}\nX-Card: {CARD}\n\nbad.example.com\n", {}),
        (orjson.dumps([{"domain": "bad.example.com", "more": {"number": CARD}}]), {}),
        (indicator_of(name=f"card {CARD}"), {"whole": True}),
        (indicator_of(x_card=GROUPS), {"whole": True}),
        (indicator_of(external_references=[{"source_name": "a", "external_id": CARD}]), {}),
        (misp_of({"type": "CC-NUMBER", "value": CARD}), {}),
        (misp_of({"type": "text", "value": f"card {CARD}"}), {}),
        (misp_of(info=f"card {GROUPS}"), {}),
    ],
)
def test_a_card_is_nowhere_wherever_it_stood(house: House, body: bytes | str, terms: dict[str, Any]) -> None:
    report = submit(house, "bank-a", body, name=f"card {CARD}.txt", **terms)
    left = everything(house)
    assert CARD not in left
    assert GROUPS not in left
    with house.database.reading() as connection:
        kept = body_of(connection, report.key)
    assert kept == b"" or report.format == "stix"
    if isinstance(body, str):
        # with what is shown of a card, its number could be found from the hash of a short file
        assert hashlib.sha256(body.encode()).hexdigest() not in left


def test_what_stood_beside_one_goes_on(house: House) -> None:
    report = submit(house, "bank-a", f"domain,note\nbad.example.com,his card {GROUPS}\nworse.example.com,no more\n")
    assert house.counts(report) == {"accepted": 2}
    again = submit(house, "bank-a", f"domain,note\nbad.example.com,his card {GROUPS}\nworse.example.com,no more\n")
    assert house.counts(again) == {"merged": 2}


def test_accounts_that_could_be_cards_stay_with_their_file(house: House) -> None:
    body = f"Bank,Account number,domain\nBRI,{CARD[:-1]},bad.example.com\nDBS,4111111111111111,worse.example.com\n"
    report = submit(house, "bank-a", body)
    assert house.counts(report).get("accepted") == 2
    with house.database.reading() as connection:
        assert body_of(connection, report.key) == body.encode()


@pytest.mark.parametrize("kind", ["passport-number", "identity-card-number", "visa-number"])
def test_papers_in_misp_are_not_repeated(house: House, kind: str) -> None:
    submit(house, "bank-a", misp_of({"type": kind, "value": "E0000000A"}))
    assert "E0000000A" not in everything(house)


def test_digits_of_several_scripts_stop_no_report(house: House) -> None:
    report = submit(house, "bank-a", "2024๐๕๑๒ 12345๖๗ 00000\nsee bad.example.com\n")
    assert report.state == COMPLETE
    assert house.counts(report)["accepted"] == 1
