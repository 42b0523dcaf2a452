"""The same words with the same key are handed in once, however often the button is pressed."""

import threading
import uuid

import pytest
from django.db import connection

from forum.models import Post
from moderation.errors import GateError, SameKeyOtherWords
from moderation.models import State, Submission
from moderation.screen import Kind
from tests.saying import nothing, says


@pytest.fixture
def key() -> uuid.UUID:
    return uuid.uuid4()


@pytest.mark.parametrize("screen", [nothing, says(Kind.M1)])
def test_the_same_key_and_words_give_the_same_submission(submit, bob, thread, key, screen):
    first = submit(bob, thread, "Hello.", client_key=key, screen=screen)
    assert submit(bob, thread, " Hello.\r\n", client_key=key, screen=screen) == first
    assert Submission.objects.of(bob).count() == 1
    assert Post.objects.filter(author=bob).count() == (first.state == State.PUBLISHED)


def test_the_same_key_for_other_words_keeps_both_the_first_and_what_was_typed(submit, bob, thread, key):
    first = submit(bob, thread, "Hello.", client_key=key, screen=nothing)
    with pytest.raises(SameKeyOtherWords) as refused:
        submit(bob, thread, "Hello again.", client_key=key, screen=nothing)
    assert refused.value.first == first
    assert Submission.objects.of(bob).count() == 1
    assert submit(bob, thread, "Hello again.", screen=nothing) != first  # sent as new, under a fresh key


def test_another_place_title_tag_or_quote_is_other_words(submit, alice, bob, board, moving, thread, post, tags, key):
    submit(alice, board, "Hello.", title="One", tags=["hands"], client_key=key, screen=nothing)
    for place, more in (
        (board, {"title": "Two", "tags": ["hands"]}),
        (board, {"title": "One", "tags": ["work"]}),
        (moving, {"title": "One", "tags": ["hands"]}),
        (thread, {}),
    ):
        with pytest.raises(SameKeyOtherWords):
            submit(alice, place, "Hello.", client_key=key, screen=nothing, **more)
    other = uuid.uuid4()
    submit(bob, thread, "Hello.", client_key=other, screen=nothing)
    with pytest.raises(SameKeyOtherWords):
        submit(bob, thread, "Hello.", client_key=other, reply_to=post, screen=nothing)


def test_a_repeated_key_is_answered_even_when_one_is_too_fast(submit, bob, thread, key):
    first = submit(bob, thread, "Hello.", client_key=key, screen=nothing)
    for _ in range(19):
        submit(bob, thread, "More.", screen=nothing)
    assert submit(bob, thread, "Hello.", client_key=key, screen=nothing) == first


def test_a_repeated_key_is_answered_as_it_stands_now(submit, bob, thread, key):
    first = submit(bob, thread, "Hello.", client_key=key, screen=says(Kind.M1))
    Submission.objects.filter(pk=first.pk).update(state=State.RETURNED)
    assert submit(bob, thread, "Hello.", client_key=key, screen=nothing).state == State.RETURNED


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("replacing", [False, True])
def test_a_double_click_at_the_same_moment_is_one_submission(submit, bob, thread, replacing):
    for _ in range(10):
        more = {"replaces": submit(bob, thread, "Advice.", screen=says(Kind.M1))} if replacing else {}
        before = Post.objects.count()
        got = at_once(submit, bob, thread, uuid.uuid4(), more)
        assert [type(one) for one in got] == [Submission, Submission]
        assert got[0] == got[1]
        assert Post.objects.count() == before + 1
        Submission.objects.of(bob).update(written_at=thread.created_at)  # not too fast for the next round


def at_once(submit, bob, thread, key, more) -> list[object]:
    """Two threads hand in the same words; both have been screened before either is stored."""
    both, got = threading.Barrier(2, timeout=10), []

    def screen(text, *, deadline):
        both.wait()
        return nothing(text)

    def hand_in() -> None:
        try:
            got.append(submit(bob, thread, "Hello.", client_key=key, screen=screen, **more))
        except GateError as error:
            got.append(error)
        finally:
            connection.close()

    workers = [threading.Thread(target=hand_in) for _ in range(2)]
    for one in workers:
        one.start()
    for one in workers:
        one.join(20)
    return got
