"""`tocsin unmask` and `tocsin enquiries`."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from unseen_world import Unseen, furnish, hand_everything_in, open_unseen

from tocsin.cli.common import opened
from tocsin.cli.main import cli
from tocsin.identifiers import recognise
from tocsin.members.access import find_user
from tocsin.members.answerable import MayNot
from tocsin.publishing.asking import NobodyToAsk, ask
from tocsin.reports.askings import Question
from tocsin.reports.unmasking import CannotUnmask, NoSuchUnmasking
from tocsin.times import now_ms


@pytest.fixture
def unseen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Unseen:
    home = tmp_path / "home"
    furnish(home)
    made = open_unseen(home)
    hand_everything_in(made)
    value = "pasted-one.example"
    source = made.sources("police", value)[0]["source"]
    url = f"/indicators/{made.collection.id}/{made.indicators()[value]['id']}/ask"
    made.person("investigator-police").post(url, {"source": source, "question": "Since when?"})
    made.tocsin.close()
    monkeypatch.setenv("TOCSIN_HOME", str(home))
    return made


def run(*words: str) -> str:
    result = CliRunner().invoke(cli, words)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.output


def test_two_people_find_out_on_the_command_line(unseen: Unseen) -> None:
    report = unseen.reports[0]
    asked = run("unmask", "ask", report, "--reason", "A life.", "--by", "moderator-desk").split()[-1]
    with pytest.raises(CannotUnmask):
        run("unmask", "approve", asked, "--by", "moderator-desk")
    with pytest.raises(NoSuchUnmasking):
        run("unmask", "approve", asked, "--by", "otto.quokka")
    with pytest.raises(MayNot):
        run("unmask", "ask", report, "--reason", "A life.", "--by", "nobody")
    with pytest.raises(CannotUnmask, match="Only a legal order"):
        run("unmask", "ask", report, "--reason", "A life.", "--by", "moderator-desk", "--delay-until", "2999-01-01")
    assert f"{report} was handed in by Quokka Savings" in run("unmask", "approve", asked, "--by", "moderator-police")
    listed = run("unmask", "list", "--json")
    assert json.loads(listed)["state"] == "approved"
    assert "Quokka" not in listed + run("unmask", "list")


def test_questions_are_read_without_names(unseen: Unseen) -> None:
    for slug, way, other in (("quokka-bank", "asked of it", "Asker"), ("police", "asked by it", "Source")):
        one = json.loads(run("enquiries", "--member", slug, "--json"))
        assert (one["way"], one["question"], one["value"]) == (way, "Since when?", "pasted-one.example")
        assert one["other"].startswith(other)
        assert "Since when?" in run("enquiries", "--member", slug)


def put(value: str) -> None:
    """Ask about a value through the exchange, as somebody of a member that does not read."""
    with opened() as tocsin, tocsin.database.writing() as connection:
        seeker = find_user(connection, "writer")
        assert seeker is not None
        ask(connection, seeker, recognise(value), Question("Who lost money?"), now_ms())


def test_who_may_know_of_a_collection_is_set_and_what_was_asked_is_read(unseen: Unseen) -> None:
    assert run("collection", "known-of", "Scams", "--everybody") == (
        "Scams: everybody may know of it without reading it\n"
    )
    run("member", "default", "quokka-bank", "--may-be-asked")
    put("pasted-two.example")
    asked = [json.loads(line) for line in run("enquiries", "--member", "telco", "--json").splitlines()]
    assert [(one["way"], one["value"], one["state"], one["answers"]) for one in asked] == [
        ("asked through the exchange", "pasted-two.example", "open", [])
    ]
    assert "quokka" not in run("enquiries", "--member", "telco")
    assert "Who lost money?" in run("enquiries", "--member", "quokka-bank")
    for words in (("member", "default", "quokka-bank", "--not-asked"), ("collection", "known-of", "Scams", "--nobody")):
        run("collection", "known-of", "Scams", "--everybody")
        run("member", "default", "quokka-bank", "--may-be-asked")
        run(*words)
        with pytest.raises(NobodyToAsk):
            put("pasted-one.example")


@pytest.mark.parametrize("words", [(), ("--nobody", "--everybody"), ("--by", "nobody-there")])
def test_a_circle_has_to_be_one(unseen: Unseen, words: tuple[str, ...]) -> None:
    result = CliRunner().invoke(cli, ["collection", "known-of", "Scams", *words])
    assert result.exit_code
