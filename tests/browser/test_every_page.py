"""axe looks at every page: for everybody who sees it, in three languages, light and dark."""

from typing import Any
from uuid import uuid4

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import URLPattern, reverse
from playwright.sync_api import Page

from config.urls import urlpatterns
from tests.browser.pages import Places, every_page, show
from tests.browser.places import NOT_PAGES
from tests.browser.windows import Windows

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
COLOURS = ["color-contrast", "link-in-text-block"]  # slow, and the same in every language
EVERYTHING = {"runOnly": RULES, "resultTypes": ["violations"]}
BUT_COLOURS = EVERYTHING | {"rules": {rule: {"enabled": False} for rule in COLOURS}}
ONLY_COLOURS = {"runOnly": {"type": "rule", "values": COLOURS}, "resultTypes": ["violations"]}
LOOKS = {
    "en": [("light", EVERYTHING), ("dark", ONLY_COLOURS)],
    "nl": [("light", BUT_COLOURS)],
    "fr": [("light", BUT_COLOURS)],
}
AXE = Axe().axe_script
RUN = """options => axe.run(options).then(({ violations }) => violations.map(
  (one) => `${one.id} (${one.help}) ${one.nodes.slice(0, 3).map((node) => node.target).join("; ")}`))"""
PAGES = list(every_page())
READERS = list(dict.fromkeys(shown.who for shown in PAGES))


def test_every_address_has_a_page_here() -> None:
    names = {pattern.name for pattern in urlpatterns if isinstance(pattern, URLPattern)}
    shown = {page.url_name for page in PAGES} - {""}
    assert shown | set(NOT_PAGES) == names, "a new address needs a line in tests/browser/pages.py"
    assert shown & set(NOT_PAGES) == set()


def test_an_address_that_only_takes_forms_shows_no_page(windows: Windows) -> None:
    asked = windows.open("nina").context.request
    samples = {"UUIDConverter": uuid4(), "IntConverter": 1, "StringConverter": "new:energy"}
    for pattern in urlpatterns:
        if NOT_PAGES.get(pattern.name) == "405":
            given = [samples[type(one).__name__] for one in pattern.pattern.converters.values()]
            address = reverse(pattern.name, args=given)
            assert asked.get(windows.url + address).status == 405, pattern.name


@pytest.mark.parametrize("language", ["en", "nl", "fr"])
@pytest.mark.parametrize("who", READERS, ids=str)
def test_axe_finds_nothing(windows: Windows, places: Places, who: str | None, language: str) -> None:
    page = windows.open(who, "/", reduced_motion="reduce")  # a colour on its way is no colour to measure
    found: list[str] = []
    try:
        speak(page, language)
        for shown in (one for one in PAGES if one.who == who):
            show(page, shown, places)
            assert page.locator("html").get_attribute("lang") == language
            for scheme, options in LOOKS[language]:
                page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
                found += [f"{shown.name}, {scheme}: {one}" for one in violations(page, options)]
    finally:
        page.goto("/")
        speak(page, "en")
    assert found == [], "\n".join(found)


def speak(page: Page, language: str) -> None:
    """As a reader does: by the button at the foot of the page."""
    page.locator(f"footer button[value={language}]").click()
    page.wait_for_load_state()


def violations(page: Page, options: dict[str, Any]) -> list[str]:
    """The rules that are broken, each with its first places. The rest stays in the browser."""
    page.locator("details").evaluate_all("all => all.forEach(one => { one.open = true })")
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    found: list[str] = page.evaluate(RUN, options)
    return found
