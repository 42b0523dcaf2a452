"""Questions that a clinician answers in the conversation, each by the clinicians of its board."""

from datetime import timedelta

import pytest

from forum.models import Post
from moderation.screen import Kind
from tests.page import filled, read
from tests.saying import says


@pytest.fixture
def asked(submit, bob, board, moving, now):
    """A question on Medicines (two hours ago) and one on Moving (an hour ago)."""

    def ask(place, title, hours):
        return submit(bob, place, "May I?", title=title, screen=says(Kind.M6), now=now - timedelta(hours=hours)).post

    return {"Wine": ask(board, "Wine", 2), "Weights": ask(moving, "Weights", 1)}


def listed(client):
    return [said for to, said in read(client.get("/desk/questions/")).links if to.startswith("/threads/")]


def test_a_nurse_finds_all_questions_the_oldest_first(browser, nina, rhea, asked):
    assert listed(browser(nina)) == ["Wine", "Weights"]
    assert listed(browser(rhea)) == ["Wine", "Weights"]


def test_a_physiotherapist_finds_those_of_the_own_boards(browser, fien, asked):
    assert listed(browser(fien)) == ["Weights"]


def test_another_centres_clinicians_find_none(browser, their_nurse, nina, asked):
    assert listed(browser(their_nurse)) == []
    assert len(listed(browser(nina))) == 2


def test_the_link_leads_to_a_form_that_quotes_the_question_and_answers_it(browser, nina, bob, asked, quiet_screen):
    client = browser(nina)
    link = next(to for to, said in read(client.get("/desk/questions/")).links if said == "Wine")
    assert link == f"/threads/{asked['Wine'].thread_id}/?page=1&answer=1#composer"
    form = read(client.get(link)).composer
    assert form.value("reply_to") == str(asked["Wine"].pk)
    assert form.value("answers") == "on"
    client.post(form.action, filled(form, body="A glass is fine."))
    question = Post.objects.get(pk=asked["Wine"].pk)
    assert question.question == Post.Question.ANSWERED
    assert question.answer == question.thread.posts.get(number=2)
    assert listed(client) == ["Weights"]
    assert "A nurse answered" in read(browser(bob).get("/boards/medicines/")).text


def test_a_clinicians_reply_that_is_no_answer_leaves_the_question_open(browser, nina, asked, quiet_screen):
    client = browser(nina)
    form = read(client.get(f"/threads/{asked['Wine'].thread_id}/")).composer
    client.post(form.action, filled(form, body="I will look it up.", answers=None))
    assert listed(client) == ["Wine", "Weights"]


def test_a_physiotherapist_answers_the_own_boards_questions_and_no_others(browser, fien, asked, quiet_screen):
    client = browser(fien)
    foreign = read(client.get(f"/threads/{asked['Wine'].thread_id}/")).composer
    assert "answers" not in foreign.values
    client.post(foreign.action, filled(foreign, body="Yes.", answers="on"))
    own = read(client.get(f"/threads/{asked['Weights'].thread_id}/")).composer
    client.post(own.action, filled(own, body="Start with one kilo."))
    states = {title: Post.objects.get(pk=one.pk).question for title, one in asked.items()}
    assert states == {"Wine": Post.Question.OPEN, "Weights": Post.Question.ANSWERED}


def test_a_patient_answers_no_question_for_the_nurse(browser, alice, nina, asked, quiet_screen):
    client = browser(alice)
    form = read(client.get(f"/threads/{asked['Wine'].thread_id}/")).composer
    assert "answers" not in form.values
    client.post(form.action, filled(form, body="I do.", answers="on"))
    assert listed(browser(nina)) == ["Wine", "Weights"]


def test_a_question_taken_back_is_no_longer_asked(browser, nina, bob, asked):
    from moderation import gate

    gate.withdraw(asked["Wine"], by=bob)
    assert listed(browser(nina)) == ["Weights"]


def test_answering_costs_no_desk(browser, nina, db):
    assert "No question waits for an answer." in read(browser(nina).get("/desk/questions/")).text
    assert browser(nina).post("/desk/questions/").status_code == 405
