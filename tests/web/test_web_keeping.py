"""The page on keeping: rules, what goes next, holds, and the files on what is known of somebody."""

import io
import json
import re
import zipfile

import pytest
from web_world import PEOPLE, World

from tocsin.identifiers import read
from tocsin.publishing.erase import CannotErase, erase
from tocsin.reports.keeping import all_rules
from tocsin.times import now_ms

HERS, HIS = "+6591234567", "+6598765432"
FORMS = ("/keeping/rules", "/keeping/holds", "/keeping/holds/x/lift", "/keeping/known")


@pytest.fixture
def keeping(world: World) -> World:
    """A sheet with two people in it, reported long ago."""
    world.house.submit("bank-a", f"phone\n{HERS}\n{HIS}\n", "mules.csv")
    return world


@pytest.mark.parametrize("login", [login for login in PEOPLE if login != "admin"])
def test_it_is_for_administrators_alone(keeping: World, login: str) -> None:
    person = keeping.person(login)
    assert person.get("/keeping").status_code == 403
    assert [person.post(url, {"values": HERS, "days": "1"}).status_code for url in FORMS] == [403] * 4
    assert "/keeping" not in person.get("/").text
    assert "/keeping" in keeping.person("admin").get("/").text


def test_strangers_are_asked_to_sign_in(keeping: World) -> None:
    assert keeping.person().get("/keeping").location.startswith("/sign-in")


def test_forms_need_their_token(keeping: World) -> None:
    client = keeping.person("admin").client
    assert [client.post(url, data={"days": "3", "values": HERS}).status_code for url in FORMS] == [400] * 4


def test_a_rule_is_set_and_removed_and_says_what_goes(keeping: World) -> None:
    admin = keeping.person("admin")
    assert "everything is kept without an end" in admin.get("/keeping").text
    assert admin.post("/keeping/rules", {"kind": "phone", "tlp": "green", "days": "30"}).status_code == 302
    page = admin.get("/keeping").text
    assert "30 days" in page
    assert re.search(r"What goes next.*?<dt>Telephone number</dt><dd>2</dd>", page, re.S)
    assert HERS not in page
    with keeping.house.database.reading() as connection:
        assert [(one.kind, one.tlp, one.days) for one in all_rules(connection)] == [("phone", "green", 30)]
    admin.post("/keeping/rules", {"kind": "phone", "tlp": "green", "do": "remove"})
    with keeping.house.database.reading() as connection:
        assert all_rules(connection) == []


@pytest.mark.parametrize("days", ["", "soon", "0", "-4", "999999", "1e3", "٣"])
def test_a_rule_that_cannot_be_is_said_at_its_field(keeping: World, days: str) -> None:
    answer = keeping.person("admin").post("/keeping/rules", {"kind": "phone", "days": days})
    assert answer.status_code == 400
    assert 'href="#days"' in answer.text
    assert '<option value="phone" selected>' in answer.text
    assert "aria-invalid" in answer.text


def test_a_hold_is_set_seen_and_lifted(keeping: World) -> None:
    admin = keeping.person("admin")
    form = {"what": "value", "on": HERS, "reason": "a claim in court", "until": "2099-12-31"}
    assert admin.post("/keeping/holds", form).status_code == 302
    page = admin.get("/keeping").text
    assert "a claim in court" in page
    assert "until 2099-12-31" in page
    house = keeping.house
    with pytest.raises(CannotErase):
        erase(house.database, house.exchange, read(HERS, "phone"), str.encode, lambda _: None, "x", "y", now_ms())
    (url,) = set(re.findall(r'action="(/keeping/holds/[^"]+/lift)"', page))
    assert admin.post(url).status_code == 400
    assert "Say why the hold is lifted." in admin.post(url).text
    assert admin.post(url, {"lift_reason": "settled"}).status_code == 302
    page = admin.get("/keeping").text
    assert "1 hold is over" in page
    assert "Nothing is held." in page
    assert "lifted already" in admin.post(url, {"lift_reason": "again"}, follow_redirects=True).text


def test_reports_and_members_are_held_by_name(keeping: World) -> None:
    admin = keeping.person("admin")
    report = keeping.house.submit("bank-a", "shop.example\n")
    for what, on in (("report", report.id), ("member", "bank-b"), ("value", "unheard-of.example")):
        assert admin.post("/keeping/holds", {"what": what, "on": on, "reason": "case 4"}).status_code == 302
    page = admin.get("/keeping").text
    for words in (f"/reports/{report.id}", "all of bank-b", "nothing known of it now"):
        assert words in page


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"what": "value", "on": "", "reason": "r"}, "on"),
        ({"what": "value", "on": HERS, "reason": " "}, "reason"),
        ({"what": "value", "on": "no phone of anybody", "reason": "r"}, "on"),
        ({"what": "value", "on": "indicator--00000000-0000-4000-8000-000000000000", "reason": "r"}, "on"),
        ({"what": "report", "on": "x", "reason": "r"}, "on"),
        ({"what": "member", "on": "nobody", "reason": "r"}, "on"),
        ({"what": "value", "on": HERS, "reason": "r", "until": "soon"}, "until"),
        ({"what": "value", "on": HERS, "reason": "r", "until": "2020-01-01"}, "until"),
    ],
)
def test_a_hold_that_cannot_be_is_said_at_its_field(keeping: World, form: dict[str, str], field: str) -> None:
    answer = keeping.person("admin").post("/keeping/holds", form)
    assert answer.status_code == 400
    assert f'href="#{field}"' in answer.text
    assert f'id="{field}-error"' in answer.text


def test_the_files_are_of_whom_was_asked_for_and_of_nobody_else(keeping: World) -> None:
    answer = keeping.person("admin").post("/keeping/known", {"values": f"{HERS}\n\n+65 9123 4567\n"})
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=known-")
    assert answer.headers["Cache-Control"] == "no-store"
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        assert archive.namelist() == ["known.json", "known.html"]
        texts = [archive.read(name).decode() for name in archive.namelist()]
    assert [one["value"] for one in json.loads(texts[0])["asked"]] == [HERS]
    assert all(HERS in text and HIS not in text for text in texts)


@pytest.mark.parametrize("values", ["", "  \n", "no phone of anybody", "\n".join(f"{n}.example" for n in range(51))])
def test_values_that_cannot_be_are_said_at_their_field(keeping: World, values: str) -> None:
    answer = keeping.person("admin").post("/keeping/known", {"values": values})
    assert answer.status_code == 400
    assert 'href="#values"' in answer.text


def test_hostile_words_are_shown_as_words(keeping: World) -> None:
    admin = keeping.person("admin")
    words = "<script>alert(1)</script>"
    admin.post("/keeping/holds", {"what": "value", "on": "http://bad.example/x", "reason": words})
    keeping.house.submit("bank-b", "http://bad.example/x\n")
    page = admin.get("/keeping").text
    assert words not in page
    assert "hxxp://bad[.]example" in page
