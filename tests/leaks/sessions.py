"""Live sessions in the sweep: over, running, with words that wait; and all that can be written around them."""

import uuid
from datetime import timedelta
from typing import Any

from django.test import TestCase
from django.utils import timezone

from forum.models import Board, Post, Thread
from forum.sessions import LiveSession, Notice
from moderation import gate
from moderation.models import Report, Ruling, State, Submission
from tests.leaks.world import DESK, MEMBERS, World

PLAIN = "My hands are cold every morning."
ADVICE = "Just stop your methotrexate, you do not need it."
DANGER = "I have a high fever and I am short of breath since this morning."
THERE = frozenset({"alice", "bob"}) | DESK  # who came; maya has a place and did not


def sessions(world: World) -> None:
    opened = timezone.now() - timedelta(minutes=60)
    session = _planned(world, "nina", opened, "a session that is over", MEMBERS, PLAIN)
    _held(world, opened)
    _running(world)
    people = world.people
    with TestCase.captureOnCommitCallbacks(execute=True):
        for who in ("alice", "bob", "maya"):
            gate.sign_up(session, by=people[who], now=opened - timedelta(minutes=1))
        for who in ("nina", "alice", "bob"):
            gate.come(session.thread, people[who], now=opened + timedelta(minutes=1))
    room = Room(world, session, opened + timedelta(minutes=2))
    room.lines()
    room.notices()
    room.aside()
    with TestCase.captureOnCommitCallbacks(execute=True):
        gate.close(session, by=people["nina"], now=opened + timedelta(minutes=20))
    room.summary()
    world.things |= {"room": session.thread_id, "session": session.pk}


def _planned(world: World, who: str, opens: Any, what: str, readers: frozenset[str], words: str) -> LiveSession:
    """Plain words pass."""
    passed = words == PLAIN
    title = world.mark(f"title of {what}", readers, passed=passed)
    about = world.mark(f"words about {what}", readers, passed=passed)
    with TestCase.captureOnCommitCallbacks(execute=True):
        planned = gate.schedule(
            by=world.people[who],
            board=Board.objects.get(slug=world.things["board"]),
            language="en",
            host=world.people["nina"],
            capacity=8,
            opens=opens,
            closes=opens + timedelta(minutes=60),
            title=f"{title} in the evening",
            words=f"{about} {words}",
            client_key=uuid.uuid4(),
            now=opens - timedelta(hours=1),
        )
    assert (planned.state == State.PUBLISHED) == passed
    return LiveSession.objects.select_related("thread__board").get(thread=planned.thread)


def _held(world: World, opened: Any) -> None:
    session = _planned(world, "cora", opened, "a session whose words wait", DESK | {"cora"}, ADVICE)
    world.things |= {"unheard_room": session.thread_id, "unheard_session": session.pk}


def _running(world: World) -> None:
    """Alice has a place, Maya hosts with Nina; one line was said, one waits."""
    opened = timezone.now() - timedelta(minutes=10)
    session = _planned(world, "cora", opened, "a session that runs", MEMBERS, PLAIN)
    people, here = world.people, frozenset({"alice", "maya"}) | DESK
    with TestCase.captureOnCommitCallbacks(execute=True):
        gate.change_session(session, by=people["cora"], mentors=[people["maya"]])
        gate.sign_up(session, by=people["alice"])
    room = Room(world, session, opened + timedelta(minutes=8))
    said = room.say("alice", world.mark("line in a room that runs", here, passed=True))
    room.say("maya", world.mark("point in hand of a room that runs", here, passed=True),
             place=gate.NoticeOf(session, Notice.Kind.AGENDA))  # fmt: skip
    room.say("alice", world.mark("held line in a room that runs", {"alice"} | DESK), ADVICE, state=State.WAITING)
    world.things |= {"now": session.pk, "now_room": session.thread_id, "now_line": said.post_id}


class Room:
    """Writes lines a minute apart."""

    def __init__(self, world: World, session: LiveSession, at: Any) -> None:
        self.world, self.session, self.at = world, session, at

    def say(self, who: str, phrase: str, words: str = PLAIN, place: Any = None, state: State = State.PUBLISHED,
            **more: Any) -> Submission:  # fmt: skip
        self.at += timedelta(seconds=31)
        gate.come(self.session.thread, self.world.people["nina"], now=self.at)
        with TestCase.captureOnCommitCallbacks(execute=True):
            said = gate.submit(
                author=self.world.people[who], place=place or self.session.thread, words=f"{phrase} {words}",
                client_key=uuid.uuid4(), now=self.at, **more,
            )  # fmt: skip
        assert said.state == state, (said.state, words)
        return said

    def rule(self, submission: Submission, **more: Any) -> None:
        with TestCase.captureOnCommitCallbacks(execute=True):
            gate.rule(submission, nurse=self.world.people["nina"], now=self.at, **more)

    def lines(self) -> None:
        mark, waits = self.world.mark, State.WAITING
        line = self.say("alice", mark("line in a room", THERE, passed=True))
        self.say("bob", mark("quoted line in a room", THERE, passed=True), reply_to=line.post)
        held = self.say("alice", mark("held line, released", THERE, passed=True), ADVICE, state=waits)
        note = mark("note under a released line", THERE, passed=True)
        self.rule(held, outcome=Ruling.Verb.PUBLISHED, note=f"{note} Ask us first.")
        self.say("alice", mark("line that waited when the room closed", {"alice"}), ADVICE, state=waits)
        refused = self.say("bob", mark("refused line", {"bob"} | DESK), ADVICE, state=waits)
        self.rule(refused, outcome=Ruling.Verb.REFUSED, reason=mark("why a line was refused", {"bob"} | DESK))
        self.say("alice", mark("line with a danger sign", {"alice"} | DESK), DANGER, state=waits)
        gone = self.say("bob", mark("line taken back", {"bob"}))
        gate.withdraw(Post.objects.get(pk=gone.post_id), by=self.world.people["bob"], now=self.at)
        with TestCase.captureOnCommitCallbacks(execute=True):
            gate.raise_hand(self.session, by=self.world.people["bob"], now=self.at)
            gate.same_here(line.post, by=self.world.people["bob"], now=self.at)
            gate.pin(self.session, by=self.world.people["nina"], post=line.post, now=self.at)
        self.world.things["line"] = line.post_id

    def notices(self) -> None:
        agenda = gate.NoticeOf(self.session, Notice.Kind.AGENDA)
        self.say("nina", self.world.mark("point in hand", DESK, passed=True), place=agenda)
        about = gate.NoticeOf(self.session, Notice.Kind.ABOUT)
        title, words = (self.world.mark(f"{one} of a change that waits", {"cora"}) for one in ("title", "words"))
        self.say("cora", words, ADVICE, about, State.WAITING, title=title)

    def aside(self) -> None:
        """A private word: for the two; for colleagues only what is in danger, or was told of."""
        with TestCase.captureOnCommitCallbacks(execute=True):
            aside = gate.private_word(
                self.session, by=self.world.people["nina"], person=self.world.people["alice"], now=self.at
            )
            gate.call_colleague(self.session, by=self.world.people["nina"], now=self.at)
        both = frozenset({"alice", "nina"})
        self.say("nina", self.world.mark("a nurse's private word", both, passed=True), place=aside)
        self.say("alice", self.world.mark("an answer in private", both, passed=True), ADVICE, aside)
        self.say("alice", self.world.mark("a danger sign in private", both | DESK, passed=True), DANGER, aside)
        told = self.say("nina", self.world.mark("told of in private", both | DESK, passed=True), place=aside)
        with TestCase.captureOnCommitCallbacks(execute=True):
            gate.report(told.post, by=self.world.people["alice"], reason=Report.Reason.UNKIND, now=self.at)
        self.world.things["aside"] = Thread.objects.get(pk=aside.pk).pk

    def summary(self) -> None:
        summary = gate.NoticeOf(self.session, Notice.Kind.SUMMARY)
        self.say("nina", self.world.mark("closing summary", THERE, passed=True), place=summary)
