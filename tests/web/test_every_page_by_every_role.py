"""Who may reach which page: every endpoint stands in one of the lists here, and a new one fails until it does."""

import re
from pathlib import Path

import pytest
from web_world import PEOPLE, World
from werkzeug.routing import Rule

import tocsin.web

EVERYBODY = frozenset({"clerk", "inspector", "desk", "admin", "auditor"})
SUBMITTERS = EVERYBODY - {"auditor"}
DECIDERS = frozenset({"desk", "admin"})
INVESTIGATORS = DECIDERS | {"inspector"}
ADMINISTRATORS = frozenset({"admin"})
NOWHERE = "00000000-0000-4000-8000-000000000000"

OPEN = frozenset(
    {
        "static", "health.healthy", "health.ready", "health.metrics", "session.sign_in", "session.signed_in",
        "session.code", "session.coded", "session.sign_out", "account.invitation", "account.accepted",
        "api.description", "languages.choose",
    }
)  # fmt: skip
"""For whoever comes."""

BY_TOKEN = frozenset(
    {f"api.{name}" for name in ("collections", "enquiries", "indicator", "sources", "report", "hand_in")}
    | {f"api_cases.{name}" for name in ("index", "case")}
    | {f"api_exhibits.{name}" for name in ("index", "add", "file")}
    | {f"api_searches.{name}" for name in ("index", "found")}
    | {f"api_searching.{name}" for name in ("search", "hits", "suggested", "looked_up")}
    | {f"api_feedback.{name}" for name in ("votes", "say", "feedback", "report")}
    | {"api_related.related"}
)
"""The JSON API: 401 for strangers; a signed-in person may read it."""

ALLOWED = {
    EVERYBODY: """home.home account.index account.password account.recovery_codes account.begin account.enrol
        account.confirm account.remove account.end audit.index audit.in_csv audit.in_json collections.index
        communities.index communities.community joining.invited disputes.index disputes.contest enquiries.index
        held.index indicators.indicator indicators.exact lists.index polling.index polling.interval recalling.sheet
        reports.index reports.report reports.exceptions_csv reports.exceptions_xlsx searching.search
        looking_up.form looking_up.answer overview.overview overview.in_json history.history history.in_json
        unmasking.notices hits_file.page
        unmasking.seen amending.row exhibits.file feedback.index feedback.report
        proposals.index case_exports.form case_exports.checked following.index
        saved_searches.index saved_searches.save saved_searches.search saved_searches.seen saved_searches.describe
        saved_searches.pause saved_searches.delete search_hooks.put search_hooks.test search_hooks.remove
        alert_choices.address alert_choices.code""",
    SUBMITTERS: """lists.add lists.remove disputes.state enquiries.ask enquiries.answer reports.answer_question
        reports.withdraw submitting.form submitting.check submitting.found submitting.hand_in amending.correct
        amending.take_row_back amending.add exhibits.add exhibits.remove voting.say proposals.make proposals.answer
        feedback.checked amending.asking asking.name asking.form asking.ask""",
    INVESTIGATORS: """cases.index cases.begin cases.tasks cases.case cases.change cases.close cases.delete
        case_items.add case_items.keep_it case_items.renew case_items.write case_items.task case_items.tick
        case_items.attach case_items.file case_items.remove case_sharing.share case_sharing.take_back
        case_sharing.leave case_sharing.meet case_exports.export alert_choices.cases""",
    DECIDERS: """lists.decide disputes.decide disputes.give held.decide held.one held.decide_one held.correct_one
        indicators.withdraw joining.ask joining.ask_invited joining.decide joining.leave members.member
        members.defaults tokens.index tokens.make tokens.revoke unmasking.ask unmasking.index unmasking.approve""",
    ADMINISTRATORS: """collection_desk.collection collection_desk.change_filter collection_desk.freeze
        collection_desk.right collection_desk.circle collection_new.new collection_new.add communities.new
        communities.add communities.change_form communities.change communities.end joining.invite keeping.index
        keeping.put_hold keeping.lift keeping.known keeping.put_rule members.index members.new members.add
        members.standing members.suspend people.index people.change people.take_back people.invited""",
}
WHO = {endpoint: people for people, endpoints in ALLOWED.items() for endpoint in endpoints.split()}
NARROWER = dict.fromkeys(("enquiries.ask", "asking.form", "asking.ask"), SUBMITTERS - {"clerk"})
"""Where a view asks for a second right."""

UNNOTED = {
    "submitting.check": "nothing is kept of it",
    "looking_up.answer": "it changes nothing, and is noted as a search once it is answered",
    "api_searching.looked_up": "it changes nothing, and is noted as a search once it is answered",
    "unmasking.seen": "only that somebody read a notice to their own member, which the notice itself keeps",
    "languages.choose": "in which language the pages are read; it gives no right",
    "polling.interval": "when the own member is warned of its own silence; it gives no right",
}
"""What changes nothing that the audit trail has to tell, and why."""


def address(rule: Rule) -> str:
    """An address of the endpoint about something that is not there."""
    url = re.sub(r"<int:[^>]+>", "1", str(rule.rule))
    return re.sub(r"<[^>]+>", NOWHERE, url)


def rules(world: World) -> list[tuple[Rule, str]]:
    return [
        (rule, method)
        for rule in world.app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) & {"GET", "POST", "PUT", "PATCH", "DELETE"})
    ]


def test_every_endpoint_was_thought_about(world: World) -> None:
    found = {rule.endpoint for rule, _ in rules(world)}
    assert found == {*OPEN, *BY_TOKEN, *WHO}
    assert {method for _, method in rules(world)} == {"GET", "POST"}


@pytest.mark.parametrize("login", [None, *PEOPLE])
def test_every_page_by_every_role(world: World, login: str | None) -> None:
    # what the two clerks may do is the same
    role = "clerk" if login == "clerk-b" else login
    person = world.person(login)
    token = person.token() if login else ""
    wrong = []
    for rule, method in rules(world):
        if rule.endpoint not in WHO:
            continue
        data = {"csrf_token": token} if method == "POST" else None
        if method == "POST" and login is None:
            continue
        answer = person.client.open(address(rule), method=method, data=data)
        may = role in NARROWER.get(rule.endpoint, WHO[rule.endpoint])
        to_sign_in = answer.status_code == 302 and answer.location.startswith("/sign-in")
        if login is None:
            right = to_sign_in
        else:
            right = not to_sign_in and answer.status_code < 500 and (answer.status_code != 403) == may
        if not right:
            wrong.append((rule.endpoint, method, answer.status_code))
    assert wrong == []


def test_the_api_is_closed_to_strangers(world: World) -> None:
    for rule, method in rules(world):
        if rule.endpoint in BY_TOKEN:
            assert world.app.test_client().open(address(rule), method=method).status_code == 401, rule.endpoint


def test_no_form_works_without_its_token(world: World) -> None:
    client = world.person("admin").client
    for rule, method in rules(world):
        if method == "POST" and rule.endpoint not in BY_TOKEN:
            answer = client.post(address(rule))
            assert answer.status_code == 400, rule.endpoint
            assert "That did not work" in answer.text, rule.endpoint


def test_every_page_says_what_may_run_in_it(world: World) -> None:
    client = world.person("admin").client
    for rule, method in rules(world):
        if method == "GET":
            answer = client.get(address(rule))
            policy = answer.headers["Content-Security-Policy"]
            assert policy.startswith("default-src 'none'"), rule.endpoint
            assert "unsafe" not in policy, rule.endpoint


def test_no_template_has_script_or_style_in_it() -> None:
    folder = Path(tocsin.web.__file__).parent / "templates"
    # known.html is a file to hand over that is never served
    for path in folder.glob("*.html"):
        if path.name != "known.html":
            assert not re.search(r"<style|\sstyle=|\son[a-z]+=|<script(?! src=)|javascript:", path.read_text()), path


def test_whatever_changes_something_stands_in_the_trail() -> None:
    folder = Path(tocsin.web.__file__).parent
    found = set()
    for path in folder.glob("*.py"):
        for view in re.split(r"\n\n\n", path.read_text()):
            if re.match(r"@pages\.post\(", view) and not re.search(
                r"@noted\(|\bnote\(|audit\.note\(|_decided\(|_let_in\(|_take\(|_noted\(", view
            ):
                name = re.search(r"^def (\w+)", view, re.MULTILINE)
                assert name is not None
                found.add(f"{path.stem}.{name[1]}")
    assert found == set(UNNOTED)
