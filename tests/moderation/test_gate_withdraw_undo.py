"""Taking back and undoing: at once, without a trace in the readers' tables, and never over another's act."""

import pytest
from django.apps import apps

from forum.models import Event, Post, Thread
from moderation import gate
from moderation.errors import AlreadyDecided, BadWords, NotHere
from moderation.models import Ruling, State, Submission
from moderation.screen import Kind
from people import audit
from people.models import Act
from people.verbs import suspend
from tests.conftest import fresh
from tests.saying import nothing, says

V = Ruling.Verb


@pytest.fixture
def reply(submit, bob, thread) -> Post:
    """Bob's published reply "marked phrase"."""
    return submit(bob, thread, "marked phrase", screen=nothing).post


@pytest.fixture
def waiting(submit, bob, thread) -> Submission:
    """Bob's reply "held phrase", which waits."""
    return submit(bob, thread, "held phrase", screen=says(Kind.M1))


def kinds(thread: Thread) -> list[str]:
    return list(thread.events.order_by("seq").values_list("kind", flat=True))


def test_an_author_takes_a_post_back_at_once_and_its_place_stays(reply, bob, thread, now):
    gate.withdraw(reply, by=bob, now=now)
    reply.refresh_from_db()
    assert (reply.state, reply.html, reply.text, reply.number) == (Post.State.WITHDRAWN, "", "", 2)
    assert kinds(thread) == ["published", "published", "withdrawn"]
    own = Submission.objects.get(post=reply)
    assert (own.state, own.words, own.told_at) == (State.WITHDRAWN, "marked phrase", now)


def test_taking_back_the_first_post_takes_title_and_tags_along(submit, alice, board, tags):
    post = submit(alice, board, "x", title="Hello", tags=["hands"], screen=nothing).post
    gate.withdraw(post, by=alice)
    thread = Thread.objects.get()
    assert (thread.title, thread.tags.count()) == ("", 0)


def test_taking_back_a_post_takes_the_note_under_it_along(waiting, bob, nina):
    gate.rule(waiting, nurse=nina, outcome=V.PUBLISHED, note="Talk to us.")
    post = Post.objects.get(number=2)
    gate.withdraw(post, by=bob)
    post.refresh_from_db()
    assert post.note_html == ""


def test_taking_back_an_open_question_closes_it(submit, bob, thread, nina):
    asked = submit(bob, thread, "Is it safe?", screen=says(Kind.M6)).post
    gate.withdraw(asked, by=bob)
    assert not Post.objects.questions_for(nina).exists()


def test_taking_back_twice_is_taking_back_once(reply, bob, thread):
    gate.withdraw(reply, by=bob)
    gate.withdraw(reply, by=bob)
    assert kinds(thread).count("withdrawn") == 1


def test_a_nurse_takes_a_post_down_with_a_reason_that_the_author_is_owed(reply, nina):
    with pytest.raises(BadWords):
        gate.withdraw(reply, by=nina)
    gate.withdraw(reply, by=nina, reason="This could harm.")
    own = Submission.objects.get(post=reply)
    assert (own.state, own.told_at) == (State.WITHDRAWN, None)
    assert (own.last_ruling.verb, own.last_ruling.text.reason) == (V.WITHDRAWN, "This could harm.")
    assert Act.objects.filter(verb="ruled_withdrawn", subject=f"submission:{own.pk}").exists()


def test_nobody_else_takes_a_post_back(reply, alice, maya, carl, cora, fien, stranger, their_nurse):
    for person in (alice, maya, carl, cora, fien, stranger, their_nurse):
        with pytest.raises(NotHere):
            gate.withdraw(reply, by=person, reason="x")
    reply.refresh_from_db()
    assert reply.state == Post.State.VISIBLE


def test_a_suspended_author_may_still_take_own_words_back(reply, bob, nina):
    suspend(person=bob, by=nina, reason="For a test.")
    gate.withdraw(reply, by=fresh(bob))
    reply.refresh_from_db()
    assert reply.is_withdrawn


def test_waiting_words_are_taken_back_by_their_author_alone(waiting, alice, nina, bob, now):
    for person in (alice, nina):
        with pytest.raises(NotHere):
            gate.take_back(waiting, by=person)
    gate.take_back(waiting, by=bob, now=now)
    assert (waiting.state, waiting.decided_at, waiting.told_at) == (State.WITHDRAWN, now, now)
    with pytest.raises(AlreadyDecided):
        gate.take_back(waiting, by=bob)


def test_words_that_a_nurse_published_are_not_taken_back_as_waiting_ones(waiting, bob, nina):
    opened = Submission.objects.get(pk=waiting.pk)
    first = gate.rule(waiting, nurse=nina, outcome=V.PUBLISHED)
    with pytest.raises(AlreadyDecided) as late:
        gate.take_back(opened, by=bob)
    assert late.value.ruling == first


def test_undoing_a_publication_withdraws_the_post_and_the_words_wait_again(waiting, nina, thread):
    ruling = gate.rule(waiting, nurse=nina, outcome=V.PUBLISHED)
    undone = gate.undo(ruling, by=nina)
    waiting.refresh_from_db()
    assert (waiting.state, waiting.post, waiting.decided_at) == (State.WAITING, None, None)
    assert waiting.promised_at is not None
    assert (undone.verb, undone.undoes) == (V.UNDONE, ruling)
    assert thread.posts.get(number=2).text == ""
    assert kinds(thread) == ["published", "published", "withdrawn"]
    assert list(audit.faults()) == []


def test_words_released_after_an_undo_are_a_new_post_at_the_end(waiting, nina, thread):
    gate.undo(gate.rule(waiting, nurse=nina, outcome=V.PUBLISHED), by=nina)
    gate.rule(Submission.objects.get(pk=waiting.pk), nurse=nina, outcome=V.PUBLISHED)
    assert list(thread.posts.order_by("number").values_list("number", "text")) == [
        (1, "My hands are cold every morning."),
        (2, ""),
        (3, "held phrase"),
    ]


@pytest.mark.parametrize("verb", [V.RETURNED, V.REFUSED])
def test_undoing_a_refusal_lets_the_words_wait_again(waiting, nina, verb):
    gate.undo(gate.rule(waiting, nurse=nina, outcome=verb, reason="x"), by=nina)
    assert Submission.objects.get(pk=waiting.pk).is_waiting


def test_undoing_the_release_of_a_change_gives_the_post_its_words_back(submit, alice, thread, post, nina):
    waiting = submit(alice, post, "New words.", title="New title", screen=says(Kind.M1))
    gate.undo(gate.rule(waiting, nurse=nina, outcome=V.PUBLISHED), by=nina)
    post.refresh_from_db()
    thread.refresh_from_db()
    assert (post.text, thread.title) == ("My hands are cold every morning.", "Cold hands")
    assert kinds(thread)[-1] == Event.Kind.REVISED
    assert Submission.objects.get(pk=waiting.pk).is_waiting


def test_undoing_a_nurses_withdrawal_shows_words_title_tags_and_note_again(submit, alice, board, tags, nina):
    held = submit(alice, board, "marked phrase", title="Hello", tags=["hands"], screen=says(Kind.M1))
    gate.rule(held, nurse=nina, outcome=V.PUBLISHED, note="Talk to us.")
    post = Post.objects.get()
    gate.withdraw(post, by=nina, reason="A mistake.")
    gate.undo(Submission.objects.get(pk=held.pk).last_ruling, by=nina)
    post.refresh_from_db()
    thread = post.thread
    assert (post.text, post.state, post.note_html) == ("marked phrase", Post.State.VISIBLE, "<p>Talk to us.</p>")
    assert (thread.title, [one.slug for one in thread.tags.all()]) == ("Hello", ["hands"])
    assert kinds(thread) == ["published", "revised", "withdrawn", "shown"]  # revised: the note
    assert Submission.objects.get(pk=held.pk).state == State.PUBLISHED


def test_a_withdrawal_by_the_author_cannot_be_undone_by_a_nurse(waiting, nina, bob):
    ruling = gate.rule(waiting, nurse=nina, outcome=V.PUBLISHED)
    gate.withdraw(Post.objects.get(number=2), by=bob)
    with pytest.raises(AlreadyDecided):
        gate.undo(ruling, by=nina)
    assert Post.objects.get(number=2).text == ""


def test_one_undoes_only_ones_own_ruling(waiting, nina, omar, bob):
    ruling = gate.rule(waiting, nurse=nina, outcome=V.REFUSED, reason="x")
    for person in (omar, bob):
        with pytest.raises(NotHere):
            gate.undo(ruling, by=person)


def test_one_undoes_only_the_last_thing_that_happened_and_once(waiting, nina, omar):
    ruling = gate.rule(waiting, nurse=nina, outcome=V.REFUSED, reason="x")
    gate.undo(ruling, by=nina)
    with pytest.raises(AlreadyDecided):
        gate.undo(ruling, by=nina)
    again = gate.rule(Submission.objects.get(pk=waiting.pk), nurse=omar, outcome=V.REFUSED, reason="y")
    with pytest.raises(AlreadyDecided) as late:
        gate.undo(ruling, by=nina)
    assert late.value.ruling == again


def test_words_that_the_author_sent_anew_are_not_undone(submit, waiting, bob, thread, nina):
    ruling = gate.rule(waiting, nurse=nina, outcome=V.RETURNED, reason="x")
    submit(bob, thread, "Kinder.", replaces=waiting, screen=nothing)
    with pytest.raises(AlreadyDecided):
        gate.undo(ruling, by=nina)


@pytest.mark.parametrize("screen", [nothing, says(Kind.M1)])
def test_released_words_that_the_author_has_changed_since_are_not_undone(
    submit, waiting, bob, thread, nina, screen, now
):
    ruling = gate.rule(waiting, nurse=nina, outcome=V.PUBLISHED, now=now.replace(hour=14))
    submit(bob, thread.posts.get(number=2), "Changed.", screen=screen, now=now.replace(hour=15))
    before = thread.posts.get(number=2).text
    with pytest.raises(AlreadyDecided):
        gate.undo(ruling, by=nina)
    assert thread.posts.get(number=2).text == before


def test_a_released_change_is_not_undone_over_a_newer_one_that_waits(submit, alice, post, nina):
    first = submit(alice, post, "First.", title="Cold hands", screen=says(Kind.M1))
    ruling = gate.rule(first, nurse=nina, outcome=V.PUBLISHED)
    submit(alice, post, "Second.", title="Cold hands", screen=says(Kind.M1))
    with pytest.raises(AlreadyDecided):
        gate.undo(ruling, by=nina)
    post.refresh_from_db()
    assert post.text == "First."


def test_withdrawn_words_leave_nothing_in_the_readers_tables(reply, waiting, bob, nina):
    gate.rule(waiting, nurse=nina, outcome=V.PUBLISHED)
    for post in Post.objects.filter(author=bob):
        gate.withdraw(post, by=bob)
    for model in apps.get_app_config("forum").get_models():
        for row in model.objects.values():
            assert "phrase" not in str(row), model
