"""Who may know of a report, and where it goes: by name, by community, into an inbox; and when that changes."""

import json

import pytest
from house import START, House, build
from pushing import ids, indicator, tool, with_cert

from tocsin.ledger.collections import all_collections, collections_by_key
from tocsin.ledger.database import Database
from tocsin.members.communities import add_community, find_community
from tocsin.members.defaults import set_default, set_default_audience
from tocsin.members.granting import grant_community
from tocsin.members.members import find_member, grant, readers
from tocsin.members.memberships import approve_membership, ask_to_join, end_membership
from tocsin.members.tables import members
from tocsin.policy.agreement import Agreement
from tocsin.policy.carry import Reader
from tocsin.publishing.hand_in import Refused, notices_on, preview, terms_for
from tocsin.publishing.redecide import NotTheirs, OnlyStricter, admit, change_agreement, remark
from tocsin.stix import HANDLING, PAP, TLP
from tocsin.times import now_ms

IBAN = "GB33BUKB20201555555555"


@pytest.fixture
def house(database: Database) -> House:
    """Bank A and Bank B in the community `desks`, which reads and fills the collection Desks."""
    house = build(database)
    make_community(house, "desks", ("bank-a", "bank-b"), bases=frozenset({"consent"}))
    return house


def make_community(
    house: House, slug: str, inside: tuple[str, ...], parent: str | None = None, **agreed: object
) -> int:
    with house.database.writing() as connection:
        around = find_community(connection, parent) if parent else None
        made = add_community(connection, slug, slug.title(), START, agreement=Agreement(**agreed), parent=around)  # type: ignore[arg-type]
        for member in inside:
            ask_to_join(connection, made, find_member(connection, member), "x", START)
            approve_membership(connection, made, find_member(connection, member), "y", START)
    collection = house.collection(slug.title(), read=(), write=())
    with house.database.writing() as connection:
        grant_community(connection, collection.key, made.key, read=True, write=True)
    return made.key


def titles_of(house: House, slug: str, **terms: object) -> list[str]:
    """Where a report of this member on these terms goes."""
    with house.database.writing() as connection:
        found = terms_for(connection, find_member(connection, slug), tlp=str(terms.pop("tlp", "green")), **terms)  # type: ignore[arg-type]
        return sorted(one.title for one in collections_by_key(connection, set(found.collections)).values())


def read_by(house: House, title: str) -> list[str]:
    with house.database.reading() as connection:
        (key,) = [one.key for one in all_collections(connection) if one.title == title]
        return [one.slug for one in readers(connection, key)]


def test_what_is_shared_with_a_community_goes_where_it_alone_reads(house: House) -> None:
    assert titles_of(house, "bank-a", share=("desks",)) == ["Desks"]
    report = house.submit("bank-a", "bad.example\n", to=(), share=("desks",))
    assert house.counts(report) == {"accepted": 1}
    assert (len(house.indicators("Desks")), len(house.indicators("Scams"))) == (1, 0)


def test_what_is_shared_with_a_member_goes_into_its_inbox(house: House) -> None:
    assert titles_of(house, "bank-a", share=("police",)) == ["Inbox of Police"]
    assert titles_of(house, "bank-a", share=("police", "desks")) == ["Desks", "Inbox of Police"]
    assert titles_of(house, "bank-b", share=("police",)) == ["Inbox of Police"]
    assert read_by(house, "Inbox of Police") == ["police"]


def test_red_is_for_members_that_are_named(house: House) -> None:
    assert titles_of(house, "bank-a", tlp="red", share=("bank-b",)) == ["Inbox of Bank B"]
    with pytest.raises(Refused, match="name the members, not a community"):
        titles_of(house, "bank-a", tlp="red", share=("desks",))
    with pytest.raises(Refused, match="TLP:RED is for named persons"):
        titles_of(house, "bank-a", tlp="red", collections=("Scams",))


def test_nobody_may_write_into_an_inbox_by_its_name(house: House) -> None:
    titles_of(house, "bank-a", share=("police",))
    for share in (("bank-b",), ("police",)):
        # in the words for one that does not exist, so that nobody learns who has an inbox
        with pytest.raises(Refused, match="There is no collection 'Inbox of Police' that you may hand in to"):
            titles_of(house, "bank-a", collections=("Inbox of Police",), share=share)


def test_a_member_shares_with_those_it_meets_and_learns_of_no_others(house: House) -> None:
    make_community(house, "secret", ("bank-b",))
    unknown = [name for name in ("secret", "nobody") for _ in [titles_refused(house, name)]]
    assert [titles_refused(house, name).replace(name, "X") for name in unknown] == [
        "There is no member or community 'X' that you may share with."
    ] * 2


def titles_refused(house: House, name: str) -> str:
    with pytest.raises(Refused) as refused:
        titles_of(house, "bank-a", share=(name,))
    return str(refused.value)


def test_the_default_audience_is_nobodys_until_it_is_set(house: House) -> None:
    with pytest.raises(Refused, match="Say which collection this is for, or with whom"):
        titles_of(house, "bank-a")
    with house.database.writing() as connection:
        member = find_member(connection, "bank-a")
        set_default_audience(connection, member.key, {Reader("community", find_community(connection, "desks").key)})
    assert titles_of(house, "bank-a") == ["Desks"]
    assert titles_of(house, "bank-a", collections=("Scams",)) == ["Scams"]


def test_an_audience_that_nothing_reaches_is_said_before(house: House) -> None:
    with house.database.writing() as connection:
        empty = add_community(connection, "empty", "Empty", START, parent=find_community(connection, "desks"))
        collection = house.collections["Scams"]
        assert empty.parent_key is not None
    with pytest.raises(Refused, match="Nobody would receive this"):
        titles_of(house, "bank-a", share=("empty",))
    with house.database.writing() as connection:
        for slug in ("bank-a", "bank-b", "bank-c", "police"):
            grant(connection, collection.key, find_member(connection, slug).key, write=True)
        terms = terms_for(connection, find_member(connection, "bank-a"), tlp="green", collections=("Scams",))
        assert notices_on(connection, terms) == ("Nobody reads the collection 'Scams' at present.",)


def test_an_explicit_audience_keeps_a_report_out_of_a_collection_that_others_read(house: House) -> None:
    with pytest.raises(Refused, match="whom you did not name"):
        titles_of(house, "bank-a", collections=("Scams",), share=("desks",))


def test_accounts_go_only_where_the_basis_is_accepted(house: House) -> None:
    body = f"{IBAN}\nbad.example\n"
    without = house.submit("bank-a", body, to=("Desks",))
    assert house.counts(without) == {"accepted": 1, "rejected": 1}
    assert "lawful basis" in house.verdicts(without)[0].reason
    house.submit("bank-a", body, to=("Desks",), basis="consent")
    house.submit("bank-b", body, to=("Desks",), basis="consent")
    assert f"[bank-account:iban = '{IBAN}']" in house.indicators("Desks")


def test_a_community_may_ask_for_more_voices(house: House) -> None:
    make_community(house, "careful", ("bank-a", "bank-b", "bank-c"), bases=frozenset({"consent"}), voices={"iban": 3})
    for slug, standing in (("bank-a", 0), ("bank-b", 0), ("bank-c", 1)):
        house.submit(slug, f"{IBAN}\n", to=("Careful",), basis="consent")
        assert len(house.indicators("Careful")) == standing


def test_markings_travel_with_the_object_and_the_strictest_wins(house: House) -> None:
    house.submit("bank-a", "bad.example\n", to=("Desks",), pap="green", handling="H1")
    house.submit("bank-b", "bad.example\n", to=("Desks",), pap="amber")
    (found,) = house.indicators("Desks").values()
    assert found["object_marking_refs"][1:] == [PAP["amber"].id, HANDLING["H1"].id]
    served = {entry.object_id for entry in house.entries("Desks")}
    assert {PAP["amber"].id, HANDLING["H1"].id} <= served


def test_free_text_leaves_only_when_it_was_ticked(house: House) -> None:
    body = "value,note\nbad.example,Ask Mr Nightjar\n"
    house.submit("bank-a", body, to=("Desks",))
    assert "description" not in house.indicators("Desks")["[domain-name:value = 'bad.example']"]
    house.submit("bank-b", body, to=("Desks",), with_text=True)
    assert house.indicators("Desks")["[domain-name:value = 'bad.example']"]["description"] == "Ask Mr Nightjar"


def test_joining_reads_from_the_start_and_leaving_ends_it(house: House) -> None:
    house.submit("bank-a", "bad.example\n", to=("Desks",))
    assert read_by(house, "Desks") == ["bank-a", "bank-b"]
    with house.database.writing() as connection:
        desks, police = find_community(connection, "desks"), find_member(connection, "police")
        ask_to_join(connection, desks, police, "x", START)
        approve_membership(connection, desks, police, "y", START)
    assert read_by(house, "Desks") == ["bank-a", "bank-b", "police"]
    with house.database.writing() as connection:
        end_membership(connection, desks, police, "y", START)
    assert read_by(house, "Desks") == ["bank-a", "bank-b"]


def test_nobody_is_admitted_to_what_was_not_shared_with_them(house: House) -> None:
    with house.database.writing() as connection:
        police = Reader("member", find_member(connection, "police").key)
        admit(connection, house.collections["Desks"], police, START, read=True, write=False)
        grant(connection, house.collections["Desks"].key, police.key)
    house.submit("bank-a", "bad.example\n", to=("Desks",))
    with (
        pytest.raises(NotTheirs, match="Desks holds what was not shared with Police"),
        house.database.writing() as connection,
    ):
        admit(connection, house.collections["Desks"], police, START, read=True, write=False)
    assert read_by(house, "Desks") == ["bank-a", "bank-b"]
    with house.database.writing() as connection:
        admit(connection, house.collections["Desks"], police, START, read=False, write=True)


def test_what_everybody_may_know_keeps_nobody_out(house: House) -> None:
    house.submit("bank-a", "bad.example\n", to=("Desks",), tlp="clear")
    with house.database.writing() as connection:
        police = Reader("member", find_member(connection, "police").key)
        admit(connection, house.collections["Desks"], police, START, read=True, write=False)
    assert read_by(house, "Desks") == ["bank-a", "bank-b", "police"]


def test_a_basis_that_is_given_up_withdraws_what_rested_on_it(house: House) -> None:
    for slug in ("bank-a", "bank-b"):
        house.submit(slug, f"{IBAN}\nbad.example\n", to=("Desks",), basis="consent")
    assert len(house.indicators("Desks")) == 2
    change_agreement(house.database, house.exchange, "desks", Agreement(bases=frozenset({"contract"})), START)
    assert list(house.indicators("Desks")) == ["[domain-name:value = 'bad.example']"]
    change_agreement(house.database, house.exchange, "desks", Agreement(bases=frozenset({"consent"})), START)
    assert len(house.indicators("Desks")) == 2


def test_more_voices_asked_for_hold_what_stands_on_fewer(house: House) -> None:
    for slug in ("bank-a", "bank-b"):
        house.submit(slug, f"{IBAN}\n", to=("Desks",), basis="consent")
    agreement = Agreement(bases=frozenset({"consent"}), voices={"iban": 3})
    change_agreement(house.database, house.exchange, "desks", agreement, START)
    assert house.indicators("Desks") == {}


def test_others_tighten_a_marking_and_only_the_owner_loosens_it(house: House) -> None:
    report = house.submit("bank-a", "bad.example\n", to=("Desks",), tlp="green")
    remark(house.database, house.exchange, report.key, START, owner=False, tlp="amber+strict", pap="red")
    (found,) = house.indicators("Desks").values()
    assert found["object_marking_refs"][1] == PAP["red"].id
    for looser in ({"tlp": "clear"}, {"pap": "green"}):
        with pytest.raises(OnlyStricter):
            remark(house.database, house.exchange, report.key, START, owner=False, **looser)
    remark(house.database, house.exchange, report.key, START, owner=True, tlp="clear")
    assert house.submit("bank-a", "bad.example\n", to=("Desks",), tlp="green").id == report.id


def test_a_marking_that_its_readers_cannot_keep_withdraws(house: House) -> None:
    make_community(house, "hub", ("bank-a", "bank-b"), onward="clients")
    report = house.submit("bank-a", "bad.example\n", to=("Hub",), tlp="amber")
    assert len(house.indicators("Hub")) == 1
    remark(house.database, house.exchange, report.key, START, owner=False, tlp="amber+strict")
    assert house.indicators("Hub") == {}
    remark(house.database, house.exchange, report.key, START, owner=True, tlp="amber")
    assert len(house.indicators("Hub")) == 1


def test_a_looser_marking_makes_a_second_voice_that_releases_what_waited(house: House) -> None:
    make_community(
        with_cert(house), "hub", ("bank-a", "bank-b", "cert"), onward="clients", bases=frozenset({"consent"})
    )
    report = house.submit("bank-a", f"{IBAN}\n", to=("Hub",), tlp="amber", basis="consent")
    remark(house.database, house.exchange, report.key, START, owner=False, tlp="amber+strict")
    thing = indicator("mule", f"[bank-account:iban = '{IBAN}']")
    body = json.dumps({"objects": [thing]})
    house.submit("cert", body, file_format="stix", whole=True, to=("Hub",), tlp="amber", basis="consent")
    assert thing["id"] not in ids(house, "Hub")
    remark(house.database, house.exchange, report.key, START, owner=True, tlp="amber")
    assert thing["id"] in ids(house, "Hub")


def test_a_rehearsal_says_who_would_receive_nothing(house: House) -> None:
    with house.database.writing() as connection:
        bank = find_member(connection, "bank-a")
        add_community(connection, "inner", "Inner", START, parent=find_community(connection, "desks"))
    with house.database.rehearsing() as connection:
        terms = terms_for(connection, bank, tlp="green", share=("inner", "police"))
        seen = preview(connection, house.exchange, house.screening, bank, "x", b"bad.example\n", None, terms, now_ms())
    assert seen.notices == ("No collection that you may hand in to brings this to Inner.",)


def test_members_leave_their_name_out_by_default(house: House) -> None:
    with house.database.writing() as connection:
        member = find_member(connection, "bank-a")
        set_default(connection, member.key, "green", None, unattributed=True, basis="consent")
        member = find_member(connection, "bank-a")
        with pytest.raises(Refused, match="needs at least 5"):
            terms_for(connection, member, collections=("Scams",))
        assert terms_for(connection, member, collections=("Scams",), unattributed=False).basis == "consent"


def test_a_pushed_object_is_kept_to_its_own_marking(house: House) -> None:
    make_community(house, "hub", ("bank-a", "bank-b"), onward="clients")
    strict = json.dumps({"objects": [tool("Strict", object_marking_refs=[TLP["amber+strict"].id])]})
    code = json.dumps({"objects": [tool("Police", object_marking_refs=[HANDLING["H2"].id])]})
    loose = json.dumps({"objects": [tool("Loose", object_marking_refs=[TLP["amber"].id])]})
    with house.database.writing() as connection:
        connection.execute(members.update().where(members.c.slug == "bank-a").values(trusted=True))
    for body, verdict in ((strict, "rejected"), (code, "rejected"), (loose, "accepted")):
        report = house.submit("bank-a", body, to=("Hub",), tlp="amber", file_format="stix", whole=True)
        assert [one.verdict for one in house.verdicts(report)] == [verdict]
    report = house.submit("bank-a", strict, to=("Desks",), tlp="amber", file_format="stix", whole=True)
    assert [one.verdict for one in house.verdicts(report)] == ["accepted"]
