"""The end of a session: what waits goes back, what was there stays for a while, the summary remains."""

import pytest

from forum.models import Event, Post
from forum.sessions import LiveSession, Notice
from moderation import gate
from moderation.errors import Closed, NotHere, RoomShut
from moderation.models import Report, Ruling, State, Submission
from moderation.reports import reported
from moderation.screen.types import Kind
from people.models import Act
from tests.saying import nothing, says
from tests.sessions.conftest import CLOSES, again, minute, reads

MONTH = 30 * 24 * 60


def test_closing_shuts_the_thread_with_its_last_event(room, say, alice, nina):
    say(alice)
    assert gate.close(room, by=nina, now=minute(30))
    assert not gate.close(room, by=nina, now=minute(31))
    room.thread.refresh_from_db()
    assert (again(room).ended_at, room.thread.closed_at) == (minute(30), minute(30))
    assert [one.kind for one in room.thread.events.order_by("seq")] == [Event.Kind.PUBLISHED, Event.Kind.CLOSED]
    with pytest.raises(RoomShut):
        say(alice, now=minute(31))


def test_the_clock_closes_what_nobody_closed(room, nina):
    assert gate.keep_time(minute(89)) == 0
    assert gate.keep_time(CLOSES) == 1
    assert gate.keep_time(minute(91)) == 0
    assert again(room).ended_at == CLOSES
    assert Act.objects.get(verb="session_closed").actor == ""


def test_a_session_to_which_no_clinician_came_ends_by_the_clock_too(session):
    gate.keep_time(minute(91))
    assert again(session).ended_at == minute(91)


def test_what_still_waits_goes_back_to_its_author_with_a_sentence_in_their_language(room, say, alice, bob, nina):
    bob.language = "nl"
    bob.save()
    held = [say(one, screen=says(Kind.M1)) for one in (alice, bob)]
    gate.close(room, by=nina, now=minute(30))
    for one in held:
        one.refresh_from_db()
        assert (one.state, one.told_at, one.decided_at) == (State.RETURNED, None, minute(30))
        assert one.last_ruling.decider is None
        assert one.words == "My hands are cold."
    assert "session" in held[0].last_ruling.text.reason
    assert held[1].last_ruling.text.reason != held[0].last_ruling.text.reason


def test_danger_and_questions_to_the_nurse_stay_on_the_desk(room, say, alice, bob, nina):
    danger = say(alice, screen=says(Kind.R1))
    asked = gate.ask_nurse(say(bob, screen=says(Kind.M1)), by=bob)
    gate.close(room, now=minute(30))
    assert set(Submission.objects.on_desk_of(nina).waiting()) == {danger, asked}
    with pytest.raises(Closed):
        gate.rule(danger, nurse=nina, outcome=Ruling.Verb.PUBLISHED, now=minute(31))
    gate.rule(danger, nurse=nina, outcome=Ruling.Verb.RETURNED, reason="Ring us.", now=minute(31))


def test_passed_lines_that_no_nurse_has_looked_at_go_to_the_second_reading(room, say, alice, bob, nina):
    seen, unseen = say(alice, screen=says(Kind.A4)), say(bob, screen=says(Kind.M6))
    gate.looked_at(seen, by=nina, now=minute(7))
    assert not Submission.objects.on_desk_of(nina).to_look_at().exists()
    gate.close(room, now=minute(30))
    assert list(Submission.objects.on_desk_of(nina).to_look_at()) == [unseen]


def test_waiting_words_about_a_session_that_is_over_go_back_and_a_summary_may_still_come(room, submit, cora, nina):
    about = gate.NoticeOf(room, Notice.Kind.ABOUT)
    held = submit(cora, about, "Stop it.", title="Other", now=minute(6), screen=says(Kind.M1))
    gate.close(room, now=minute(30))
    held.refresh_from_db()
    assert held.state == State.RETURNED
    with pytest.raises(Closed):
        submit(cora, about, "How it was.", title="Other", now=minute(31))
    summary = gate.NoticeOf(room, Notice.Kind.SUMMARY)
    with pytest.raises(NotHere):
        submit(cora, summary, "It was good.", now=minute(31))
    assert submit(nina, summary, "It was good.", now=minute(31)).state == State.PUBLISHED


def test_the_summary_is_for_those_who_were_there_and_answers_what_was_asked(room, say, submit, alice, carl, nina):
    held = say(alice, screen=says(Kind.M1))
    gate.rule(held, nurse=nina, outcome=Ruling.Verb.PUBLISHED, now=minute(20))
    gate.close(room, by=nina, now=minute(30))
    assert Post.objects.filter(question=Post.Question.OPEN).count() == 1
    submit(nina, gate.NoticeOf(room, Notice.Kind.SUMMARY), "On hands: warm water.", now=minute(40))
    assert not Post.objects.filter(question=Post.Question.OPEN).exists()
    summary = Notice.objects.filter(kind=Notice.Kind.SUMMARY)
    assert summary.visible_to(alice).get().text == "On hands: warm water."
    assert not summary.visible_to(carl).exists()


def test_after_a_month_the_lines_are_gone_their_numbers_and_the_summary_stay(room, say, submit, alice, bob, nina, at):
    for one in (alice, bob):
        say(one)
    aside = gate.private_word(room, by=nina, person=alice, now=minute(7))
    submit(alice, aside, "Between us.", now=minute(7), screen=nothing)
    gate.close(room, by=nina, now=minute(30))
    submit(nina, gate.NoticeOf(room, Notice.Kind.SUMMARY), "On hands: warm water.", now=minute(40))
    assert gate.keep_time(minute(29 + MONTH)) == 0
    at(minute(31 + MONTH))
    assert gate.keep_time(minute(31 + MONTH)) == 1
    assert gate.keep_time(minute(32 + MONTH)) == 0
    assert [(one.number, one.state, one.text) for one in room.thread.posts.order_by("number")] == [
        (1, "withdrawn", ""), (2, "withdrawn", ""),
    ]  # fmt: skip
    assert aside.posts.get().html == ""
    assert (reads(alice, room.thread), reads(alice, aside)) == (False, False)
    assert Notice.objects.visible_to(alice).get(kind=Notice.Kind.SUMMARY).text == "On hands: warm water."
    assert LiveSession.objects.behind(alice).get() == room


def test_a_report_that_nobody_has_read_outlives_the_transcript_and_shows_nothing_again(room, say, alice, bob, omar, at):
    said = say(alice)
    gate.report(said.post, by=bob, reason=Report.Reason.UNKIND, now=minute(7))
    gate.close(room, now=minute(30))
    at(minute(31 + MONTH))
    gate.keep_time(minute(31 + MONTH))
    assert list(reported(omar)) == [said.post]
    assert gate.rule_report(said.post, nurse=omar, stays=True, now=minute(32 + MONTH))
    assert not reported(omar).exists()
    said.post.refresh_from_db()
    assert (said.post.is_withdrawn, said.post.html) == (True, "")


def test_a_cancelled_session_returns_its_own_waiting_words(plan, cora, now):
    planned = plan(by=cora, words="Just stop your methotrexate, you do not need it.")
    gate.cancel(planned.thread.session, by=cora, now=now)
    planned.refresh_from_db()
    assert planned.state == State.RETURNED
