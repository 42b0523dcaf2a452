"""Windows on the demo: one for each person and device. Whatever a page complains of, or asks of elsewhere, is kept."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, Request

from tests.browser.demo import PASSWORD, Demo

DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 320, "height": 640}
SLOW = 15_000  # milliseconds after which a page is not slow, but broken

# A page of these tests may rightly answer "not here" or "not like this"; the browser notes the status of the page.
STATUS_NOTE = "Failed to load resource: the server responded with a status of 4"


class Windows:
    """Opens windows for people by their account's name; `None` is somebody who is not signed in."""

    def __init__(self, browser: Browser, demo: Demo, sessions: dict[str, Any]) -> None:
        self.url = demo.url
        self.trouble: list[str] = []
        self._browser = browser
        self._sessions = sessions
        self._contexts: list[BrowserContext] = []

    def open(self, who: str | None = None, address: str = "", **options: Any) -> Page:
        """A new device of this person's, signed in; `options` are the browser context's."""
        settings: dict[str, Any] = {"base_url": self.url, "viewport": DESKTOP, "locale": "en-GB", **options}
        if who:
            settings["storage_state"] = self._session(who)
        page = self._listen(self._browser.new_context(**settings)).new_page()
        if address:
            page.goto(address)
        return page

    def close(self) -> None:
        for context in self._contexts:
            context.close()

    def _session(self, who: str) -> Any:
        """One log-in an account for all tests; its devices share the session as windows of one browser do."""
        if who not in self._sessions:
            page = self.open(None, "/accounts/login/")
            log_in(page, who)
            self._sessions[who] = page.context.storage_state()
            page.context.close()
        return self._sessions[who]

    def _listen(self, context: BrowserContext) -> BrowserContext:
        context.set_default_timeout(SLOW)
        context.on("console", self._heard)
        context.on("weberror", lambda error: self.trouble.append(f"script: {error.error}"))
        context.on("request", self._asked)
        self._contexts.append(context)
        return context

    def _heard(self, message: ConsoleMessage) -> None:
        page = message.page
        of_the_page = page is not None and message.location.get("url", "").split("#")[0] == page.url.split("#")[0]
        if message.type in {"error", "warning"} and not (message.text.startswith(STATUS_NOTE) and of_the_page):
            self.trouble.append(f"console: {message.text} at {message.location.get('url')}")

    def _asked(self, request: Request) -> None:
        if urlsplit(request.url).hostname != "127.0.0.1" and not request.url.startswith("data:"):
            self.trouble.append(f"asked of elsewhere: {request.url}")


def log_in(page: Page, who: str) -> None:
    """Fills the log-in form that the page shows."""
    page.fill("[name=login]", f"{who}@demo.example")
    page.fill("[name=password]", PASSWORD)
    page.locator("main form button.button--primary").click()
    page.wait_for_url(lambda url: "/accounts/login/" not in url)


# What the keyboard is on, and how far its outline reaches: its own, or one that its ::after or its row draws for it.
FOCUS = """() => {
  const at = document.activeElement;
  if (!at || at === document.body || at === document.documentElement) return null;
  const width = (style) => style.outlineStyle === "none" ? 0 : parseFloat(style.outlineWidth);
  const row = at.closest(".row");
  return {
    name: (at.labels?.[0] || at).textContent.trim().slice(0, 60) || at.name || at.tagName,
    outline: Math.max(width(getComputedStyle(at)), width(getComputedStyle(at, "::after")),
                      row ? width(getComputedStyle(row)) : 0),
  };
}"""


class Keyboard:
    """Walks by Tab as somebody without a mouse, counts the stops, and wants to see each."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.stops = 0
        self.unseen: list[str] = []

    def to(self, target: Locator, *, at_most: int = 60) -> "Keyboard":
        """On to this control."""
        is_there: Callable[[], bool] = lambda: target.evaluate("one => one === document.activeElement")  # noqa: E731
        for _stop in range(at_most):
            self.page.keyboard.press("Tab")
            self.stops += 1
            at = self.page.evaluate(FOCUS)
            if at and at["outline"] < 3:
                self.unseen.append(at["name"])
            if is_there():
                return self
        raise AssertionError(f"{target} is not reached by {at_most} Tab stops")

    def follow(self, target: Locator) -> None:
        """On to this link or button, and through it to the next page."""
        self.to(target)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def send(self, target: Locator) -> None:
        """On to this button, and through it to the server's answer; the page may stay."""
        self.to(target)
        with self.page.expect_response(lambda answer: answer.request.method == "POST"):
            self.page.keyboard.press("Enter")

    def write(self, target: Locator, words: str) -> None:
        """On to this field, and into it."""
        self.to(target)
        self.page.keyboard.insert_text(words)
