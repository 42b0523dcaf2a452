"""manage.py seed: volume for benchmarks, through the gate's import. Refused in production."""

import random
from argparse import ArgumentParser
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.hashers import make_password
from django.contrib.sessions.backends.db import SessionStore
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from demo.volume import sentence_words, title_words
from forum.models import Board
from moderation.gate import import_published
from moderation.gate.importing import Conversation, Count, Words
from people.models import Centre, Grant, Person, Role

BOARDS = 20
LONG_THREADS = (0.025, 0.0025)  # the first two threads' share of all posts, as in a forum with two long-lived ones


class Command(BaseCommand):
    help = "Fills the database with people, threads and posts for measurements."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--people", type=int, default=200)
        parser.add_argument("--threads", type=int, default=1_000)
        parser.add_argument("--posts", type=int, default=20_000)
        parser.add_argument("--seed", type=int, default=1, help="same number, same data")
        parser.add_argument("--cookies", metavar="FILE", help="also write session cookies, one Cookie header a line")
        parser.add_argument("--sessions", type=int, default=100, help="how many cookies")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("Seeding is for measurements; it does not run with MODE=production.")
        people, threads, posts = options["people"], options["threads"], options["posts"]
        if people < 1 or threads < 1 or posts < threads:
            raise CommandError("At least one person, one thread, and a post for each thread.")
        chance = random.Random(options["seed"])  # noqa: S311  same data every time is the purpose
        with transaction.atomic():
            members, boards = self._people(people), self._boards()
        count = import_published(self._conversations(chance, members, boards, threads, posts))
        self._report(count)
        if options["cookies"]:
            lines = self._sessions(members[: options["sessions"]])
            Path(options["cookies"]).write_text("\n".join(lines) + "\n", encoding="ascii")

    def _report(self, count: Count) -> None:
        self.stdout.write(f"{count.threads} threads, {count.posts} posts; {count.held} texts held and left out")

    def _people(self, number: int) -> list[Person]:
        centre = Centre.objects.filter(name="Seeded centre").first() or Centre.objects.create(
            name="Seeded centre", nurse_line_phone="02 555 01 71", nurse_line_hours="-", languages=["en"], country="BE"
        )
        taken = Person.objects.filter(email__endswith="@seed.example").count()
        hashed, now = make_password(None), timezone.now()
        people = [
            Person(
                email=f"person{one}@seed.example",
                pseudonym=f"Member {one}",
                centre=centre,
                password=hashed,
                joined_at=now - timedelta(days=400),
            )
            for one in range(taken + 1, taken + number + 1)
        ]
        Person.objects.bulk_create(people)
        grants = [
            Grant(person=one, centre=centre, role=Role.MENTOR if position % 10 == 9 else Role.PATIENT)
            for position, one in enumerate(people)
        ]
        Grant.objects.bulk_create(grants)
        for person, given in zip(people, grants, strict=True):
            person.__dict__["roles_now"] = given.role
        return people

    def _boards(self) -> list[Board]:
        centre = Centre.objects.get(name="Seeded centre")
        names = [f"seeded-{one}" for one in range(1, BOARDS + 1)]
        for position, slug in enumerate(names):
            Board.objects.get_or_create(
                centre=centre, slug=slug, defaults={"name": {"en": slug}, "about": {"en": slug}, "order": position}
            )
        return list(Board.objects.filter(centre=centre, slug__in=names))

    def _conversations(
        self, chance: random.Random, members: list[Person], boards: list[Board], threads: int, posts: int
    ) -> Iterator[Conversation]:
        """`threads` conversations with `posts` posts in all: two long ones, the rest alike in length."""
        spare = (posts - threads) // 2
        long = [1 + min(spare, int(posts * share)) for share in LONG_THREADS] if threads > len(LONG_THREADS) else []
        short, left = threads - len(long), posts - sum(long)
        begin = timezone.now() - timedelta(days=365)
        for number in range(threads):
            extra = left % short
            size = long[number] if number < len(long) else left // short + (number - len(long) < extra)
            at = begin + timedelta(minutes=number)
            yield Conversation(
                board=chance.choice(boards),
                title=title_words(chance),
                posts=tuple(self._words(chance, members, at, position) for position in range(size)),
            )

    def _words(self, chance: random.Random, members: list[Person], at: datetime, position: int) -> Words:
        moment = at + timedelta(minutes=7 * position)
        return Words(author=chance.choice(members), words=sentence_words(chance, 60), at=min(moment, timezone.now()))

    def _sessions(self, members: list[Person]) -> list[str]:
        """Signed-in sessions, without the log-in page: it takes a second a person by design."""
        lines = []
        for person in members:
            session = SessionStore()
            session[SESSION_KEY] = str(person.pk)
            session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
            session[HASH_SESSION_KEY] = person.get_session_auth_hash()
            session.create()
            lines.append(f"{settings.SESSION_COOKIE_NAME}={session.session_key}")
        return lines
