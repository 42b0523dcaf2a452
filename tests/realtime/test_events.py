"""What each event carries, and that all who listen hear the same once, in one order."""

import uuid
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from forum.models import Event, Post, Thread
from moderation import gate
from moderation.gate import writing
from moderation.models import Ruling
from moderation.screen import Kind
from realtime import reading
from realtime.frames import FRAME_BYTES, Line, pack
from tests.saying import nothing, says

pytestmark = pytest.mark.django_db(transaction=True)
V = Ruling.Verb


def test_a_post_is_heard_by_everybody_as_its_page_would_show_it(site, say, alice, bob, maya, thread):
    ears = [site.listen(one, thread) for one in (alice, bob, maya)]
    post = say(maya, thread, "It gets *easier* after a while.").post
    heard = [ear.event() for ear in ears]
    assert heard[0] == heard[1] == heard[2]
    assert heard[0] == {"seq": 2, "kind": "published", "post": str(post.pk), "html": heard[0]["html"]}
    assert "It gets <em>easier</em> after a while." in heard[0]["html"]
    assert 'id="post-2"' in heard[0]["html"]
    assert "Maya" in heard[0]["html"]
    for own in ("/edit/", "/withdraw/", "/take-down/", "csrf"):
        assert own not in heard[0]["html"]
    assert all(ear.silent(0.1) for ear in ears)


def test_everybody_hears_the_same_order(site, say, alice, bob, maya, thread):
    ears = [site.listen(one, thread) for one in (alice, bob, maya)]
    for number in range(12):
        say([alice, bob, maya][number % 3], thread, f"line {number}")
    heard = [ear.events(12) for ear in ears]
    assert [one["seq"] for one in heard[0]] == list(range(2, 14))
    assert heard[0] == heard[1] == heard[2]


def test_a_change_carries_the_new_words(site, say, alice, bob, thread, post):
    ear = site.listen(bob, thread)
    say(alice, post, "My feet are cold too.", title="Cold hands")
    event = ear.event()
    assert (event["kind"], event["post"]) == ("revised", str(post.pk))
    assert "My feet are cold too." in event["html"]
    assert "My hands are cold" not in event["html"]


def test_a_post_taken_back_travels_without_words(site, alice, bob, thread, post):
    ear = site.listen(bob, thread)
    site.do(gate.withdraw, post, by=alice)
    assert ear.event() == {"seq": 2, "kind": "withdrawn", "post": str(post.pk)}


def test_what_was_taken_back_meanwhile_is_caught_up_without_its_words(site, say, alice, bob, thread):
    said = say(alice, thread, "I should not have said this.")
    gate.withdraw(said.post, by=alice)
    ear = site.at(bob, thread)
    ear.sub(thread, 0)
    ear.frame()
    first, second, third = ear.events(3)
    assert "html" in first
    assert second == {"seq": 2, "kind": "published", "post": str(said.post.pk)}
    assert third == {"seq": 3, "kind": "withdrawn", "post": str(said.post.pk)}


def test_a_quote_of_what_was_taken_back_holds_none_of_it(site, say, alice, bob, maya, thread, post):
    say(maya, thread, "I know that well.", reply_to=post)
    gate.withdraw(post, by=alice)
    ear = site.at(bob, thread)
    ear.sub(thread, 1)
    ear.frame()
    quoting = ear.event()
    assert "I know that well." in quoting["html"]
    assert "My hands are cold" not in quoting["html"]


def test_released_words_are_heard_when_they_are_released(site, say, rule, alice, bob, nina, thread):
    ear = site.listen(bob, thread)
    waiting = say(alice, thread, "You should take more of it.", screen=says(Kind.M1))
    assert ear.silent()
    rule(waiting, nurse=nina, outcome=V.PUBLISHED)
    event = ear.event()
    assert event["kind"] == "published"
    assert "You should take more of it." in event["html"]


def test_the_author_hears_of_the_own_words_and_nobody_else(site, say, rule, alice, bob, nina, thread):
    own, other = site.listen(alice, thread), site.listen(bob, thread)
    waiting = say(alice, thread, "You should take more of it.", screen=says(Kind.M1))
    rule(waiting, nurse=nina, outcome=V.RETURNED, reason="Please leave the dose out.")
    assert own.frame() == {"op": "mine", "submission": str(waiting.pk)}
    assert other.silent()


def test_words_that_would_fill_a_frame_are_left_for_the_page(site, say, alice, bob, thread):
    ear = site.listen(bob, thread)
    post = say(alice, thread, "ééééééééé " * 990).post
    assert ear.event() == {"seq": 2, "kind": "published", "post": str(post.pk)}


def test_everybody_hears_in_their_own_language(site, say, alice, bob, maya, thread):
    type(bob).objects.filter(pk=bob.pk).update(language="nl")
    type(maya).objects.filter(pk=maya.pk).update(language="")
    dutch, english = site.listen(bob, thread), site.listen(alice, thread)
    french = site.listen(maya, thread, cookies="django_language=fr")
    post = say(alice, thread, "Good morning.").post
    said = [ear.event()["html"] for ear in (dutch, english, french)]
    assert said == [reading.post_html(post, language, "Europe/Brussels") for language in ("nl", "en", "fr")]


def test_a_closed_conversation_says_so_and_hangs_up(site, bob, maya, thread):
    ear = site.listen(bob, thread)
    close(site, thread)
    assert ear.event() == {"seq": 2, "kind": "closed", "post": None}
    assert ear.code() == 4410
    late = site.at(maya, thread)
    late.sub(thread, 1)
    assert late.frame()["op"] == "ready"
    assert late.event()["kind"] == "closed"
    assert late.code() == 4410


def close(site, thread: Thread) -> None:
    """As the gate will: the thread's next event, under its lock."""

    def act() -> None:
        with transaction.atomic():
            locked = writing.locked(thread)
            locked.closed_at = timezone.now()
            locked.save(update_fields=["closed_at"])
            writing.event(locked, Event.Kind.CLOSED, None, timezone.now())

    site.do(act)


def test_several_due_travel_together_in_order(site, say, alice, bob, thread):
    for number in range(30):
        say(alice if number % 2 else bob, thread, f"line {number} " + "and more of it " * 60)
    ear = site.at(bob, thread)
    ear.sub(thread, 0)
    ear.frame()
    frames, seqs = 0, []
    while len(seqs) < 31:
        frame = ear.frame()
        frames += 1
        assert frame["op"] == "events"
        seqs += [one["seq"] for one in frame["events"]]
    assert seqs == list(range(1, 32))
    assert 1 < frames < 15


def test_frames_hold_their_measure_whatever_is_packed():
    lines = [
        Line.of(seq=seq, kind="published", post=str(uuid.uuid4()), html="é" * (seq * 37 % 9_000))
        for seq in range(1, 400)
    ]
    packed = list(pack(lines))
    assert all(len(one.text.encode()) <= FRAME_BYTES for one in packed)
    assert [one.first for one in packed[1:]] == [one.last + 1 for one in packed[:-1]]
    assert (packed[0].first, packed[-1].last) == (1, 399)


def test_who_listens_in_a_crowd_costs_one_reading(site, say, alice, bob, maya, thread, monkeypatch):
    """Readings are shared: by those who are live, and by those who come back to the same place."""
    counted, read = [], reading.events_after

    def counting(*asked):
        counted.append(asked)
        return read(*asked)

    for number in range(3):
        say(alice, thread, f"line {number}")
    monkeypatch.setattr(reading, "events_after", counting)
    ears = [site.listen(one, thread, after=1) for one in (alice, bob, maya) for _ in range(4)]
    assert [[one["seq"] for one in ear.events(3)] for ear in ears] == [[2, 3, 4]] * 12
    assert len(counted) <= 4  # the feed's first look, its hearing, and one page for all
    counted.clear()
    say(alice, thread, "line 4")
    assert {ear.event()["seq"] for ear in ears} == {5}
    assert len(counted) <= 2


def test_many_at_once_are_all_heard(site, submit, alice, thread, now):
    """Doorbells faster than pushes: what comes in between travels together."""
    ear = site.listen(alice, thread)

    def many() -> None:
        for number in range(120):
            submit(alice, thread, f"line {number}", screen=nothing, now=now + timedelta(minutes=number))

    site.do(many)
    seen = []
    while len(seen) < 120:
        seen.append(ear.event()["seq"])
        if len(seen) % 50 == 0:
            ear.ack(seen[-1])
    assert seen == list(range(2, 122))
    assert Post.objects.filter(thread=thread).count() == 121
