"""The allow lists: what they protect, what they do not, and that a hit names its list."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.identifiers import Identifier, Unreadable, read
from tocsin.screening import SHARED_HOST, AllowLists, ListHit, compile_allowlists, open_allowlists, with_shared_host


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("lists")
    compile_allowlists(made)
    return made


@pytest.fixture(scope="module")
def lists(folder: Path) -> AllowLists:
    return open_allowlists(compile_allowlists(folder))


PROTECTED = [
    # a bank's own names, whatever stands before them
    ("domain", "dbs.com.sg", "bank-website", "dbs.com.sg", "reject"),
    ("domain", "secure.dbs.com.sg", "bank-website", "dbs.com.sg", "reject"),
    ("domain", "www.paypal.com", "bank-website", "paypal.com", "reject"),
    ("url", "https://www.paypal.com/", "bank-website", "paypal.com", "reject"),
    # a page on a bank's own site may have been tampered with: somebody has to look
    ("url", "https://www.dbs.com.sg/login", "bank-website", "dbs.com.sg", "hold"),
    ("email", "service@paypal.com", "bank-website", "paypal.com", "hold"),
    # services on which anybody can put pages: the service, not the page
    ("domain", "github.io", "lots-project", "github.io", "reject"),
    ("domain", "duckdns.org", "lots-project", "duckdns.org", "reject"),
    ("domain", "docs.google.com", "lots-project", "docs.google.com", "reject"),
    ("url", "https://docs.google.com/", "lots-project", "docs.google.com", "reject"),
    ("url", "https://bit.ly", "lots-project", "bit.ly", "reject"),
    # networks
    ("ipv4", "8.8.8.8", "public-dns-v4", "8.8.8.8", "hold"),
    ("ipv6", "2001:4860:4860::8888", "public-dns-v6", "2001:4860:4860::8888", "reject"),
    ("ipv4", "104.16.1.1", "cloudflare", "104.16.1.1", "hold"),
    ("url", "http://8.8.8.8/", "public-dns-v4", "8.8.8.8", "hold"),
    ("ipv4", "224.0.0.1", "multicast", "224.0.0.1", "reject"),
    # the rest
    ("file-hash", "d41d8cd98f00b204e9800998ecf8427e", "empty-hashes", "d41d8cd98f00b204e9800998ecf8427e", "reject"),
    ("email", "abuse@bad-host.com", "common-contact-emails", "abuse", "reject"),
    ("domain", "who.int", "moz-top500", "who.int", "reject"),
]

NOT_PROTECTED = [
    # look-alikes and names that only contain a protected one
    ("domain", "dbs.com.sg.evil-pages.com"),
    ("domain", "notdbs.com.sg"),
    ("domain", "paypa1.com"),
    ("domain", "xn--pypal-4ve.com"),
    ("email", "service@paypal.com.evil-pages.com"),
    # strangers' names and pages on services for everybody
    ("domain", "evil.github.io"),
    ("domain", "evil.duckdns.org"),
    ("domain", "evil.sharepoint.com"),
    ("url", "https://evil.github.io/"),
    ("url", "https://docs.google.com/forms/d/1"),
    ("url", "https://sites.google.com/view/x"),
    ("url", "https://bit.ly/abc"),
    ("url", "http://8.8.8.8/kit.zip"),
    # a mailbox at a provider for everybody may be anybody's
    ("email", "prince@gmail.com"),
    ("email", "prince@outlook.com"),
    ("file-hash", "a" * 32),
    # no list speaks of these kinds
    ("iban", "GB33BUKB20201555555555"),
    ("phone", "+6591234567"),
]


@pytest.mark.parametrize(("kind", "value", "name", "entry", "effect"), PROTECTED)
def test_the_harmless_is_protected(
    lists: AllowLists, kind: str, value: str, name: str, entry: str, effect: str
) -> None:
    found = lists.hit(read(value, kind))
    assert found is not None
    assert (found.list, found.entry, found.effect) == (name, entry, effect)
    assert entry in found.reason
    assert ("a moderator decides" if effect == "hold" else "not published") in found.reason


@pytest.mark.parametrize(("kind", "value"), NOT_PROTECTED)
def test_what_only_resembles_it_is_not(lists: AllowLists, kind: str, value: str) -> None:
    assert lists.hit(read(value, kind)) is None


def test_a_shared_host_says_what_to_report_instead(lists: AllowLists) -> None:
    found = lists.hit(read("github.io", "domain"))
    assert found is not None
    assert found.reason.endswith("Report the full address of the page instead.")


@given(st.from_regex(r"[a-z0-9]{1,20}(\.[a-z0-9]{1,20}){0,2}", fullmatch=True))
def test_everything_below_a_banks_name_is_the_banks(lists: AllowLists, label: str) -> None:
    found = lists.hit(Identifier("domain", f"{label}.dbs.com.sg"))
    assert found is not None
    assert found.effect == "reject"


@given(st.from_regex(r"[a-z0-9]{1,20}", fullmatch=True))
def test_no_prefix_without_a_dot_is_the_banks(lists: AllowLists, label: str) -> None:
    found = lists.hit(Identifier("domain", f"{label}dbs.com.sg"))
    assert found is None or found.entry != "dbs.com.sg"


@given(st.text(max_size=60), st.sampled_from(["domain", "url", "email", "ipv4", "ipv6", "file-hash"]))
def test_whatever_can_be_read_can_be_looked_up(lists: AllowLists, text: str, kind: str) -> None:
    try:
        identifier = read(text, kind)
    except Unreadable:
        return
    found = lists.hit(identifier)
    assert found is None or found.effect in ("hold", "reject")


def test_the_index_is_made_once_and_is_the_same_for_everybody(folder: Path) -> None:
    [path] = folder.iterdir()  # nothing half made is left behind
    made = path.stat().st_mtime_ns
    assert compile_allowlists(folder) == path
    assert path.stat().st_mtime_ns == made


@pytest.mark.parametrize(
    ("kind", "value", "protected"),
    [
        ("domain", SHARED_HOST, True),
        ("url", f"https://{SHARED_HOST}/", True),
        ("url", f"https://{SHARED_HOST}/parcel-fee", False),
        ("domain", f"shop.{SHARED_HOST}", False),
    ],
)
def test_the_demonstrations_shared_host_is_protected_and_its_pages_are_not(
    kind: str, value: str, protected: bool
) -> None:
    def others(_: Identifier) -> ListHit | None:
        return None

    assert (with_shared_host(others)(read(value, kind)) is not None) is protected
