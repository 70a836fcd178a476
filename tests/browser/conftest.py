"""A browser, and the pages over a small exchange on a free port."""

import os
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import pytest
from openpyxl import Workbook
from playwright.sync_api import Browser, Error, sync_playwright
from visitors import Site, Visitors
from web_world import close_world, furnish, open_world
from werkzeug.serving import WSGIRequestHandler, make_server

_ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


class _Quiet(WSGIRequestHandler):
    """Requests are not written to the test's output."""

    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002 - the base class calls it so
        return


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("exchange")
    furnish(folder)
    world = open_world(folder)
    server = make_server("127.0.0.1", 0, world.app, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield Site(f"http://127.0.0.1:{server.server_port}", world)
    server.shutdown()
    thread.join()
    server.server_close()
    close_world(world)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        path = shutil.which("chromium") or shutil.which("chromium-browser") or playwright.chromium.executable_path
        try:
            browser = playwright.chromium.launch(executable_path=path, args=_ARGUMENTS)
        except Error as error:
            _without_browser(str(error).partition("\n")[0])
        yield browser
        browser.close()


def _without_browser(why: str) -> NoReturn:
    if os.environ.get("CI") == "true":
        pytest.fail(f"Chromium has to be there in continuous integration: {why}")
    pytest.skip(f"there is no Chromium here: {why}")


@pytest.fixture
def visit(site: Site, chromium: Browser) -> Iterator[Visitors]:
    visitors = Visitors(site, chromium)
    yield visitors
    for visitor in visitors.opened:
        visitor.page.wait_for_load_state()  # the server is not left with half an answer
        visitor.context.close()
    for visitor in visitors.opened:
        elsewhere = [url for url in visitor.asked if not url.startswith((f"{site.url}/", "data:"))]
        assert not elsewhere, "a page asked another host for something"


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    """A workbook as a contributor keeps it."""
    book = Workbook()
    book.active.append(["Website", "IBAN"])
    book.active.append(["from-a-sheet.example", "GB33BUKB20201555555555"])
    path = tmp_path / "sheet.xlsx"
    book.save(path)
    return path
