"""A form sent twice is one submission; other words under the same key are asked about."""

import uuid

import pytest

from forum.models import Post
from moderation import gate
from moderation.models import Ruling, State, Submission
from moderation.screen import Kind
from tests.page import filled, read
from tests.saying import nothing, says


@pytest.fixture
def form(browser, bob, thread, quiet_screen):
    return read(browser(bob).get(f"/threads/{thread.pk}/")).composer


def own(person):
    return Submission.objects.of(person)


def test_every_form_has_a_key_of_its_own(browser, bob, form, thread):
    again = read(browser(bob).get(f"/threads/{thread.pk}/")).composer
    assert uuid.UUID(form.value("client_key")) != uuid.UUID(again.value("client_key"))


def test_the_same_form_sent_twice_makes_one_post_and_lands_on_it_twice(browser, bob, form, thread):
    client = browser(bob)
    first = client.post(form.action, filled(form, body="Gloves help."))
    second = client.post(form.action, filled(form, body="Gloves help."))
    assert first["Location"] == second["Location"] == f"/threads/{thread.pk}/?page=1#post-2"
    assert Post.objects.filter(author=bob).count() == 1
    third = client.post(form.action, filled(form, body="Gloves help.", client_key=str(uuid.uuid4())))
    assert third["Location"].endswith("#post-3")  # another form: said twice on purpose


@pytest.mark.parametrize("key", [None, "", "not-a-key", "1" * 400])
def test_a_form_without_a_usable_key_is_taken(browser, bob, form, key):
    response = browser(bob).post(form.action, filled(form, body="Gloves help.", client_key=key))
    assert response.status_code == 302
    assert own(bob).get().client_key.version == 4


def test_a_form_without_a_key_that_comes_back_has_one(browser, bob, form):
    response = browser(bob).post(form.action, filled(form, body="x" * 10_001, client_key=None))
    again = read(response).composer
    assert uuid.UUID(again.value("client_key"))
    for _ in range(2):
        assert browser(bob).post(form.action, filled(again, body="Shorter.")).status_code == 302
    assert own(bob).count() == 1


@pytest.fixture
def other_words(browser, bob, form):
    """The page that answers other words under a used key."""

    def send():
        return browser(bob).post(form.action, filled(form, body="Woollen gloves help."))

    return send


def test_other_words_under_a_used_key_come_back_under_a_fresh_one_with_two_buttons(browser, bob, form, other_words):
    browser(bob).post(form.action, filled(form, body="Gloves help."))
    response = other_words()
    page = read(response)
    assert response.status_code == 409
    assert page.composer.value("body") == "Woollen gloves help."
    assert page.composer.value("client_key") != form.value("client_key")
    assert page.composer.buttons[0].label == "Send as new"
    assert [(to, button.label) for to, button in page.loose] == [("composer", "Change the first")]
    assert "composer" in page.ids
    assert (f"/words/{own(bob).get().pk}/", "See the first") in page.links


def test_send_as_new_makes_a_second_post(browser, bob, form, other_words):
    browser(bob).post(form.action, filled(form, body="Gloves help."))
    again = read(other_words()).composer
    assert browser(bob).post(again.action, filled(again))["Location"].endswith("#post-3")
    texts = Post.objects.filter(author=bob).order_by("number").values_list("text", flat=True)
    assert list(texts) == ["Gloves help.", "Woollen gloves help."]


def test_change_the_first_changes_the_post_that_the_first_became(browser, bob, form, other_words):
    browser(bob).post(form.action, filled(form, body="Gloves help."))
    page = read(other_words())
    ((_form, button),) = page.loose
    response = browser(bob).post(button.formaction, filled(page.composer))
    assert response["Location"].endswith("#post-2")
    assert Post.objects.get(author=bob).text == "Woollen gloves help."


def test_change_the_first_takes_the_place_of_words_that_wait(browser, bob, form, other_words, screen_says):
    screen_says(says(Kind.M1))
    browser(bob).post(form.action, filled(form, body="Take two."))
    first = own(bob).get()
    screen_says(nothing)
    page = read(other_words())
    ((_form, button),) = page.loose
    assert button.formaction == f"/words/{first.pk}/change/"
    browser(bob).post(button.formaction, filled(page.composer))
    first.refresh_from_db()
    assert first.state == State.REPLACED
    assert Post.objects.get(author=bob).text == "Woollen gloves help."


def test_words_that_a_nurse_refused_are_not_offered_to_be_changed(
    browser, bob, nina, form, other_words, screen_says, now
):
    screen_says(says(Kind.M1))
    browser(bob).post(form.action, filled(form, body="Take two."))
    gate.rule(own(bob).get(), nurse=nina, outcome=Ruling.Verb.REFUSED, reason="No.", now=now)
    screen_says(nothing)
    page = read(other_words())
    assert page.loose == []
    assert page.composer.value("body") == "Woollen gloves help."
    assert browser(bob).post(page.composer.action, filled(page.composer))["Location"].endswith("#post-2")


def test_the_same_key_in_another_persons_hands_is_another_form(browser, bob, alice, form, thread):
    browser(bob).post(form.action, filled(form, body="Gloves help."))
    response = browser(alice).post(form.action, filled(form, body="Mittens help."))
    assert response["Location"].endswith("#post-3")
