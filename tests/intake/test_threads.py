"""Which mails belong to one thread, by what they say themselves; and columns that tell who paid and who was paid."""

import pytest

from tocsin.intake import read, threads_in
from tocsin.intake.threads import MOST_IDS

HEAD = b"From: a@one.example\nTo: b@two.example\nSubject: s\nDate: Tue, 3 Mar 2026 08:14:22 +0800\n"


def mail(*fields: bytes, body: bytes = b"words\n") -> bytes:
    return HEAD + b"".join(one + b"\n" for one in fields) + b"\n" + body


def test_a_mail_has_its_own_identifier_and_those_that_it_answers() -> None:
    one = mail(
        b"Message-ID: <Mine@One.example>", b"In-Reply-To: <first@x.example>", b"References: <aaa@x> <first@x.example>"
    )
    assert list(threads_in(one)) == [(1, ("mine@one.example", "first@x.example", "aaa@x"))]


def test_a_mail_that_carries_another_is_in_its_thread_too() -> None:
    inner = mail(b"Message-ID: <inner@x.example>")
    head = b'Content-Type: multipart/mixed; boundary="b"'
    outer = mail(
        b"Message-ID: <outer@x.example>",
        head,
        body=b"--b\nContent-Type: text/plain\n\nsee\n--b\nContent-Type: message/rfc822\n\n" + inner + b"\n--b--\n",
    )
    assert list(threads_in(outer)) == [(1, ("outer@x.example", "inner@x.example"))]


def test_mails_of_a_mailbox_have_the_numbers_of_their_rows() -> None:
    box = b"".join(
        b"From x Tue Mar  3 08:14:22 2026\n" + mail(*fields, body=b"https://" + host + b"/x\n\n")
        for host, fields in (
            (b"first.example", (b"Message-ID: <first@x>",)),
            (b"second.example", ()),
            (b"third.example", (b"Message-ID: <third@x>",)),
        )
    )
    assert dict(threads_in(box)) == {1: ("first@x",), 3: ("third@x",)}
    columns = [row.column for row in read(box).rows if row.value.endswith("third.example/x")]
    assert columns
    assert all(column.startswith("mail 3, ") for column in columns)


@pytest.mark.parametrize(
    "fields",
    [
        (),
        (b"Message-ID: no identifier",),
        (b"Message-ID: <" + b"x" * 10_000 + b"@x>",),
        (b"References: " + b"<" * 100_000,),
        (b"Message-ID: <\xff\xfe@\xff>",),
    ],
)
def test_what_is_no_identifier_joins_nothing(fields: tuple[bytes, ...]) -> None:
    assert all(len(names) <= 1 for _, names in threads_in(mail(*fields)))


def test_no_mail_is_in_more_threads_than_are_looked_at() -> None:
    many = b"References: " + b" ".join(b"<%d@x>" % number for number in range(10_000))
    ((_, names),) = threads_in(mail(many))
    assert len(names) <= MOST_IDS


def test_columns_tell_who_paid_and_who_was_paid() -> None:
    accounts = b"GB33BUKB20201555555555,DE75512108001245126199,FR7630006000011234567890189"
    sheet = b"Victim IBAN,Mule IBAN,Beneficiary IBAN\n" + accounts + b"\n"
    assert [row.claim.role for row in read(sheet).rows] == ["victim", "mule", "beneficiary"]
    sheet = b"victim account,swift,country\n012-345678-9,HRBKSGS0,SG\n"
    assert [row.claim.role for row in read(sheet).rows] == ["victim"]
