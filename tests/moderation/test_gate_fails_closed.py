"""Whatever goes wrong in the screen: the words wait, and nobody reads them before a nurse does."""

import threading
from dataclasses import replace

import pytest

from forum.models import Post
from moderation import judge
from moderation.errors import WantsOwnCheck
from moderation.models import State, Submission
from moderation.screen import Kind, Label, ScreenBroken, ScreenTooSlow, Verdict
from moderation.screen.types import Finding
from tests.saying import nothing, says


def raises(error):
    def screen(text, *, deadline):
        raise error

    return screen


def returns(value):
    return lambda text, *, deadline: value


def bad(**changes):
    """A verdict with one finding that is wrong in one way."""
    return lambda text, *, deadline: replace(
        says(Kind.M4)(text), findings=(replace(says(Kind.M4)(text).findings[0], **changes),)
    )


NO_SCORES = dict.fromkeys(Label, 0.0)
BROKEN = {
    "raises": raises(ValueError("marked phrase")),
    "raises what only a process may": raises(SystemExit(1)),
    "raises KeyboardInterrupt": raises(KeyboardInterrupt()),
    "says that it is broken": raises(ScreenBroken("no words")),
    "says that it is too slow": raises(ScreenTooSlow()),
    "runs out of memory": raises(MemoryError()),
    "returns None": returns(None),
    "returns a string": returns("publish"),
    "returns True": returns(True),
    "returns labels": returns([Label.RED_FLAG]),
    "a label without its finding": lambda text, *, deadline: replace(
        says(Kind.M1)(text), labels=frozenset({Label.MEDICATION_ADVICE, Label.RED_FLAG})
    ),
    "labels without findings": returns(Verdict((), frozenset({Label.RED_FLAG}), NO_SCORES, "x")),
    "unknown labels": returns(Verdict((), frozenset({"fine"}), NO_SCORES, "x")),
    "a finding without its label": bad(label=Label.RED_FLAG),
    "no version": returns(Verdict((), frozenset(), NO_SCORES, "")),
    "a version that is no text": returns(Verdict((), frozenset(), NO_SCORES, 5)),
    "findings that are none": returns(Verdict(("publish",), frozenset(), NO_SCORES, "x")),
    "findings missing": returns(Verdict(None, frozenset(), NO_SCORES, "x")),
    "labels missing": returns(Verdict((), None, NO_SCORES, "x")),
    "an unknown kind": bad(kind="Z9"),
    "an unknown field": bad(field="signature"),
    "a field that is a list": bad(field=["body"]),
    "a span that ends outside": bad(end=10_000),
    "a span that starts before": bad(start=-1),
    "a span that runs backwards": bad(start=5, end=2),
    "a span in halves": bad(start=0.5, end=2),
    "a span of words": bad(start="a", end="b"),
    "an unknown urgency": bad(urgency="soon"),
    "a reason that is no text": bad(why=None),
    "takes nothing": lambda: None,
}


@pytest.fixture
def quick(monkeypatch):
    monkeypatch.setattr(judge, "DEADLINE", 0.05)


@pytest.mark.parametrize("trouble", BROKEN)
def test_words_wait_when_the_screen(submit, bob, thread, trouble):
    waiting = submit(bob, thread, "marked phrase", screen=BROKEN[trouble])
    assert (waiting.state, waiting.outcome) == (State.WAITING, "W")
    assert {"general_card", "alarm"} <= set(waiting.flags)
    found = waiting.findings.get()
    assert (found.kind, found.start, found.end) == (Kind.S, 0, len("marked phrase"))
    assert thread.posts.count() == 1
    assert not Post.objects.filter(text__contains="marked").exists()


def test_words_wait_when_the_screen_hangs(submit, bob, thread, quick):
    release = threading.Event()

    def hangs(text, *, deadline):
        release.wait(30)
        return nothing(text)

    try:
        waiting = submit(bob, thread, "marked phrase", screen=hangs)
    finally:
        release.set()
    assert waiting.state == State.WAITING
    assert waiting.findings.get().kind == Kind.S
    assert thread.posts.count() == 1


def test_a_verdict_that_comes_too_late_changes_nothing(submit, bob, thread, quick):
    release, done = threading.Event(), threading.Event()

    def late(text, *, deadline):
        release.wait(30)
        done.set()
        return nothing(text)

    waiting = submit(bob, thread, "marked phrase", screen=late)
    release.set()
    assert done.wait(5)
    assert Submission.objects.get(pk=waiting.pk).is_waiting


def test_the_screen_is_told_until_when_it_has_time(submit, bob, thread):
    given = []

    def screen(text, *, deadline):
        given.append(deadline)
        return nothing(text)

    submit(bob, thread, "Hello.", screen=screen)
    assert isinstance(given[0], float)


@pytest.mark.parametrize("who", ["alice", "maya", "fien", "carl", "cora"])
def test_no_role_but_a_clinician_passes_a_broken_screen(submit, who, thread, request):
    person = request.getfixturevalue(who)
    assert submit(person, thread, "Hello.", screen=BROKEN["raises"]).state == State.WAITING


def test_a_clinician_is_asked_to_look_again_when_the_screen_is_broken(submit, nina, thread):
    with pytest.raises(WantsOwnCheck) as asked:
        submit(nina, thread, "Hello.", screen=BROKEN["raises"])
    assert not Submission.objects.of(nina).exists()
    published = submit(nina, thread, "Hello.", screen=BROKEN["raises"], checked=asked.value.fingerprint)
    assert published.state == State.PUBLISHED
    assert "alarm" in published.flags


def test_the_log_names_the_trouble_and_never_the_words(submit, bob, thread, caplog):
    submit(bob, thread, "marked phrase", screen=BROKEN["raises"])
    assert "ValueError" in caplog.text
    assert "marked" not in caplog.text


def test_an_unbroken_screen_that_sees_nothing_publishes(submit, bob, thread):
    assert submit(bob, thread, "Hello.", screen=nothing).state == State.PUBLISHED


def test_a_change_of_a_post_waits_too(submit, alice, post):
    submit(alice, post, "marked phrase", title="Cold hands", screen=BROKEN["raises"])
    post.refresh_from_db()
    assert post.text == "My hands are cold every morning."


def test_a_finding_is_stored_as_it_was_given(submit, bob, thread):
    """The success beside the refusals above: the same finding, unbroken."""
    published = submit(bob, thread, "Ask your nurse.", screen=says(Kind.M4))
    assert published.state == State.PUBLISHED
    assert isinstance(says(Kind.M4)(judge.Text(body="x")).findings[0], Finding)
    assert published.findings.get().kind == Kind.M4
