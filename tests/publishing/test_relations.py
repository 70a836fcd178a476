"""What is joined to a thing: by whose word, since when, and for whom; on both engines."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from house import START, House
from pushing import push, stix, with_cert

from tocsin.identifiers import read
from tocsin.ledger.objects import latest_of
from tocsin.members.members import add_member, find_member, grant
from tocsin.members.voices import link_voices
from tocsin.policy.edges import DOMAIN, FEW, HOLDER, LOSS, MAIL, REPORT, RESOLVES, ROW, THREAD
from tocsin.publishing.mentions import Head
from tocsin.publishing.relations import Neighbour, Relations, here_in, look, relations_in, under_domain
from tocsin.publishing.withdraw import withdraw_report
from tocsin.reports.additions import keep_addition
from tocsin.reports.blank import blank_rows
from tocsin.reports.loss import Loss
from tocsin.stix import observed
from tocsin.times import DAY_MS

IBANS = ("GB33BUKB20201555555555", "DE75512108001245126199", "FR7630006000011234567890189")
SHEET = "iban,account holder,domain\n"


@pytest.fixture
def wide(house: House) -> House:
    """Enough readers for what has no name."""
    with house.database.writing() as connection:
        for slug in ("bank-d", "bank-e"):
            member = add_member(connection, slug, slug.replace("-", " ").title(), "bank", "SG", START)
            grant(connection, house.collections["Scams"].key, member.key, read=True, write=True)
    return house


def nobody(head: Head) -> bool:
    return False


def anybody(head: Head) -> bool:
    return True


def around(
    house: House, value: str, title: str = "Scams", kind: str = "domain", opens: Callable[[Head], bool] = nobody
) -> Relations:
    collection = house.collections[title]
    pattern = next(one for one in house.indicators(title) if f"'{read(value, kind).value}'" in one)
    with house.database.reading() as connection:
        identity = house.indicators(title)[pattern]["id"]
        (entry,) = latest_of(connection, collection.key, [identity]).values()
        looking = look(connection, house.exchange, entry, opens)
        assert looking is not None
        here = here_in(connection, looking, collection)
        assert here is not None
        return relations_in(connection, looking, collection, here)


def joined(found: Relations) -> dict[str, tuple[str, ...]]:
    return {one.published.thing[1]: one.edge.bases for one in found.neighbours}


def the_one(found: Relations, value: str) -> Neighbour:
    return next(one for one in found.neighbours if one.published.thing[1] == value)


def test_what_one_report_names_is_joined(house: House) -> None:
    house.submit("bank-a", "one.example\ntwo.example\n")
    found = around(house, "one.example")
    assert joined(found) == {"two.example": (REPORT,)}
    edge = the_one(found, "two.example").edge
    assert (edge.members, edge.sources, edge.tlp) == (1, ("Bank A",), "green")
    assert (edge.since, edge.until) == (START, START)
    assert joined(around(house, "two.example")) == {"one.example": (REPORT,)}


def test_a_row_joins_closer_than_its_report(house: House) -> None:
    house.submit(
        "bank-a",
        "domain,ip address,first seen,last seen\none.example,198.51.100.7,2026-01-01,2026-01-09\ntwo.example,,,\n",
    )
    found = around(house, "one.example")
    assert joined(found) == {"198.51.100.7": (ROW,), "two.example": (REPORT,)}
    edge = the_one(found, "198.51.100.7").edge
    assert edge.until is not None
    assert edge.since is not None
    assert edge.until - edge.since == 8 * DAY_MS, "an edge holds within the span in which it was asserted"


def test_independent_members_are_counted_and_named(house: House) -> None:
    house.submit("bank-a", "one.example\ntwo.example\n")
    house.submit("bank-b", "two.example\none.example\n", tlp="amber")
    edge = the_one(around(house, "one.example"), "two.example").edge
    assert (edge.members, edge.sources, edge.tlp) == (2, ("Bank A", "Bank B"), "amber")


def test_what_only_one_of_two_reports_carries_joins_nothing(house: House) -> None:
    house.submit("bank-a", "one.example\n")
    house.submit("bank-b", "two.example\n")
    assert joined(around(house, "one.example")) == {}


def test_what_a_collection_does_not_carry_is_joined_nowhere_in_it(house: House) -> None:
    house.collection("Few", read=("bank-a", "bank-b"))
    house.submit("bank-a", "one.example\nhidden.example\n", to=("Few",))
    house.submit("bank-b", "one.example\n")
    house.submit("bank-c", "hidden.example\n")
    assert joined(around(house, "one.example", "Few")) == {"hidden.example": (REPORT,)}
    assert joined(around(house, "one.example")) == {}, "both are known here, and that they belong together is not"


def test_what_waits_or_was_refused_is_no_end(house: House) -> None:
    house.submit("bank-a", f"one.example\n{IBANS[0]}\n+44 20 7946 0123\n", basis="legitimate-interests")
    assert joined(around(house, "one.example")) == {}
    house.submit("bank-b", f"{IBANS[0]}\n", basis="legitimate-interests")
    assert set(joined(around(house, "one.example"))) == {IBANS[0]}


def test_what_was_taken_back_joins_nothing_any_more(house: House) -> None:
    report = house.submit("bank-a", "one.example\ntwo.example\n")
    house.submit("bank-b", "one.example\n")
    house.submit("bank-c", "two.example\n")
    assert joined(around(house, "one.example")) == {"two.example": (REPORT,)}
    withdraw_report(house.database, house.exchange, report.key, "Wrong.", "bank-a", START + 1)
    assert joined(around(house, "one.example")) == {}


def test_without_a_name_it_is_a_number_and_a_day(wide: House) -> None:
    wide.submit("bank-a", "one.example\ntwo.example\n", unattributed=True)
    edge = the_one(around(wide, "one.example"), "two.example").edge
    assert (edge.members, edge.sources) == (1, ())
    assert edge.since == edge.until == START - START % DAY_MS


def test_too_few_readers_see_nothing_that_has_no_name(wide: House) -> None:
    wide.submit("bank-a", "one.example\ntwo.example\n", unattributed=True)
    with wide.database.writing() as connection:
        for slug in ("bank-d", "bank-e"):
            key = find_member(connection, slug).key
            grant(connection, wide.collections["Scams"].key, key, read=False, write=True)
    assert joined(around(wide, "one.example")) == {}


@pytest.mark.parametrize("source", ["bank-b", "bank-c"])
def test_nobody_is_found_out_by_what_it_said_with_its_name(wide: House, source: str) -> None:
    wide.submit(source, "one.example\ntwo.example\nthree.example\n", unattributed=True)
    assert joined(around(wide, "one.example")) == {"two.example": (REPORT,), "three.example": (REPORT,)}
    # the indicator counts one member, and it is the named one
    wide.submit(source, "one.example\n", tlp="amber")
    assert joined(around(wide, "one.example")) == {}
    assert joined(around(wide, "two.example")) == {"three.example": (REPORT,)}


def test_one_group_is_one_voice_and_found_out_as_one(wide: House) -> None:
    wide.submit("bank-a", "one.example\ntwo.example\n", unattributed=True)
    wide.submit("bank-b", "one.example\n")
    wide.submit("bank-c", "one.example\ntwo.example\n")
    assert the_one(around(wide, "one.example"), "two.example").edge.members == 2
    with wide.database.writing() as connection:
        one, other = (find_member(connection, slug) for slug in ("bank-a", "bank-b"))
        link_voices(connection, one, other, "group", "desk", START)
    wide.submit("bank-d", "one.example\n")  # the indicator counts them once from here on
    edge = the_one(around(wide, "one.example"), "two.example").edge
    assert (edge.members, edge.sources) == (1, ("Bank C",))


def test_accounts_beside_one_name_are_joined_and_the_name_is_not_told(house: House) -> None:
    house = replace(house, screening=replace(house.screening, token=lambda text: text.encode()[::-1]))
    for bank, iban in zip(("bank-a", "bank-b"), IBANS, strict=False):
        for who in (bank, "bank-c"):
            house.submit(who, f"{SHEET}{iban},Jane Q. Holder,\n", basis="legitimate-interests", tlp="green")
    found = around(house, IBANS[0], kind="iban")
    assert joined(found) == {IBANS[1]: (HOLDER,)}
    assert "HOLDER" not in repr(found).upper().replace("'HOLDER'", "")


@pytest.mark.parametrize("way", ["between observables", "between indicators", "as a property"])
def test_a_resolution_that_a_member_states_joins(house: House, way: str) -> None:
    with_cert(house)
    name, address = read("one.example", "domain"), read("198.51.100.7", "ipv4")
    ends = [observed(one)["id"] for one in (name, address)]
    if way == "as a property":
        push(house, "cert", {**observed(name), "resolves_to_refs": [ends[1]]})
    house.submit("bank-a", "one.example\n")
    house.submit("bank-b", "198.51.100.7\n")
    if way == "between indicators":
        ends = [one["id"] for one in house.indicators().values()]
    if way != "as a property":
        said = stix("relationship", way, relationship_type="resolves-to", source_ref=ends[0], target_ref=ends[1])
        assert house.counts(push(house, "cert", said)) == {"accepted": 1}
    for value, kind, other in (("one.example", "domain", address.value), ("198.51.100.7", "ipv4", name.value)):
        found = around(house, value, kind=kind)
        assert joined(found) == {other: (RESOLVES,)}
        assert the_one(found, other).edge.sources == ("Cert",)
    # and what was pushed to an older version is found as well
    house.database.migrate("0016")
    house.database.migrate()
    assert joined(around(house, "one.example")) == {address.value: (RESOLVES,)}


@pytest.mark.parametrize("unattributed", [False, True])
def test_what_was_added_to_a_report_is_joined_to_it(wide: House, unattributed: bool) -> None:
    first = wide.submit("bank-a", "one.example\n", loss=Loss(1_000, "SGD"))
    later = wide.submit("bank-a", "two.example\n", unattributed=unattributed)
    with wide.database.writing() as connection:
        keep_addition(connection, later.id, first.key)
    for value, other in (("one.example", "two.example"), ("two.example", "one.example")):
        expected = {} if unattributed else {other: (REPORT,)}
        assert joined(around(wide, value)) == expected, "an addition without a name would tell whose it is"
    if not unattributed:
        assert joined(around(wide, "two.example", opens=anybody)) == {"one.example": (LOSS,)}


def test_an_erased_name_joins_nothing(house: House) -> None:
    house = replace(house, screening=replace(house.screening, token=lambda text: text.encode()[::-1]))
    reports = [
        house.submit(who, f"{SHEET}{iban},Jane Q. Holder,\n", basis="consent")
        for iban in IBANS[:2]
        for who in ("bank-a", "bank-b")
    ]
    assert joined(around(house, IBANS[0], kind="iban")) == {IBANS[1]: (HOLDER,)}
    name = next(one.n for one in house.verdicts(reports[0]) if one.kind == "name")
    with house.database.writing() as connection:
        for report in reports[:2]:
            blank_rows(connection, report.id, [name], START)
    assert joined(around(house, IBANS[0], kind="iban")) == {}


def test_a_name_joins_only_where_both_reports_may_be_known(house: House) -> None:
    house = replace(house, screening=replace(house.screening, token=lambda text: text.encode()[::-1]))
    house.collection("Few", read=("bank-a", "bank-b"))
    for who in ("bank-a", "bank-b"):
        house.submit(who, f"{SHEET}{IBANS[0]},Jane Q. Holder,\n", basis="consent")
        house.submit(who, f"{SHEET}{IBANS[1]},Jane Q. Holder,\n", basis="consent", to=("Few",))
        house.submit(who, f"{IBANS[1]}\n", basis="consent")
    assert joined(around(house, IBANS[0], kind="iban")) == {}


def test_a_large_report_is_folded(house: House) -> None:
    house.submit("bank-a", "\n".join(f"n{number}.example" for number in range(400)))
    found = around(house, "n200.example")
    assert found.neighbours == []
    (fold,) = found.folds
    assert fold.group[0] == REPORT
    assert fold.number > FEW
    house.submit("bank-b", "n200.example\nn7.example\n")
    found = around(house, "n200.example")
    assert joined(found) == {"n7.example": (REPORT,)}, "a small report tells more than a large one"
    assert len(found.folds) == 1


def test_a_loss_is_for_those_who_may_open_the_report(house: House) -> None:
    house.submit("bank-a", "one.example\ntwo.example\n", loss=Loss(1_000, "SGD"))
    assert joined(around(house, "one.example", opens=anybody)) == {"two.example": (LOSS,)}
    assert joined(around(house, "one.example")) == {"two.example": (REPORT,)}


def test_one_mail_joins_closer_than_its_mailbox(house: House) -> None:
    mail = (
        "From: Boss <boss@{0}>\nTo: us@victim.example\nSubject: pay\nDate: Tue, 3 Mar 2026 08:14:22 +0800\n\n"
        "Pay here: https://{0}/x\n\n"
    )
    box = "".join(
        f"From x Tue Mar  3 08:14:22 2026\n{mail.format(host)}" for host in ("first.example", "second.example")
    )
    house.submit("bank-a", box, name="box.mbox")
    found = joined(around(house, "https://first.example/x", kind="url"))
    assert found["boss@first.example"] == (MAIL,)
    assert found["https://second.example/x"] == (REPORT,)


def test_mails_of_one_thread_join_what_members_report_apart(house: House) -> None:
    house = replace(house, screening=replace(house.screening, token=lambda text: text.encode()[::-1]))
    mail = (
        "From: Boss <boss@{0}>\nTo: us@victim.example\nSubject: pay\nMessage-ID: <{1}>\n{2}"
        "Date: Tue, 3 Mar 2026 08:14:22 +0800\n\nPay here: https://{0}/x\n"
    )
    answer = "References: <Start@mail.example> <other@mail.example>\n"
    first = house.submit("bank-a", mail.format("first.example", "start@mail.example", ""), name="a.eml")
    house.submit("bank-b", mail.format("second.example", "answer@mail.example", answer), name="b.eml")
    house.submit("bank-c", mail.format("third.example", "third@mail.example", ""), name="c.eml")
    found = joined(around(house, "https://first.example/x", kind="url"))
    assert found["boss@second.example"] == found["https://second.example/x"] == (THREAD,)
    assert "https://third.example/x" not in found
    edge = the_one(around(house, "https://first.example/x", kind="url"), "https://second.example/x").edge
    assert (edge.members, edge.sources) == (2, ("Bank A", "Bank B"))
    with house.database.writing() as connection:
        blank_rows(connection, first.id, [0], START)
    assert "https://second.example/x" not in joined(around(house, "https://first.example/x", kind="url"))
    assert house.where("start@mail.example") == [], "hashes alone were kept, and they went too"


def test_what_is_under_one_domain_needs_no_report(house: House) -> None:
    house.submit("bank-a", "one.example\n")
    house.submit("bank-b", "https://login.one.example/x\n")
    collection = house.collections["Scams"]
    ids = {pattern: one["id"] for pattern, one in house.indicators().items()}
    with house.database.reading() as connection:
        (entry,) = latest_of(connection, collection.key, [ids["[domain-name:value = 'one.example']"]]).values()
        looking = look(connection, house.exchange, entry, nobody)
        assert looking is not None
        here = here_in(connection, looking, collection)
        assert here is not None
        (found,) = under_domain(connection, looking, collection, here, list(ids.values()))
    assert found.published.thing == ("url", "https://login.one.example/x")
    assert (found.edge.bases, found.edge.members, found.edge.sources) == ((DOMAIN,), 0, ())
