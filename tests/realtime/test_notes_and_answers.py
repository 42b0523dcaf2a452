"""A clinician's note under a post, and a question that was answered, are heard by everybody who has the page open."""

import pytest

from moderation import gate
from moderation.screen import Kind
from tests.saying import says

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_note_is_heard_with_the_post_under_which_it_stands(site, say, nina, bob, thread, post):
    ear = site.listen(bob, thread)
    say(nina, post, "Ask us *first*.", note=True)
    event = ear.event()
    assert (event["kind"], event["post"]) == ("revised", str(post.pk))
    assert "My hands are cold every morning." in event["html"]
    assert "Ask us <em>first</em>." in event["html"]
    assert "Nina adds" in event["html"]


def test_an_answered_question_is_heard_without_its_label(site, say, nina, bob, alice, thread):
    asked = say(alice, thread, "Is it safe?", screen=says(Kind.M6)).post
    ear = site.listen(bob, thread)
    answer = say(nina, thread, "It is.", answers=asked).post
    published, revised = ear.events(2)
    assert (published["kind"], published["post"]) == ("published", str(answer.pk))
    assert (revised["kind"], revised["post"]) == ("revised", str(asked.pk))
    assert "A nurse answers this question" not in revised["html"]


def test_a_question_whose_answer_was_taken_back_is_open_again(site, say, nina, bob, alice, thread):
    asked = say(alice, thread, "Is it safe?", screen=says(Kind.M6)).post
    answer = say(nina, thread, "It is.", answers=asked).post
    ear = site.listen(bob, thread)
    site.do(gate.withdraw, answer, by=nina)
    withdrawn, revised = ear.events(2)
    assert (withdrawn["kind"], revised["kind"]) == ("withdrawn", "revised")
    assert revised["post"] == str(asked.pk)
    assert "A nurse answers this question" in revised["html"]
