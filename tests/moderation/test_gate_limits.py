"""How much and how often; what cannot be stored or seen. Nothing is kept of what is refused, nothing is half stored."""

from datetime import timedelta

import pytest

from moderation.errors import BadWords, Hurried
from moderation.models import Submission
from tests.saying import nothing


def refused(submit, *given, **more) -> tuple[str, str]:
    before = Submission.objects.count()
    with pytest.raises(BadWords) as error:
        submit(*given, screen=nothing, **more)
    assert Submission.objects.count() == before
    return error.value.field, error.value.code


def test_ten_thousand_characters_and_no_more(submit, bob, thread):
    assert submit(bob, thread, "é" * 10_000, screen=nothing).post
    assert refused(submit, bob, thread, "é" * 10_001) == ("words", "too_long")


def test_a_megabyte_is_refused_before_it_is_rendered_or_screened(submit, bob, thread):
    assert refused(submit, bob, thread, "[" * 1_000_000) == ("words", "too_long")


def test_a_title_of_120_characters_and_no_more(submit, alice, board):
    assert submit(alice, board, "x", title="t" * 120, screen=nothing).thread.title == "t" * 120
    assert refused(submit, alice, board, "x", title="t" * 121) == ("title", "too_long")


def test_five_tags_of_the_list_and_no_more(submit, alice, board, tags):
    assert submit(alice, board, "x", tags=tags[:5], screen=nothing).thread.tags.count() == 5
    assert refused(submit, alice, board, "x", tags=tags) == ("tags", "too_many")


@pytest.mark.parametrize("tag", ["methotrexate", "", "\x00", "\ud800", "' OR 1=1 --", "x" * 5000])
def test_a_tag_that_is_not_on_the_list_is_refused(submit, alice, board, tags, tag):
    assert refused(submit, alice, board, "x", tags=["hands", tag]) == ("tags", "unknown")


@pytest.mark.parametrize(
    "words",
    ["", " \n\t ", "\x00", "\x00\x01\x1f", "\u200b", "\u200b\u2060\ufeff", "\u3164", "\u202e\u202c", "> ", "&#8203;"],
)
def test_words_with_nothing_to_see_are_empty(submit, bob, alice, thread, board, words):
    assert refused(submit, bob, thread, words) == ("words", "empty")
    if words not in {"> ", "&#8203;"}:  # a title has no Markdown: those two are seen there as typed
        assert refused(submit, alice, board, "Hello.", title=words) == ("title", "empty")


def test_a_reply_has_neither_title_nor_tags(submit, bob, thread, tags):
    assert refused(submit, bob, thread, "x", title="Hello") == ("title", "unknown")
    assert refused(submit, bob, thread, "x", tags=["hands"]) == ("title", "unknown")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("a\x00b", "ab"),
        ("a\ud800b", "a\ufffdb"),
        ("a\r\nb\rc", "a\nb\nc"),
        ("a\x07\x1b[31mb", "a[31mb"),
        ("a\u202eb", "ab"),
        ("👩\u200d⚕️ é e\u0301", "👩\u200d⚕️ é e\u0301"),
    ],
)
def test_what_cannot_be_stored_is_left_out_and_the_rest_kept_as_typed(submit, bob, thread, typed, kept):
    handed_in = submit(bob, thread, typed, screen=nothing)
    handed_in.refresh_from_db()
    assert handed_in.words == kept


def test_a_title_is_one_line_without_what_cannot_be_stored(submit, alice, board):
    assert submit(alice, board, "x", title="a\x00b\ud800 \n\u202e c", screen=nothing).thread.title == "ab\ufffd c"


def test_twenty_in_twenty_seconds_and_the_next_when_the_first_is_old_enough(submit, bob, thread, now):
    for number in range(20):
        submit(bob, thread, "Hello.", screen=nothing, now=now + timedelta(milliseconds=number))
    with pytest.raises(Hurried) as hurried:
        submit(bob, thread, "Hello.", screen=nothing, now=now + timedelta(seconds=7.5))
    assert hurried.value.retry_after == 13
    assert Submission.objects.of(bob).count() == 20
    submit(bob, thread, "Hello.", screen=nothing, now=now + timedelta(seconds=7.5 + 13))


def test_sixty_in_five_minutes(submit, bob, thread, now):
    for number in range(60):
        submit(bob, thread, "Hello.", screen=nothing, now=now + timedelta(seconds=2 * number))
    with pytest.raises(Hurried) as hurried:
        submit(bob, thread, "Hello.", screen=nothing, now=now + timedelta(seconds=200))
    assert hurried.value.retry_after == 100
    submit(bob, thread, "Hello.", screen=nothing, now=now + timedelta(seconds=300))


def test_one_persons_hurry_does_not_slow_another(submit, alice, bob, thread, now):
    for _ in range(20):
        submit(bob, thread, "Hello.", screen=nothing)
    assert submit(alice, thread, "Hello.", screen=nothing).post


def test_refused_words_do_not_count_as_handed_in(submit, bob, thread):
    for _ in range(25):
        refused(submit, bob, thread, "")
    assert submit(bob, thread, "Hello.", screen=nothing).post
