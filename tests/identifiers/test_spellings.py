"""Every way in which people write an identifier comes out as the one canonical spelling."""

import pytest

from tocsin.identifiers import NO_HINTS, Hints, read, recognise

# The development account that everybody knows, as Polkadot spells it.
ALICE = "15oF4uVJwmo4TdGW7VfQxNLavjCXviqxT9S1MgbjMNHr6Sp5"
XMR = "44AFFq5kSiGBoZ4NMDwYtN18obc8AemS33DBLWs3H7otXft3XjrpDtQGv7SqSsaBYBb98uNbr2VBBEt7f2wfn3RVGQBEP3A"
EIP55 = "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed"
TAPROOT = "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0"
MD5 = "d41d8cd98f00b204e9800998ecf8427e"
SHA1 = "da39a3ee5e6b4b0d3255bfef95601890afd80709"
SHA256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

RECOGNISED = {
    "domain": {
        "example.com": [
            "example.com", "EXAMPLE.COM", "Example.Com.", " example.com ", "example[.]com", "example(.)com",
            "example{.}com", "example[dot]com", "example (dot) com", "example[DOT]com", "example\\.com",
            "example [.] com", "example[.com", "example.]com", "exam\u200bple.com", "\ufeffexample.com",
            "example\uff0ecom", "example\u3002com", "ｅｘａｍｐｌｅ.com", '"example.com"', "'example.com'",
            "<example.com>", "[example.com]", "(example.com)", "“example.com”", "example.com,", "example.com;",
            "(example.com).", "*.example.com", ".example.com", "example.com:8080", "example[.]com:8080",
            "example<.>com", "exa\u00admple.com", "`example.com`",
        ],
        "xn--mnchen-3ya.example.com": ["münchen.example.com", "MÜNCHEN.example.com", "XN--MNCHEN-3YA.example.com"],
        "xn--strae-oqa.example.org": ["straße.example.org", "xn--strae-oqa.example.org"],
        "xn--55qx5de13dknc.example.net": ["公司網站.example.net", "公司網站。example。net"],
        "xn--e1afmkfd.xn--p1ai": ["пример.рф", "ПРИМЕР.РФ", "xn--e1afmkfd.xn--p1ai"],
        "xn--i-7iq.ws": ["i❤.ws", "xn--i-7iq.ws"],
        "_dmarc.mail_server.example.com": ["_dmarc.mail_server.example.com"],
        "bank.example.test": ["bank.example.test", "bank[.]example[.]test"],
        "a.invalid": ["a.invalid"],
        "x.localhost": ["x.localhost"],
        "shop.example": ["shop.example"],
        "evil.github.io": ["evil.github.io"],
        "github.io": ["github.io"],
        "www.ck": ["www.ck"],
        "example.co.uk": ["example.co.uk"],
        "3g2upl4pq6kufc4m.onion": ["3g2upl4pq6kufc4m.onion"],
    },
    "url": {
        "http://example.com/": ["http://example.com", "http://example.com/", "HTTP://EXAMPLE.COM:80",
            "hxxp://example.com",
            "hXXp://example[.]com", "h**p://example.com", "http[:]//example.com", "http[://]example.com/",
            "http:\\\\example.com", "hxxp[:]//example[.]com/", "example.com/", "example.com#home",
            "http://example.com/#top", "<http://example.com>", "http://example.com.", "h__p://example.com",
            "http:///example.com/", "htxp://example.com", "http://bank.test@example.com/",
            "http://user:secret@example.com"],
        "https://example.com/a?b=1&c=2": ["https://example.com/a?b=1&c=2", "https://example.com/a?b=1&#038;c=2",
            "hxxps://example[.]com/a?b=1&amp;c=2", "https://example.com:443/a?b=1&c=2#part",
                "(https://example.com/a?b=1&c=2)",
            "https://example.com/a?b=1&c=2,", "hxxp[s]://example.com/a?b=1&c=2"],
        "http://example.com/login.php": ["example.com/login.php", "example[.]com/login.php.",
            "EXAMPLE.com/login.php"],
        "http://example.com:8080/x": ["example.com:8080/x", "http://example.com:8080/x"],
        "http://example.com/?id=7": ["example.com?id=7", "example.com/?id=7"],
        "http://192.0.2.7/x": ["http://192.0.2.7/x", "192.0.2.7/x", "hxxp://192[.]0[.]2[.]7/x"],
        "http://[2001:db8::1]/x": ["http://[2001:DB8:0::1]/x", "http://[2001:db8::1]:80/x"],
        "https://xn--mnchen-3ya.example.com/%C3%BC": ["https://münchen.example.com/ü",
            "https://xn--mnchen-3ya.example.com/%C3%BC"],
        "ftp://example.com/a": ["ftp://example.com/a", "fxp://example.com/a", "ftp://example.com:21/a"],
        "https://example.com/a%20b": ["https://example.com/a b", "https://example.com/a%20b"],
        "https://example.com/it's(1)": ["https://example.com/it's(1)"],
        "http://example.com/@name": ["example.com/@name"],
    },
    "ipv4": {
        "192.0.2.1": ["192.0.2.1", "192[.]0[.]2[.]1", "192.0.2[.]1", "192.0.2.1:8080", "192.0.2.1/32", "(192.0.2.1)",
            "192.0.2.1,", "192.0.2.1.", "１９２.０.２.１", "::ffff:192.0.2.1"],
    },
    "ipv6": {
        "2001:db8::1": ["2001:db8::1", "2001:DB8::1", "2001:0db8:0000:0000:0000:0000:0000:0001", "[2001:db8::1]",
            "[2001:db8::1]:443", "2001[:]db8[:][:]1", "2001:db8::1/128"],
        "2001:db8::": ["2001:db8::", "2001:db8:0:0:0:0:0:0"],
    },
    "email": {
        "name@example.com": ["name@example.com", "Name@Example.COM", "name[@]example[.]com",
            "name(at)example(dot)com",
            "name [at] example [dot] com", "mailto:name@example.com", "mailto:name@example.com?subject=Hello",
            "Some Name <name@example.com>", '"Name, Some" <name@example.com>', "<name@example.com>",
                "name@example.com.",
            "name{at}example.com"],
        "o'brien+x@example.com": ["O'Brien+x@example.com"],
        "name@xn--mnchen-3ya.example.com": ["name@münchen.example.com"],
    },
    "phone": {
        "+6561234567": ["+65 6123 4567", "+65-6123-4567", "+6561234567", "0065 6123 4567", "(+65) 6123 4567",
            "tel:+6561234567",
            "+65.6123.4567", "＋６５ ６１２３ ４５６７", "+٦٥ ٦١٢٣ ٤٥٦٧", "+๖๕ ๖๑๒๓ ๔๕๖๗", "+65 (6123) 4567",
                "WhatsApp: +65 6123 4567"],
        "+442079460123": ["+44 20 7946 0123", "+44 (0)20 7946 0123", "0044 20 7946 0123"],
        "+12025550123": ["+1 202-555-0123", "+1 (202) 555-0123", "001 202 555 0123"],
    },
    "iban": {
        "GB33BUKB20201555555555": ["GB33BUKB20201555555555", "GB33 BUKB 2020 1555 5555 55", "gb33bukb20201555555555",
            "IBAN: GB33 BUKB 2020 1555 5555 55", "GB33-BUKB-2020-1555-5555-55", "IBAN GB33BUKB20201555555555",
            "GB33BUKB20201555555555."],
        "DE89370400440532013000": ["DE89 3704 0044 0532 0130 00"],
    },
    "bank-account": {
        "SG:DBSSSGSG:12345678": ["SG:DBSSSGSG:12345678", "DBSSSGSG 12345678", "DBSSSGSGXXX 12345678",
            "DBSSSGSG 1234-5678",
            "SG:7171:12345678", "sg:dbsssgsg:12345678", "SG: DBSSSGSG : 123 456 78", "SG:DBS:12345678",
                "DBSSSGSG:12345678"],
        "SG:TESTSGS0:0012345678": ["SG:TESTSGS0:0012345678", "TESTSGS0 001-234567-8"],
        "TH:BKKBTHBK:1234567890": ["TH:BKKBTHBK:123-4-56789-0", "th:bkkbthbkxxx:1234567890",
            "TH:BKKBTHBK:1234567890"],
        "US:021000021:123456789": ["US:021000021:123456789"],
    },
    "wallet": {
        "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa": ["1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa",
            "bitcoin:1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa?amount=1", '"1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"'],
        "3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy": ["3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy"],
        "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4": ["bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4",
            "BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4"],
        TAPROOT: [TAPROOT, TAPROOT.upper()],
        EIP55: ["0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", EIP55, "0x" + EIP55[2:].upper(), "eip155:1:" + EIP55,
            "ethereum:" + EIP55],
        "T9yD14Nj9j7xAB4dbGeiX9h8unkKHxuWwb": ["T9yD14Nj9j7xAB4dbGeiX9h8unkKHxuWwb"],
        "rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh": ["rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh"],
        XMR: [XMR],
        ALICE: [ALICE],
        "qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a": ["bitcoincash:qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a",
            "qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a"],
    },
    "file-hash": {
        MD5: [MD5, MD5.upper(), f"md5:{MD5}", f"MD5 = {MD5}"],
        SHA1: [SHA1, f"sha-1 {SHA1}"],
        SHA256: [SHA256, SHA256.upper(), f"SHA256:{SHA256}", f"sha-256={SHA256}"],
        "a" * 128: ["A" * 128, "sha512: " + "a" * 128],
    },
}  # fmt: skip

TABLE = [
    (text, kind, value) for kind, values in RECOGNISED.items() for value, texts in values.items() for text in texts
]


def test_the_table_is_long() -> None:
    assert len(TABLE) >= 150


@pytest.mark.parametrize(("text", "kind", "value"), TABLE)
def test_a_spelling_is_recognised_and_read(text: str, kind: str, value: str) -> None:
    found = recognise(text)
    assert (found.kind, found.value) == (kind, value)
    assert read(text, kind) == found


HINTED = [
    ("6123 4567", "phone", Hints(country="SG"), "+6561234567"),
    ("020 7946 0123", "phone", Hints(country="gb"), "+442079460123"),
    ("(202) 555-0123", "phone", Hints(country="US"), "+12025550123"),
    ("٦١٢٣٤٥٦٧", "phone", Hints(country="SG"), "+6561234567"),
    ("+44 20 7946 0123", "phone", Hints(country="SG"), "+442079460123"),
    ("12345678", "bank-account", Hints(bank="DBSSSGSG"), "SG:DBSSSGSG:12345678"),
    ("12345678", "bank-account", Hints(country="SG", bank="7171"), "SG:DBSSSGSG:12345678"),
    ("12345678", "bank-account", Hints(country="SG", bank="DBS Bank Ltd"), "SG:DBSSSGSG:12345678"),
    ("12345678", "bank-account", Hints(country="SG", bank="POSB"), "SG:DBSSSGSG:12345678"),
    ("௧௨௩௪௫௬௭௮", "bank-account", Hints(country="SG", bank="DBS"), "SG:DBSSSGSG:12345678"),
    ("1234567", "bank-account", Hints(country="SG", bank="7339", branch="550"), "SG:OCBCSGSG:5501234567"),
    ("5501234567", "bank-account", Hints(country="SG", bank="OCBC Bank", branch="550"), "SG:OCBCSGSG:5501234567"),
    ("123-456-789-0", "bank-account", Hints(country="TH", bank="002"), "TH:BKKBTHBK:1234567890"),
    ("123456789012", "bank-account", Hints(country="MY", bank="MBBEMYKL"), "MY:MBBEMYKL:123456789012"),
    ("7171 12345678", "bank-account", Hints(country="SG"), "SG:DBSSSGSG:12345678"),
    ("SG:DBSSSGSG:12345678", "bank-account", Hints(country="TH", bank="002"), "SG:DBSSSGSG:12345678"),
]


@pytest.mark.parametrize(("text", "kind", "hints", "value"), HINTED)
def test_hints_tell_what_digits_are(text: str, kind: str, hints: Hints, value: str) -> None:
    assert read(text, kind, hints).value == value
    assert recognise(text, hints) == read(text, kind, hints)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("7171 12345678", "SG:DBSSSGSG:12345678"),
        ("7171-081-123456789", "SG:DBSSSGSG:123456789"),
        ("BKKBTHBK 123-4-56789-0", "TH:BKKBTHBK:1234567890"),
        ("7339-550-1234567", "SG:OCBCSGSG:5501234567"),
        ("7375-1234567890", "SG:UOVBSGSG:1234567890"),
        ("9548-146-123456789", "SG:HSBCSGS2:146123456789"),
    ],
)
def test_a_bank_before_the_number_is_enough_where_an_account_is_expected(text: str, value: str) -> None:
    assert read(text, "bank-account").value == value


@pytest.mark.parametrize(
    ("text", "kind", "properties"),
    [
        ("*.example.com", "domain", {"wildcard": "yes"}),
        ("example.com:0443", "domain", {"port": "443"}),
        ("192.0.2.1:80", "ipv4", {"port": "80"}),
        ("[2001:db8::1]:80", "ipv6", {"port": "80"}),
        ("example.com/x", "url", {"scheme": "assumed"}),
        ("https://bank.test@example.com/", "url", {"userinfo": "left out"}),
        (MD5, "file-hash", {"algorithm": "MD5"}),
        (SHA1, "file-hash", {"algorithm": "SHA-1"}),
        (SHA256, "file-hash", {"algorithm": "SHA-256"}),
        ("+6561234567", "phone", {"country": "SG"}),
        ("+6512345678", "phone", {"country": "SG", "assigned": "no"}),
        ("+800 1234 5678", "phone", {}),
        (EIP55, "wallet", {"namespace": "eip155"}),
        (TAPROOT, "wallet", {"chain": "bip122:000000000019d6689c085ae165831e93", "asset": "BTC"}),
        ("T9yD14Nj9j7xAB4dbGeiX9h8unkKHxuWwb", "wallet", {"chain": "tron:0x2b6653dc"}),
        (ALICE, "wallet", {"chain": "polkadot:91b171bb158e2d3848fa23a9f1c25182", "asset": "DOT"}),
        (XMR, "wallet", {"asset": "XMR"}),
        (
            "7171-081-123456789",
            "bank-account",
            {"country": "SG", "bank_code": "DBSSSGSG", "branch_code": "081", "account_number": "123456789"},
        ),
        (
            "GB33BUKB20201555555555",
            "iban",
            {
                "country": "GB",
                "bank_code": "BUKB",
                "branch_code": "202015",
                "account_number": "55555555",
                "bic": "BUKBGB22",
            },
        ),
    ],
)
def test_what_else_a_spelling_tells_becomes_a_property(text: str, kind: str, properties: dict[str, str]) -> None:
    assert read(text, kind, NO_HINTS).properties == properties
