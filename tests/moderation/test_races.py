"""Two at once, in real transactions on the database file: one wins, the other is told, nothing is overwritten."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection

from forum.models import Post, Thread
from moderation import gate
from moderation.errors import AlreadyDecided, GateError
from moderation.models import Ruling, State, Submission
from moderation.screen import Kind
from people import audit
from people.models import Person
from tests.saying import nothing, says

pytestmark = pytest.mark.django_db(transaction=True)
V = Ruling.Verb
ROUNDS = 30


def at_once(*acts: Callable[[], object]) -> list[object]:
    """What each act gave, or the gate's refusal, in order; all start together, each with a connection of its own."""
    start = threading.Barrier(len(acts), timeout=20)
    results: list[object] = [None] * len(acts)

    def run(place: int, act: Callable[[], object]) -> None:
        try:
            start.wait()
            results[place] = act()
        except GateError as error:
            results[place] = error
        except Exception as error:  # shown by the assertion that follows
            results[place] = repr(error)
        finally:
            connection.close()

    workers = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for one in workers:
        one.start()
    for one in workers:
        one.join(60)
    return results


def opened(submission: Submission) -> Submission:
    """The submission as a page of its own would hold it."""
    return Submission.objects.select_related("thread").get(pk=submission.pk)


def split(results: list[object]) -> tuple[list[object], list[AlreadyDecided]]:
    won = [one for one in results if not isinstance(one, AlreadyDecided)]
    assert not [one for one in won if isinstance(one, str | GateError)], won
    return won, [one for one in results if isinstance(one, AlreadyDecided)]


@pytest.fixture
def rounds(submit, bob, thread, now):
    """Waiting words for each round, handed in slowly enough."""

    def words(place=thread, number: int = 0, **more) -> Submission:
        slowly = now + timedelta(minutes=number)
        return submit(bob, place, f"marked {number}", screen=says(Kind.M1), now=slowly, **more)

    return words


def test_the_database_of_the_tests_is_a_file():
    assert str(connection.settings_dict["NAME"]) not in {"", ":memory:"}
    assert "memory" not in str(connection.settings_dict["NAME"])


def test_of_two_rulings_exactly_one_wins_and_the_other_is_told_it(rounds, nina, omar, thread):
    for number in range(ROUNDS):
        words = rounds(number=number)
        mine, yours = opened(words), opened(words)
        won, late = split(
            at_once(
                lambda mine=mine: gate.rule(mine, nurse=nina, outcome=V.PUBLISHED),
                lambda yours=yours: gate.rule(yours, nurse=omar, outcome=V.REFUSED, reason="No."),
            )
        )
        assert (len(won), len(late)) == (1, 1)
        assert late[0].ruling == won[0]
        words.refresh_from_db()
        assert words.state == won[0].verb
        assert words.rulings.exclude(decider=None).count() == 1
        assert Post.objects.filter(text=f"marked {number}").count() == (won[0].verb == V.PUBLISHED)
    assert list(audit.faults()) == []
    whole(thread)


def test_a_ruling_and_the_authors_change_never_both_count(submit, rounds, bob, nina, thread, now):
    for number in range(ROUNDS):
        words = rounds(number=number)
        mine, author = opened(words), Person.objects.get(pk=bob.pk)
        later = now + timedelta(minutes=number, seconds=30)
        won, late = split(
            at_once(
                lambda mine=mine: gate.rule(mine, nurse=nina, outcome=V.PUBLISHED),
                lambda words=words, author=author, later=later, number=number: submit(
                    author, thread, f"changed {number}", replaces=words, screen=nothing, now=later
                ),
            )
        )
        assert (len(won), len(late)) == (1, 1)
        words.refresh_from_db()
        shown = {f"marked {number}": words.state == State.PUBLISHED, f"changed {number}": words.state == State.REPLACED}
        assert {text: Post.objects.filter(text=text).exists() for text in shown} == shown
        assert sum(shown.values()) == 1
    whole(thread)


def test_words_taken_back_are_never_published_too(rounds, bob, nina, thread):
    for number in range(ROUNDS):
        words = rounds(number=number)
        mine, own = opened(words), opened(words)
        won, late = split(
            at_once(
                lambda mine=mine: gate.rule(mine, nurse=nina, outcome=V.PUBLISHED),
                lambda own=own: gate.take_back(own, by=bob),
            )
        )
        assert (len(won), len(late)) == (1, 1)
        words.refresh_from_db()
        assert Post.objects.filter(text=f"marked {number}").exists() == (words.state == State.PUBLISHED)
    whole(thread)


def test_two_withdrawals_of_a_post_are_one(submit, bob, nina, thread, now):
    for number in range(10):
        post = submit(bob, thread, "Hello.", screen=nothing, now=now + timedelta(minutes=number)).post
        results = at_once(
            lambda post=post: gate.withdraw(post, by=bob),
            lambda post=post: gate.withdraw(post, by=nina, reason="No."),
        )
        assert results == [None, None]
        assert post.events.filter(kind="withdrawn").count() == 1
        assert Post.objects.get(pk=post.pk).text == ""
    assert list(audit.faults()) == []
    whole(thread)


def test_a_change_and_the_posts_withdrawal_leave_no_words_behind(submit, alice, thread, now):
    for number in range(10):
        minute = now + timedelta(minutes=number)
        post = submit(alice, thread, "Hello.", screen=nothing, now=minute).post
        screen = says(Kind.M1) if number % 2 else nothing
        at_once(
            lambda post=post: gate.withdraw(post, by=alice),
            lambda post=post, screen=screen, minute=minute: submit(
                alice, post, "Changed.", screen=screen, now=minute + timedelta(seconds=30)
            ),
        )
        assert Post.objects.get(pk=post.pk).text == ""
        assert not Submission.objects.waiting().filter(target=post).exists()


def test_many_replies_at_once_are_numbered_without_a_gap(submit, alice, bob, maya, nina, thread):
    writers = [alice, bob, maya, nina]
    acts = [
        lambda person=writers[number % 4], number=number: submit(person, thread, f"Reply {number}.", screen=nothing)
        for number in range(24)
    ]
    results = at_once(*acts)
    assert [type(one) for one in results] == [Submission] * 24
    assert {one.post.text for one in results} == {f"Reply {number}." for number in range(24)}
    whole(thread)
    assert thread.posts.count() == 25


def test_two_nurses_undoing_and_ruling_leave_one_state(rounds, nina, omar, thread):
    for number in range(10):
        words = rounds(number=number)
        ruling = gate.rule(opened(words), nurse=nina, outcome=V.REFUSED, reason="No.")
        fresh = opened(words)
        at_once(
            lambda ruling=ruling: gate.undo(ruling, by=nina),
            lambda fresh=fresh: gate.rule(fresh, nurse=omar, outcome=V.PUBLISHED),
        )
        words.refresh_from_db()
        assert words.state in {State.WAITING, State.PUBLISHED}
        assert Post.objects.filter(text=f"marked {number}").count() == (words.state == State.PUBLISHED)
    assert list(audit.faults()) == []


def whole(thread: Thread) -> None:
    """Numbers and events run from 1 to the thread's heads without a gap."""
    thread.refresh_from_db()
    assert list(thread.posts.order_by("number").values_list("number", flat=True)) == [*range(1, thread.head_number + 1)]
    assert list(thread.events.order_by("seq").values_list("seq", flat=True)) == [*range(1, thread.head_seq + 1)]
