"""The author's ways out of a wait, without a nurse; and what comes back from one."""

import pytest

from forum.models import Post
from moderation import gate
from moderation.models import Ruling, State, Submission
from moderation.screen import Kind
from tests.page import filled, read
from tests.saying import nothing, says

WITHOUT = "Send it without the marked sentence"


@pytest.fixture
def held(submit, bob, thread):
    """Bob's words of three sentences, the second of them advice."""
    return submit(bob, thread, "Good morning. Take two a day. Gloves help.", screen=says(Kind.M1, on="Take two a day"))


@pytest.fixture
def address(held):
    return f"/words/{held.pk}/"


def ways(page):
    return {said for _to, said in page.links} | {one.label for form in page.forms for one in form.buttons}


def test_all_ways_stand_under_the_waiting_words_in_the_conversation_and_on_their_own_page(
    browser, bob, address, thread
):
    for page in (address, f"/threads/{thread.pk}/"):
        found = ways(read(browser(bob).get(page)))
        assert {WITHOUT, "Change it", "Make it a question to the nurse", "Take it back"} <= found


def test_without_the_marked_sentence_the_rest_is_shown_first_and_then_goes_through_the_gate(
    browser, bob, address, held, quiet_screen
):
    client = browser(bob)
    link = next(to for to, said in read(client.get(address)).links if said == WITHOUT)
    form = read(client.get(link)).composer
    assert form.value("body") == "Good morning. Gloves help."
    assert held.state == State.WAITING
    client.post(form.action, filled(form))
    held.refresh_from_db()
    assert held.state == State.REPLACED
    assert Post.objects.get(author=bob).text == "Good morning. Gloves help."


def test_that_is_offered_once_for_a_text(browser, bob, address, held, screen_says):
    client = browser(bob)
    form = read(client.get(f"{address}change/?without=marked")).composer
    screen_says(says(Kind.M1, on="Gloves"))
    client.post(form.action, filled(form))
    again = Submission.objects.waiting().get()
    assert again.words == "Good morning. Gloves help."
    assert WITHOUT not in ways(read(client.get(f"/words/{again.pk}/")))
    form = read(client.get(f"/words/{again.pk}/change/?without=marked")).composer
    assert form.value("body") == "Good morning. Gloves help."


@pytest.mark.parametrize("kind", [Kind.R1, Kind.R2, Kind.S])
def test_it_is_not_offered_for_danger_or_where_the_screen_failed(browser, bob, submit, thread, kind):
    words = "Good morning. Take two a day. Gloves help."
    one = submit(bob, thread, words, screen=says(kind, on="Take two a day"))
    client = browser(bob)
    assert one.state == State.WAITING
    found = ways(read(client.get(f"/words/{one.pk}/")))
    assert WITHOUT not in found
    assert "Take it back" in found
    assert read(client.get(f"/words/{one.pk}/change/?without=marked")).composer.value("body") == words


def test_it_is_not_offered_where_nothing_would_be_left_or_the_title_is_what_waits(browser, bob, submit, thread, board):
    whole = submit(bob, thread, "Take two a day.", screen=says(Kind.M1))
    title = submit(bob, board, "Good morning. Gloves help.", title="Take two", screen=says(Kind.M1, field="title"))
    for one in (whole, title):
        assert one.state == State.WAITING
        assert WITHOUT not in ways(read(browser(bob).get(f"/words/{one.pk}/")))


def test_a_question_to_the_nurse_keeps_waiting_and_says_that_an_answer_comes(browser, bob, nina, address, held):
    client = browser(bob)
    page = read(client.get(address))
    response = client.post(page.form(f"/words/{held.pk}/ask-nurse/").action, follow=True)
    text = read(response).text
    assert "Your words are now a question to the nurse." in text
    assert "You asked the nurse. The answer comes here." in text
    assert "Make it a question to the nurse" not in ways(read(response))
    assert "The author asks you, and wants an answer first." in read(browser(nina).get(f"/desk/words/{held.pk}/")).text


def test_taking_back_ends_the_wait_and_leaves_the_words_to_their_author(browser, bob, nina, address, held):
    client = browser(bob)
    page = read(client.get(address))
    response = client.post(page.form(f"/words/{held.pk}/take-back/").action, follow=True)
    assert "You took your words back. Nobody else reads them." in read(response).text
    assert "Good morning. Take two a day. Gloves help." in read(response).text
    assert browser(nina).get(f"/desk/words/{held.pk}/").status_code == 404
    form = read(client.get(f"/words/{held.pk}/change/")).composer
    assert form.value("body") == "Good morning. Take two a day. Gloves help."


def test_changing_and_sending_again_is_screened_again(browser, bob, address, held, screen_says):
    client = browser(bob)
    form = read(client.get(f"{address}change/")).composer
    screen_says(says(Kind.M1))
    client.post(form.action, filled(form, body="Take three a day."))
    held.refresh_from_db()
    assert held.state == State.REPLACED
    assert Submission.objects.waiting().get().words == "Take three a day."


def test_a_waiting_conversation_is_changed_with_its_title_and_tags(browser, bob, submit, board, tags, quiet_screen):
    one = submit(bob, board, "Take two.", title="Advice", tags=["hands"], screen=says(Kind.M1))
    client = browser(bob)
    form = read(client.get(f"/words/{one.pk}/change/")).composer
    assert (form.value("title"), form.values["tags"]) == ("Advice", ["hands"])
    client.post(form.action, filled(form, title="No advice", body="Good morning."))
    assert Post.objects.get(author=bob).thread.title == "No advice"


@pytest.fixture
def returned(held, nina, now):
    gate.rule(
        held,
        nurse=nina,
        outcome=Ruling.Verb.RETURNED,
        reason="Please leave out how many.\n\nThe rest is good.",
        now=now,
    )
    return held


def test_a_returned_text_stands_in_the_editor_with_the_reason_and_who_gave_it(browser, bob, returned, address):
    page = read(browser(bob).get(address))
    assert page.headings[0] == "A nurse sent your words back to you"
    assert "Nina decided on 11 Mar 2026, 10:00" in page.headings
    assert "Please leave out how many." in page.text
    assert "089 80 12 34" in page.text
    assert "Mon-Fri 9-12" in page.text
    assert page.composer.value("body") == "Good morning. Take two a day. Gloves help."


def test_sent_again_from_there_it_takes_the_place_of_the_returned_one(browser, bob, returned, address, quiet_screen):
    client = browser(bob)
    form = read(client.get(address)).composer
    assert client.post(form.action, filled(form, body="Good morning. Gloves help."))["Location"].endswith("#post-2")
    returned.refresh_from_db()
    assert returned.state == State.REPLACED


def test_a_refused_text_is_shown_with_the_reason_and_without_an_editor(browser, bob, held, nina, address, now):
    gate.rule(held, nurse=nina, outcome=Ruling.Verb.REFUSED, reason="We cannot say this here.", now=now)
    page = read(browser(bob).get(address))
    assert page.headings[0] == "A nurse did not publish your words"
    assert "We cannot say this here." in page.text
    assert "Good morning. Take two a day. Gloves help." in page.text
    assert not [one for one in page.forms if one.textareas]


def test_a_published_text_leads_to_its_place(browser, bob, held, nina, address, thread, now):
    gate.rule(held, nurse=nina, outcome=Ruling.Verb.PUBLISHED, now=now)
    page = read(browser(bob).get(address))
    assert page.headings[0] == "Your words are published"
    assert (f"/threads/{thread.pk}/?page=1#post-2", "See them in the conversation") in page.links


def test_a_post_that_a_nurse_took_down_is_told_with_the_reason(browser, bob, submit, thread, nina, now):
    one = submit(bob, thread, "Gloves help.", screen=nothing)
    gate.withdraw(one.post, by=nina, reason="This named somebody.", now=now)
    page = read(browser(bob).get(f"/words/{one.pk}/"))
    assert "This named somebody." in page.text
    assert "Gloves help." in page.text
