"""What cannot be read is refused in words that say why."""

import pytest

from tocsin.identifiers import KINDS, Hints, Unreadable, read, recognise

REFUSED = [
    ("example.comm", "domain", "not a top-level domain"),
    ("server.local", "domain", "not a top-level domain"),
    ("com", "domain", "not a domain"),
    ("co.uk", "domain", "suffix"),
    ("gov.sg", "domain", "suffix"),
    ("anything.ck", "domain", "suffix"),
    ("localhost", "domain", "not a domain"),
    ("a..example.com", "domain", "not a domain"),
    ("exa mple.com", "domain", "not a domain"),
    ("http://example.com/x", "domain", "not a domain"),
    ("192.0.2.1", "domain", "not a domain"),
    ("example.com:70000", "domain", "port"),
    ("example.com:8080x.app", "domain", "what follows the colon"),
    ("xn--abc-.example.com", "domain", "xn--"),
    ("xn--99999999.example.com", "domain", "xn--"),
    ("a" * 64 + ".com", "domain", "not a domain"),
    (".".join(["a" * 60] * 5) + ".com", "domain", "longer than the 253"),
    ("example.com", "url", "not a web address"),
    ("http://", "url", "not a web address"),
    ("http://example.com:99999/", "url", "port"),
    ("http://co.uk/", "url", "suffix"),
    ("http://3221225985/", "url", "not a domain"),
    ("http://192.0.02.1/", "url", "leading zero"),
    ("http://[::g]/", "url", "host"),
    ("someone@example.com/x", "url", "neither an e-mail address"),
    ("http://example.com/" + "ü" * 700, "url", "longer than"),
    ("192.0.2.0/24", "url", "range of addresses"),
    ("192.0.2.0/24", "ipv4", "range of addresses"),
    ("192.0.2.1-192.0.2.9", "ipv4", "range of addresses"),
    ("2001:db8::/32", "ipv6", "range of addresses"),
    ("192.0.2.256", "ipv4", "above 255"),
    ("192.0.02.1", "ipv4", "leading zero"),
    ("192.0.2", "ipv4", "not an IPv4"),
    ("192.0.2.1:0", "ipv4", "port"),
    ("::ffff:192.0.2.1", "ipv6", "IPv4 address 192.0.2.1"),
    ("2001:db8:::1", "ipv6", "not an IPv6"),
    ("fe80::1%eth0", "ipv6", "not an IPv6"),
    ("name@example", "email", "not a domain"),
    ("@handle", "email", "not an e-mail"),
    (".name@example.com", "email", "before the @"),
    ("a b@example.com", "email", "not an e-mail"),
    ("name@com.sg", "email", "suffix"),
    ("6123 4567", "phone", "country code"),
    ("+999 1234 5678", "phone", "country code"),
    ("+65 1", "phone", "not a telephone number"),
    ("+65 61234567890123", "phone", "not a telephone number"),
    ("call me", "phone", "not a telephone number"),
    ("GB33BUKB20201555555556", "iban", "checksum"),
    ("GB33BUKB2020155555555", "iban", "length"),
    ("XX33BUKB20201555555555", "iban", "not a country"),
    ("SG33BUKB20201555555555", "iban", "not a country"),
    ("hello", "iban", "not an IBAN"),
    ("12345678", "bank-account", "name the bank"),
    ("SG:NOSUCHBANK:12345678", "bank-account", "not one bank in Singapore"),
    ("SG:HSBC:12345678", "bank-account", "not one bank in Singapore"),
    ("SG:DBSSSGSG:1234", "bank-account", "5 to 18 digits"),
    ("SG:DBSSSGSG:12345678A", "bank-account", "5 to 18 digits"),
    ("TH:DBSSSGSG:12345678", "bank-account", "bank in SG, not in TH"),
    ("QQ:1234:12345678", "bank-account", "code of a country"),
    ("US:Big Credit:12345678", "bank-account", "not one bank in the United States"),
    ("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb", "wallet", "checksum"),
    ("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD", "wallet", "checksum"),
    ("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5", "wallet", "checksum"),
    ("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3T4", "wallet", "checksum"),
    ("T" + "1" * 33, "wallet", "TRON"),
    ("7EcDhSYGxXyscszYEp35KHN8vvw3svAuLKTzXwCFLtV5"[:40], "wallet", "Solana"),
    ("addr1" + "q" * 53, "wallet", "Cardano"),
    ("http://example.com/" + "[" * 20 + "." + "]" * 20, "url", "more brackets"),
    ("hello", "wallet", "not a wallet"),
    ("d41d8cd98f00b204e9800998ecf8427", "file-hash", "31 characters"),
    ("sha1:d41d8cd98f00b204e9800998ecf8427e", "file-hash", "length of MD5"),
    ("zz", "file-hash", "other characters"),
]


@pytest.mark.parametrize(("text", "kind", "reason"), REFUSED)
def test_a_refusal_says_why(text: str, kind: str, reason: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read(text, kind)
    message = str(refused.value)
    assert reason in message
    assert message.endswith(".")
    assert "Error" not in message


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("text", "reason"), [("", "empty"), (" \u200b ", "empty"), ("a" * 2049, "2049 characters"), ("a\x00b", "control")]
)
def test_no_kind_reads_what_is_no_text(kind: str, text: str, reason: str) -> None:
    with pytest.raises(Unreadable, match="not repeated" if KINDS[kind].secret else reason):
        read(text, kind)


@pytest.mark.parametrize(
    "text",
    [
        "12345678",
        "7171 12345678",
        "123456789012",
        "2026-01-31",
        "1,234.50",
        "hello",
        "no such thing",
        "@handle",
        "CUSTOMER 12345678",
    ],
)
def test_digits_and_words_alone_are_never_guessed(text: str) -> None:
    with pytest.raises(Unreadable):
        recognise(text)


def test_the_first_kind_it_looks_like_gives_the_reason() -> None:
    with pytest.raises(Unreadable, match="checksum"):
        recognise("GB33BUKB20201555555556")


@pytest.mark.parametrize(
    ("text", "kind", "hints", "reason"),
    [
        ("1234 5678", "phone", Hints(country="SG"), "not a telephone number"),
        ("12345678", "bank-account", Hints(country="SG"), "name the bank"),
        ("12345678", "bank-account", Hints(bank="7171"), "needs a country"),
        ("12345678", "bank-account", Hints(country="SG", bank="DBS", branch="1234"), "branch code"),
        ("12345678", "bank-account", Hints(bank="Deutsche"), "needs a country"),
        ("020 7946 0123", "phone", Hints(country="XX"), "not a telephone number"),
    ],
)
def test_hints_that_do_not_fit_are_named(text: str, kind: str, hints: Hints, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason):
        read(text, kind, hints)
