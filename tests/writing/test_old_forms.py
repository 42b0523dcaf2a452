"""A form opened before a nurse decided, or before the own words went: nothing typed is lost, all can be sent again."""

import pytest

from forum.models import Post
from moderation import gate
from moderation.models import Ruling, State, Submission
from moderation.screen import Kind
from tests.page import filled, read
from tests.saying import says


@pytest.fixture
def waiting(submit, bob, thread):
    return submit(bob, thread, "Take two a day.", screen=says(Kind.M1))


@pytest.fixture
def form(browser, bob, waiting, quiet_screen):
    """The form in which Bob changes words that wait."""
    return read(browser(bob).get(f"/words/{waiting.pk}/change/")).composer


def test_a_change_takes_the_place_of_what_waits(browser, bob, form, waiting):
    assert form.value("body") == "Take two a day."
    response = browser(bob).post(form.action, filled(form, body="I drink tea."))
    assert response["Location"].endswith("#post-2")
    waiting.refresh_from_db()
    assert (waiting.state, Post.objects.get(author=bob).text) == (State.REPLACED, "I drink tea.")


def test_after_a_publication_the_change_is_offered_to_the_post(browser, bob, nina, form, waiting, now):
    gate.rule(waiting, nurse=nina, outcome=Ruling.Verb.PUBLISHED, now=now)
    response = browser(bob).post(form.action, filled(form, body="I drink tea."))
    page = read(response)
    assert response.status_code == 409
    assert "Somebody was faster" in page.headings
    assert (f"/words/{waiting.pk}/", "See what was decided") in page.links
    assert page.composer.value("body") == "I drink tea."
    assert browser(bob).post(page.composer.action, filled(page.composer)).status_code == 302
    assert Post.objects.get(author=bob).text == "I drink tea."


def test_after_a_refusal_the_new_words_go_in_anew(browser, bob, nina, form, waiting, thread, now):
    gate.rule(waiting, nurse=nina, outcome=Ruling.Verb.REFUSED, reason="No.", now=now)
    response = browser(bob).post(form.action, filled(form, body="I drink tea."))
    assert response.status_code == 409
    again = read(response).composer
    assert (again.action, again.value("body")) == (f"/threads/{thread.pk}/reply/", "I drink tea.")
    assert browser(bob).post(again.action, filled(again))["Location"].endswith("#post-2")
    waiting.refresh_from_db()
    assert waiting.state == State.REFUSED


def test_a_second_window_with_an_older_form_loses_nothing(browser, bob, form, waiting):
    client = browser(bob)
    other = read(client.get(f"/words/{waiting.pk}/change/")).composer
    client.post(form.action, filled(form, body="I drink tea."))
    response = client.post(other.action, filled(other, body="I drink coffee."))
    assert response.status_code == 409
    again = read(response).composer
    assert again.value("body") == "I drink coffee."
    assert client.post(again.action, filled(again)).status_code == 302
    assert sorted(Post.objects.filter(author=bob).values_list("text", flat=True)) == ["I drink coffee.", "I drink tea."]


def test_there_is_no_form_for_words_that_were_decided_on(browser, bob, nina, waiting, now):
    gate.rule(waiting, nurse=nina, outcome=Ruling.Verb.REFUSED, reason="No.", now=now)
    assert browser(bob).get(f"/words/{waiting.pk}/change/")["Location"] == f"/words/{waiting.pk}/"


def test_buttons_pressed_too_late_say_so_and_change_nothing(browser, bob, nina, waiting, now):
    gate.rule(waiting, nurse=nina, outcome=Ruling.Verb.RETURNED, reason="Please soften it.", now=now)
    for verb in ("take-back", "ask-nurse"):
        response = browser(bob).post(f"/words/{waiting.pk}/{verb}/", follow=True)
        assert "A nurse was faster. Here is what was decided." in read(response).text
        assert "Please soften it." in read(response).text
    waiting.refresh_from_db()
    assert (waiting.state, waiting.for_nurse) == (State.RETURNED, False)


def test_other_peoples_words_are_nothing(browser, alice, nina, bob, waiting):
    assert browser(bob).get(f"/words/{waiting.pk}/").status_code == 200
    for person in (alice, nina):
        client = browser(person)
        for page in ("", "change/"):
            assert client.get(f"/words/{waiting.pk}/{page}").status_code == 404
        for verb in ("change/", "take-back/", "ask-nurse/", "care/"):
            assert client.post(f"/words/{waiting.pk}/{verb}", {"body": "Mine", "answer": "called"}).status_code == 404
    waiting.refresh_from_db()
    assert waiting.state == State.WAITING
    for address in ("/words/00000000-0000-4000-8000-000000000000/", "/words/x/"):
        assert browser(bob).get(address).status_code == 404
    for verb in ("take-back", "ask-nurse", "care"):
        assert browser(bob).get(f"/words/{waiting.pk}/{verb}/").status_code == 405
    assert Submission.objects.of(alice).count() == 1
