"""A site with sockets around the cast: real transactions, a loop of its own."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.utils import timezone

from forum.models import Thread
from moderation import gate
from moderation.models import Submission
from people.models import Person
from tests.realtime.site import Site
from tests.saying import nothing

Say = Callable[..., Submission]


@pytest.fixture
def site(transactional_db: None) -> Iterator[Site]:
    running = Site()
    yield running
    running.close()


@pytest.fixture
def say(site: Site, submit: Any) -> Say:
    """Words in a thread, as a request would hand them in: published unless a screen is given."""

    def said(person: Person, thread: Thread, words: str, **more: Any) -> Submission:
        more = {"screen": nothing, "now": timezone.now()} | more
        return site.do(submit, person, thread, words, **more)

    return said


@pytest.fixture
def rule(site: Site) -> Callable[..., Any]:
    def ruled(submission: Submission, **more: Any) -> Any:
        return site.do(gate.rule, submission, **more)

    return ruled
