"""A clinician's answer and note: the question that they answer, through waiting, release, undoing and taking back."""

import pytest

from forum.models import Post
from moderation import gate
from moderation.models import Ruling
from moderation.screen import Kind
from notifications.models import Kind as Mailed
from notifications.models import Mail
from tests.saying import nothing, says

Q, V = Post.Question, Ruling.Verb


@pytest.fixture
def asked(submit, bob, thread) -> Post:
    """Bob's open question in Alice's thread."""
    return submit(bob, thread, "Is it safe?", screen=says(Kind.M6)).post


@pytest.fixture
def waiting(submit, fien, thread, asked):
    """The physiotherapist's answer, in which the screen sees advice: it waits for a nurse."""
    held = submit(fien, thread, "Take two.", answers=asked, screen=says(Kind.M1))
    assert held.is_waiting
    return held


def now_of(post: Post) -> Post:
    return Post.objects.get(pk=post.pk)


def kinds(thread) -> list[str]:
    return list(thread.events.order_by("seq").values_list("kind", flat=True))


def test_an_answered_question_is_an_event_of_its_own(submit, nina, thread, asked):
    answer = submit(nina, thread, "Yes.", answers=asked, screen=nothing).post
    assert (now_of(asked).question, now_of(asked).answer) == (Q.ANSWERED, answer)
    assert kinds(thread)[-2:] == ["published", "revised"]
    assert thread.events.latest("seq").post == asked


def test_a_second_answer_changes_nothing_about_the_question(submit, nina, omar, thread, asked):
    first = submit(nina, thread, "Yes.", answers=asked, screen=nothing).post
    submit(omar, thread, "Yes, indeed.", answers=asked, screen=nothing)
    assert now_of(asked).answer == first
    assert kinds(thread)[-2:] == ["revised", "published"]


def test_an_answer_that_waits_answers_when_it_is_released(waiting, asked, omar, bob, thread):
    assert now_of(asked).question == Q.OPEN
    gate.rule(waiting, nurse=omar, outcome=V.PUBLISHED)
    waiting.refresh_from_db()
    assert (now_of(asked).question, now_of(asked).answer) == (Q.ANSWERED, waiting.post)
    assert thread.events.latest("seq").post == asked
    assert Mail.objects.filter(recipient=bob, kind=Mailed.ANSWER, post=waiting.post).exists()


def test_an_answer_that_is_refused_answers_nothing(waiting, asked, omar):
    gate.rule(waiting, nurse=omar, outcome=V.REFUSED, reason="No.")
    assert now_of(asked).question == Q.OPEN


def test_a_release_that_is_undone_opens_the_question_again_and_the_next_answers_it(waiting, asked, omar, thread):
    ruling = gate.rule(waiting, nurse=omar, outcome=V.PUBLISHED)
    gate.undo(ruling, by=omar)
    assert (now_of(asked).question, now_of(asked).answer) == (Q.OPEN, None)
    assert thread.events.latest("seq").post == asked
    waiting.refresh_from_db()
    gate.rule(waiting, nurse=omar, outcome=V.PUBLISHED)
    waiting.refresh_from_db()
    assert now_of(asked).answer == waiting.post


def test_an_answer_taken_back_opens_the_question_again(submit, nina, thread, asked):
    answer = submit(nina, thread, "Yes.", answers=asked, screen=nothing).post
    gate.withdraw(answer, by=nina)
    assert (now_of(asked).question, now_of(asked).answer) == (Q.OPEN, None)
    assert list(Post.objects.questions_for(nina)) == [asked]


def test_an_answer_taken_down_by_mistake_is_the_answer_again(submit, nina, omar, thread, asked):
    answer = submit(nina, thread, "Yes.", answers=asked, screen=nothing).post
    gate.withdraw(answer, by=omar, reason="By mistake.")
    gate.undo(Ruling.objects.get(verb=V.WITHDRAWN), by=omar)
    assert (now_of(asked).question, now_of(asked).answer) == (Q.ANSWERED, answer)


def test_nobody_but_a_clinician_answers_a_question(submit, alice, maya, thread, asked):
    for person in (alice, maya):
        assert submit(person, thread, "Yes.", answers=asked, screen=nothing).answers is None
    assert now_of(asked).question == Q.OPEN


def test_a_note_under_a_published_post_is_an_event(submit, nina, post, thread):
    before = kinds(thread)
    submit(nina, post, "Good morning.", note=True, screen=nothing)
    assert kinds(thread) == [*before, "revised"]
    assert thread.events.latest("seq").post == post
