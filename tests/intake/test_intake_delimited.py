"""CSV: delimiters, quotation, headings, what each column means, damaged numbers, blank rows."""

from typing import Any

import pytest

from tocsin.intake import CannotRead, Claim, Defaults, Row, read
from tocsin.times import parse_stamp


def rows_of(text: str, **options: Any) -> list[Row]:
    return list(read(text.encode(), format="csv", **options).rows)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_delimiter_and_line_end(delimiter: str, end: str) -> None:
    lines = ["Domain,Crime,Note", "bad.example.com,Phishing,x", 'worse.example.com,Fraud,"a ""b"""', ""]
    data = end.join(line.replace(",", delimiter) for line in lines).encode()
    reading = read(data)
    assert reading.format == "csv"
    first, second = reading.rows
    assert (first.row, first.column, first.claim) == (2, "Domain", Claim(crime_type="phishing", note="x"))
    assert (second.row, second.claim) == (3, Claim(crime_type="other-fraud", note='a "b"'))


def test_a_quoted_line_end_stays_in_its_cell_and_rows_keep_their_line() -> None:
    first, second = rows_of('domain,note\nbad.example.com,"two\r\nlines, and a comma"\nworse.example.com,\n')
    assert (first.row, first.claim.note) == (2, "two\nlines, and a comma")
    assert (second.row, second.claim.note) == (4, None)


@pytest.mark.parametrize(
    ("heading", "value", "kind", "role"),
    [
        ("Domain Name", "bad.example.com", "domain", None),
        ("WEBSITE", "https://bad.example.com/", "url", None),
        ("Lien", "https://bad.example.com/", "url", None),
        ("Situs web", "https://bad.example.com/", "url", None),
        ("IP_Address", "192.0.2.1", "ipv4", None),
        ("E-Mail", "a@example.com", "email", None),
        ("Sender", "a@example.com", "email", "sender"),
        ("Expéditeur", "a@example.com", "email", "sender"),
        ("Reply-To", "a@example.com", "email", "reply-to"),
        ("Victim email", "a@example.com", "email", "victim"),
        ("PhoneNumber", "+44 20 7946 0123", "phone", None),
        ("WhatsApp", "+44 20 7946 0123", "phone", None),
        ("Mobile", "+44 20 7946 0123", "phone", None),
        ("Nomor telepon", "+44 20 7946 0123", "phone", None),
        ("IBAN", "GB33BUKB20201555555555", "iban", None),
        ("Account number", "GB33BUKB20201555555555", "iban", None),
        ("SHA-256", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "file-hash", None),
        ("Wallet address", "0x52908400098527886E0F7030069857D2E4169EE7", "wallet", None),
        ("Indicators", "bad.example.com", "domain", None),
        ("domains", "192.0.2.1", "ipv4", None),
    ],
)
def test_headings_in_common_spellings(heading: str, value: str, kind: str, role: str | None) -> None:
    (row,) = rows_of(f"{heading},country\n{value},\n")
    assert row.identifier is not None, row.problem
    assert (row.column, row.identifier.kind, row.claim.role) == (heading, kind, role)


def test_several_identifier_columns_give_several_rows() -> None:
    rows = rows_of("domain_name,ip_address\nbad.example.com,192.0.2.1\n,192.0.2.2\n")
    assert [(row.row, row.column, row.identifier.kind) for row in rows if row.identifier] == [
        (2, "domain_name", "domain"),
        (2, "ip_address", "ipv4"),
        (3, "ip_address", "ipv4"),
    ]


def test_bank_columns_are_hints_for_the_account() -> None:
    (row,) = rows_of("Account,Bank name,SWIFT,Branch,Country\n0012345678,Some Bank,DEUTDEFF,Main,Germany\n")
    assert row.identifier is not None
    assert row.identifier.value == "DE:DEUTDEFF:0012345678"
    assert (row.hints.country, row.hints.bank, row.hints.branch) == ("DE", "DEUTDEFF", "Main")


def test_local_telephones_take_the_country_of_the_row_before_the_members() -> None:
    rows = rows_of(
        "phone,country\n020 7946 0123,GB\n202-555-0123,\n", defaults=Defaults(country="US", claim=Claim(role="contact"))
    )
    assert [row.hints.country for row in rows] == ["GB", "US"]
    assert rows[0].identifier is not None
    assert rows[0].identifier.value == "+442079460123"
    assert rows[0].claim.role == "contact"


def test_the_claim_of_a_row() -> None:
    (row,) = rows_of(
        "indicator,type,category,first seen,last seen,confidence,role,comment\n"
        "bad.example.com,domain,Pig butchering,2024-01-02,2024-02-03T04:05:06Z,high,hosting,call me\n"
    )
    assert row.claim == Claim(
        role="hosting",
        crime_type="investment-fraud",
        confidence=85,
        first_seen=parse_stamp("2024-01-02T00:00:00Z"),
        last_seen=parse_stamp("2024-02-03T04:05:06Z"),
        note="call me",
    )


def test_a_label_that_says_more_than_its_crime_is_kept() -> None:
    (row,) = rows_of("Domain,Domain Use\nbad.example.com,Associated w/ Malware Actor\n")
    assert row.claim == Claim(crime_type="malware", note="Domain Use: Associated w/ Malware Actor")


def test_words_of_a_claim_that_are_not_understood_are_kept_as_a_note() -> None:
    (row,) = rows_of("domain,type,date,confidence\nbad.example.com,Zebra,last Monday,sure\n")
    assert row.claim == Claim(note="date: last Monday; confidence: sure; Zebra")


def test_a_type_column_names_the_kind_of_each_row() -> None:
    rows = rows_of("type,value\nip,192.0.2.1\nphone,020 7946 0123\n", defaults=Defaults(country="GB"))
    assert [row.identifier.kind for row in rows if row.identifier] == ["ipv4", "phone"]
    assert [row.claim for row in rows] == [Claim(), Claim()]


@pytest.mark.parametrize(
    ("dates", "day"), [(["03/04/2024"], "2024-04-03"), (["03/04/2024", "01/31/2024"], "2024-03-04")]
)
def test_numbered_dates_are_day_first_unless_the_column_shows_otherwise(dates: list[str], day: str) -> None:
    first, *_ = rows_of("domain,date\n" + "".join(f"bad.example.com,{date}\n" for date in dates))
    assert first.claim.first_seen == first.claim.last_seen == parse_stamp(f"{day}T00:00:00Z")


def test_without_headings_columns_are_known_by_their_content_and_named_by_letter() -> None:
    reading = read(b"1,bad.example.com,192.0.2.1\n2,worse.example.com,192.0.2.2\n")
    assert reading.notices == ("These columns were left aside: A.",)
    assert [(row.row, row.column) for row in reading.rows] == [(1, "B"), (1, "C"), (2, "B"), (2, "C")]


def test_a_first_row_with_an_identifier_is_no_heading_whatever_words_stand_beside_it() -> None:
    assert [row.row for row in rows_of("domain,bad.example.com\nip,192.0.2.1\n")] == [1, 2]


def test_unknown_headings_over_identifiers_are_read_and_told() -> None:
    reading = read(b"Foo,Bar\nbad.example.com,1\nworse.example.com,2\n")
    assert reading.notices[0] == "The first row was taken for a heading: no identifier stands in it."
    assert [(row.row, row.column) for row in reading.rows] == [(2, "Foo"), (3, "Foo")]


def test_digits_under_a_heading_that_says_other_are_nobodys_account_or_telephone() -> None:
    with pytest.raises(CannotRead, match="No column"):
        read(b"Amount,Foo\n2079460123,a\n2079460124,b\n", format="csv", defaults=Defaults(country="GB"))


def test_blank_rows_are_counted_and_rows_without_identifier_have_a_problem() -> None:
    reading = read(b"domain,note\nbad.example.com,\n,\n \t , \n\n,only a note\n", format="csv")
    rows = list(reading.rows)
    assert reading.notices == ("Blank rows skipped: 3.",)
    assert [(row.row, row.value, row.problem is None) for row in rows] == [
        (2, "bad.example.com", True),
        (6, "only a note", False),
    ]
    assert rows[1].problem == "This row holds no identifier: there is nothing in domain."


def test_a_million_blank_rows_are_no_burden() -> None:
    reading = read(b"Domain,Use\r\nbad.example.com,Fraud\r\n" + b",\r\n" * 1_025_265)
    assert reading.notices == ("Blank rows skipped: 1,025,265.",)
    assert len(list(reading.rows)) == 1


def test_comment_lines_in_a_table_are_counted() -> None:
    reading = read(b"# a feed\n# of 2024\ndomain,note\nbad.example.com,x\n", format="csv")
    assert reading.notices == ("Lines of comment skipped: 2.",)
    assert [row.row for row in reading.rows] == [4]


def test_an_account_that_a_spreadsheet_shortened_is_no_account() -> None:
    (row,) = rows_of("account,swift\n1.23457E+11,DEUTDEFF\n")
    assert "Line 2, column account shows 1.23457E+11" in (row.problem or "")


def test_long_values_are_shown_in_part() -> None:
    (row,) = rows_of("domain,note\n" + "a" * 3_000 + ",x\n")
    assert row.problem
    assert len(row.value) == 2_000


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("domain,note\n", "no rows below"),
        ("domain\n\n\n", "no rows below"),
        ("# only\n# comments\n", "no entries"),
        ("a,b\nc,d\n", "No column"),
        ('domain,note\nbad.example.com,"never closed\nworse.example.com,x\n', "line 2 a quotation mark"),
        ('domain,note\nbad.example.com,"' + "x" * 200_000 + "\n", "begins on line 2 is too long"),
        ("domain" + ",x" * 2_000 + "\nbad.example.com\n", "2,001 columns"),
    ],
)
def test_tables_that_cannot_be_read_say_why(text: str, message: str) -> None:
    with pytest.raises(CannotRead, match=message):
        read(text.encode(), format="csv")
