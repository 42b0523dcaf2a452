"""Open pages that keep themselves up to date, in two windows; and what becomes of one's own words without leaving."""

import re

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.steps import ADVICE, DANGER, INNOCENT, ask, button, link, on_desk, publish, send, take_up
from tests.browser.test_every_page import AXE, EVERYTHING, RUN
from tests.browser.windows import Windows

LIVE = "New posts appear here by themselves."
HIDE = """new MutationObserver(() => document.querySelector("[data-newest]")?.removeAttribute("data-newest"))
  .observe(document, { childList: true, subtree: true })"""


def state(page: Page) -> Locator:
    return page.locator("[data-live-state]")


def text(page: Page, name: str) -> str:
    """What the page says in its reader's language."""
    return page.locator("[data-live-bar]").get_attribute(f"data-{name}") or ""


def write(page: Page, words: str) -> None:
    """Sends from the conversation's own page, which one does not leave."""
    page.fill("#composer [name=body]", words)
    page.locator("#composer .actions .button--primary").click()


def told(page: Page) -> Locator:
    return page.locator("[data-draft-state]")


def unloaded(page: Page) -> None:
    """Marks the page: a mark that is still there tells that it was not loaded again."""
    page.evaluate("window.stayed = true")


def stayed(page: Page) -> bool:
    return bool(page.evaluate("window.stayed === true"))


@pytest.fixture
def both(windows: Windows) -> tuple[Page, Page]:
    """Alice's conversation, open at hers and at Bob's, both live."""
    alice, bob = windows.open("alice"), windows.open("bob")
    thread = ask(alice, "Live between two windows")
    alice.goto(thread)
    bob.goto(thread)
    for page in (alice, bob):
        expect(state(page)).to_have_text(LIVE)
        unloaded(page)
    return alice, bob


def test_a_new_post_appears_to_everybody_without_a_reload(both: tuple[Page, Page]) -> None:
    alice, bob = both
    write(bob, "It was raining *cats* here.")
    for page in both:
        expect(page.locator("#post-2 .prose em")).to_have_text("cats")
        assert stayed(page)
    expect(told(bob)).to_have_text("Published.")
    expect(bob.locator("#composer [name=body]")).to_have_value("")
    expect(link(bob.locator("#post-2"), "Change")).to_be_visible()  # one's own: with what one may do
    expect(link(alice.locator("#post-2"), "Change")).to_have_count(0)
    expect(alice.locator("[data-live-voice]")).to_have_text("New posts at the end: 1")
    write(bob, "And dogs.")
    expect(alice.locator("#post-3 .prose")).to_have_text("And dogs.")
    expect(alice.locator(".post")).to_have_count(3)
    expect(bob.locator(".post")).to_have_count(3)
    alice.evaluate(AXE)
    assert alice.evaluate(RUN, EVERYTHING) == []


def test_a_new_post_can_be_answered_where_it_appeared(both: tuple[Page, Page]) -> None:
    alice, bob = both
    write(bob, "What do you do on such days?")
    link(alice.locator("#post-2"), "Answer this").click()
    write(alice, "I read.")
    expect(bob.locator("#post-3 .quoted")).to_contain_text("What do you do on such days?")
    expect(alice.locator("#post-3 .quoted")).to_be_visible()
    expect(alice.locator("#composer .quoted")).to_have_count(0)


def test_words_taken_back_vanish_everywhere_also_from_quotes(both: tuple[Page, Page]) -> None:
    alice, bob = both
    write(bob, "I should not have said this.")
    expect(alice.locator("#post-2")).to_be_visible()
    link(alice.locator("#post-2"), "Answer this").click()
    write(alice, "Never mind.")
    expect(bob.locator("#post-3 .quoted")).to_contain_text("I should not have said this.")
    unloaded(alice)
    other = bob.context.new_page()
    other.goto(bob.url)
    button(other.locator("#post-2"), "Take back").click()
    for page in (alice, bob):
        expect(page.locator("#post-2")).to_have_text("Post 2 was taken back.")
        expect(page.locator("#post-3 .quoted")).to_contain_text("These words are no longer here.")
        assert "I should not have said this." not in page.content()
        assert stayed(page)


def test_the_first_words_take_the_title_along(both: tuple[Page, Page]) -> None:
    alice, bob = both
    other = alice.context.new_page()
    other.goto(alice.url)
    button(other.locator("#post-1"), "Take back").click()
    expect(bob.get_by_role("heading", level=1)).to_have_text("A conversation whose first words were taken back")
    expect(bob.locator("#post-1")).to_have_text("Post 1 was taken back.")
    assert "Live between two windows" not in bob.title()


def test_waiting_words_show_to_their_author_alone_and_come_when_released(
    windows: Windows, both: tuple[Page, Page]
) -> None:
    alice, bob = both
    write(bob, ADVICE)
    expect(bob.locator(".waiting")).to_contain_text(ADVICE)
    expect(told(bob)).to_have_text("Thank you. A nurse reads your words before others do.")
    assert stayed(bob)
    expect(alice.locator(".post")).to_have_count(1)
    nurse = windows.open("nina")
    nurse.goto("/desk/")
    nurse.locator(".desk-row").filter(has_text="Live between two windows").first.get_by_role("link").click()
    publish(nurse, "Please talk it over with your own nurse first.")
    for page in both:
        expect(page.locator("#post-2")).to_contain_text(ADVICE)
        expect(page.locator("#post-2 .post__note")).to_contain_text("Please talk it over")
    expect(bob.locator(".waiting")).to_have_count(0)
    assert stayed(bob)


def test_a_danger_sign_shows_its_card_at_once(both: tuple[Page, Page]) -> None:
    _alice, bob = both
    write(bob, DANGER)
    expect(bob.locator(".care").first).to_be_in_viewport()


def test_held_back_new_posts_wait_for_their_reader(both: tuple[Page, Page]) -> None:
    alice, bob = both
    pause = button(alice, "Hold new posts back")
    pause.click()
    expect(pause).to_have_attribute("aria-pressed", "true")
    for words in ("One.", "Two.", "Three."):
        write(bob, words)
        expect(told(bob)).to_have_text("Published.")
        expect(bob.locator(".post").last).to_contain_text(words)
    show = button(alice, "Show the new posts (3)")
    expect(show).to_be_visible()
    expect(alice.locator(".post")).to_have_count(1)
    other = bob.context.new_page()
    other.goto(bob.url)
    button(other.locator("#post-3"), "Take back").click()
    button(alice, "Show the new posts (2)").click()
    expect(alice.locator("#post-2")).to_contain_text("One.")
    expect(alice.locator("#post-4")).to_contain_text("Three.")
    assert "Two." not in alice.locator(".posts").inner_text()
    expect(alice.locator("[data-live-show]")).to_be_hidden()


def forgive(windows: Windows) -> None:
    """The browser complains of the line that the test has cut."""
    windows.trouble[:] = [one for one in windows.trouble if "net::ERR_" not in one]


def test_what_could_not_be_sent_is_offered_again_with_its_key(windows: Windows, both: tuple[Page, Page]) -> None:
    alice, bob = both

    def lost(route: Route) -> None:
        route.fetch()  # it arrives; its answer does not
        route.abort()

    bob.route("**/reply/", lost)
    write(bob, "Did this arrive?")
    expect(told(bob)).to_have_text("Not sent yet. Your words are still here: please send them again.")
    expect(bob.locator("#composer [name=body]")).to_have_value("Did this arrive?")
    expect(alice.locator("#post-2")).to_contain_text("Did this arrive?")
    bob.unroute("**/reply/")
    bob.reload()
    expect(told(bob)).to_have_text("Not sent yet. Your words are still here: please send them again.")
    expect(state(bob)).to_have_text(LIVE)
    bob.locator("#composer .actions .button--primary").click()
    expect(told(bob)).to_have_text("Published.")
    expect(bob.locator(".post")).to_have_count(2)
    bob.reload()
    expect(bob.locator(".post")).to_have_count(2)
    expect(bob.locator("#composer [name=body]")).to_have_value("")
    forgive(windows)


def test_without_a_line_the_page_says_so_and_catches_up(windows: Windows, both: tuple[Page, Page]) -> None:
    alice, bob = both
    alice.context.set_offline(True)
    alice.evaluate("window.dispatchEvent(new Event('offline'))")
    write(alice, "Into the void.")
    expect(told(alice)).to_contain_text("Not sent yet.")
    write(bob, "While you were away.")
    expect(told(bob)).to_have_text("Published.")
    alice.context.set_offline(False)
    alice.locator("#composer .actions .button--primary").click()
    expect(alice.locator(".posts")).to_contain_text("While you were away.")
    expect(bob.locator(".posts")).to_contain_text("Into the void.")
    expect(bob.locator(".post")).to_have_count(3)
    forgive(windows)


def test_a_draft_of_sent_words_does_not_come_back_and_the_next_is_saved(both: tuple[Page, Page]) -> None:
    _alice, bob = both
    bob.fill("#composer [name=body]", "A first thought, kept.")
    expect(told(bob)).to_have_text("Draft saved", timeout=10_000)
    bob.locator("#composer .actions .button--primary").click()
    expect(told(bob)).to_have_text("Published.")
    bob.reload()
    expect(bob.locator("#composer [name=body]")).to_have_value("")
    expect(state(bob)).to_have_text(LIVE)
    write(bob, "Sent without leaving.")
    expect(told(bob)).to_have_text("Published.")
    bob.fill("#composer [name=body]", "A second thought, kept.")
    expect(told(bob)).to_have_text("Draft saved", timeout=10_000)
    bob.reload()
    expect(bob.locator("#composer [name=body]")).to_have_value("A second thought, kept.")


def test_a_suspended_member_hears_nothing_more(windows: Windows) -> None:
    alice, paused, nurse = windows.open("alice"), windows.open("member07"), windows.open("nina")
    thread = ask(paused, "Somebody who is paused")
    for page in (alice, paused):
        page.goto(thread)
        expect(state(page)).to_have_text(text(page, "live"))
    nurse.goto(thread)
    link(nurse.locator("#post-1"), "About this member").click()
    nurse.fill("[name=reason]", "A pause for a while.")
    button(nurse, "Suspend").click()
    expect(state(paused)).to_have_text(text(paused, "over"), timeout=5_000)
    write(alice, "Without the other.")
    expect(told(alice)).to_have_text("Published.")
    expect(paused.locator(".post")).to_have_count(1)


def test_an_earlier_page_points_to_the_newest(both: tuple[Page, Page]) -> None:
    alice, bob = both

    alice.add_init_script(HIDE)  # as if there were a page after this one
    alice.reload()
    expect(state(alice)).to_have_text(LIVE)
    write(bob, INNOCENT)
    button(alice, "There are new posts. Go to the newest").click()
    expect(alice.locator("#post-2")).to_contain_text(INNOCENT)


def test_without_scripts_the_page_works_as_ever(windows: Windows, both: tuple[Page, Page]) -> None:
    alice, _bob = both
    maya = windows.open("maya", java_script_enabled=False)
    maya.goto(alice.url)
    expect(maya.locator("[data-live-bar]")).to_be_hidden()
    send(maya, "Written without a script.")
    expect(maya.locator("#post-2")).to_contain_text("Written without a script.")
    expect(maya).to_have_url(re.compile(r"#post-2$"))
    expect(alice.locator("#post-2")).to_contain_text("Written without a script.")


def test_the_desk_hears_what_comes_and_what_a_colleague_has_done(windows: Windows) -> None:
    nina, omar, bob = windows.open("nina", "/desk/"), windows.open("omar", "/desk/"), windows.open("bob")
    for page in (nina, omar):
        unloaded(page)
    ask(bob, "Heard at the desk", ADVICE)
    for page in (nina, omar):
        expect(page.locator(".desk-row").filter(has_text="Heard at the desk")).to_be_visible()
        expect(page.locator("[data-desk-voice]")).to_contain_text("wait")
    assert on_desk(nina, "Heard at the desk").count() == 1
    take_up(nina, "Heard at the desk")
    publish(nina)
    expect(omar.locator(".desk-row").filter(has_text="Heard at the desk")).to_have_count(0)
    assert stayed(omar)
