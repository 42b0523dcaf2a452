"""What must not be heard: each silence beside the same setting in which there is a mail."""

import re
from datetime import timedelta

import pytest

from forum.models import Post
from moderation import gate
from moderation.models import Ruling, State
from moderation.screen import Kind as Seen
from notifications.following import follow
from notifications.models import Mail, Wanted
from notifications.stopping import choose
from people.models import Mute
from people.verbs import lift_suspension, suspend
from tests.notifications.conftest import kinds
from tests.saying import nothing, says

V = Ruling.Verb
DAY = timedelta(days=1)
CANARY = "zebrakite"


@pytest.fixture
def replied(submit, bob, thread):
    """Bob's innocent reply to alice's first question: she is to be told."""
    return submit(bob, thread, "How lovely.", screen=nothing).post


def test_the_reply_of_these_tests_is_told_where_nothing_hinders(replied, alice, now, box):
    assert len(box(alice, now)) == 1


def test_words_that_wait_are_told_to_nobody(submit, bob, alice, carl, nina, thread, now, box):
    follow(carl, thread, wanted=True, now=now)
    words = submit(bob, thread, "Take two.", screen=says(Seen.M1))
    assert not [one for who in (alice, bob, carl) for one in box(who, now + DAY)]
    gate.rule(words, nurse=nina, outcome=V.PUBLISHED, now=now + DAY)
    assert len(box(alice, now + DAY)) == 1


def test_returned_words_that_their_author_let_go_are_not_told(submit, bob, nina, thread, now, box):
    words = submit(bob, thread, "Take two.", screen=says(Seen.M1))
    gate.rule(words, nurse=nina, outcome=V.RETURNED, reason="Because.", now=now)
    submit(bob, thread, "I see.", replaces=words, screen=nothing, now=now + timedelta(minutes=1))
    words.refresh_from_db()
    assert words.state == State.REPLACED
    assert box(bob, now) == []


def test_released_words_that_their_author_took_back_are_not_told(submit, bob, nina, thread, now, box):
    words = submit(bob, thread, "Take two.", screen=says(Seen.M1))
    gate.rule(words, nurse=nina, outcome=V.PUBLISHED, now=now)
    gate.withdraw(Post.objects.get(sources=words), by=bob, now=now)
    assert box(bob, now) == []


def test_a_post_taken_back_before_the_mail_left_is_not_told(replied, alice, bob, now, box):
    gate.withdraw(replied, by=bob, now=now)
    assert box(alice, now) == []


def test_a_hidden_post_is_not_told(replied, alice, maya, now, box):
    gate.report(replied, by=maya, reason="could_harm", now=now)
    replied.refresh_from_db()
    assert replied.is_hidden
    assert box(alice, now) == []


def test_somebody_muted_is_not_heard(replied, alice, bob, now, box):
    Mute.objects.create(person=alice, muted=bob)
    assert box(alice, now) == []


def test_a_suspended_person_gets_nothing_and_what_was_dropped_does_not_come_later(replied, alice, nina, now, box):
    suspend(person=alice, by=nina, reason="A pause.")
    assert box(alice, now) == []
    lift_suspension(person=alice, by=nina)
    assert box(alice, now) == []


def test_another_centre_hears_nothing(replied, submit, stranger, their_nurse, their_board, thread, board, now, box):
    follow(stranger, thread, wanted=True, now=now - DAY)
    follow(stranger, board, wanted=True, now=now - DAY)
    assert box(stranger, now + DAY) == []
    assert box(their_nurse, now + DAY) == []


def test_who_wants_no_mail_gets_none(replied, submit, alice, bob, nina, thread, now, box):
    choose(alice, Wanted.NONE)
    choose(nina, Wanted.NONE)
    submit(bob, thread, "Take two.", screen=says(Seen.M1))
    assert box(alice, now) == []
    assert box(nina, now) == []


def test_who_wants_only_their_own_hears_of_a_reply_and_gets_no_digest(replied, submit, alice, bob, thread, now, box):
    choose(alice, Wanted.OWN)
    assert len(box(alice, now)) == 1
    submit(bob, thread, "And more.", screen=nothing, now=now + timedelta(minutes=1))
    assert len(box(alice, now + DAY)) == 1
    choose(alice, Wanted.ALL)
    submit(bob, thread, "And more.", screen=nothing, now=now + DAY + timedelta(minutes=1))
    assert len(box(alice, now + 2 * DAY)) == 2


def test_what_is_imported_for_measurements_is_told_to_nobody(alice, board, now):
    words = [gate.importing.Words(alice, "Hello there.", now)]
    gate.import_published([gate.importing.Conversation(board, "Imported", tuple(words))])
    assert Mail.objects.count() == 0


def test_an_event_that_is_rolled_back_leaves_no_mail(submit, alice, bob, nina, thread, now, monkeypatch):
    words = submit(bob, thread, "Take two.", screen=says(Seen.M1))
    monkeypatch.setattr("people.audit.record", _fails)
    with pytest.raises(ZeroDivisionError):
        gate.rule(words, nurse=nina, outcome=V.PUBLISHED, now=now)
    assert kinds(alice) == kinds(bob) == []


def _fails(**_about):
    raise ZeroDivisionError


def test_no_mail_holds_words_titles_names_or_places(
    submit, alice, bob, maya, nina, omar, centre, board, now, pass_at, mailoutbox
):
    """Everything is marked, everything that can be told is told, and no mail holds a mark."""
    board.name, board.about = {"en": f"{CANARY} board"}, {"en": f"{CANARY} about"}
    board.slug = f"{CANARY}-board"
    board.save()
    centre.name, centre.deputy = f"{CANARY} centre", omar
    centre.save()
    for number, person in enumerate((alice, bob, maya, nina, omar)):
        person.pseudonym = f"{CANARY} {number}"
        person.save()
    opened = submit(alice, board, f"{CANARY} one", title=f"{CANARY} title", screen=says(Seen.M6)).post
    follow(maya, board, wanted=True, now=now - DAY)
    submit(bob, opened.thread, f"{CANARY} two", screen=nothing)
    submit(nina, opened.thread, f"{CANARY} three", answers=opened, screen=nothing)
    held = submit(bob, opened.thread, f"{CANARY} four", screen=says(Seen.M1))
    gate.rule(held, nurse=nina, outcome=V.RETURNED, reason=f"{CANARY} reason", now=now)
    submit(bob, opened.thread, f"{CANARY} five", screen=says(Seen.R1), now=now + timedelta(hours=1))
    for hours in range(0, 96, 6):
        pass_at(now + timedelta(hours=hours))
    told = set(Mail.objects.filter(state="sent").values_list("kind", flat=True))
    assert told == {"ruling", "first_reply", "answer", "digest", "morning", "missed", "welcome"}
    for letter in mailoutbox:
        whole = letter.message().as_string() + letter.subject + letter.body
        assert CANARY not in whole.lower()
        assert letter.subject == "Half a Word: there is something for you"
        assert re.fullmatch(r'"?Half a Word"? <.*@.*>', letter.from_email)
        assert not re.search(r"rheum|arthritis|reuma|medicine", whole, re.IGNORECASE)
        assert letter.content_subtype == "plain"
