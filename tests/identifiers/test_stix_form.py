"""Identifiers in STIX: the ids that other tools compute, and one pattern spelling each."""

import json
from typing import Any

import pytest
import stix2
from stix2patterns.validator import run_validator

from tocsin.identifiers import KINDS, Hints, deterministic_id, read

SHA256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
SAMPLES = [
    ("domain", "example.com"),
    ("url", "http://example.com/a?b='c'"),
    ("ipv4", "192.0.2.1"),
    ("ipv6", "2001:db8::1"),
    ("email", "o'brien@example.com"),
    ("phone", "+6561234567"),
    ("iban", "GB33BUKB20201555555555"),
    ("bank-account", "SG:DBSSSGSG:12345678"),
    ("payment-proxy", "PayNow +65 6123 4567"),
    ("wallet", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"),
    ("file-hash", SHA256),
    ("payment-card", "400000:0002:0123456789abcdef0123456789abcdef"),
    ("social-account", "telegram:bad_trader"),
    ("app", "android:com.example.bad_app"),
    ("listing", "carousell:item:1234567890"),
    ("sms-sender", "BAD-BANK"),
    ("passport", "SG:0123456789abcdef0123456789abcdef"),
    ("identity-document", "SG:0123456789abcdef0123456789abcdef"),
    ("company-number", "SG:197401143C"),
    ("vessel", "imo:9074729"),
    ("container", "CSQU3054383"),
    ("flight", "SQ322"),
    ("air-waybill", "618-12345675"),
    ("invoice", "INV-2024-001"),
    ("name", "NOBODY"),
]
CORE = ("domain", "url", "ipv4", "ipv6", "email", "file-hash", "social-account", "sms-sender", "app")
PERSONAL = {
    "phone", "iban", "bank-account", "payment-proxy", "payment-card", "social-account", "listing", "sms-sender",
    "passport", "identity-document", "name",
}  # fmt: skip


def observable(kind: str, value: str) -> dict[str, Any]:
    return KINDS[kind].observable(read(value, kind))


@pytest.mark.parametrize(("kind", "value"), [s for s in SAMPLES if s[0] in CORE])
def test_core_observables_have_the_ids_of_the_stix2_library(kind: str, value: str) -> None:
    made = observable(kind, value)
    theirs = stix2.parse({key: given for key, given in made.items() if key != "id"}, version="2.1")
    assert made["id"] == theirs.id
    assert json.loads(theirs.serialize()) == made


@pytest.mark.parametrize(
    ("object_type", "contributing", "identifier"),
    [
        ("bank-account", {"iban": "GB33BUKB20201555555555"}, "bank-account--0ffc7644-b03a-5c13-94aa-22816e581fc9"),
        ("phone-number", {"value": "+4407890129093"}, "phone-number--28d9db23"),
        ("phone-number", {"value": "4407890129093"}, "phone-number--3a7d0770"),
    ],
)
def test_ids_of_the_published_extensions(object_type: str, contributing: dict[str, str], identifier: str) -> None:
    assert deterministic_id(object_type, contributing).startswith(identifier)


def test_an_iban_account_has_the_id_that_others_compute_and_no_account_number() -> None:
    assert observable("iban", "gb33 bukb 2020 1555 5555 55") == {
        "type": "bank-account",
        "spec_version": "2.1",
        "id": "bank-account--0ffc7644-b03a-5c13-94aa-22816e581fc9",
        "iban": "GB33BUKB20201555555555",
        "extensions": {"extension-definition--f19f3291-6a84-5674-b311-d75a925d5bd9": {"extension_type": "new-sco"}},
    }


def test_the_same_number_at_two_banks_is_two_accounts() -> None:
    number = "12345678"
    here = read(number, "bank-account", Hints(country="SG", bank="DBS"))
    there = read(number, "bank-account", Hints(country="SG", bank="UOB"))
    assert here != there
    ids = {KINDS["bank-account"].observable(account)["id"] for account in (here, there)}
    assert len(ids) == 2


def test_an_account_without_iban_carries_its_parts_in_our_extension() -> None:
    account = read("7171-081-123456789", "bank-account")
    made = KINDS["bank-account"].observable(account)
    assert made["account_number"] == "SG:DBSSSGSG:123456789"
    assert made["id"] == deterministic_id("bank-account", {"account_number": "SG:DBSSSGSG:123456789"})
    assert made["extensions"]["extension-definition--bdc93c69-fcec-4ef0-afb8-6d90b835b2df"] == {
        "extension_type": "property-extension",
        "country": "SG",
        "bank_code": "DBSSSGSG",
        "branch_code": "081",
        "account_number_local": "123456789",
    }


@pytest.mark.parametrize(
    ("kind", "value", "role", "pattern"),
    [
        ("domain", "example.com", None, "[domain-name:value = 'example.com']"),
        ("url", "http://example.com/it's", None, r"[url:value = 'http://example.com/it\'s']"),
        ("ipv4", "192.0.2.1", None, "[ipv4-addr:value = '192.0.2.1']"),
        ("ipv6", "2001:db8::1", None, "[ipv6-addr:value = '2001:db8::1']"),
        ("email", "a@example.com", None, "[email-message:from_ref.value = 'a@example.com']"),
        ("email", "a@example.com", "sender", "[email-message:from_ref.value = 'a@example.com']"),
        (
            "email",
            "a@example.com",
            "reply-to",
            "[email-message:additional_header_fields.'Reply-To' = 'a@example.com']",
        ),
        ("phone", "+6561234567", None, "[phone-number:value = '+6561234567']"),
        ("iban", "GB33BUKB20201555555555", "mule", "[bank-account:iban = 'GB33BUKB20201555555555']"),
        ("bank-account", "DBSSSGSG 12345678", None, "[bank-account:account_number = 'SG:DBSSSGSG:12345678']"),
        ("payment-proxy", "PromptPay 0812345678", None, "[user-account:user_id = 'promptpay:phone:+66812345678']"),
        (
            "wallet",
            "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa",
            None,
            "[cryptocurrency-wallet:value = '1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa']",
        ),
        ("file-hash", SHA256, None, f"[file:hashes.'SHA-256' = '{SHA256}']"),
        (
            "social-account",
            "t.me/Bad_Trader",
            None,
            "[user-account:account_type = 'telegram' AND user-account:account_login = 'bad_trader']",
        ),
        (
            "social-account",
            "telegram:id:123456789",
            "contact",
            "[user-account:account_type = 'telegram' AND user-account:user_id = '123456789']",
        ),
        (
            "sms-sender",
            "Bad'Bank",
            None,
            r"[user-account:account_type = 'sms-sender' AND user-account:account_login = 'BAD\'BANK']",
        ),
        ("app", "com.example.bad_app", None, "[software:name = 'android:com.example.bad_app']"),
        ("vessel", "IMO 9074729", None, "[entity-identifier:value = 'vessel:imo:9074729']"),
        ("file-hash", "a" * 32, None, f"[file:hashes.MD5 = '{'a' * 32}']"),
    ],
)
def test_every_kind_has_one_pattern(kind: str, value: str, role: str | None, pattern: str) -> None:
    assert KINDS[kind].pattern(read(value, kind), role) == pattern
    assert run_validator(pattern, stix_version="2.1") == []


@pytest.mark.parametrize(("kind", "value"), SAMPLES)
def test_every_kind_has_an_observable_and_knows_whether_it_is_personal(kind: str, value: str) -> None:
    made = observable(kind, value)
    assert made["id"].startswith(made["type"] + "--")
    assert KINDS[kind].name == kind
    assert KINDS[kind].personal == (kind in PERSONAL)
    assert KINDS[kind].label


def test_all_kinds_are_sampled() -> None:
    assert {kind for kind, _ in SAMPLES} == set(KINDS)
