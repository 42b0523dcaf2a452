"""A reply by HTTP, from the form at the end of a conversation."""

import pytest

from forum.models import Post, Thread
from moderation import gate
from moderation.models import State, Submission
from moderation.screen import Kind
from tests.page import filled, read
from tests.saying import says


@pytest.fixture
def address(thread):
    return f"/threads/{thread.pk}/"


@pytest.fixture
def form(browser, bob, address, quiet_screen):
    """The form at the end of Alice's conversation, as Bob gets it."""
    return read(browser(bob).get(address)).composer


def test_the_reply_form_is_the_last_form_with_a_textarea_and_its_first_button_sends(form, thread):
    assert (form.action, form.method) == (f"/threads/{thread.pk}/reply/", "post")
    assert (form.buttons[0].label, form.buttons[0].name, form.buttons[0].formaction) == ("Send the reply", "", "")
    assert form.button("Save as draft").formaction == f"/drafts/reply:{thread.pk}/save/"


def test_a_reply_without_any_button_is_published_and_one_lands_on_it(browser, bob, alice, form, thread):
    response = browser(bob).post(form.action, filled(form, body="Gloves help me."))
    assert response["Location"] == f"/threads/{thread.pk}/?page=1#post-2"
    assert "Gloves help me." in read(browser(alice).get(f"/threads/{thread.pk}/")).part("post-2")


def test_a_reply_on_a_full_page_lands_on_the_next(browser, bob, form, thread, submit, quiet_screen, now):
    from datetime import timedelta

    for n in range(19):
        submit(bob, thread, f"Line {n}.", now=now - timedelta(minutes=50 - n))
    response = browser(bob).post(form.action, filled(form, body="The twenty-first."))
    assert response["Location"] == f"/threads/{thread.pk}/?page=2#post-21"


def test_a_held_reply_lands_on_its_waiting_block_which_only_its_author_sees(
    browser, bob, alice, form, thread, screen_says
):
    screen_says(says(Kind.M1))
    response = browser(bob).post(form.action, filled(form, body="Take two a day."))
    waiting = Submission.objects.waiting().get()
    assert response["Location"] == f"/threads/{thread.pk}/?page=1#waiting-{waiting.pk}"
    own = read(browser(bob).get(f"/threads/{thread.pk}/?page=1"))
    assert f"waiting-{waiting.pk}" in own.ids
    assert "Take two a day." in own.part(f"waiting-{waiting.pk}")
    assert "Take two a day." not in read(browser(alice).get(f"/threads/{thread.pk}/")).text


def test_why_until_when_and_whom_to_call_stand_with_waiting_words(browser, bob, form, address, screen_says):
    screen_says(says(Kind.M1))
    browser(bob).post(form.action, filled(form, body="Take two a day."))
    text = read(browser(bob).get(address)).text
    assert "A test saw it." in text
    assert "A nurse reads again on Wednesday 11 March, 15:30." in text
    assert "089 80 12 34 Reuma aan de Maas Mon-Fri 9-12" in text


def test_a_missed_moment_is_said_with_the_next_one(browser, bob, form, address, screen_says, clock):
    screen_says(says(Kind.M1))
    browser(bob).post(form.action, filled(form, body="Take two a day."))
    clock.forward(hours=7)
    text = read(browser(bob).get(address)).text
    assert "A nurse reads again on Thursday 12 March, 08:30." in text
    assert "We are sorry: nobody could read this at the promised moment." in text


def test_on_friday_evening_monday_morning_is_promised(browser, bob, form, address, screen_says, clock):
    clock.forward(days=2, hours=8)
    screen_says(says(Kind.M1))
    browser(bob).post(form.action, filled(form, body="Take two a day."))
    assert "A nurse reads again on Monday 16 March, 08:30." in read(browser(bob).get(address)).text


def test_a_reply_may_quote_a_post_of_its_conversation_only(browser, bob, form, thread, post, submit, alice, board):
    other = submit(alice, board, "Elsewhere.", title="Another").post
    client = browser(bob)
    client.post(form.action, filled(form, body="Mine too.", reply_to=str(post.pk)))
    for hostile in (str(other.pk), "not-an-id", "00000000-0000-4000-8000-000000000000", "\x00"):
        response = client.post(form.action, filled(form, body=f"With {hostile}", reply_to=hostile, client_key=None))
        assert response.status_code == 302, hostile
    quotes = list(thread.posts.filter(number__gt=1).order_by("number").values_list("reply_to", flat=True))
    assert quotes == [post.pk, None, None, None, None]


def test_a_reply_to_a_post_taken_back_meanwhile_goes_without_the_quote(browser, bob, alice, form, thread, post):
    gate.withdraw(post, by=alice)
    response = browser(bob).post(form.action, filled(form, body="Mine too.", reply_to=str(post.pk)))
    assert response.status_code == 302
    assert Post.objects.get(thread=thread, number=2).reply_to is None


def test_a_question_is_published_at_once_and_its_author_told_that_a_nurse_answers(browser, bob, form, screen_says):
    screen_says(says(Kind.M6))
    page = read(browser(bob).post(form.action, filled(form, body="May I drink with it?"), follow=True))
    assert "Your question is published. A nurse will answer it here." in page.text
    assert "A nurse answers this question" in page.part("post-2")


def test_a_stop_told_as_trouble_is_published_with_a_private_offer_of_the_nurse(
    browser, bob, alice, form, address, screen_says
):
    screen_says(says(Kind.M5))
    page = read(browser(bob).post(form.action, filled(form, body="I stopped and it hurts."), follow=True))
    assert "Would you like to talk this over with a nurse? Reuma aan de Maas: 089 80 12 34" in page.text
    others = read(browser(alice).get(address)).text
    assert "I stopped and it hurts." in others
    assert "talk this over" not in others


def test_a_personal_detail_is_left_out_and_its_author_told(browser, bob, alice, form, address, screen_says):
    screen_says(says(Kind.I1, on="0470 12 34 56"))
    page = read(browser(bob).post(form.action, filled(form, body="Call me on 0470 12 34 56 tonight."), follow=True))
    assert "We left a personal detail out, to protect you." in page.text
    others = read(browser(alice).get(address)).text
    assert "Call me on ••• tonight." in others
    assert "0470 12 34 56" not in others


def test_a_clinician_is_asked_once_more_and_the_second_time_it_goes(browser, nina, form, thread, screen_says):
    screen_says(says(Kind.M1))
    client = browser(nina)
    form = read(client.get(f"/threads/{thread.pk}/")).composer
    response = client.post(form.action, filled(form, body="Take it in the evening."))
    page = read(response)
    assert response.status_code == 200
    assert "Please look once more" in page.headings
    assert "A test saw it." in page.text
    assert page.composer.value("body") == "Take it in the evening."
    assert not thread.posts.filter(author=nina).exists()
    changed = client.post(form.action, filled(page.composer, body="Take it in the morning."))
    assert "Please look once more" in read(changed).headings  # other words, another look
    response = client.post(form.action, filled(page.composer))
    assert response["Location"] == f"/threads/{thread.pk}/?page=1#post-2"


def test_an_over_long_reply_comes_back_whole(browser, bob, form, thread):
    response = browser(bob).post(form.action, filled(form, body="x" * 10_001))
    assert response.status_code == 400
    assert read(response).composer.value("body") == "x" * 10_001
    assert browser(bob).post(form.action, filled(form, body="x" * 10_000)).status_code == 302


def test_unknown_forbidden_and_malformed_places_are_nothing(browser, bob, stranger, form):
    assert browser(bob).get(form.action).status_code == 200
    assert browser(stranger).get(form.action).status_code == 404
    assert browser(stranger).post(form.action, filled(form, body="Words.")).status_code == 404
    for address in ("/threads/00000000-0000-4000-8000-000000000000/reply/", "/threads/x/reply/"):
        assert browser(bob).post(address, filled(form, body="Words.")).status_code == 404
    for method in ("put", "patch", "delete"):
        assert getattr(browser(bob), method)(form.action).status_code == 405
    assert Submission.objects.filter(author=stranger).count() == 0
    assert Submission.objects.filter(state=State.PUBLISHED).count() == 1


def test_in_a_conversation_closed_meanwhile_the_words_are_kept(browser, bob, form, thread, now):
    Thread.objects.filter(pk=thread.pk).update(closed_at=now)
    response = browser(bob).post(form.action, filled(form, body="One more thing."))
    assert response.status_code == 409
    assert "This conversation takes no more words." in read(response).text
    assert read(response).composer.value("body") == "One more thing."
    Thread.objects.filter(pk=thread.pk).update(closed_at=None)
    assert browser(bob).post(form.action, filled(read(response).composer)).status_code == 302
