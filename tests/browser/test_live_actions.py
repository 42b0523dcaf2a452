"""A post that arrives while the page is open offers its reader what a reload offers, and is folded the same."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.steps import QUESTION, ask, button, link
from tests.browser.test_live import state, text, told, unloaded, write
from tests.browser.windows import Windows

WRITER = "member19"
OFFERED = """(post) => [...post.querySelectorAll(".post__actions a, .post__actions button")].map((one) => [
  one.textContent, one.className, one.href || one.form.action,
  (one.form?.elements.csrfmiddlewaretoken?.value || "").length,
])"""


def offered(post: Locator) -> list[list[str]]:
    """What the post offers: name, look, address, and whether a form proves where it came from."""
    found: list[list[str]] = post.evaluate(OFFERED)
    return found


def open_live(windows: Windows, who: str, thread: str) -> Page:
    page = windows.open(who, thread)
    expect(state(page)).to_have_text(text(page, "live"))
    unloaded(page)
    return page


@pytest.fixture
def thread(windows: Windows) -> str:
    return ask(windows.open("alice"), "What may be done with a new post")


READERS = {
    "alice": ["Answer this #2", "Tell a nurse #2", "Mute #2"],
    "maya": ["Answer this #2", "Tell a nurse #2", "Mute #2"],
    "nina": ["Answer this #2", "Tell a nurse #2", "About this member #2", "Take down #2"],
    WRITER: ["Answer this #2", "Change #2", "Take back #2"],
}


def test_a_members_post_offers_each_reader_what_a_reload_offers(windows: Windows, thread: str) -> None:
    pages = {who: open_live(windows, who, thread) for who in READERS}
    write(pages[WRITER], "It was a good day.")
    for who, page in pages.items():
        expect(page.locator("#post-2 .post__actions")).to_be_visible()
        live = offered(page.locator("#post-2"))
        assert [one[0] for one in live] == READERS[who], who
        assert page.evaluate("window.stayed")
        page.reload()
        assert offered(page.locator("#post-2")) == live, who


def test_a_clinicians_post_is_not_to_be_muted(windows: Windows, thread: str) -> None:
    alice, nina = open_live(windows, "alice", thread), open_live(windows, "nina", thread)
    write(nina, "Good morning, everybody.")
    expect(alice.locator("#post-2 .post__actions")).to_be_visible()
    live = offered(alice.locator("#post-2"))
    assert [one[0] for one in live] == ["Answer this #2", "Tell a nurse #2"]
    alice.reload()
    assert offered(alice.locator("#post-2")) == live


def test_what_a_new_post_offers_works(windows: Windows, thread: str) -> None:
    alice, writer = open_live(windows, "alice", thread), open_live(windows, WRITER, thread)
    write(writer, "It was a good day.")
    link(alice.locator("#post-2"), "Tell a nurse").click()
    expect(alice.get_by_text("It was a good day.")).to_be_visible()
    button(writer.locator("#post-2"), "Take back").click()
    expect(writer.locator("#post-2")).to_have_text("Post 2 was taken back.")


def test_a_post_that_is_shown_again_offers_the_same_once_more(windows: Windows, thread: str) -> None:
    alice, maya, nina = (open_live(windows, who, thread) for who in ("alice", "maya", "nina"))
    write(open_live(windows, WRITER, thread), "It was a good day.")
    before = offered(alice.locator("#post-2"))
    link(maya.locator("#post-2"), "Tell a nurse").click()
    button(maya, "It could harm somebody").click()
    expect(alice.locator("#post-2")).to_have_text("Post 2 is hidden until a nurse has read it again.")
    assert offered(alice.locator("#post-2")) == []
    nina.goto("/desk/reports/")
    button(nina.locator("article").filter(has_text="It was a good day."), "It can stay").click()
    expect(alice.locator("#post-2")).to_contain_text("It was a good day.")
    assert offered(alice.locator("#post-2")) == before
    assert alice.evaluate("window.stayed")


def test_a_muted_members_posts_come_folded_as_after_a_reload(windows: Windows, thread: str) -> None:
    muted, reader = "member15", "member16"
    writer, page = open_live(windows, muted, thread), windows.open(reader, thread)
    write(writer, "The first of them.")
    expect(told(writer)).to_have_text("Published.")
    page.reload()
    button(page.locator("#post-2"), "Mute").click()
    expect(page.locator("details.post--muted")).to_have_count(1)
    expect(state(page)).to_have_text(text(page, "live"))
    unloaded(page)
    write(writer, "The second of them.")
    folds = page.locator("details.post--muted")
    expect(folds).to_have_count(2)
    expect(page.locator("#post-3")).to_be_hidden()
    expect(folds.last.locator("summary")).to_have_text("A post by a member whom you muted #3")
    live = page.locator(".posts").inner_text(), offered(page.locator("#post-3"))
    assert page.evaluate("window.stayed")
    page.reload()
    assert (page.locator(".posts").inner_text(), offered(page.locator("#post-3"))) == live
    expect(state(page)).to_have_text(text(page, "live"))
    unloaded(page)
    link_to_edit = writer.locator("#post-3").get_by_role("link", name="Change")
    link_to_edit.click()
    writer.fill("#composer [name=body]", "The second, in other words.")
    writer.locator("#composer .actions .button--primary").click()
    expect(page.locator("#post-3 .prose")).to_have_text("The second, in other words.")
    expect(page.locator("#post-3")).to_be_hidden()  # a change does not unfold
    button(writer.locator("#post-3"), "Take back").click()
    expect(folds).to_have_count(1)  # a place without words is not folded
    expect(page.locator("#post-3")).to_have_text("Post 3 was taken back.")


def test_an_answered_question_loses_its_label_on_open_pages(windows: Windows, thread: str) -> None:
    alice, writer, nina = (open_live(windows, who, thread) for who in ("alice", WRITER, "nina"))
    write(writer, QUESTION)
    label = "A nurse answers this question"
    for page in (alice, nina):
        expect(page.locator("#post-2")).to_contain_text(label)
    nina.reload()
    expect(nina.get_by_label("This answers the open question")).to_be_checked()
    nina.fill("#composer [name=body]", "A glass now and then is for your own team to say.")
    nina.locator("#composer .actions .button--primary").click()
    if nina.get_by_role("heading", name="Please look once more").is_visible():
        nina.locator("#composer .actions .button--primary").click()
    expect(alice.locator("#post-3")).to_contain_text("A glass now and then")
    expect(alice.locator("#post-2")).not_to_contain_text(label)
    assert alice.evaluate("window.stayed")
