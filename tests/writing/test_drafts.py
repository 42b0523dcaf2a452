"""Drafts: kept on the server for their author alone, found again in the form, gone once sent."""

import pytest

from moderation.models import Draft
from tests.page import filled, read
from tests.saying import nothing

JSON = {"Accept": "application/json"}


@pytest.fixture
def address(thread):
    return f"/threads/{thread.pk}/"


@pytest.fixture
def form(browser, bob, address, quiet_screen):
    return read(browser(bob).get(address)).composer


@pytest.fixture
def save(browser, bob, form):
    client, to = browser(bob), form.button("Save as draft").formaction

    def press(headers=None, **typed):
        return client.post(to, filled(form, **typed), headers=headers or {})

    return press


def test_the_button_keeps_the_words_and_leads_back_to_them(browser, bob, form, save):
    response = save(body="Half a thought")
    assert response["Location"] == form.action
    page = read(response.client.get(response["Location"]))
    assert "Your draft is saved. Only you can see it." in page.text
    assert page.composer.value("body") == "Half a thought"


def test_a_draft_stands_in_the_form_of_its_place_on_every_device(browser, bob, alice, address, save, post):
    save(body="Half a thought", reply_to=str(post.pk))
    there = read(browser(bob).get(address)).composer
    assert (there.value("body"), there.value("reply_to")) == ("Half a thought", str(post.pk))
    assert read(browser(alice).get(address)).composer.value("body") == ""


def test_a_later_draft_takes_the_place_of_an_earlier_one(bob, save):
    save(body="Half a thought")
    save(body="Three quarters of a thought")
    assert Draft.objects.get(author=bob).words == "Three quarters of a thought"


def test_scripts_save_without_leaving_the_page(bob, save):
    response = save(headers=JSON, body="Half a thought")
    assert (response.status_code, response.json()) == (200, {"kept": True})
    assert Draft.objects.get(author=bob).words == "Half a thought"
    assert save(headers=JSON, body="  \n").json() == {"kept": False}
    assert not Draft.objects.exists()


def test_a_new_conversations_draft_keeps_title_and_tags(browser, bob, board, tags, quiet_screen):
    client = browser(bob)
    form = read(client.get("/boards/medicines/new/")).composer
    client.post(form.button("Save as draft").formaction, filled(form, title="Jars", body="", tags=["hands", "work"]))
    again = read(client.get("/boards/medicines/new/")).composer
    assert (again.value("title"), again.values["tags"]) == ("Jars", ["hands", "work"])


def test_sending_deletes_the_draft_and_a_refusal_does_not(browser, bob, form, save):
    save(body="Half a thought")
    browser(bob).post(form.action, filled(form, body="x" * 10_001))
    assert Draft.objects.filter(author=bob).exists()
    browser(bob).post(form.action, filled(form, body="A whole thought"))
    assert not Draft.objects.filter(author=bob).exists()


def test_a_draft_is_not_published_words(browser, bob, alice, address, save):
    save(body="Half a thought")
    assert "Half a thought" not in read(browser(alice).get(address)).text
    assert "Half a thought" not in read(browser(bob).get("/boards/medicines/")).text


def test_over_long_drafts_and_strange_characters_are_kept(bob, save):
    save(body="y" * 20_000)
    assert len(Draft.objects.get(author=bob).words) == 20_000
    save(body="Cold\x00 hands", reply_to="not-an-id")
    kept = Draft.objects.get(author=bob)
    assert (kept.words, kept.reply_to) == ("Cold hands", None)


@pytest.mark.parametrize(
    "place",
    [
        "reply:00000000-0000-4000-8000-000000000000",
        "reply:x",
        "new:nowhere",
        "new:",
        "edit:00000000-0000-4000-8000-000000000000",
        "change:x",
        "live:x",
        "x",
        "reply%3A%00",
        "x" * 300,
    ],
)
def test_there_are_no_drafts_for_places_that_are_not_there(browser, bob, thread, place):
    client = browser(bob)
    assert client.post(f"/drafts/reply:{thread.pk}/save/", {"body": "A"}).status_code == 302
    assert client.post(f"/drafts/{place}/save/", {"body": "A"}).status_code == 404
    assert Draft.objects.count() == 1


def test_nobody_keeps_drafts_where_they_may_not_write(browser, bob, stranger, alice, thread, post, submit):
    waiting_of_alice = submit(alice, thread, "Mine.", screen=nothing)
    for person, place in (
        (stranger, f"reply:{thread.pk}"),
        (stranger, "new:medicines"),
        (bob, f"edit:{post.pk}"),
        (bob, f"change:{waiting_of_alice.pk}"),
    ):
        assert browser(person).post(f"/drafts/{place}/save/", {"body": "A"}).status_code == 404, place
    assert not Draft.objects.exists()
    assert browser(alice).post(f"/drafts/edit:{post.pk}/save/", {"body": "A"}).status_code == 302


def test_saving_is_a_post(browser, bob, thread):
    assert browser(bob).get(f"/drafts/reply:{thread.pk}/save/").status_code == 405
