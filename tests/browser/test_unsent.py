"""One's own words: sending, delivered, published, waiting, returned; and through a cut line they keep their key."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.steps import ADVICE, INNOCENT, ask, button, publish, send_back
from tests.browser.test_live import LIVE, forgive, state, stayed, told, unloaded, write
from tests.browser.windows import Windows, log_in

UNSENT = "Not sent yet. Your words are still here: please send them again."
BACK = "The connection is back. Your words are not sent yet: please send them again."
ONCE = "Only once, please."
STEPS = """() => {
  const state = document.querySelector("[data-draft-state]");
  window.seen = [];
  new MutationObserver(() => seen.push(state.textContent)).observe(state, { childList: true });
}"""


@pytest.fixture
def thread(windows: Windows) -> str:
    return ask(windows.open("alice"), "Words through a cut line")


@pytest.fixture
def bob(windows: Windows, thread: str) -> Page:
    return live(windows.open("bob"), thread)


def live(page: Page, thread: str) -> Page:
    page.goto(thread)
    expect(state(page)).to_have_text(LIVE)
    unloaded(page)
    return page


def key(page: Page) -> str:
    return page.locator("#composer [name=client_key]").input_value()


def cut(page: Page, words: str = ONCE) -> str:
    """Sends without a line; the key under which it was tried."""
    page.context.set_offline(True)
    tried = key(page)
    write(page, words)
    expect(told(page)).to_have_text(UNSENT)
    return tried


def arrives_once(page: Page, tried: str) -> None:
    """What is offered, with its key, becomes one post."""
    expect(told(page)).to_have_text(UNSENT)
    expect(page.locator("#composer [name=body]")).to_have_value(ONCE)
    assert key(page) == tried
    expect(state(page)).to_have_text(LIVE)
    page.locator("#composer .actions .button--primary").click()
    expect(told(page)).to_have_text("Published.")
    page.reload()
    expect(page.locator(".post").filter(has_text=ONCE)).to_have_count(1)
    expect(page.locator("#composer [name=body]")).to_have_value("")
    expect(told(page)).to_have_text("")
    assert key(page) != tried


def test_when_the_line_comes_back_the_page_says_so_and_the_words_go_under_their_key(
    windows: Windows, bob: Page
) -> None:
    tried = cut(bob)
    bob.context.set_offline(False)
    expect(told(bob)).to_have_text(BACK)
    assert key(bob) == tried
    bob.locator("#composer .actions .button--primary").click()
    expect(told(bob)).to_have_text("Published.")
    expect(bob.locator(".post").filter(has_text=ONCE)).to_have_count(1)
    assert stayed(bob)
    forgive(windows)


def test_unsent_words_are_offered_after_a_reload(windows: Windows, bob: Page) -> None:
    tried = cut(bob)
    bob.context.set_offline(False)
    bob.reload()
    arrives_once(bob, tried)
    forgive(windows)


def test_unsent_words_are_offered_when_the_closed_tab_is_opened_again(windows: Windows, bob: Page, thread: str) -> None:
    tried, device = cut(bob), bob.context
    bob.close()
    device.set_offline(False)
    again = device.new_page()
    again.goto(thread)
    arrives_once(again, tried)
    forgive(windows)


def test_words_that_were_only_typed_without_a_line_are_kept_too(windows: Windows, bob: Page, thread: str) -> None:
    device, tried = bob.context, key(bob)
    device.set_offline(True)
    bob.fill("#composer [name=body]", ONCE)
    expect(told(bob)).to_have_text("The draft is not saved yet. Your words are still here.", timeout=10_000)
    bob.close()
    device.set_offline(False)
    again = device.new_page()
    again.goto(thread)
    arrives_once(again, tried)
    forgive(windows)


def test_a_new_conversation_is_kept_with_its_title(windows: Windows) -> None:
    page = windows.open("bob", "/boards/energy/new/")
    device, tried = page.context, key(page)
    device.set_offline(True)
    page.fill("#composer [name=title]", "Asked in a tunnel")
    write(page, ONCE)
    expect(told(page)).to_have_text(UNSENT)
    page.close()
    device.set_offline(False)
    again = device.new_page()
    again.goto("/boards/energy/new/")
    expect(told(again)).to_have_text(UNSENT)
    expect(again.locator("#composer [name=title]")).to_have_value("Asked in a tunnel")
    assert key(again) == tried
    again.locator("#composer .actions .button--primary").click()
    expect(again.get_by_role("heading", level=1)).to_have_text("Asked in a tunnel")
    expect(again.locator("#post-1 .prose")).to_have_text(ONCE)
    again.goto("/boards/energy/new/")
    expect(again.locator("#composer [name=title]")).to_have_value("")
    forgive(windows)


def test_what_is_changed_after_it_could_not_be_sent_is_what_is_offered(windows: Windows, bob: Page) -> None:
    tried = cut(bob)
    bob.fill("#composer [name=body]", "Said better.")
    bob.context.set_offline(False)
    bob.reload()
    expect(bob.locator("#composer [name=body]")).to_have_value("Said better.")
    assert key(bob) == tried
    forgive(windows)


def test_unsent_words_are_offered_to_their_author_alone_and_forgotten_at_log_out(windows: Windows, thread: str) -> None:
    page = windows.open(None, "/accounts/login/")
    log_in(page, "member23")
    cut(live(page, thread))
    page.context.set_offline(False)
    page.context.clear_cookies()
    page.goto("/accounts/login/")
    log_in(page, "member24")
    live(page, thread)
    expect(page.locator("#composer [name=body]")).to_have_value("")
    assert ONCE in page.evaluate("JSON.stringify(localStorage)")
    page.goto("/accounts/logout/")
    button(page.locator("main"), "Log out").click()
    page.wait_for_load_state()
    assert page.evaluate("localStorage.length") == 0
    forgive(windows)


def test_an_answer_that_takes_its_time_is_told_in_steps(windows: Windows, bob: Page) -> None:
    bob.evaluate(STEPS)
    write(bob, INNOCENT)
    expect(told(bob)).to_have_text("Published.")
    steps = [one for one in bob.evaluate("seen") if one]
    assert steps in (["Sending …", "Published."], ["Sending …", "Delivered.", "Published."])


def test_a_ruling_reaches_its_author_on_the_open_page(windows: Windows, bob: Page) -> None:
    nurse = windows.open("nina")
    for words in ("One. ", "Two. "):
        write(bob, words + ADVICE)
        expect(bob.locator(".waiting").last).to_contain_text(words)
        expect(told(bob)).to_have_text("Thank you. A nurse reads your words before others do.")
    nurse.goto("/desk/")
    nurse.locator(".desk-row").filter(has_text="One. ").get_by_role("link").click()
    send_back(nurse, "Please leave the dose out.")
    expect(told(bob)).to_have_text("A nurse sent your words back to you")
    expect(bob.locator("[data-own-news] a")).to_have_text("A nurse sent your words back to you")
    expect(bob.locator(".waiting")).to_have_count(1)
    nurse.goto("/desk/")
    nurse.locator(".desk-row").filter(has_text="Two. ").get_by_role("link").click()
    publish(nurse)
    expect(bob.locator(".post").last).to_contain_text("Two. ")
    expect(told(bob)).to_have_text("Published.")
    expect(bob.locator(".waiting")).to_have_count(0)
    assert stayed(bob)
    bob.locator("[data-own-news] a").click()
    expect(bob.get_by_text("Please leave the dose out.")).to_be_visible()
