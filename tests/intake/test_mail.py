"""Mails: who is who in them, whatever form they come in."""

import hashlib
from email.message import EmailMessage
from typing import Any

import pytest
from mails import FAILED, PASSED, mail, written

from tocsin.intake import CannotRead, Defaults, Reading, Row, read
from tocsin.intake.mail import is_mail

CRIMINAL, FORGED = "sender", "spoofed"


def reading(message: EmailMessage | bytes | str, **options: Any) -> Reading:
    data = message if isinstance(message, bytes) else message.encode() if isinstance(message, str) else written(message)
    return read(data, **options)


def roles(message: EmailMessage | bytes | str, **options: Any) -> dict[str, str | None]:
    """The role of each value that the mail names."""
    return {row.value: row.claim.role for row in reading(message, **options).rows}


def row(message: EmailMessage, value: str) -> Row:
    return next(one for one in reading(message).rows if one.value == value)


def test_a_mail_is_found_by_its_header_lines_and_its_places_are_named() -> None:
    found = reading(mail("Go to http://evil.example/pay\n", Reply_To="boss@elsewhere.example"))
    assert found.format == "mail"
    assert [(one.row, one.column, one.value, one.claim.role) for one in found.rows] == [
        (1, "From", "billing@supplier.example", "spoofed"),
        (2, "Reply-To", "boss@elsewhere.example", "reply-to"),
        (3, "To", "ann@buyer.example", "victim"),
        (4, "text, line 1", "http://evil.example/pay", None),
    ]


@pytest.mark.parametrize(
    ("fields", "role"),
    [
        ({}, CRIMINAL),
        ({"Authentication_Results": PASSED.format("supplier.example")}, CRIMINAL),
        ({"Authentication_Results": FAILED.format("supplier.example")}, FORGED),
        ({"Authentication_Results": PASSED.format("mailer.example")}, FORGED),
        ({"Authentication_Results": "mx.example.org; spf=none; dkim=none; dmarc=none"}, FORGED),
        ({"Received_SPF": "fail (nobody) client-ip=192.0.2.7; envelope-from=billing@supplier.example;"}, FORGED),
        ({"Received_SPF": "pass (it may) client-ip=192.0.2.7; envelope-from=billing@supplier.example;"}, CRIMINAL),
        ({"Received_SPF": "Pass (mx: domain of supplier.example designates 192.0.2.7 as sender) helo=a;"}, CRIMINAL),
        ({"Received_SPF": "Fail (mx: domain of supplier.example does not designate 192.0.2.7) helo=a;"}, FORGED),
        ({"Received_SPF": "Pass (mx: it may) helo=relay.mailer.example;"}, CRIMINAL),
        ({"Reply_To": "other@supplier.example"}, CRIMINAL),
        ({"Reply_To": "boss@elsewhere.example"}, FORGED),
    ],
)
def test_a_sender_whose_name_was_only_used_is_no_criminal(fields: dict[str, str], role: str) -> None:
    assert roles(mail(**fields))["billing@supplier.example"] == role


def test_results_of_servers_further_down_do_not_count() -> None:
    made_up = mail(
        Authentication_Results=FAILED.format("supplier.example"),
        Received="from mailer.example (mailer.example [192.0.2.7]) by mx.example.org; Mon, 02 Nov 2026 09:30:01 +0000",
    )
    text = written(made_up).replace(
        b"From: ", b"Authentication-Results: other; dkim=pass header.d=supplier.example\r\nFrom: ", 1
    )
    assert roles(text)["billing@supplier.example"] == FORGED


def test_webmail_is_the_criminals_own_even_where_answers_go_elsewhere() -> None:
    found = roles(mail(sender="Boss <the.boss@gmail.com>", Reply_To="boss@proton.me"))
    assert (found["the.boss@gmail.com"], found["boss@proton.me"]) == ("sender", "reply-to")


def test_whoever_was_written_to_and_whatever_is_theirs_is_a_victim() -> None:
    text = "Dear Ann, see https://www.buyer.example/team or write to bob@buyer.example, not to http://evil.example/x\n"
    found = roles(mail(text, to="ann@buyer.example, Friend <friend@gmail.com>", Cc="carl@buyer.example"))
    assert {value: role for value, role in found.items() if role == "victim"} == dict.fromkeys(
        (
            "ann@buyer.example", "friend@gmail.com", "carl@buyer.example", "https://www.buyer.example/team",
            "bob@buyer.example",
        ),
        "victim",
    )  # fmt: skip
    assert found["http://evil.example/x"] is None


def test_a_link_that_names_its_victim_is_taken_without_that() -> None:
    html = (
        '<a href="http://evil.example/a?mail=ANN%40buyer.example&x=1">x</a>'
        '<a href="http://evil.example/b?id=YW5uQGJ1eWVyLmV4YW1wbGU=">x</a><a href="http://evil.example/c?id=17">x</a>'
    )
    text = "http://evil.example/d?for=ann@buyer.example\nDear carl@other.example, you signed in from 192.0.2.1\n"
    rows = list(reading(mail(text, html=html)).rows)
    assert [one.identifier.value for one in rows if one.identifier and one.identifier.kind == "url"] == [
        f"http://evil.example/{path}" for path in ("a", "b", "c?id=17", "d")
    ]
    assert {one.value: one.claim.role for one in rows}["carl@other.example"] == "victim"
    assert {one.value: one.claim.role for one in rows}["192.0.2.1"] == "spoofed"


def test_ones_own_name_forged_is_spoofed_and_the_forged_names_pages_too() -> None:
    found = roles(mail(sender="Director <boss@buyer.example>", Reply_To="boss@elsewhere.example"))
    assert found["boss@buyer.example"] == FORGED
    forged = roles(mail("https://supplier.example/imprint", Authentication_Results=FAILED.format("supplier.example")))
    assert forged["https://supplier.example/imprint"] == FORGED


def test_a_link_that_names_its_victim_in_its_path_is_taken_up_to_there() -> None:
    html = '<a href="http://evil.example/a/ann@buyer.example/b">x</a><a href="http://evil.example/YW5uQGJ1eWVyLmV4YW1wbGU">x</a>'
    text = "http://evil.example/c/d/ann@buyer.example\n"
    rows = list(reading(mail(text, html=html)).rows)
    assert [one.identifier.value for one in rows if one.identifier and one.identifier.kind == "url"] == [
        f"http://evil.example/{path}" for path in ("a/", "", "c/d/")
    ]


def test_a_link_in_a_cover_that_names_the_victim_is_taken_up_to_there() -> None:
    inner = mail("Pay here.\n", sender="X <x@evil.example>")
    rows = list(reading(forwarded(inner, "She was sent to http://evil.example/pay?u=ann@buyer.example\n")).rows)
    assert [one.identifier.value for one in rows if one.identifier and one.identifier.kind == "url"] == [
        "http://evil.example/pay"
    ]


def lookalike(domain: str, others: frozenset[str]) -> str | None:
    """Whether one of them is the same but for digits in the place of letters."""
    return next((one for one in sorted(others) if one == domain.replace("0", "o") != domain), None)


def test_a_domain_that_imitates_the_victims_is_the_criminals() -> None:
    message = mail(sender="Director <boss@c0mpany.example>", to="ann@company.example", Reply_To="x@elsewhere.example")
    found = list(reading(message, defaults=Defaults(imitated=lookalike)).rows)
    assert [(one.value, one.claim.role) for one in found][:3] == [
        ("boss@c0mpany.example", "sender"),
        ("x@elsewhere.example", "reply-to"),
        ("c0mpany.example", "lookalike"),
    ]
    assert found[2].claim.note == "It imitates company.example."


def other_ending(domain: str, others: frozenset[str]) -> str | None:
    return next((one for one in sorted(others) if one.partition(".")[0] == domain.partition(".")[0]), None)


@pytest.mark.parametrize(
    ("checks", "role"), [(FAILED, "spoofed"), (PASSED, "sender"), (None, "sender")], ids=["failed", "passed", "unknown"]
)
def test_a_domain_of_another_ending_that_nothing_proves_may_be_the_genuine_one(checks: str | None, role: str) -> None:
    fields = {} if checks is None else {"Authentication_Results": checks.format("acme.example")}
    message = mail(
        "See https://acme.example/x", sender="ceo@acme.example", to="ann@acme.test", Reply_To="x@gmail.com", **fields
    )
    found = roles(message, defaults=Defaults(imitated=other_ending))
    assert found["ceo@acme.example"] == role
    assert ("acme.example" in found) == (role == "sender")
    assert found["https://acme.example/x"] == ("spoofed" if role == "spoofed" else None)


def test_a_domain_of_another_letter_imitates_whatever_the_checks_say() -> None:
    fields = {"Authentication_Results": FAILED.format("c0mpany.example")}
    message = mail(sender="boss@c0mpany.example", to="ann@company.example", **fields)
    found = roles(message, defaults=Defaults(imitated=lookalike))
    assert (found["boss@c0mpany.example"], found["c0mpany.example"]) == ("sender", "lookalike")


def test_a_domain_that_imitates_a_genuine_one_of_the_thread_is_the_criminals() -> None:
    thread = "New account below.\n\nFrom: Sue <sue@solid.example>\nTo: ann@buyer.example\nSent: Monday\n\nAs agreed.\n"
    message = mail(thread, sender="Sue <sue@s0lid.example>", subject="Re: invoice")
    found = roles(message, defaults=Defaults(imitated=lookalike))
    assert (found["sue@s0lid.example"], found["s0lid.example"]) == ("sender", "lookalike")
    assert found["sue@solid.example"] == "victim"


def test_an_address_in_the_name_is_not_the_senders() -> None:
    message = mail(sender='"ceo@company.example" <x1@gmail.com>')
    assert [(one.column, one.value, one.claim.role) for one in list(reading(message).rows)[:2]] == [
        ("From", "x1@gmail.com", "sender"),
        ("name in From", "ceo@company.example", "spoofed"),
    ]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ('"Long, Chris"<x@evil.example>', "x@evil.example"),
        ("Doe, John <x@evil.example>", "x@evil.example"),
        ("=?utf-8?q?J=C3=BCrgen?= <x@evil.example>", "x@evil.example"),
        ("=?no-such?b?####?= <x@evil.example>", "x@evil.example"),
        ("x@evil.example (A name)", "x@evil.example"),
        ("<x@evil.example", "x@evil.example"),
        ("X@EVIL.example", "x@evil.example"),
    ],
)
def test_senders_however_they_are_written(field: str, value: str) -> None:
    data = f"Received: from a by b\nSubject: x\nTo: ann@buyer.example\nFrom: {field}\n\nhello\n"
    assert roles(data)[value] == "sender"


def test_a_from_without_an_address_is_said() -> None:
    data = 'Subject: x\nTo: ann@buyer.example\nFrom: "Long"<nothing here>\nReply-To: x@evil.example\n\nhello\n'
    found = reading(data)
    assert "What stands in From is no e-mail address." in found.notices
    assert [one.claim.role for one in found.rows] == ["reply-to", "victim"]


HOP = "from mailer.example (mailer.example [192.0.2.7]) by mx.buyer.example with ESMTP; Mon, 02 Nov 2026 09:30:01 +0000"
INSIDE = "from mx.buyer.example (10.0.0.1) by store.buyer.example; Mon, 02 Nov 2026 09:30:02 +0000"


def test_the_sending_host_is_the_criminals_only_where_it_was_not_let_in() -> None:
    failed = mail(Authentication_Results=FAILED.format("supplier.example"), Received=HOP)
    text = b"Received: " + INSIDE.encode() + b"\r\n" + written(failed)
    found = reading(text)
    assert ("Received", "192.0.2.7", "sender") in [(one.column, one.value, one.claim.role) for one in found.rows]
    assert "It was delivered by the host mailer[.]example, 192[.]0[.]2[.]7." in reading(text).notices
    passed = mail(Authentication_Results=PASSED.format("supplier.example"), Received=HOP)
    assert "192.0.2.7" not in roles(passed)
    assert "192.0.2.7" not in roles(mail(Received=HOP))


def test_links_count_by_where_they_lead_and_other_words_on_them_are_noted() -> None:
    html = (
        '<p>See <a href="http://evil.example/login">https://www.bank.example</a> '
        '<a href="mailto:help@evil.example?subject=x">write</a> <a href="tel:+442079460123">call</a>'
        '<a href="https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fevil.example%2Fb&amp;data=1">x</a>'
        "<script>document.write('http://not-shown.example/')</script><!-- http://comment.example/ -->"
        '<form action="https://evil.example/post"><a href="#top">up</a><a href="login.html">here</a></form>'
    )
    message = mail("See the page.", html=html)
    found = roles(message)
    assert list(found)[2:] == [
        "http://evil.example/login", "mailto:help@evil.example?subject=x", "tel:+442079460123",
        "https://evil.example/b", "https://evil.example/post",
    ]  # fmt: skip
    assert (
        row(message, "http://evil.example/login").claim.note == "The words on the link were “https://www.bank.example”."
    )


def test_relative_links_follow_the_base() -> None:
    html = '<base href="http://evil.example/a/"><a href="login.php">here</a>'
    assert "http://evil.example/a/login.php" in roles(mail("x", html=html))


def test_what_is_attached_is_listed_and_not_opened() -> None:
    message = mail("See the invoice.")
    message.add_attachment(
        b"%PDF-1.4 see http://inside.example/", maintype="application", subtype="pdf", filename="Rechnung März.pdf"
    )
    message.add_attachment(b"<a href=http://inside.example/>", maintype="text", subtype="html", filename="open.html")
    found = reading(message)
    rows = {one.value: one for one in found.rows}
    sha256 = hashlib.sha256(b"%PDF-1.4 see http://inside.example/").hexdigest()
    assert rows[sha256].column == "attachment Rechnung März.pdf, 35 bytes"
    assert rows[sha256].identifier is not None
    assert rows[sha256].identifier.kind == "file-hash"
    assert not any("inside" in value for value in rows)
    assert any("Rechnung März.pdf (35 bytes); open.html" in notice for notice in found.notices)


def test_pictures_that_a_mail_shows_are_no_attachments() -> None:
    message = mail("x")
    message.set_content("<img src=cid:1>", subtype="html")
    message.add_related(b"\x89PNG", maintype="image", subtype="png", cid="<1>")
    assert len(roles(message)) == 2


@pytest.mark.parametrize("encoding", ["base64", "quoted-printable", "8bit"])
@pytest.mark.parametrize("charset", ["utf-8", "iso-8859-15", "koi8-r", "shift_jis", "tis-620", "gb18030"])
def test_every_encoding_and_character_set(encoding: str, charset: str) -> None:
    message = mail()
    text = {"koi8-r": "Платёж", "shift_jis": "振込", "tis-620": "โอนเงิน", "gb18030": "转账"}.get(charset, "Überweisung")
    message.set_content(f"{text}: http://evil.example/x\n", charset=charset, cte=encoding)
    assert "http://evil.example/x" in roles(message)


@pytest.mark.parametrize("charset", ["no-such", "idna", "base64", "unicode_escape", "utf-7", "x\x00y", "'utf-8'", ""])
def test_character_sets_that_are_none(charset: str) -> None:
    data = (
        f'From: x@evil.example\nTo: ann@buyer.example\nSubject: x\nContent-Type: text/plain; charset="{charset}"\n\n'
        "Zahlung für http://evil.example/x\n"
    )
    assert "http://evil.example/x" in roles(data)


def test_an_encoding_that_breaks_off_gives_what_there_is() -> None:
    head = "From: x@evil.example\nTo: ann@buyer.example\nSubject: x\nContent-Transfer-Encoding: base64\n\n"
    assert "http://evil.example/x" in roles(head + "aHR0cDovL2V2aWwuZXhhbXBsZS94IG5vdw=!\n")


def test_a_multipart_without_its_parts_is_read_as_text() -> None:
    head = "From: x@evil.example\nTo: ann@buyer.example\nSubject: x\nContent-Type: multipart/mixed; boundary=abc\n"
    assert "http://evil.example/x" in roles(head + "Content-Transfer-Encoding: base64\n\nhttp://evil.example/x\n")


def forwarded(inner: EmailMessage, text: str = "Please look at this.\n") -> EmailMessage:
    message = mail(text, sender="Ann <ann@buyer.example>", to="fraud@bank.example", subject="a strange mail")
    message.add_attachment(inner)
    return message


def test_forwarded_as_attachment_the_mail_inside_is_the_criminals() -> None:
    inner = mail("Pay at http://page.example/x", sender="x@evil.example", Reply_To="y@other-evil.example")
    found = roles(forwarded(inner, "They called from +442079460123\n"))
    assert found == {
        "x@evil.example": "spoofed", "y@other-evil.example": "reply-to", "ann@buyer.example": "victim",
        "http://page.example/x": None, "+442079460123": None,
    }  # fmt: skip


INLINE = """Look what I got.

{}From: Supplier <x@evil.example>
Sent: Monday, 2 November 2026 10:30
To: ann@buyer.example
Subject: Our account has changed

Pay at http://evil.example/x and answer to y@evil.example
"""


@pytest.mark.parametrize(
    "mark",
    ["", "-----Original Message-----\n", "---------- Forwarded message ---------\n", "Begin forwarded message:\n\n"],
)
def test_forwarded_in_the_text_the_mail_inside_is_the_criminals(mark: str) -> None:
    message = mail(INLINE.format(mark), sender="Ann <ann@buyer.example>", to="fraud@bank.example", subject="Fwd: it")
    assert roles(message) == {
        "x@evil.example": "sender",
        "ann@buyer.example": "victim",
        "http://evil.example/x": None,
        "y@evil.example": None,
    }


@pytest.mark.parametrize(
    ("lines", "subject"),
    [
        ("Von: X <x@evil.example>\nGesendet: Montag\nAn: ann@buyer.example\nBetreff: Konto", "WG: Konto"),
        ("De : X <x@evil.example>\nEnvoyé : lundi\nÀ : ann@buyer.example\nObjet : Compte", "TR: Compte"),
        ("> From: X <x@evil.example>\n> Date: Monday\n> To: ann@buyer.example\n> Subject: x", "Fw: x"),
        ("*From:* X <x@evil.example>\n*To:* ann@buyer.example\n*Subject:* x", "FW: x"),
        ("发件人: X <x@evil.example>\n发送时间: 2026\n收件人: ann@buyer.example\n主题: x", "Fwd: x"),
        ("Dari: X <x@evil.example>\nKepada: ann@buyer.example\nPerihal: x", "Fwd: x"),
        ("On Mon, 2 Nov 2026 at 10:30, X <x@evil.example> wrote:", "Fwd: x"),
    ],
)
def test_header_lines_in_other_languages(lines: str, subject: str) -> None:
    text = f"Look.\n\n{lines}\n\nhttp://evil.example/x\n"
    found = roles(mail(text, sender="ann@buyer.example", to="fraud@bank.example", subject=subject))
    assert found["x@evil.example"] == "sender"
    assert "ann@buyer.example" not in found or found["ann@buyer.example"] == "victim"


def test_of_an_answered_thread_the_others_are_victims() -> None:
    text = (
        "Use our new account: IBAN GB33BUKB20201555555555\n\n"
        "On Mon, 2 Nov 2026 at 10:30, Sue <sue@solid.example> wrote:\n"
        "> See www.solid.example, call +442079460123, our IBAN is DE89370400440532013000\n"
    )
    found = roles(mail(text, sender="Sue <sue.solid@gmail.com>", subject="Re: invoice 17"))
    assert found == {
        "sue.solid@gmail.com": "sender",
        "ann@buyer.example": "victim",
        "GB33BUKB20201555555555": "beneficiary",
        "sue@solid.example": "victim",
        "www.solid.example": "victim",
        "+442079460123": "victim",
        "DE89370400440532013000": "victim",
    }


@pytest.mark.parametrize(
    "text",
    [
        "Our old account IBAN DE89370400440532013000 is closed. The new one: IBAN GB33BUKB20201555555555\n",
        "It has changed.\nNew account\nIBAN GB33BUKB20201555555555\nPrevious account\nIBAN DE89370400440532013000\n",
        "The old account IBAN DE89370400440532013000 is closed. Pay to\nName: X\nIBAN: GB33BUKB20201555555555\n",
        "Do not pay to IBAN DE89370400440532013000. Our account is under audit: use IBAN GB33BUKB20201555555555\n",
        "Pay to IBAN GB33BUKB20201555555555, as the old account is closed: IBAN DE89370400440532013000\n",
        "IBAN GB33BUKB20201555555555 replaces IBAN DE89370400440532013000\n",
        "IBAN DE89370400440532013000 is no longer in use.\nPlease pay to IBAN GB33BUKB20201555555555\n",
        "Rekening baru kami IBAN GB33BUKB20201555555555, rekening lama IBAN DE89370400440532013000\n",
    ],
)
def test_the_account_of_before_is_the_victims(text: str) -> None:
    found = roles(mail(text))
    assert found["GB33BUKB20201555555555"] == "beneficiary"
    assert found["DE89370400440532013000"] == "victim"


OLD, NEW = "IBAN DE89370400440532013000", "IBAN GB33BUKB20201555555555"


@pytest.mark.parametrize(
    "text",
    [
        "Please remit to the account below instead of the old one.\n\nIBAN: GB33BUKB20201555555555",
        f"Our new bank details, replacing the previous ones: {NEW}",
        f"Do not use the old account any longer. Use this:\n{NEW}",
        f"Attached is the original invoice. Account: {NEW}",
        f"Attached is the original invoice, account {NEW}",
        f"As in our previous mail, {NEW}",
        f"Our old account is under audit.\n{NEW}",
        f"Do not pay to the old account.\n\nName: X\n{NEW}",
        f"The previous payment came back. Please send it again to: {NEW}",
        f"Use the following in place of our former details:\nBank: Example Bank\n{NEW}",
        f"We no longer accept cheques: {NEW}",
        f"Old account: closed. New account: {NEW}",
    ],
)
def test_the_only_account_of_a_letter_is_where_the_money_should_go(text: str) -> None:
    assert roles(mail(text))["GB33BUKB20201555555555"] == "beneficiary"


def test_the_only_account_of_a_letter_is_of_before_where_that_is_said_behind_it() -> None:
    found = roles(mail(f"Please note that our account {OLD} is no longer in use, we will write again."))
    assert found["DE89370400440532013000"] == "victim"


@pytest.mark.parametrize(
    "text",
    [
        "Please remit to the account below instead of the old one.\n\n{new}\n\nOld account:\n{old}",
        "Our new bank details, replacing the previous ones: {new}. You paid our old account {old} so far.",
        "Do not use the old account any longer. Use this:\n{new}\nNo longer use:\n{old}",
        "Attached is the original invoice. Account: {new}\nPrevious account no. {old}",
        "Please use {new} instead of {old}.",
        "Instead of {old} please use {new}.",
        "Please use our new account instead of {old}. It is {new}.",
        "Use the account below, not the old one:\n{new}\n\nOld one: {old}",
        "Kindly note that from this month on we will no longer be paid on our old\naccount {old}. Pay {new}.",
        "Our old account is closed, please pay to the new one: {new}\nFormer account\nName: X\nBank: Y\n{old}",
        "The account below is no longer in use:\n{old}\nThe account below is in use:\n{new}",
        "Never pay to {old} again.\n\nSettle all open invoices to:\nBeneficiary: X\n{new}",
        "We no longer use our account with Example Bank: {old}\nWe now use our account with Other Bank: {new}",
        "The account previously used, {old}, is under audit. As agreed before the original date, {new} counts.",
        "Unser bisheriges Konto {old} wird geschlossen. Unser neues Konto: {new}",
        "Nuestra cuenta anterior: {old}. Nuestra nueva cuenta: {new}",
        "Notre ancien compte : {old}\nNotre nouveau compte : {new}",
        "原账户: {old}\n新账户: {new}",
        "Stop paying to {old}! Remit everything to {new}",
        "Don't send money to {old}; send it to {new}",
        "Our new account replaces our existing account {old}: {new}",
        "You have the existing contract. {new} takes the place of the account you had, rather than {old}.",
    ],
)
def test_of_two_accounts_the_words_of_their_own_sentence_tell_which_is_of_before(text: str) -> None:
    found = roles(mail(text.format(old=OLD, new=NEW)))
    assert found["GB33BUKB20201555555555"] == "beneficiary"
    assert found["DE89370400440532013000"] == "victim"


def box(*mails: EmailMessage | bytes) -> bytes:
    parts = [one if isinstance(one, bytes) else written(one).replace(b"\r\n", b"\n") for one in mails]
    return b"".join(b"From x@evil.example Mon Nov  2 09:30:00 2026\n" + part + b"\n\n" for part in parts)


def test_a_mailbox_gives_every_mail_and_one_that_cannot_be_read_is_one_row() -> None:
    deep = b"From: a@b.example\nTo: c@d.example\nSubject: x\n" + b"x: y\n" * 3_000 + b"\nbody\n"
    found = reading(box(mail("http://evil.example/1"), deep, mail("http://evil.example/2")))
    assert found.format == "mail"
    rows = list(found.rows)
    assert [(one.column, one.value) for one in rows if one.identifier and one.identifier.kind == "url"] == [
        ("mail 1, text, line 1", "http://evil.example/1"),
        ("mail 3, text, line 1", "http://evil.example/2"),
    ]
    assert [one.row for one in rows] == list(range(1, len(rows) + 1))
    (broken,) = [one for one in rows if one.column.startswith("mail 2, ")]
    assert "more than 2,000 header lines" in (broken.problem or "")


def test_lines_that_begin_like_a_new_mail_are_told_apart() -> None:
    text = "He said:\n\n>From here on http://evil.example/1\n\nFrom now on it is http://evil.example/2\n"
    assert {one.column.partition(",")[0] for one in reading(box(mail(text))).rows} == {"mail 1"}


def test_a_mail_without_anything_cannot_be_read() -> None:
    with pytest.raises(CannotRead, match="Nothing that can be shared was found in this mail"):
        reading(mail("Hello", sender="nobody", to="undisclosed-recipients:;"))


@pytest.mark.parametrize(
    "text",
    ["domain,from\nevil.example,2026-01-01\n", "From: a letter\nbad.example\n", '{"from": "x", "to": "y"}', "to: x\n"],
)
def test_what_is_no_mail_is_not_taken_for_one(text: str) -> None:
    assert not is_mail(text.encode())


def test_reading_again_gives_the_same() -> None:
    data = written(forwarded(mail(INLINE.format(""), html="<a href=http://evil.example/y>y</a>")))
    assert list(read(data).rows) == list(read(data).rows)


def passed_on(text: str, subject: str = "please look", **options: Any) -> dict[str, str | None]:
    return roles(mail(text, sender="Ann <ann@buyer.example>", to="fraud@bank.example", subject=subject, **options))


@pytest.mark.parametrize("subject", ["[EXTERNAL] Fwd: Invoice", "[Ticket 7] [EXT] WG: Konto", "EXTERNAL: Fw: Invoice"])
def test_what_gateways_put_before_a_subject_hides_no_forward(subject: str) -> None:
    found = passed_on(INLINE.format(""), subject)
    assert (found["x@evil.example"], found["ann@buyer.example"]) == ("sender", "victim")
    assert found["http://evil.example/x"] is None


@pytest.mark.parametrize(
    ("cover", "mark"), [("Look.", "---------- Forwarded message ---------\n"), ("I was scammed by these people.", "")]
)
def test_a_mark_or_a_report_in_words_is_a_forward_whatever_the_subject(cover: str, mark: str) -> None:
    found = passed_on(INLINE.format(mark).replace("Look what I got.", cover))
    assert (found["x@evil.example"], found["ann@buyer.example"]) == ("sender", "victim")


def test_who_tells_of_a_crime_in_a_mail_is_not_its_sender() -> None:
    found = passed_on(
        "I was scammed by x@evil.example, who sent me to http://evil.example/x and told me to pay to\n"
        "beneficiary IBAN GB33BUKB20201555555555.\n\nAnn, +442079460123\n"
    )
    assert found == {
        "x@evil.example": None,
        "http://evil.example/x": None,
        "GB33BUKB20201555555555": "beneficiary",
        "+442079460123": "reporter",
    }


def test_a_criminal_who_writes_of_fraud_and_a_new_account_reports_nothing() -> None:
    text = "We were the victim of fraud. Use our new account: IBAN GB33BUKB20201555555555\n\n" + GENUINE_MAIL
    found = roles(mail(text, sender="Sue <sue.solid@gmail.com>", subject="Re: invoice 17"))
    assert (found["sue.solid@gmail.com"], found["sue@solid.example"]) == ("sender", "victim")


GENUINE_MAIL = "From: Sue <sue@solid.example>\nTo: ann@buyer.example, sue.solid@gmail.com\nSubject: x\n\nAs agreed.\n"


@pytest.mark.parametrize(
    "head",
    [
        "On Mon, 2 Nov 2026 at 10:30, Sue with a very Long Name\n<sue@solid.example> wrote:",
        "On Mon, 2 Nov 2026 at 10:30, Sue with a\nvery Long Name\n<sue@solid.example> wrote:",
        "Am 02.11.26 um 10:30 schrieb Sue Solid:",
        "Op 2 nov 2026 om 10:30 schreef Sue <sue@solid.example>:",
        "Somebody said in words that no program knows",
    ],
)
def test_quoted_lines_are_not_the_senders_however_their_writer_is_named(head: str) -> None:
    text = (
        f"Use our new account: IBAN GB33BUKB20201555555555\n\n{head}\n"
        "> See www.solid.example, call +442079460123 or write to office@solid.example.\n"
        "> Our IBAN is DE89370400440532013000\n"
    )
    found = roles(mail(text, sender="Sue <sue.solid@gmail.com>", subject="Re: invoice 17"))
    assert found["GB33BUKB20201555555555"] == "beneficiary"
    assert {found[value] for value in ("www.solid.example", "+442079460123", "DE89370400440532013000")} == {"victim"}
    assert found.get("sue@solid.example", "victim") == found["office@solid.example"] == "victim"


def test_one_line_behind_an_arrow_is_no_quotation() -> None:
    assert roles(mail("Your parcel waits.\n\n> http://evil.example/pay\n"))["http://evil.example/pay"] is None


def test_the_way_of_a_parcel_is_no_head_of_a_mail() -> None:
    text = "Your parcel\nFrom: Shenzhen\nTo: Singapore\nDate: 3 November\nwaits: http://evil.example/pay\n"
    assert roles(mail(text))["http://evil.example/pay"] is None
    names = "Pay.\n\nFrom: Sue Solid\nSent: Monday, 2 November 2026 10:30\nTo: Ann\n\nSee www.solid.example\n"
    assert roles(mail(names))["www.solid.example"] == "victim"


def test_links_to_those_whose_mails_are_quoted_are_no_criminals() -> None:
    html = (
        "<p>Use our new account.</p><a href='https://evil.example/invoice'>invoice</a><br>"
        "From: Sue &lt;sue@solid.example&gt;<br>To: ann@buyer.example<br>Subject: invoice<br>"
        "<a href='https://www.solid.example/shop'>shop</a> <a href='mailto:office@solid.example'>office</a>"
    )
    message = mail("", html=html, sender="Sue <sue@s0lid.example>", subject="Re: invoice")
    found = roles(message, defaults=Defaults(imitated=lookalike))
    assert found["https://www.solid.example/shop"] == found["mailto:office@solid.example"] == "victim"
    assert found["https://evil.example/invoice"] is None


def test_what_stands_above_a_forward_is_its_reporters_in_every_alternative() -> None:
    cover = "They called from +442079460999. Reach our branch: +442079460123, branch@office.example"
    text = INLINE.format("").replace("Look what I got.", cover)
    html = "<br>".join(line.replace("<", "&lt;") for line in text.split("\n"))
    found = passed_on(text, "Fwd: it", html=html)
    assert found["+442079460123"] == found["branch@office.example"] == "reporter"
    assert found["+442079460999"] is None
    assert (found["x@evil.example"], found["y@evil.example"]) == ("sender", None)


def test_the_criminals_own_address_in_a_quoted_to_is_no_victims() -> None:
    message = mail("Use this.\n\n" + GENUINE_MAIL, sender="Sue <sue.solid@gmail.com>", subject="Re: invoice 17")
    found = [one.claim.role for one in reading(message).rows if one.value == "sue.solid@gmail.com"]
    assert found == ["sender"]
