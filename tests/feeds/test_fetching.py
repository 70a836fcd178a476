"""Fetching over HTTP from a server of the test's own, and from files."""

from collections.abc import Iterator
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from threading import Event, Thread
from typing import Any
from urllib.request import Request

import pytest
from feed_house import Feeds

import feeds.fetch
from feeds.fetch import FetchFailed, fetch

LIST = b"one.example\ntwo.example\n"


class Lists(BaseHTTPRequestHandler):
    """A publisher of lists, good and bad."""

    def do_GET(self) -> None:
        match self.path.partition("?")[0].split("/")[1:]:
            case ["list.txt"]:
                self.answer(200, LIST)
            case ["moved"]:
                self.answer(302, b"", Location="/list.txt")
            case ["round"]:
                self.answer(302, b"", Location="/round")
            case ["chain", number]:
                self.answer(302, b"", Location=f"/chain/{int(number) + 1}")
            case ["elsewhere"]:
                self.answer(302, b"", Location="ftp://lists.example/list.txt")
            case ["file"]:
                self.answer(302, b"", Location="file:///etc/hostname")
            case ["cut"]:
                self.answer(200, LIST, announced=len(LIST) + 500)
            case ["chunked-cut"]:
                self.answer(200, b"ffff\r\none.example\n", **{"Transfer-Encoding": "chunked"})
            case ["endless"]:
                self.answer(200, LIST * 1000, announced=None)
            case ["dropped"]:
                pass
            case ["silent"]:
                self.server.told.wait(10)  # type: ignore[attr-defined]
            case ["odd"]:
                self.answer(599, b"odd")
            case _:
                self.answer(404, b"<html>not here</html>")
        self.close_connection = True

    def answer(self, status: int, body: bytes, announced: int | None = -1, **headers: str) -> None:
        self.send_response(status)
        if announced is not None and "Transfer-Encoding" not in headers:
            self.send_header("Content-Length", str(len(body) if announced == -1 else announced))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def lists(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of a server that publishes lists."""
    monkeypatch.setenv("no_proxy", "*")
    server = ThreadingHTTPServer(("127.0.0.1", 0), Lists)
    server.told = Event()  # type: ignore[attr-defined]
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.told.set()  # type: ignore[attr-defined]
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.parametrize("path", ["/list.txt", "/list.txt?token=x", "/moved"])
def test_a_list_is_fetched(lists: str, path: str) -> None:
    assert fetch(lists + path) == LIST


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/none", r"answered 404 Not Found instead of the list"),
        ("/odd", r"answered 599 instead of the list"),
        ("/round", r"answered 302 Found instead of the list"),
        ("/chain/1", r"answered 302 Found instead of the list"),
        ("/elsewhere", "not safe to follow"),
        ("/file", r"answered 302 Found instead of the list"),
        ("/cut", r"announced 524 bytes and sent 24"),
        ("/chunked-cut", "broke off before the list was complete"),
        ("/dropped", "broke off before the list was complete"),
        ("/endless", "larger than"),
    ],
)
def test_what_is_not_the_whole_list_is_refused(lists: str, path: str, words: str) -> None:
    with pytest.raises(FetchFailed, match=words):
        fetch(lists + path, most=10_000)


def test_a_server_that_says_nothing_is_given_up(lists: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feeds.fetch, "SILENCE_S", 0.2)
    with pytest.raises(FetchFailed, match="sent nothing for"):
        fetch(f"{lists}/silent")


def test_a_server_that_drips_is_given_up(lists: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feeds.fetch, "LONGEST_S", -1)
    with pytest.raises(FetchFailed, match="took longer than"):
        fetch(f"{lists}/list.txt")


def test_nobody_there(lists: str) -> None:
    with pytest.raises(FetchFailed, match=r"127.0.0.1:1 cannot be reached"):
        fetch("http://127.0.0.1:1/list.txt")


def test_a_secure_address_is_not_left_for_an_open_one() -> None:
    handler = feeds.fetch._Redirects()
    request = Request("https://lists.example/a")
    answer = BytesIO()
    with pytest.raises(FetchFailed, match="not safe to follow"):
        handler.redirect_request(request, answer, 302, "Found", Message(), "http://lists.example/a")
    onward = handler.redirect_request(request, answer, 302, "Found", Message(), "https://other.example/a")
    assert onward is not None
    assert onward.full_url == "https://other.example/a"


def test_files(tmp_path: Path) -> None:
    path = tmp_path / "list.txt"
    with pytest.raises(FetchFailed, match="cannot be opened: No such file or directory"):
        fetch(str(path))
    with pytest.raises(FetchFailed, match="cannot be opened: Is a directory"):
        fetch(str(tmp_path))
    path.write_bytes(LIST)
    assert fetch(str(path), most=len(LIST)) == LIST
    with pytest.raises(FetchFailed, match="larger than"):
        fetch(str(path), most=len(LIST) - 1)


def test_a_feed_runs_over_http(lists: str, feeds: Feeds) -> None:
    assert feeds.run(source=f"{lists}/list.txt").new == 2
    before = feeds.bodies()
    for path in ("/none", "/cut", "/dropped", "/round"):
        assert feeds.run(source=lists + path).ended == "refused"
    assert feeds.bodies() == before
