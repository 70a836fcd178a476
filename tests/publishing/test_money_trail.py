"""Where money went: who may see the victim, the amounts and the way."""

from house import House
from test_relations import anybody, nobody

from tocsin.ledger.objects import latest_of
from tocsin.publishing.mentions import Line
from tocsin.publishing.money import Trail, payments, trail
from tocsin.publishing.relations import here_in, look
from tocsin.reports.loss import Loss

VICTIM, MULE, SECOND, EXIT = (
    "GB33BUKB20201555555555",
    "DE75512108001245126199",
    "FR7630006000011234567890189",
    "NL02ABNA0123456789",
)
FIRST_ROW = f"victim iban,mule iban\n{VICTIM},{MULE}\n"
SECOND_ROW = f"mule iban,beneficiary iban\n{MULE},{SECOND}\n"


def published(house: House) -> None:
    """Each account by a second member, without what joins them."""
    for value in (MULE, SECOND):
        house.submit("bank-c", f"{value}\n", basis="consent")


def followed(house: House, value: str, opens: object) -> Trail:
    collection = house.collections["Scams"]
    with house.database.reading() as connection:
        identity = house.indicators()[f"[bank-account:iban = '{value}']"]["id"]
        (entry,) = latest_of(connection, collection.key, [identity]).values()
        looking = look(connection, house.exchange, entry, opens)  # type: ignore[arg-type]
        assert looking is not None
        here = here_in(connection, looking, collection)
        assert here is not None
        return trail(connection, looking, collection, here)


def ways(found: Trail) -> list[tuple[str | None, str, tuple[str, ...]]]:
    return [(one.source[1] if one.source else None, one.target[1], one.amounts) for one in found.legs]


def test_money_is_followed_over_reports(house: House) -> None:
    published(house)
    house.submit("bank-a", FIRST_ROW, basis="consent", loss=Loss(1_250_000, "SGD"))
    house.submit("bank-b", SECOND_ROW, basis="consent")
    found = followed(house, MULE, anybody)
    assert set(ways(found)) == {(VICTIM, MULE, ("12,500.00 SGD",)), (MULE, SECOND, ())}
    assert set(ways(followed(house, SECOND, anybody))) == set(ways(found)), "from the exit back to the victim"


def test_readers_see_neither_victim_nor_amount(house: House) -> None:
    published(house)
    house.submit("bank-a", FIRST_ROW, basis="consent", loss=Loss(1_250_000, "SGD"))
    house.submit("bank-b", SECOND_ROW, basis="consent")
    found = followed(house, MULE, nobody)
    assert ways(found) == [(MULE, SECOND, ())]
    assert VICTIM not in repr(found)
    assert "12,500" not in repr(found)


def test_a_mail_tells_the_sum_to_whoever_may_open_it(house: House) -> None:
    mail = (
        "From: Boss <boss@lookalike.example>\nTo: us@victim.example\nSubject: pay\n"
        "Date: Tue, 3 Mar 2026 08:14:22 +0800\n\n"
        f"Please pay EUR 84,300.00 to our new account, IBAN {MULE}.\n"
    )
    house.submit("bank-a", mail, name="mail.eml", basis="consent")
    house.submit("bank-c", f"{MULE}\n", basis="consent")
    assert ways(followed(house, MULE, anybody)) == [(None, MULE, ("EUR 84,300.00",))]
    assert ways(followed(house, MULE, nobody)) == []


def line(n: int, value: str, role: str | None, kind: str = "iban") -> Line:
    return Line(n, 1, "A", kind, value, role, None, None, None, "accepted", None)


def test_a_payment_is_told_by_roles_alone() -> None:
    pairs = payments([line(0, MULE, None), line(1, SECOND, None)])
    assert pairs == [], "two accounts in one row are no payment"
    pairs = payments([line(0, SECOND, "mule"), line(1, VICTIM, "victim"), line(2, EXIT, "payment")])
    assert [(one.value, other.value) for one, other in pairs] == [(VICTIM, SECOND), (SECOND, EXIT)]
    pairs = payments([line(0, VICTIM, "victim"), line(1, MULE, None)])
    assert [(one.value, other.value) for one, other in pairs] == [(VICTIM, MULE)]
    assert payments([line(0, VICTIM, "victim"), line(1, EXIT, "victim")]) == []
