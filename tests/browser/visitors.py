"""People at a browser, with every address that it asked for and every complaint that it made."""

from dataclasses import dataclass, field

from playwright.sync_api import Browser, BrowserContext, Page
from web_world import PASSWORD, World

_PATIENCE_MS = 30_000


@dataclass(frozen=True)
class Site:
    """The running pages: where they are, and the exchange behind them."""

    url: str
    world: World


@dataclass
class Visitor:
    """Somebody at a browser."""

    site: Site
    context: BrowserContext
    page: Page
    asked: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def go(self, path: str) -> Page:
        self.page.goto(self.site.url + path)
        return self.page

    def sign_in(self, login: str) -> None:
        self.go("/sign-in")
        self.page.get_by_label("Name").fill(login)
        self.page.get_by_label("Password").fill(PASSWORD)
        self.page.get_by_role("button", name="Sign in").click()


class Visitors:
    """Opens browser windows, and closes them when the test ends."""

    def __init__(self, site: Site, browser: Browser) -> None:
        self._site, self._browser = site, browser
        self.opened: list[Visitor] = []

    def __call__(
        self, login: str | None = None, *, width: int = 1280, scripts: bool = True, scheme: str = "light"
    ) -> Visitor:
        context = self._browser.new_context(
            viewport={"width": width, "height": 844},
            java_script_enabled=scripts,
            color_scheme="dark" if scheme == "dark" else "light",
        )
        context.set_default_timeout(_PATIENCE_MS)
        visitor = Visitor(self._site, context, context.new_page())
        visitor.page.on("request", lambda request: visitor.asked.append(request.url))
        visitor.page.on("console", lambda message: visitor.complaints.append(message.text))
        visitor.page.on("pageerror", lambda error: visitor.complaints.append(str(error)))
        self.opened.append(visitor)
        if login is not None:
            visitor.sign_in(login)
        return visitor
