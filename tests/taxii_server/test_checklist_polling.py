"""Statements 55 to 114 of the TAXII 2.1 checklist: pages, filters, `next`, manifest, versions."""

import re
from typing import Any
from urllib.parse import parse_qsl

import pytest
from taxii_world import IDS, SHARED, START, World, another, body_of, id_of, ids, is_error, names_of
from werkzeug.test import TestResponse

from taxii_server.cursor import Cursor, encode
from tocsin.ledger.read import Match, page
from tocsin.publishing.withdraw import delete_object
from tocsin.times import taxii_stamp

V1, V2, V3 = (f"2026-0{month}-01T00:00:00.000Z" for month in (1, 2, 3))
FIRST, LAST = "X-TAXII-Date-Added-First", "X-TAXII-Date-Added-Last"
OTHER = f"/taxii2/exchange/collections/{IDS['Other']}/"


def versions_in(response: TestResponse) -> list[str]:
    assert response.status_code == 200, response.text
    return [one["modified"] for one in response.json.get("objects", [])]


def old(name: str, version: str = V1) -> bytes:
    """An object of STIX 2.0, which says so by saying nothing."""
    return body_of(name, version).replace(b'"spec_version": "2.1", ', b"")


def many(world: World, count: int, to: str = "Shared") -> list[str]:
    names = [f"o{n}" for n in range(count)]
    world.put(*[body_of(name) for name in names], to=to)
    return names


def test_055_by_default_the_latest_version(world: World) -> None:
    world.put(body_of("a", V1), body_of("a", V3), body_of("a", V2))
    assert versions_in(world.ask("objects/")) == [V3]


def test_056_057_by_default_the_latest_specification(world: World) -> None:
    world.put(old("a", V2), body_of("a", V1), old("b"))
    objects = world.ask("objects/").json["objects"]
    assert [(one["id"], one.get("spec_version")) for one in objects] == [(id_of("a"), "2.1"), (id_of("b"), None)]


def test_058_059_060_in_order_with_the_dates_of_the_page(world: World) -> None:
    names = many(world, 5)
    response = world.ask("objects/", query_string={"limit": 3})
    assert names_of(response.json, names) == names[:3]
    assert response.headers[FIRST] == taxii_stamp(START)
    assert response.headers[LAST] == taxii_stamp(START + 2)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", response.headers[LAST])


@pytest.mark.parametrize("path", ["objects/", "manifest/"])
def test_061_062_086_nothing_there_has_dates_too(world: World, path: str) -> None:
    created = taxii_stamp(START - 1_000)
    response = world.ask(f"/taxii2/exchange/collections/{IDS['Empty']}/{path}")
    assert (response.status_code, response.json) == (200, {})
    assert response.headers[FIRST] == response.headers[LAST] == created
    many(world, 1)
    later = world.ask(path, query_string={"added_after": "2099-01-01T00:00:00Z"})
    assert (later.status_code, later.json) == (200, {})
    assert later.headers[FIRST] == later.headers[LAST] == "2099-01-01T00:00:00.000000Z"


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("all", [V1, V2, V3]),
        ("first", [V1]),
        ("last,first", [V1, V3]),
        (V2, [V2]),
        ("2026-02-01T00:00:00Z", [V2]),
        (f"first, {V2},last", [V1, V2, V3]),
        ("2031-01-01T00:00:00Z", []),
    ],
)
def test_063_to_067_versions(world: World, wanted: str, found: list[str]) -> None:
    world.put(body_of("a", V1), body_of("a", V2), body_of("a", V3))
    assert versions_in(world.ask("objects/", query_string={"match[version]": wanted})) == found


BAD_QUERIES = [
    ("match[version]=all,first", "match[version]"),
    ("match[version]=first,first", "match[version]"),
    ("match[version]=notadate", "match[version]"),
    ("match[version]=", "match[version]"),
    ("match[version]=2026-13-01T00:00:00Z", "match[version]"),
    ("match[type]=malware&match[type]=tool", "match[type]"),
    ("match[type]=malware,,tool", "match[type]"),
    ("match[type]=%00", "match[type]"),
    ("match[id]=", "match[id]"),
    ("match[spec_version]=new", "match[spec_version]"),
    ("match[revoked]=false", "match[revoked]"),
    ("added_after=yesterday", "added_after"),
    ("added_after=", "added_after"),
    ("added_after=2026-02-30T00:00:00Z", "added_after"),
    ("added_after=2026-01-01", "added_after"),
    ("added_after=2026-01-01T00:00:00Z&added_after=2026-01-01T00:00:00Z", "added_after"),
    ("limit=0", "limit"),
    ("limit=-1", "limit"),
    ("limit=abc", "limit"),
    ("limit=1.5", "limit"),
    ("limit=", "limit"),
    ("limit=%C2%B2", "limit"),
    ("limit=1&limit=2", "limit"),
    ("next=", "next"),
    ("next=garbage", "next"),
    ("next=%00", "next"),
    ("next=%C3%A9", "next"),
    ("next=W10", "next"),
    ("next=eJyLjgUAARUAuQ", "next"),
    ("next=a&next=b", "next"),
]


@pytest.mark.parametrize("path", ["objects/", "manifest/"])
def test_068_to_070_077_082_084_to_085_087_to_090_097_bad_queries_name_the_parameter(world: World, path: str) -> None:
    many(world, 1)
    for query, name in BAD_QUERIES:
        is_error(world.ask(f"{path}?{query}"), 400, f"parameter {name} ")


def test_071_072_specifications(world: World) -> None:
    world.put(old("a"), body_of("a"), body_of("b"))
    assert ids(world.ask("objects/?match[spec_version]=2.0").json) == [id_of("a")]
    assert len(ids(world.ask("objects/?match[spec_version]=2.0,2.1").json)) == 3


def test_073_to_076_079_types_and_ids(world: World) -> None:
    world.put(body_of("a"), body_of("b", V1, "tool"), body_of("c"), body_of("d", V1, "x-own"))
    a, b = id_of("a"), id_of("b", "tool")
    assert ids(world.ask("objects/?match[type]=malware,tool").json) == [a, b, id_of("c")]
    assert ids(world.ask("objects/?match%5Btype%5D=tool").json) == [b]
    assert ids(world.ask("objects/?match[type]=x-own").json) == [id_of("d", "x-own")]
    assert world.ask("objects/?match[type]=threat-actor").json == {}
    assert ids(world.ask(f"objects/?match[id]={b},{a}").json) == [a, b]
    assert ids(world.ask(f"objects/?match[id]={b},{a}&match[type]=tool").json) == [b]


def test_078_unknown_filters_are_passed_over(world: World) -> None:
    names = many(world, 2)
    assert names_of(world.ask("objects/?match[foo]=1&match[foo]=2&other=3").json, names) == names


@pytest.mark.parametrize(
    "query",
    [
        "match[value]=bad.example",
        "match[name]=Bad one",
        "match[labels]=bec,other",
        "match[tlp]=AMBER+STRICT",
        "match[tlp]=amber%2Bstrict",
        "match[external_id]=CASE-1",
        "match[revoked]=true",
    ],
)
def test_optional_filters(world: World, query: str) -> None:
    indicator = body_of(
        "i",
        V1,
        "indicator",
        name="Bad one",
        labels=["bec"],
        pattern="[domain-name:value = 'bad.example']",
        pattern_type="stix",
        valid_from=V1,
        revoked=True,
        external_references=[{"source_name": "desk", "external_id": "CASE-1"}],
        object_marking_refs=["marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003"],
    )
    world.put(body_of("a"), indicator)
    assert ids(world.ask(f"objects/?{query}").json) == [id_of("i", "indicator")]
    assert ids(world.ask(f"manifest/?{query}").json) == [id_of("i", "indicator")]


COMPARED = {
    "low": {"confidence": 5, "valid_until": "2026-05-17T10:20:30Z"},
    "mid": {"confidence": 50, "valid_until": "2026-05-17T10:20:30.5Z"},
    "high": {"confidence": 100, "valid_until": "2027-01-01T00:00:00.000Z"},
    "far": {"valid_until": "2400-01-01T00:00:00Z"},
    "old": {"valid_until": "1950-01-01T00:00:00Z"},
    "none": {},
}


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("match[confidence-gte]=0", "low mid high"),
        ("match[confidence-gte]=6", "mid high"),
        ("match[confidence-gte]=050", "mid high"),
        ("match[confidence-gte]=100", "high"),
        ("match[valid_until-gte]=1900-01-01T00:00:00Z", "low mid high far old"),
        ("match[valid_until-gte]=1950-01-01T00:00:00.001Z", "low mid high far"),
        ("match[valid_until-gte]=2026-05-17T10:20:30Z", "low mid high far"),
        ("match[valid_until-gte]=2026-05-17T10:20:30.001Z", "mid high far"),
        ("match[valid_until-gte]=2026-05-17T12:20:30.500%2B02:00", "mid high far"),
        ("match[valid_until-gte]=2026-05-17T12:20:30.501 02:00", "high far"),
        ("match[valid_until-gte]=2399-12-31T00:00:00Z", "far"),
        ("match[valid_until-gte]=2500-01-01T00:00:00Z", ""),
        ("match[confidence-gte]=6&match[valid_until-gte]=2026-06-01T00:00:00Z", "high"),
        ("match[confidence-gte]=6&match[type]=tool", ""),
    ],
)
def test_optional_filters_that_compare(world: World, query: str, names: str) -> None:
    facts = {"pattern": "[domain-name:value = 'bad.example']", "pattern_type": "stix", "valid_from": V1}
    world.put(*[body_of(name, V1, "indicator", **facts, **said) for name, said in COMPARED.items()])
    wanted = [id_of(name, "indicator") for name in names.split()]
    for endpoint in ("objects", "manifest"):
        pages = world.pages(f"{endpoint}/", limit=2, **dict(parse_qsl(query)))
        assert [one["id"] for page in pages for one in page.get("objects", [])] == wanted


@pytest.mark.parametrize(
    "query",
    [
        "match[confidence-gte]=101",
        "match[confidence-gte]=-1",
        "match[confidence-gte]=high",
        "match[confidence-gte]=5,6",
        "match[confidence-gte]=5&match[confidence-gte]=6",
        "match[valid_until-gte]=tomorrow",
        "match[valid_until-gte]=2026-05-17",
        "match[valid_until-gte]=2026-05-17T10:20:30Z,2026-05-18T10:20:30Z",
    ],
)
def test_a_comparison_that_cannot_be_read_is_400(world: World, query: str) -> None:
    assert world.ask(f"objects/?{query}").status_code == 400


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (taxii_stamp(START + 1), 1),
        (taxii_stamp(START + 1).replace("000Z", "999Z"), 1),
        (taxii_stamp(START + 1).replace("000Z", "Z"), 1),
        (taxii_stamp(START - 1), 3),
        ("2026-09-21T14:13:20Z", 2),
        ("2026-09-21T14:13:20+00:00", 2),
        ("2026-09-21T15:13:20 01:00", 2),
        ("0001-01-01T00:00:00+23:59", 3),
        ("9999-12-31T23:59:60-23:59", 0),
    ],
)
def test_080_081_083_added_after(world: World, text: str, found: int) -> None:
    assert START == 1_790_000_000_000  # 2026-09-21T14:13:20Z
    many(world, 3)
    response = world.ask("objects/", query_string={"added_after": text})
    assert response.status_code == 200, response.text
    assert len(ids(response.json)) == found


@pytest.mark.parametrize("limit", ["10001", "9" * 30, "0" * 50 + "7"])
def test_091_a_limit_may_be_larger_than_is_served(world: World, limit: str) -> None:
    names = many(world, 3)
    assert names_of(world.ask(f"objects/?limit={limit}").json, names) == names


def test_the_default_page_is_2000_and_the_largest_10000(world: World) -> None:
    world.put(*[body_of(f"o{n}") for n in range(10_001)])
    default, largest = world.ask("manifest/").json, world.ask("manifest/?limit=20000").json
    assert (len(default["objects"]), default["more"]) == (2_000, True)
    assert (len(largest["objects"]), largest["more"]) == (10_000, True)


@pytest.mark.parametrize("limit", [1, 2, 4, 8, 100])
def test_092_093_094_pages_are_everything_once(world: World, limit: int) -> None:
    world.put(*[body_of(f"o{n}") for n in range(8)], body_of("o3", V2))
    names = [f"o{n}" for n in (0, 1, 2, 4, 5, 6, 7, 3)]
    pages = world.pages("objects/", limit=limit)
    assert [name for one in pages for name in names_of(one, names)] == names
    assert all(("more" in one) == ("next" in one) for one in pages)
    assert len(world.pages("objects/")) == 1


def test_095_096_next_with_another_limit_and_twice(world: World) -> None:
    names = many(world, 9)
    following = world.ask("objects/?limit=2").json["next"]
    first = world.ask("objects/", query_string={"next": following, "limit": 5})
    again = world.ask("objects/", query_string={"next": following, "limit": 5})
    assert names_of(first.json, names) == names[2:7]
    assert first.data == again.data


def test_098_next_keeps_its_filters(world: World) -> None:
    world.put(body_of("a"), body_of("t", V1, "tool"), body_of("b"), body_of("c"))
    following = world.ask("objects/?limit=1&match[type]=malware").json["next"]

    def ask(**query: str) -> TestResponse:
        return world.ask("objects/", query_string={"next": following, **query})

    assert ids(ask().json) == [id_of("b"), id_of("c")]
    assert ids(ask(**{"match[type]": "malware"}).json) == [id_of("b"), id_of("c")]
    assert ids(ask(**{"match[version]": "last"}).json) == [id_of("b"), id_of("c")]
    assert ids(ask(added_after="2099-01-01T00:00:00Z").json) == [id_of("b"), id_of("c")]
    is_error(ask(**{"match[type]": "tool"}), 400, "next")
    is_error(ask(**{"match[version]": "all"}), 400, "next")
    is_error(ask(**{"match[id]": id_of("b")}), 400, "next")


def test_098_filters_in_another_order_are_the_same(world: World) -> None:
    many(world, 3)
    following = world.ask("objects/?limit=1&match[type]=malware,tool").json["next"]
    response = world.ask("objects/", query_string={"next": following, "match[type]": "tool,malware"})
    assert response.status_code == 200


def test_099_100_next_belongs_to_its_collection_endpoint_and_object(world: World) -> None:
    many(world, 3)
    many(world, 3, to="Other")
    world.put(body_of("o0", V2))
    one, two = f"objects/{id_of('o0')}/", f"objects/{id_of('o1')}/"
    paths = ["objects/", "manifest/", f"{OTHER}objects/", one, two, one + "versions/", two + "versions/"]
    for path in ("objects/", "manifest/", one, one + "versions/"):
        query = {"limit": 1, "match[version]": "all"}
        following = world.ask(path, query_string=query).json["next"]
        for other in paths:
            response = world.ask(other, query_string={"next": following})
            if other == path:
                assert response.status_code == 200, response.text
            else:
                is_error(response, 400, "next")


def test_101_next_is_authorised_anew(world: World) -> None:
    many(world, 3)
    following = world.ask("objects/?limit=1").json["next"]
    for member, status in (("police", 200), ("telco", 403), ("stranger", 404)):
        response = world.ask("objects/", member, query_string={"next": following})
        assert response.status_code == status


def test_102_next_works_in_another_process_and_later(world: World) -> None:
    names = many(world, 3)
    following = world.ask("objects/?limit=1").json["next"]
    world.put(body_of("o1", V2))
    elsewhere = another(world)
    assert names_of(elsewhere.ask("objects/", query_string={"next": following}).json, names) == ["o2", "o1"]
    elsewhere.close()


def test_103_paging_by_date_alone(world: World) -> None:
    names = many(world, 10)
    seen: list[str] = []
    query: dict[str, Any] = {"limit": 3}
    while found := names_of((response := world.ask("objects/", query_string=query)).json, names):
        seen += found
        query["added_after"] = response.headers[LAST]
    assert seen == names


def test_a_stale_next_with_a_new_date_goes_on_where_it_was(world: World) -> None:
    names = many(world, 4)
    following = world.ask("objects/?limit=2").json["next"]
    many(world, 6)
    query = {"next": following, "added_after": taxii_stamp(START + 3)}
    assert names_of(world.ask("objects/", query_string=query).json, [*names, "o4", "o5"]) == ["o2", "o3", "o4", "o5"]


def test_a_last_page_that_became_empty_repeats_its_position(world: World) -> None:
    many(world, 3)
    following = world.ask("objects/?limit=2").json["next"]
    with world.database.writing() as connection:
        key = world.collections["Shared"].key
        delete_object(connection, world.service.exchange, key, id_of("o2"), None, START)
        assert len(page(connection, key, START + 1, 9, Match(versions=("all",)))) == 1
    response = world.ask("manifest/", query_string={"added_after": taxii_stamp(START + 1)})
    assert response.json == {}
    assert response.headers[FIRST] == response.headers[LAST] == taxii_stamp(START + 1)
    assert world.ask("objects/", query_string={"next": following}).json["objects"][0]["revoked"] is True


def test_104_105_106_107_manifest(world: World) -> None:
    world.put(body_of("a", V1), body_of("a", V2), body_of("t", V1, "tool"))
    found = world.ask("manifest/?match[type]=malware").json
    assert found == {
        "objects": [
            {
                "id": id_of("a"),
                "date_added": taxii_stamp(START + 1),
                "version": V2,
                "media_type": "application/stix+json;version=2.1",
            }
        ]
    }
    pages = world.pages("manifest/", limit=1)
    assert [ids(one) for one in pages] == [[id_of("a")], [id_of("t", "tool")]]
    assert pages[0]["more"] is True


def test_108_109_110_one_object(world: World) -> None:
    path = f"objects/{id_of('a')}/"
    world.put(body_of("a", V1), body_of("b"), body_of("a", V2))
    response = world.ask(path)
    assert versions_in(response) == [V2]
    assert response.headers[LAST] == taxii_stamp(START + 2)
    assert versions_in(world.ask(path, query_string={"match[version]": "all"})) == [V1, V2]
    assert versions_in(world.ask(path, query_string={"match[type]": "tool"})) == [V2]
    assert [versions_in(world.ask(path, query_string={"match[version]": "all", "limit": 1}))] == [[V1]]
    for missing in (id_of("c"), "x", "x" * 9_000):
        is_error(world.ask(f"objects/{missing}/"), 404)
    is_error(world.ask(path, query_string={"match[version]": V3}), 404)
    later = world.ask(path, query_string={"added_after": taxii_stamp(START + 2)})
    assert (later.status_code, later.json) == (200, {})


def test_111_112_113_114_versions(world: World) -> None:
    written = ["2026-01-01T00:00:00.5Z", "2026-01-01T00:00:01.123456789Z", V2]
    world.put(*[body_of("a", version) for version in written], body_of("b"))
    path = f"objects/{id_of('a')}/versions/"
    assert world.ask(path).json == {"versions": written}
    first = world.ask(path, query_string={"limit": 2})
    assert first.json["versions"] == written[:2]
    assert first.json["more"] is True
    by_date = world.ask(path, query_string={"added_after": first.headers[LAST]})
    assert by_date.json == {"versions": written[2:]}
    assert [version for one in world.pages(path, limit=1) for version in one["versions"]] == written
    is_error(world.ask(f"objects/{id_of('c')}/versions/"), 404)
    is_error(world.ask(f"{OTHER}{path}"), 404)


def test_receipts_tell_how_far_a_token_was_served(world: World) -> None:
    many(world, 3)
    first = world.ask("objects/?limit=2", "police").json
    world.ask("objects/", "police", query_string={"next": first["next"]})
    world.ask("objects/?match[type]=tool&match[version]=all", "police")
    world.ask("objects/", "police", query_string={"added_after": "2099-01-01T00:00:00Z"})
    look_ups = [f"objects/?match[{name}]=o0&match[type]=malware" for name in ("value", "name", "external_id")]
    for unnoted in (*look_ups, f"objects/?match[id]={id_of('o0')}", "manifest/", f"objects/{id_of('o0')}/"):
        world.ask(unnoted, "bank")
    world.ask("objects/", "bank", "HEAD")
    found = {(one.subscriber, one.filter): (one.sent, one.confirmed) for one in world.receipts.of(IDS["Shared"])}
    assert found == {
        ("police/machine", ""): (START + 2, START + 2),
        ("police/machine", "match[type]=tool&match[version]=all"): (0, 0),
    }


def test_no_query_is_a_server_error(world: World) -> None:
    many(world, 2)
    forged = encode(Cursor(IDS["Shared"], "objects", None, (("version", ("x",)),), 0))
    for query in (f"next={forged}", "match[id]=" + ",".join(map(str, range(1_500))), "match[value]=%00", "%ff=%ff"):
        assert world.ask(f"{SHARED}objects/?{query}").status_code in (200, 400), query
