"""A payment that criminals asked for, as one case."""

from mails import FAILED, mail, written

from tocsin.intake import Case, Defaults, cases_of, read
from tocsin.times import parse_stamp

LETTER = """Dear Ann,

please note that our bank account has changed. Our old account IBAN DE89370400440532013000 is closed.
Pay invoice no. INV-2026/017 of EUR 48,250.00 to our new account:

Account name: Supplier Trading Ltd
IBAN: GB33BUKB20201555555555

On Sun, 1 Nov 2026 10:00:00 +0000, Sue <sue@solid.example> wrote:
> Thank you, we will send invoice 17.
"""


def cases(data: bytes, name: str | None = None, **options: object) -> list[Case]:
    defaults = Defaults(**options)  # type: ignore[arg-type]
    return cases_of(data, read(data, name, defaults=defaults), defaults)


def test_a_letter_that_changes_an_account_is_a_case() -> None:
    message = mail(
        LETTER,
        sender="Sue <sue@s0lid.example>",
        Reply_To="sue.solid@gmail.com",
        Authentication_Results=FAILED.format("other.example"),
    )
    (case,) = cases(written(message), imitated=lambda domain, others: "solid.example" if "s0" in domain else None)
    assert [one.identifier and one.identifier.value for one in case.asked] == ["GB33BUKB20201555555555"]
    assert [one.identifier and one.identifier.value for one in case.before] == ["DE89370400440532013000"]
    assert case.sender is not None
    assert (case.sender.value, case.sender_name, case.sender_forged) == ("sue@s0lid.example", "Sue", False)
    assert [one.value for one in case.reply_to] == ["sue.solid@gmail.com"]
    assert case.imitates == (("s0lid.example", "solid.example"),)
    assert case.subject == "Our account has changed"
    assert case.holders == ("Supplier Trading Ltd",)
    assert [str(one) for one in case.amounts] == ["EUR 48,250.00"]
    assert case.references == ("INV-2026/017",)
    assert [(one.what, one.at) for one in case.timeline] == [
        ("sue[@]solid[.]example wrote, it says", parse_stamp("2026-11-01T10:00:00Z")),
        ("The mail was sent, it says", parse_stamp("2026-11-02T09:30:00Z")),
    ]


def test_an_account_that_is_not_told_in_full_is_in_the_case_with_what_is_missing() -> None:
    (case,) = cases(written(mail("Pay USD 900 to account number 0012 3456 7890\n")))
    (account,) = case.asked
    assert account.identifier is None
    assert account.text == "0012 3456 7890"
    assert "name the bank" in (account.problem or "")


def test_a_pasted_text_is_a_case_too() -> None:
    (case,) = cases(b"They asked for EUR 1,200 to IBAN GB33BUKB20201555555555\nin favour of: Example Person")
    assert [str(one) for one in case.amounts] == ["EUR 1,200"]
    assert case.holders == ("Example Person",)
    assert case.sender is None


def test_a_table_gives_its_accounts() -> None:
    (case,) = cases(b"iban,domain\nGB33BUKB20201555555555,evil.example\n", "list.csv")
    assert len(case.asked) == 1


def test_each_mail_of_a_mailbox_is_a_case_of_its_own() -> None:
    letters = [mail(f"Pay EUR {n}00 to IBAN GB33BUKB20201555555555") for n in range(1, 4)]
    data = b"".join(
        b"From x Mon Nov  2 09:30:00 2026\n" + written(one).replace(b"\r\n", b"\n") + b"\n" for one in letters
    )
    assert [str(one.amounts[0]) for one in cases(data)] == ["EUR 100", "EUR 200", "EUR 300"]


def test_without_an_account_there_is_no_case() -> None:
    assert cases(written(mail("See http://evil.example/x"))) == []
    assert cases(b"evil.example\n") == []
