"""The post office: a pass of the worker at a moment, and what came into whose letter box."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.core import mail as django_mail
from django.core.mail import EmailMessage

from notifications.models import Kind, Mail
from notifications.sending import Pass, work
from people.models import Person
from tests.browsing import browser, clock, counted, quiet_screen, screen_says

__all__ = ["browser", "clock", "counted", "quiet_screen", "screen_says"]

Box = Callable[..., list[EmailMessage]]


@pytest.fixture(autouse=True)
def _addresses(settings: Any) -> None:
    settings.SITE_URL = "https://forum.example"


@pytest.fixture
def pass_at() -> Callable[[datetime], Pass]:
    """`pass_at(now)`: one pass of the mail worker at that moment."""
    return lambda at: work(lambda: at)


@pytest.fixture
def box(pass_at: Callable[[datetime], Pass]) -> Box:
    """`box(alice, now)`: what a pass at `now` brings her, and all she got before."""

    def letters_of(person: Person, at: datetime) -> list[EmailMessage]:
        pass_at(at)
        return [one for one in django_mail.outbox if one.to == [person.email]]

    return letters_of


def kinds(person: Person) -> list[str]:
    """What this person's outbox holds or held, in order; digests and morning mails, which the clock brings, aside."""
    rows = Mail.objects.filter(recipient=person).exclude(kind__in=[Kind.DIGEST, Kind.MORNING])
    return list(rows.order_by("at", "kind").values_list("kind", flat=True))
