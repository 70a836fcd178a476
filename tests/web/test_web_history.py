"""The history of an indicator."""

from web_world import SECRET, SECRET_VALUE, World

PATTERN = "[domain-name:value = 'scam-history.example']"


def test_each_version_is_shown_beside_the_one_before(world: World) -> None:
    world.house.submit("bank-a", "scam-history.example\n")
    report = world.house.submit("bank-b", "scam-history.example\n")
    clerk = world.person("clerk")
    url = world.indicator_url("Scams", PATTERN)
    versions = clerk.get(f"{url}/history.json").json["versions"]
    assert len(versions) == 2
    assert versions[-1]["differences"] == []
    changed = {one["path"]: (one["before"], one["after"]) for one in versions[0]["differences"]}
    assert changed["independent_members"] == ("1", "2")
    page = clerk.get(f"{url}/history").text
    assert "independent_members" in page
    assert "scam-history.example" not in page
    assert "scam-history[.]example" in page
    assert "The first version." in page
    assert "What changed from version to version" in clerk.get(url).text
    assert report.id not in page


def test_what_may_not_be_read_has_no_history(world: World) -> None:
    hidden = world.indicator_url(SECRET, f"[domain-name:value = '{SECRET_VALUE}']")
    for suffix in ("/history", "/history.json"):
        assert world.person("clerk").get(hidden + suffix).status_code == 404
        assert world.person("inspector").get(hidden + suffix).status_code == 200
