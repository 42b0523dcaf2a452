"""A live session of the cast: Wednesday evening, 19:00 to 20:30 in Brussels; Nina hosts."""

import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from forum.models import Board, Thread
from forum.sessions import LiveSession, Seat
from moderation import gate
from moderation.models import Submission
from moderation.signals import recorded
from people.models import Centre, Person
from tests.conftest import Submit, fresh, member
from tests.saying import nothing

Say = Callable[..., Submission]
OPENS = datetime(2026, 3, 11, 18, 0, tzinfo=UTC)
CLOSES = OPENS + timedelta(minutes=90)
WALL = datetime.fromisoformat("2026-03-11T19:00")


def minute(number: float) -> datetime:
    """So many minutes after the session opens."""
    return OPENS + timedelta(minutes=number)


@pytest.fixture
def plan(board: Board, nina: Person, now: datetime) -> Callable[..., Submission]:
    """`gate.schedule` with everything said, Nina planning and hosting, unless given."""

    def planned(**more: Any) -> Submission:
        facts: dict[str, Any] = {
            "by": nina,
            "board": board,
            "language": "en",
            "host": nina,
            "capacity": 8,
            "opens": WALL,
            "closes": WALL + timedelta(minutes=90),
            "title": "Evenings that work",
            "words": "How we get through an evening. We begin with a round.",
            "client_key": uuid.uuid4(),
            "now": now,
        }
        return gate.schedule(**facts | more)

    return planned


@pytest.fixture
def session(plan: Callable[..., Submission]) -> LiveSession:
    """Announced; nobody has signed up yet."""
    planned = plan()
    return LiveSession.objects.select_related("thread__board").get(thread=planned.thread)


@pytest.fixture
def room(session: LiveSession, alice: Person, bob: Person, maya: Person, nina: Person, now: datetime) -> LiveSession:
    """Five past seven: Nina, Alice, Bob and Maya (as a member) are there."""
    for one in (alice, bob, maya):
        gate.sign_up(session, by=one, now=now)
    for one in (nina, alice, bob, maya):
        gate.come(session.thread, one, now=minute(5))
    session.refresh_from_db()
    return session


@pytest.fixture
def say(submit: Submit, room: LiveSession) -> Say:
    """A line in the room, six minutes in, unless said otherwise."""

    def said(author: Person, words: str = "My hands are cold.", **more: Any) -> Submission:
        more = {"now": minute(6), "screen": nothing} | more
        return submit(author, room.thread, words, **more)

    return said


def again(session: LiveSession) -> LiveSession:
    return LiveSession.objects.select_related("thread__board").get(pk=session.pk)


def seat_of(session: LiveSession, person: Person) -> Seat:
    return Seat.objects.get(thread=session.thread_id, person=person)


def members(centre: Centre, count: int, now: datetime) -> list[Person]:
    return [member(f"guest{number:02}", centre, ["patient"], now) for number in range(count)]


def reads(person: Person, thread: Thread) -> bool:
    return Thread.objects.visible_to(fresh(person)).filter(pk=thread.pk).exists()


@pytest.fixture(autouse=True)
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """Sets the clock that queries ask: ten past seven, unless a test says otherwise."""

    def moved(moment: datetime) -> None:
        monkeypatch.setattr(timezone, "now", lambda: moment)

    moved(minute(10))
    return moved


@pytest.fixture
def told() -> Any:
    """(what, person) of all who were to be told something."""
    heard: list[tuple[str, uuid.UUID]] = []

    def listen(what: str, **about: Any) -> None:
        if "person_id" in about:
            heard.append((what, about["person_id"]))

    recorded.connect(listen)
    yield heard
    recorded.disconnect(listen)
