"""Fixtures for tests over HTTP: somebody's browser, the clock, and what the screen hears."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from moderation import gate
from people.models import Person


class Clock:
    """The time that every page is told."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def forward(self, **by: float) -> datetime:
        self.at += timedelta(**by)
        return self.at


@pytest.fixture
def clock(now: datetime, monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Wednesday 11 March 2026, 10:00 in Brussels, until a test moves it."""
    moving = Clock(now)
    monkeypatch.setattr(timezone, "now", moving.now)
    return moving


@pytest.fixture
def browser(clock: Clock, db: None) -> Callable[..., Client]:
    """`browser(alice)`: a browser in which she is signed in; `browser()`: nobody's."""

    def opened(person: Person | None = None, **options: Any) -> Client:
        client = Client(**options)
        if person is not None:
            client.force_login(person)
        return client

    return opened


@pytest.fixture
def screen_says(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[..., Any]], None]:
    """`screen_says(says(Kind.M1))`: what the gate hears from now on, through its one seam."""

    def hear(screen: Callable[..., Any]) -> None:
        monkeypatch.setitem(gate.submit.__kwdefaults__, "screen", screen)  # type: ignore[attr-defined]

    return hear


class Queries:
    """What one request asked of the database."""

    def __init__(self, captured: list[dict[str, str]]) -> None:
        said = [one["sql"] for one in captured]
        self.reads = [one for one in said if one.startswith("SELECT")]
        self.writes = [one for one in said if one.split(" ", 1)[0] in {"INSERT", "UPDATE", "DELETE"}]

    @property
    def told(self) -> str:
        return "\n".join([*self.reads, *self.writes])


@pytest.fixture
def counted() -> Callable[[Callable[[], Any]], Any]:
    """`response, queries = counted(lambda: client.get(...))`"""

    def count(ask: Callable[[], Any]) -> tuple[Any, Queries]:
        with CaptureQueriesContext(connection) as captured:
            response = ask()
        return response, Queries(captured.captured_queries)

    return count


@pytest.fixture
def quiet_screen(screen_says: Any) -> None:
    """A screen that never sees anything."""
    from tests.saying import nothing

    screen_says(nothing)
