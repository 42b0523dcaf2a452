"""Each kind of mail: to whom it goes, when, and that nobody gets it twice."""

from datetime import timedelta

import pytest

from moderation import gate
from moderation.models import Ruling
from moderation.screen import Kind as Seen
from notifications.models import Kind, Mail
from people.models import Role
from people.verbs import grant, revoke
from tests.conftest import fresh, member
from tests.notifications.conftest import kinds
from tests.saying import nothing, says

V = Ruling.Verb


@pytest.fixture
def reply(submit, thread, now):
    """`reply(bob)`: an innocent post in alice's thread, at `now` unless said."""
    return lambda who, **more: submit(who, thread, "How lovely.", **{"screen": nothing, **more})


# A ruling on my words


@pytest.mark.parametrize("verb", [V.PUBLISHED, V.RETURNED, V.REFUSED])
def test_the_author_is_told_that_a_nurse_has_decided(submit, bob, nina, thread, now, box, verb):
    words = submit(bob, thread, "Take two.", screen=says(Seen.M1))
    assert box(bob, now) == []
    gate.rule(words, nurse=nina, outcome=verb, reason="Because.", now=now)
    letters = box(bob, now)
    assert len(letters) == 1
    assert f"https://forum.example/words/{words.pk}/" in letters[0].body
    assert len(box(bob, now + timedelta(days=1))) == 1


def test_the_author_is_told_that_a_post_was_taken_down(reply, bob, nina, now, box):
    post = reply(bob).post
    gate.withdraw(post, by=nina, reason="It names somebody.", now=now)
    assert len(box(bob, now)) == 1


def test_who_has_opened_the_ruling_already_gets_no_mail(submit, bob, nina, thread, now, box):
    words = submit(bob, thread, "Take two.", screen=says(Seen.M1))
    gate.rule(words, nurse=nina, outcome=V.RETURNED, reason="Because.", now=now)
    type(words).objects.filter(pk=words.pk).update(told_at=now)
    assert box(bob, now) == []


def test_a_ruling_undone_before_the_mail_left_is_not_told(submit, bob, nina, thread, now, box):
    words = submit(bob, thread, "Take two.", screen=says(Seen.M1))
    gate.undo(gate.rule(words, nurse=nina, outcome=V.REFUSED, reason="Because.", now=now), by=nina, now=now)
    assert box(bob, now) == []
    words.refresh_from_db()
    gate.rule(words, nurse=nina, outcome=V.RETURNED, reason="Because.", now=now)
    assert len(box(bob, now)) == 1


# Replies and answers


def test_the_first_reply_to_a_first_question_is_told_once_in_a_life(submit, reply, alice, bob, maya, board, now, box):
    answer = reply(bob).post
    letters = box(alice, now)
    assert len(letters) == 1
    assert f"/threads/{answer.thread_id}/?page=1#post-2" in letters[0].body
    reply(maya)
    second = submit(alice, board, "And now?", title="Another", screen=nothing).thread
    submit(bob, second, "Well.", screen=nothing)
    assert len(box(alice, now)) == 1
    assert kinds(alice) == [Kind.FIRST_REPLY]


def test_ones_own_reply_is_no_reply(reply, alice, now, box):
    reply(alice)
    assert box(alice, now) == []
    assert kinds(alice) == []


def test_a_first_reply_that_was_taken_back_leaves_the_news_to_the_next(reply, alice, bob, maya, now, box):
    gate.withdraw(reply(bob).post, by=bob, now=now)
    assert box(alice, now) == []
    reply(maya)
    assert len(box(alice, now)) == 1


def test_a_clinicians_answer_is_told_at_once_and_instead_of_the_first_reply(submit, alice, nina, board, now, box):
    asked = submit(alice, board, "Does it make you tired?", screen=says(Seen.M6)).post
    answer = submit(nina, asked.thread, "It can.", answers=asked, screen=nothing).post
    letters = box(alice, now)
    assert len(letters) == 1
    assert "care team" in letters[0].body
    assert f"#post-{answer.number}" in letters[0].body
    assert sorted(kinds(alice)) == [Kind.ANSWER, Kind.FIRST_REPLY]


def test_who_has_read_the_answer_already_gets_no_mail(submit, alice, nina, board, now, box):
    asked = submit(alice, board, "Does it make you tired?", screen=says(Seen.M6)).post
    submit(nina, asked.thread, "It can.", answers=asked, screen=nothing)
    alice.read_marks.create(thread=asked.thread, number=2)
    assert box(alice, now) == []


# Somebody new


def test_one_mentor_hears_that_somebody_new_has_written_and_the_next_newcomer_goes_to_the_other(
    submit, maya, centre, board, now, box
):
    other = member("mia", centre, [Role.MENTOR], now)
    for number, name in enumerate(["new one", "new two", "new three"]):
        newcomer = member(name.replace(" ", ""), centre, [Role.PATIENT], now)
        hour = now + timedelta(hours=number)
        submit(newcomer, board, "Hello.", screen=nothing, now=hour)
        submit(newcomer, board, "Hello again.", screen=nothing, now=hour + timedelta(minutes=1))
        box(maya, hour)
    welcomed = [Mail.objects.filter(recipient=who, kind=Kind.WELCOME).count() for who in (maya, other)]
    assert sorted(welcomed) == [1, 2]
    assert len(box(maya, now)) + len(box(other, now)) == 3


def test_nobody_welcomes_staff_or_somebody_whose_words_wait(submit, maya, nina, alice, board, now, box):
    submit(nina, board, "Hello.", screen=nothing)
    submit(alice, board, "Take two.", screen=says(Seen.M1))
    assert box(maya, now) == []
    assert kinds(maya) == []


def test_who_is_no_mentor_any_more_welcomes_nobody(submit, maya, nina, alice, board, now, box):
    submit(alice, board, "Hello.", screen=nothing)
    revoke(person=maya, role=Role.MENTOR, by=nina)
    grant(person=fresh(maya), role=Role.PATIENT, by=nina)
    assert box(maya, now) == []
