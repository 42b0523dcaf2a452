"""The pages of live sessions, as those see them who come and those who lead."""

from collections.abc import Iterator

from playwright.sync_api import Page, expect

from tests.browser.places import COLLEAGUE, NURSE, PATIENT, Places, Shown
from tests.browser.steps import ADVICE, button, link
from tests.browser.windows import Windows

RUNNING = "A small amount of energy for a long day"
COMING = "What do you tell your children?"
PAST = "Back at work after the diagnosis"


def make_session_places(windows: Windows, places: Places) -> None:
    """A place in the session that runs, and the addresses of all three; one more whose words wait."""
    patient, nurse, colleague = (windows.open(who) for who in (PATIENT, NURSE, COLLEAGUE))
    at = places.at
    for name, title in (("running", RUNNING), ("coming", COMING), ("past", PAST)):
        patient.goto("/sessions/")
        link(patient, title).click()
        at[name] = patient.url
    patient.goto(at["running"])
    button(patient, "Sign me up").click()
    link(patient, "Into the room").click()
    at["room"] = patient.url
    patient.goto(at["past"])
    link(patient, "Read what was said").click()
    at["past room"] = patient.url
    nurse.goto(at["room"])  # opens it
    at["panel"] = f"{at['running']}panel/"
    with nurse.expect_navigation():
        nurse.locator("[data-panel] button[value=word]").first.evaluate("one => one.click()")  # folded away twice
    at["aside"] = nurse.url
    plan(colleague, f"A session whose words hold {ADVICE}")
    at["unannounced"] = colleague.url


def plan(page: Page, words: str, title: str = "Planned in the browser", closes: str = "20:30") -> None:
    page.goto("/sessions/new/")
    page.fill("[name=title]", title)
    page.fill("main [name=body]", words)
    day = page.evaluate("new Date(Date.now() + 9 * 24 * 3600 * 1000).toISOString().slice(0, 10)")
    page.fill("[name=day]", day)
    page.fill("[name=opens]", "19:30")
    page.fill("[name=closes]", closes)
    page.locator("main form .button--primary").click()
    page.wait_for_load_state()
    again = page.locator("#check-title")
    if again.is_visible():  # a clinician's own check
        page.locator("main form .button--primary").click()
        expect(again).to_be_hidden()


def _too_short(page: Page, places: Places) -> None:
    plan(page, "We begin with a round.", closes="19:35")


def _overtaken(page: Page) -> None:
    """Sends the form that stands there as if somebody had been faster."""
    page.locator("main [name=seen]").evaluate("one => { one.value = 'what stood there before' }")
    page.locator("main form .button--primary").click()
    page.wait_for_load_state()
    expect(page.locator("#present-title")).to_be_visible()


def _facts_overtaken(page: Page, places: Places) -> None:
    page.goto(f"{places.at['coming']}change/")
    _overtaken(page)


def _words_overtaken(page: Page, places: Places) -> None:
    page.goto(f"{places.at['past']}summary/")
    _overtaken(page)


def session_pages() -> Iterator[Shown]:
    yield Shown("live sessions", "sessions", PATIENT, "/sessions/")
    yield Shown("lobby of a session that runs", "session", PATIENT, "{running}")
    yield Shown("lobby of a session to come", "session", PATIENT, "{coming}")
    yield Shown("lobby of a session that is over, with its summary", "session", PATIENT, "{past}")
    yield Shown("room", "thread", PATIENT, "{room}")
    yield Shown("room, answering a line", "thread", PATIENT, "{room}?answer=2#composer")
    yield Shown("room that is closed", "thread", PATIENT, "{past room}")
    yield Shown("live sessions, for those who plan", "sessions", NURSE, "/sessions/")
    yield Shown("lobby, for those who plan", "session", NURSE, "{coming}")
    yield Shown("lobby of a session whose words wait", "session", NURSE, "{unannounced}")
    yield Shown("plan a session", "session_new", NURSE, "/sessions/new/")
    yield Shown("plan a session, hours that cannot be", "session_new", NURSE, _too_short, 400)
    yield Shown("change a session", "session_change", NURSE, "{coming}change/")
    yield Shown("change a session, somebody was faster", "session_change", NURSE, _facts_overtaken, 409)
    yield Shown("write the summary, somebody was faster", "session_summary", NURSE, _words_overtaken, 409)
    yield Shown("a private word", "thread", NURSE, "{aside}")
    yield Shown("cancel a session", "session_cancel", NURSE, "{coming}cancel/")
    yield Shown("change the words of a session", "session_about", NURSE, "{coming}about/")
    yield Shown("the point in hand", "room_agenda", NURSE, "{running}agenda/")
    yield Shown("write the summary", "session_summary", NURSE, "{past}summary/")
    yield Shown("room, for a nurse", "thread", NURSE, "{room}")
    yield Shown("the nurse's side", "room_panel", NURSE, "{panel}")
