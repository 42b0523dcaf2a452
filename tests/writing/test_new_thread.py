"""A new conversation by HTTP."""

import pytest

from forum.models import Thread
from moderation.models import State, Submission
from moderation.screen import Kind
from tests.page import filled, read
from tests.saying import says

NEW = "/boards/medicines/new/"


@pytest.fixture
def form(browser, alice, board, tags, quiet_screen):
    """The empty form as Alice gets it."""
    return read(browser(alice).get(NEW)).composer


def test_sending_without_naming_a_button_publishes_and_lands_on_the_own_post(browser, alice, form):
    client = browser(alice)
    response = client.post(form.action, filled(form, title="Jars", body="How do you *open* them?", tags=["hands"]))
    thread = Thread.objects.get()
    assert response["Location"] == f"/threads/{thread.pk}/?page=1#post-1"
    page = read(client.get(f"/threads/{thread.pk}/?page=1"))
    assert page.headings[0] == "Jars"
    assert "post-1" in page.ids
    assert "<p>How do you <em>open</em> them?</p>" in page.html
    assert "Published." in page.text


def test_the_form_says_who_is_not_watching_and_whom_to_call(browser, alice, form):
    page = read(browser(alice).get(NEW))
    assert "This site is not watched round the clock." in page.text
    assert "Help lines you can call" in page.text


def test_a_held_conversation_lands_on_its_own_page_and_exists_for_nobody_else(browser, alice, bob, form, screen_says):
    screen_says(says(Kind.M1, on="Take two"))
    client = browser(alice)
    response = client.post(form.action, filled(form, title="My advice", body="Hello. Take two a day."))
    submission = Submission.objects.get()
    assert (submission.state, Thread.objects.count()) == (State.WAITING, 0)
    assert response["Location"] == f"/words/{submission.pk}/"
    page = read(client.get(response["Location"]))
    assert page.headings[0] == "A nurse reads your words first"
    assert "Take two a day." in page.text
    assert browser(bob).get(f"/words/{submission.pk}/").status_code == 404
    assert "My advice" not in read(browser(bob).get("/boards/medicines/")).text


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"title": ""}, "Give your question a title."),
        ({"title": "x" * 121}, "The title is longer than 120 characters."),
        ({"title": "\u200b\u2060"}, "Give your question a title."),
        ({"body": ""}, "Write something first."),
        ({"body": " \n\u200b\u00a0\u3164 "}, "Write something first."),
        ({"body": "x" * 10_001}, "This is longer than 10,000 characters."),
        ({"tags": ["fatigue", "hands", "injection", "sleep", "sport", "work"]}, "Choose at most five tags."),
        ({"tags": ["hands", "unheard-of"]}, "Choose tags from the list."),
    ],
)
def test_what_is_outside_the_limits_comes_back_with_all_its_words(browser, alice, form, changes, told):
    typed = {"title": "Jars", "body": "How do you open them?", "tags": ["hands"]}
    response = browser(alice).post(form.action, filled(form, **(typed | changes)))
    assert response.status_code == 400
    page = read(response)
    assert told in page.text
    again = page.composer
    assert again.value("title") == (typed | changes)["title"]
    assert again.value("body") == (typed | changes)["body"]
    known = [one for one in (typed | changes)["tags"] if one != "unheard-of"]
    assert again.values.get("tags") == known
    assert not Submission.objects.exists()
    mended = browser(alice).post(form.action, filled(again, **typed))
    assert mended.status_code == 302
    assert Thread.objects.get().title == "Jars"


def test_the_longest_words_that_are_allowed_pass(browser, alice, form):
    response = browser(alice).post(
        form.action,
        filled(form, title="x" * 120, body="y" * 10_000, tags=["fatigue", "hands", "injection", "sleep", "sport"]),
    )
    assert response.status_code == 302
    assert Thread.objects.get().tags.count() == 5


def test_a_title_with_a_telephone_number_is_not_taken(browser, alice, form, screen_says):
    screen_says(says(Kind.I1, on="0470 12 34 56", field="title"))
    response = browser(alice).post(form.action, filled(form, title="Call 0470 12 34 56", body="Please."))
    assert response.status_code == 400
    assert "Leave telephone numbers and addresses out of the title." in read(response).text


@pytest.mark.parametrize("address", ["/boards/nowhere/new/", "/boards/Medicines/new/"])
def test_there_is_no_writing_on_a_board_that_is_not_there(browser, alice, form, address):
    assert browser(alice).get(address).status_code == 404
    assert browser(alice).post(address, filled(form, title="Jars", body="Words.")).status_code == 404


def test_nobody_writes_on_another_centres_board(browser, stranger, form):
    assert browser(stranger).post(NEW, filled(form, title="Jars", body="Words.")).status_code == 404
    assert not Submission.objects.exists()


def test_a_member_without_a_role_writes_nothing(browser, alice, nina, form):
    from people.verbs import suspend

    client = browser(alice)
    assert client.get(NEW).status_code == 200
    suspend(person=alice, by=nina, reason="Enough.")
    assert client.get(NEW).status_code == 404
    assert client.post(NEW, filled(form, title="Jars", body="Words.")).status_code == 404
    assert not Submission.objects.exists()


def test_only_forms_are_taken(browser, alice, board):
    for method in ("put", "patch", "delete"):
        assert getattr(browser(alice), method)(NEW).status_code == 405
