"""Mail to an author whose post was hidden by reports, and shown again: neutral, without words, while it is true."""

from datetime import timedelta

import pytest

from moderation import gate
from moderation.models import Report, Submission
from notifications.models import Wanted
from notifications.stopping import choose
from people.verbs import suspend
from tests.saying import nothing

MINUTE = timedelta(minutes=1)


@pytest.fixture
def reply(submit, bob, thread):
    """Bob's post in Alice's thread."""
    return submit(bob, thread, "A zebrakite in the garden.", screen=nothing).post


@pytest.fixture
def hide(reply, maya):
    """`hide(at)`: Maya tells that the post could harm; it is hidden."""
    return lambda at: gate.report(reply, by=maya, reason=Report.Reason.COULD_HARM, now=at)


def test_the_author_hears_at_once_that_there_is_news_and_not_what_or_from_whom(hide, reply, bob, now, box):
    hide(now)
    letters = box(bob, now)
    assert len(letters) == 1
    body = letters[0].body
    own = Submission.objects.get(post=reply)
    assert body.startswith("There is news about something that you wrote. It stands here:\n")
    assert f"https://forum.example/words/{own.pk}/" in body
    for said in ("zebrakite", "Maya", "hidden", "report", "harm", "Cold hands"):
        assert said not in body + letters[0].subject
    assert len(box(bob, now + timedelta(hours=1))) == 1


def test_the_author_hears_that_it_is_shown_again(hide, reply, bob, nina, now, box):
    hide(now)
    assert len(box(bob, now)) == 1
    gate.rule_report(reply, nurse=nina, stays=True, now=now + MINUTE)
    assert len(box(bob, now + MINUTE)) == 2


def test_the_author_hears_that_it_was_taken_down(hide, reply, bob, nina, now, box):
    hide(now)
    assert len(box(bob, now)) == 1
    gate.rule_report(reply, nurse=nina, stays=False, reason="Please call us.", now=now + MINUTE)
    letters = box(bob, now + MINUTE)
    assert len(letters) == 2
    assert "There is a decision about something that you wrote." in letters[1].body


def test_hidden_and_shown_before_the_mail_left_is_one_mail(hide, reply, bob, nina, now, box):
    hide(now)
    gate.rule_report(reply, nurse=nina, stays=True, now=now + MINUTE)
    assert len(box(bob, now + MINUTE)) == 1


@pytest.mark.parametrize("silence", ["opened", "stopped", "suspended", "taken back"])
def test_there_is_no_mail_where_nothing_is_to_be_told(hide, reply, bob, nina, now, box, silence):
    hide(now)
    if silence == "opened":
        Submission.objects.update(told_at=now)
    elif silence == "stopped":
        choose(bob, Wanted.NONE)
    elif silence == "suspended":
        suspend(person=bob, by=nina, reason="For a test.")
    else:
        gate.withdraw(reply, by=bob, now=now + MINUTE)
    assert box(bob, now + MINUTE) == []


def test_who_wants_only_what_concerns_them_hears_of_it(hide, bob, now, box):
    choose(bob, Wanted.OWN)
    hide(now)
    assert len(box(bob, now)) == 1
