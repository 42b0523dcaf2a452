"""The author's change of a published post, and taking it back, by HTTP."""

import pytest

from moderation import gate
from moderation.models import State, Submission
from moderation.screen import Kind
from tests.page import filled, read
from tests.saying import says


@pytest.fixture
def address(post):
    return f"/posts/{post.pk}/edit/"


@pytest.fixture
def form(browser, alice, address, quiet_screen):
    """The form with Alice's present words."""
    return read(browser(alice).get(address)).composer


def test_the_present_words_stand_in_the_form(form):
    assert form.value("title") == "Cold hands"
    assert form.value("body") == "My hands are cold every morning."


def test_a_change_that_passes_is_shown_in_the_same_place(browser, alice, bob, form, thread):
    response = browser(alice).post(form.action, filled(form, title="Warm hands", body="They are warm now."))
    assert response["Location"] == f"/threads/{thread.pk}/?page=1#post-1"
    page = read(browser(bob).get(f"/threads/{thread.pk}/"))
    assert page.headings[0] == "Warm hands"
    assert "They are warm now." in page.part("post-1")
    assert "changed 11 Mar 2026, 10:00" in page.text
    assert "cold every morning" not in page.text


def test_while_a_change_waits_others_read_the_old_words_and_the_author_writes_on(
    browser, alice, bob, form, thread, address, screen_says
):
    screen_says(says(Kind.M1))
    response = browser(alice).post(form.action, filled(form, body="Take two a day."))
    waiting = Submission.objects.waiting().get()
    assert response["Location"] == f"/threads/{thread.pk}/?page=1#waiting-{waiting.pk}"
    for reader in (alice, bob):
        assert "cold every morning" in read(browser(reader).get(f"/threads/{thread.pk}/")).part("post-1")
    assert "Take two a day." not in read(browser(bob).get(f"/threads/{thread.pk}/")).text
    assert read(browser(alice).get(address)).composer.value("body") == "Take two a day."
    browser(alice).post(form.action, filled(form, body="Take three a day.", client_key=None))
    waiting.refresh_from_db()
    assert waiting.state == State.REPLACED
    assert Submission.objects.waiting().get().words == "Take three a day."


def test_another_persons_post_cannot_be_changed_by_anybody(browser, alice, bob, nina, form, address, post):
    assert browser(alice).get(address).status_code == 200
    for person in (bob, nina):
        assert browser(person).get(address).status_code == 404
        assert browser(person).post(address, filled(form, body="Not hers.")).status_code == 404
    post.refresh_from_db()
    assert post.text == "My hands are cold every morning."


def test_a_form_sent_after_the_post_was_taken_back_keeps_the_words(browser, alice, form, address, post):
    gate.withdraw(post, by=alice)
    response = browser(alice).post(address, filled(form, body="Warmer than before."))
    assert response.status_code == 409
    assert "takes no more words" in read(response).text
    assert read(response).composer.value("body") == "Warmer than before."
    assert browser(alice).get(address).status_code == 404


def test_an_over_long_change_comes_back_whole_and_the_post_stays(browser, alice, form, post):
    response = browser(alice).post(form.action, filled(form, body="x" * 10_001))
    assert response.status_code == 400
    assert read(response).composer.value("body") == "x" * 10_001
    post.refresh_from_db()
    assert post.text == "My hands are cold every morning."


def test_taking_back_is_one_button_without_a_question_and_the_words_stay_with_their_author(
    browser, alice, bob, thread, post
):
    client = browser(alice)
    page = read(client.get(f"/threads/{thread.pk}/"))
    response = client.post(page.form(f"/posts/{post.pk}/withdraw/").action)
    assert response["Location"] == f"/threads/{thread.pk}/?page=1#post-1"
    assert "Post 1 was taken back." in read(browser(bob).get(f"/threads/{thread.pk}/")).text
    own = read(client.get("/me/"))
    assert "Cold hands" in own.text
    words = next(to for to, said in own.links if said == "Cold hands")
    assert "My hands are cold every morning." in read(client.get(words)).text


def test_nobody_takes_back_what_another_wrote(browser, alice, bob, nina, post):
    for person in (bob, nina):
        assert browser(person).post(f"/posts/{post.pk}/withdraw/").status_code == 404
    post.refresh_from_db()
    assert not post.is_withdrawn
    assert browser(alice).get(f"/posts/{post.pk}/withdraw/").status_code == 405
    assert browser(alice).post(f"/posts/{post.pk}/withdraw/").status_code == 302
