"""Reports: what hides a post, what a nurse does about it, and that hidden words are nowhere until she has."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction

from forum.models import Event, Post, SearchEntry, Thread
from moderation import gate, signals
from moderation.errors import BadWords, Closed, Hurried, NotHere, OwnWords
from moderation.gate.reporting import REPORTS_A_DAY
from moderation.models import Report, Ruling, State, Submission
from moderation.screen import Kind
from people import audit
from people.models import Act, Role
from people.verbs import suspend
from tests.conftest import fresh
from tests.saying import nothing, says

R, V = Report.Reason, Ruling.Verb


@pytest.fixture
def reply(submit, bob, thread) -> Post:
    """Bob's reply "marked phrase" in Alice's thread."""
    return submit(bob, thread, "marked phrase", screen=nothing).post


@pytest.fixture
def hidden(reply, maya) -> Post:
    """The same, hidden by Maya's report."""
    gate.report(reply, by=maya, reason=R.COULD_HARM)
    return now_of(reply)


def now_of(post: Post) -> Post:
    return Post.objects.get(pk=post.pk)


def kinds(thread: Thread) -> list[str]:
    return list(thread.events.order_by("seq").values_list("kind", flat=True))


def verbs() -> list[tuple[str, str, str]]:
    """The acts on posts: verb, subject, actor."""
    return list(Act.objects.filter(subject__startswith="post:").order_by("id").values_list("verb", "subject", "actor"))


def readers_tables() -> str:
    return str([list(model.objects.values()) for model in apps.get_app_config("forum").get_models()])


# What hides


@pytest.mark.parametrize("reason", R.values)
def test_one_patients_report_hides_nothing_and_is_on_the_desk(reply, alice, reason):
    made = gate.report(reply, by=alice, reason=reason)
    assert now_of(reply).state == Post.State.VISIBLE
    assert (made.post, made.reporter, made.reason, made.closed_at) == (reply, alice, reason, None)


def test_two_peoples_reports_hide_the_post(reply, alice, cora, thread, now):
    gate.report(reply, by=alice, reason=R.UNKIND, now=now)
    gate.report(reply, by=cora, reason=R.OTHER, now=now)
    assert now_of(reply).state == Post.State.HIDDEN
    assert kinds(thread) == ["published", "published", "hidden"]


def test_a_mentors_could_harm_hides_at_once(reply, maya):
    gate.report(reply, by=maya, reason=R.COULD_HARM)
    assert now_of(reply).state == Post.State.HIDDEN


@pytest.mark.parametrize("reason", [one for one in R.values if one != R.COULD_HARM])
def test_any_other_reason_of_a_mentor_hides_nothing(reply, maya, reason):
    gate.report(reply, by=maya, reason=reason)
    assert now_of(reply).state == Post.State.VISIBLE


def test_could_harm_hides_at_once_from_nobody_but_a_mentor(reply, alice, fien, nina):
    """A nurse who thinks so takes the post down herself, with a reason."""
    for person in (alice, fien, nina):
        with transaction.atomic():
            gate.report(reply, by=person, reason=R.COULD_HARM)
            assert now_of(reply).state == Post.State.VISIBLE, person
            transaction.set_rollback(True)


def test_the_same_person_twice_counts_once(reply, alice):
    first = gate.report(reply, by=alice, reason=R.UNKIND)
    again = gate.report(reply, by=alice, reason=R.COULD_HARM)
    assert again == first
    assert again.reason == R.UNKIND
    assert now_of(reply).state == Post.State.VISIBLE
    assert Report.objects.count() == 1


def test_the_database_holds_one_open_report_of_a_person(reply, alice):
    gate.report(reply, by=alice, reason=R.UNKIND)
    with pytest.raises(IntegrityError), transaction.atomic():
        Report.objects.create(post=reply, reporter=alice, reason=R.OTHER)


def test_a_third_report_adds_to_a_hidden_post_and_hides_it_no_second_time(hidden, alice, cora, thread):
    gate.report(hidden, by=alice, reason=R.UNKIND)
    gate.report(hidden, by=cora, reason=R.UNKIND)
    assert kinds(thread).count("hidden") == 1
    assert Report.objects.filter(closed_at=None).count() == 3


def test_a_report_that_a_nurse_has_closed_does_not_count_with_the_next(reply, alice, cora, nina):
    gate.report(reply, by=alice, reason=R.UNKIND)
    gate.rule_report(reply, nurse=nina, stays=True)
    gate.report(reply, by=cora, reason=R.UNKIND)
    assert now_of(reply).state == Post.State.VISIBLE
    gate.report(reply, by=alice, reason=R.UNKIND)  # again, now that a nurse has looked
    assert now_of(reply).state == Post.State.HIDDEN


def test_a_clinicians_post_is_reported_like_any(submit, thread, nina, alice, bob):
    post = submit(nina, thread, "Good morning.", screen=nothing).post
    for person in (alice, bob):
        gate.report(post, by=person, reason=R.OTHER)
    assert now_of(post).is_hidden


# Who may, and what else is refused


def test_nobody_reports_an_own_post(reply, bob):
    with pytest.raises(OwnWords):
        gate.report(reply, by=bob, reason=R.OTHER)
    assert not Report.objects.exists()


def test_who_does_not_see_a_post_cannot_report_it(reply, stranger, their_nurse, alice, nina):
    suspend(person=alice, by=nina, reason="For a test.")
    for person in (stranger, their_nurse, fresh(alice)):
        with pytest.raises(NotHere):
            gate.report(reply, by=person, reason=R.OTHER)
    assert not Report.objects.exists()


def test_a_post_taken_back_is_not_reported(reply, bob, alice):
    opened = now_of(reply)
    gate.withdraw(reply, by=bob)
    with pytest.raises(NotHere):
        gate.report(opened, by=alice, reason=R.OTHER)
    assert not Report.objects.exists()


def test_a_post_taken_back_while_somebody_reports_it_is_closed(reply, bob, alice, monkeypatch):
    """Between the first look and the lock."""
    locked = gate.reporting.writing.locked

    def meanwhile(thread):
        monkeypatch.setattr(gate.reporting.writing, "locked", locked)
        gate.withdraw(reply, by=bob)
        return locked(thread)

    monkeypatch.setattr(gate.reporting.writing, "locked", meanwhile)
    with pytest.raises(Closed):
        gate.report(reply, by=alice, reason=R.OTHER)
    assert not Report.objects.exists()


@pytest.mark.parametrize("reason", ["", "COULD_HARM", "could_harm ", "nonsense", "\x00", "x" * 5000])
def test_an_unknown_reason_is_refused(reply, alice, reason):
    with pytest.raises(BadWords):
        gate.report(reply, by=alice, reason=reason)


def test_twenty_reports_a_day_and_no_more(submit, thread, alice, bob, now):
    for number in range(REPORTS_A_DAY):
        at = now + timedelta(minutes=number)
        post = submit(bob, thread, f"Post {number}.", screen=nothing, now=at).post
        gate.report(post, by=alice, reason=R.OTHER, now=at)
    late = now + timedelta(hours=1)
    post = submit(bob, thread, "One more.", screen=nothing, now=late).post
    with pytest.raises(Hurried):
        gate.report(post, by=alice, reason=R.OTHER, now=late)
    assert gate.report(post, by=alice, reason=R.OTHER, now=now + timedelta(days=1, seconds=1))


# While it is hidden


def test_hidden_words_are_in_no_readers_table(submit, alice, board, tags, maya, nina):
    waiting = submit(alice, board, "marked phrase", title="Marked title", tags=["hands"], screen=says(Kind.M1))
    gate.rule(waiting, nurse=nina, outcome=V.PUBLISHED, note="marked note")
    waiting.refresh_from_db()
    assert "marked" in readers_tables().lower()
    gate.report(waiting.post, by=maya, reason=R.COULD_HARM)
    assert "marked" not in readers_tables().lower()
    assert not waiting.thread.tags.exists()
    assert SearchEntry.objects.get().words == ""


def test_a_hidden_question_is_not_asked_of_the_nurse_until_it_is_shown(submit, bob, thread, maya, nina):
    asked = submit(bob, thread, "Is it safe?", screen=says(Kind.M6)).post
    gate.report(asked, by=maya, reason=R.COULD_HARM)
    assert not Post.objects.questions_for(nina).exists()
    gate.rule_report(asked, nurse=nina, stays=True)
    assert list(Post.objects.questions_for(nina)) == [asked]


def test_the_author_and_the_desk_are_told_when_a_post_is_hidden(reply, bob, maya, django_capture_on_commit_callbacks):
    told, desk = [], []

    def hear(author_id, submission_id, **_):
        told.append((author_id, submission_id))

    def hear_desk(centre_id, **_):
        desk.append(centre_id)

    signals.own_words_changed.connect(hear)
    signals.desk_changed.connect(hear_desk)
    with django_capture_on_commit_callbacks(execute=True):
        gate.report(reply, by=maya, reason=R.COULD_HARM)
    own = Submission.objects.get(post=reply)
    assert told == [(str(bob.pk), str(own.pk))]
    assert desk == [bob.centre_id]
    assert (own.state, own.told_at) == (State.PUBLISHED, None)  # news on the author's first page


def test_a_report_that_hides_nothing_is_told_to_the_desk_alone(reply, alice, bob, django_capture_on_commit_callbacks):
    told, desk = [], []

    def hear(**given):
        told.append(given)

    def hear_desk(centre_id, **_):
        desk.append(centre_id)

    signals.own_words_changed.connect(hear)
    signals.desk_changed.connect(hear_desk)
    with django_capture_on_commit_callbacks(execute=True):
        gate.report(reply, by=alice, reason=R.UNKIND)
    assert (told, desk) == ([], [bob.centre_id])
    assert Submission.objects.get(post=reply).told_at is not None


def test_the_authors_change_of_a_hidden_post_stays_hidden_and_is_what_is_shown_later(submit, hidden, bob, nina, now):
    change = submit(bob, hidden, "changed phrase", screen=nothing, now=now + timedelta(minutes=5))
    assert change.state == State.PUBLISHED
    assert now_of(hidden).is_hidden
    assert "phrase" not in readers_tables()
    gate.rule_report(hidden, nurse=nina, stays=True)
    assert (now_of(hidden).state, now_of(hidden).text) == (Post.State.VISIBLE, "changed phrase")


def test_a_change_of_a_hidden_post_that_waited_stays_hidden_when_it_is_released(submit, hidden, bob, nina, omar):
    change = submit(bob, hidden, "changed phrase", screen=says(Kind.M1))
    ruling = gate.rule(change, nurse=nina, outcome=V.PUBLISHED, note="a note with a phrase")
    assert now_of(hidden).is_hidden
    assert "phrase" not in readers_tables()
    gate.undo(ruling, by=nina)
    assert now_of(hidden).is_hidden
    assert "phrase" not in readers_tables()
    gate.rule_report(hidden, nurse=omar, stays=True)
    assert (now_of(hidden).text, now_of(hidden).note_html) == ("marked phrase", "")


def test_a_hidden_post_can_be_taken_back_by_its_author(hidden, bob):
    gate.withdraw(hidden, by=bob)
    assert now_of(hidden).is_withdrawn
    assert not Report.objects.filter(closed_at=None).exists()


def test_a_release_that_is_undone_takes_its_reports_along(submit, bob, thread, maya, nina):
    waiting = submit(bob, thread, "marked phrase", screen=says(Kind.M1))
    ruling = gate.rule(waiting, nurse=nina, outcome=V.PUBLISHED)
    waiting.refresh_from_db()
    gate.report(waiting.post, by=maya, reason=R.COULD_HARM)
    gate.undo(ruling, by=nina)
    assert not Report.objects.filter(closed_at=None).exists()
    assert "phrase" not in readers_tables()


# When a nurse has read it


def test_it_stays_and_is_shown_again_with_all_that_it_had(submit, alice, board, tags, maya, nina, omar):
    waiting = submit(alice, board, "marked phrase", title="Marked title", tags=["hands"], screen=says(Kind.M6))
    post = waiting.post
    if post is None:
        gate.rule(waiting, nurse=nina, outcome=V.PUBLISHED)
        waiting.refresh_from_db()
        post = waiting.post
    before = now_of(post)
    gate.report(post, by=maya, reason=R.COULD_HARM)
    assert gate.rule_report(post, nurse=omar, stays=True)
    after = now_of(post)
    kept = ("state", "html", "text", "question", "one_experience", "revised_at", "number", "published_at")
    assert [getattr(after, one) for one in kept] == [getattr(before, one) for one in kept]
    thread = Thread.objects.get()
    assert (thread.title, [one.slug for one in thread.tags.all()]) == ("Marked title", ["hands"])
    assert "marked title" in SearchEntry.objects.get(post=post).words
    assert kinds(thread)[-2:] == [Event.Kind.HIDDEN, Event.Kind.SHOWN]


def test_it_stays_with_the_note_that_stood_under_it(submit, bob, thread, maya, nina, omar):
    waiting = submit(bob, thread, "marked phrase", screen=says(Kind.M1))
    gate.rule(waiting, nurse=nina, outcome=V.PUBLISHED, note="Talk to us first.")
    waiting.refresh_from_db()
    gate.report(waiting.post, by=maya, reason=R.COULD_HARM)
    gate.rule_report(waiting.post, nurse=omar, stays=True)
    post = now_of(waiting.post)
    assert "Talk to us first." in post.note_html
    assert (post.note_by, post.note_role) == (nina, Role.NURSE)


def test_a_post_that_was_not_hidden_stays_without_an_event(reply, alice, nina, thread):
    gate.report(reply, by=alice, reason=R.UNKIND)
    before = kinds(thread)
    assert gate.rule_report(reply, nurse=nina, stays=True)
    assert kinds(thread) == before
    assert not Report.objects.filter(closed_at=None).exists()


def test_the_author_is_told_that_it_is_shown_again(hidden, bob, nina):
    Submission.objects.update(told_at=hidden.published_at)
    gate.rule_report(hidden, nurse=nina, stays=True)
    assert Submission.objects.get(post=hidden).told_at is None


def test_it_is_taken_down_with_a_reason_that_the_author_is_owed(hidden, bob, nina, thread):
    with pytest.raises(BadWords):
        gate.rule_report(hidden, nurse=nina, stays=False)
    assert Report.objects.filter(closed_at=None).count() == 1
    assert gate.rule_report(hidden, nurse=nina, stays=False, reason="Please call us about it.")
    own = Submission.objects.get(post=hidden)
    assert (own.state, own.told_at) == (State.WITHDRAWN, None)
    assert (own.last_ruling.verb, own.last_ruling.text.reason) == (V.WITHDRAWN, "Please call us about it.")
    assert now_of(hidden).is_withdrawn
    assert kinds(thread)[-1] == "withdrawn"
    assert not Report.objects.filter(closed_at=None).exists()


def test_what_was_taken_down_comes_back_with_the_undoing_and_its_reports_stay_closed(hidden, nina):
    gate.rule_report(hidden, nurse=nina, stays=False, reason="Please call us about it.")
    gate.undo(Ruling.objects.get(verb=V.WITHDRAWN), by=nina)
    assert (now_of(hidden).state, now_of(hidden).text) == (Post.State.VISIBLE, "marked phrase")
    assert not Report.objects.filter(closed_at=None).exists()


def test_of_two_nurses_the_second_changes_nothing(hidden, nina, omar):
    assert gate.rule_report(hidden, nurse=nina, stays=True)
    assert not gate.rule_report(hidden, nurse=omar, stays=False, reason="No.")
    assert now_of(hidden).state == Post.State.VISIBLE
    assert [verb for verb, *_ in verbs()] == ["hid_by_report", "report_stays"]


def test_nobody_without_the_right_rules_on_a_report(hidden, alice, maya, carl, cora, fien, stranger, their_nurse):
    for person in (alice, maya, carl, cora, fien, stranger, their_nurse):
        with pytest.raises(NotHere):
            gate.rule_report(hidden, nurse=person, stays=True)
    assert now_of(hidden).is_hidden


def test_a_nurse_does_not_rule_on_reports_of_an_own_post(submit, thread, nina, omar, alice, bob):
    post = submit(nina, thread, "Good morning.", screen=nothing).post
    for person in (alice, bob):
        gate.report(post, by=person, reason=R.OTHER)
    with pytest.raises(OwnWords):
        gate.rule_report(post, nurse=nina, stays=True)
    assert gate.rule_report(post, nurse=omar, stays=True)


# What is kept of it


def test_each_step_is_an_act_in_the_chain_without_words(reply, alice, maya, nina, omar):
    subject = f"post:{reply.pk}"
    gate.report(reply, by=maya, reason=R.COULD_HARM)
    gate.rule_report(reply, nurse=nina, stays=True)
    gate.report(reply, by=alice, reason=R.UNKIND)
    gate.rule_report(reply, nurse=omar, stays=False, reason="marked reason")
    assert verbs() == [
        ("hid_by_report", subject, str(maya.pk)),
        ("report_stays", subject, str(nina.pk)),
        ("report_taken_down", subject, str(omar.pk)),
    ]
    assert "marked" not in str(list(Act.objects.values()))
    assert list(audit.faults()) == []


def test_a_report_refused_leaves_nothing(reply, bob, stranger, alice):
    acts, seq = Act.objects.count(), Thread.objects.get().head_seq
    for person, reason in ((bob, R.OTHER), (stranger, R.OTHER), (alice, "nonsense")):
        with pytest.raises((NotHere, OwnWords, BadWords)):
            gate.report(reply, by=person, reason=reason)
    assert (Act.objects.count(), Thread.objects.get().head_seq, Report.objects.count()) == (acts, seq, 0)
