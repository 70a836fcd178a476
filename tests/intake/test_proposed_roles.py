"""Whose a value is: what is the reporter's, the bank's own or the victim's is not taken for the criminal's."""

import pytest

from tocsin.intake import read


def roles(text: str) -> dict[str, str | None]:
    """The role proposed for each value, by the value as it stands."""
    return {row.value: row.claim.role for row in read(text.encode(), format="text").rows}


REPORTED = """Dear colleagues,

our customer received a suspicious call from +44 7700 900111. The fraudster told her to log in at
bank-secure.example.org and to pay to account GB33BUKB20201555555555. Her own number is in our records.
Our hotline is +44 7700 900222. The genuine website is bank.example.net.
The victim's phone number is +44 7700 900333, and the victim's e-mail: vera@example.net

Please call me on +44 7700 900444 if anything is unclear.

Kind regards
Ann Analyst
ann@bank.example.net
Tel. +44 7700 900555
"""


def test_a_report_in_words_names_criminals_victims_and_the_reporter() -> None:
    assert roles(REPORTED) == {
        "+44 7700 900111": None,
        "bank-secure.example.org": None,
        "GB33BUKB20201555555555": "beneficiary",
        "+44 7700 900222": "reporter",
        "bank.example.net": "spoofed",
        "+44 7700 900333": "victim",
        "vera@example.net": "victim",
        "+44 7700 900444": "reporter",
        "ann@bank.example.net": "reporter",
        "+44 7700 900555": "reporter",
    }


SCAM = """Dear beneficiary,

your payment of USD 4.5 million is waiting. Our hotline is +44 7700 900222, our official website bank.example.net.
Contact me on barrister@example.org at once.

Kind regards
Barrister Smith
smith@example.org
"""


def test_the_words_of_a_criminal_alone_excuse_nothing() -> None:
    assert set(roles(SCAM).values()) == {None}


@pytest.mark.parametrize(
    "border",
    [
        "---------- Forwarded message ---------\nFrom: Boss <boss@example.org>\n",
        "Begin forwarded message:\n\nFrom: boss@example.org\n",
        "-----Original Message-----\nFrom: boss@example.org\nSent: Monday\nTo: pay@example.net\n",
        "On Monday 1 January, Boss <boss@example.org> wrote:\n",
        "From: boss@example.org\nSent: Monday\nTo: pay@example.net\n",
    ],
)
def test_what_was_passed_on_is_the_criminals_and_what_stands_above_is_the_reporters(border: str) -> None:
    found = roles(
        f"Please see below.\nRegards\nAnn, ann@example.com\n\n{border}\nPay. Write to me at me@example.org.\n"
        "Regards\nx@example.org"
    )
    assert found["ann@example.com"] == "reporter"
    assert found["me@example.org"] is None
    assert found["x@example.org"] is None
    assert found["boss@example.org"] in (None, "sender")


def test_who_passes_a_mail_on_is_not_its_sender() -> None:
    text = (
        "From: ann@example.com\nTo: desk@example.net\nSubject: Fwd: payment\n\nFor you.\n\n"
        "-----Original Message-----\nFrom: boss@example.org\n\nPay today."
    )
    assert roles(text) == {"ann@example.com": "reporter", "desk@example.net": "victim", "boss@example.org": "sender"}


def test_a_reply_of_the_criminal_over_the_victims_mail_stays_the_criminals() -> None:
    text = (
        "From: boss@example.org\nTo: ann@example.com\nSubject: Re: payment\n\nCall me on +44 7700 900111.\nRegards\n"
        "boss2@example.org\n\n-----Original Message-----\nFrom: ann@example.com\nTo: boss@example.org\n\nWhich account?"
    )
    found = roles(text)
    assert found["boss@example.org"] == "sender"
    assert found["+44 7700 900111"] is None
    assert found["boss2@example.org"] is None
    assert found["ann@example.com"] == "victim"


@pytest.mark.parametrize(
    ("line", "role"),
    [
        ("Beneficiary IBAN: GB33BUKB20201555555555", "beneficiary"),
        ("Please transfer to GB33BUKB20201555555555", "beneficiary"),
        ("debited from account GB33BUKB20201555555555", "victim"),
        ("Victim's account: GB33BUKB20201555555555", "victim"),
        ("mule account GB33BUKB20201555555555", "mule"),
        ("Korban: +44 7700 900111", "victim"),
        ("send USDT to 0x52908400098527886E0F7030069857D2E4169EE7", "payment"),
        ("customer service +44 7700 900111", None),
        ("Dear customer, your parcel waits: call +44 7700 900111", None),
        ("bad.example.org", None),
    ],
)
def test_the_words_before_a_value(line: str, role: str | None) -> None:
    assert list(roles(line).values()) == [role]


def test_those_who_rob_victims_again_are_no_reporters() -> None:
    text = (
        "Victim of scammers? We recover lost funds from fraudsters. Contact us at help@example.org\n"
        "Kind regards\nteam@example.org"
    )
    assert set(roles(text).values()) == {None}


def test_own_addresses_are_own_wherever_they_stand() -> None:
    found = roles(REPORTED.replace("Dear colleagues,", "Sent by ann@bank.example.net"))
    assert found["ann@bank.example.net"] == "reporter"


def test_a_mail_from_its_own_recipient_is_forged() -> None:
    text = "From: ann@example.com\nTo: ann@example.com\nReply-To: boss@example.org\n\nI have your passwords."
    found = [(row.value, row.claim.role) for row in read(text.encode(), format="text").rows]
    assert found == [("ann@example.com", "spoofed"), ("boss@example.org", "reply-to")]


@pytest.mark.parametrize(
    "sites",
    [
        "hxxp://bad-one[.]example\nhxxps://bad-two[.]example/login",
        "bad-one.example.org\nbad-two.example.org",
        "http://bad-one.example.org/login",
    ],
)
def test_a_list_behind_a_signature_is_not_signed(sites: str) -> None:
    text = f"Please take down these phishing sites, our customers received them:\nRegards,\nJane\n\n{sites}\n"
    assert set(roles(text).values()) == {None}


def test_a_page_in_a_signature_is_signed_and_what_is_defanged_never_is() -> None:
    text = "Please block this phishing, our customers received it.\nRegards\nJane\n\n{}\njane@bank.example.net\n"
    assert roles(text.format("www.bank.example.net"))["www.bank.example.net"] == "reporter"
    assert roles(text.format("Seen: bad[.]example[.]org"))["bad[.]example[.]org"] is None
