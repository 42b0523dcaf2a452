"""The cast: one centre and the people that every test knows by name, and a stranger in another centre."""

import uuid
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import connections

from forum.models import Board, Post, Tag, Thread
from moderation import gate, judge
from moderation.models import Submission
from people.models import Centre, Person, Role
from people.verbs import grant
from tests.saying import nothing

Submit = Callable[..., Submission]


@pytest.fixture(scope="session")
def django_db_modify_db_settings(tmp_path_factory: pytest.TempPathFactory) -> None:
    """A database and doorbells of this process's own, so that runs at the same time do not disturb each other."""
    name = f"test_half_a_word_{uuid.uuid4().hex[:12]}"
    default = connections["default"]
    default.settings_dict["TEST"]["NAME"] = (
        str(tmp_path_factory.mktemp("database") / "db.sqlite3") if default.vendor == "sqlite" else name
    )
    layer = settings.CHANNEL_LAYERS["default"]
    if "CONFIG" in layer:
        layer["CONFIG"]["prefix"] = name


@pytest.fixture(autouse=True)
def _quick_passwords(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def _no_mail_worker(settings: Any) -> None:
    settings.MAIL_EMBEDDED = False


@pytest.fixture(autouse=True)
def _patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy machine is no reason for the screen to be given up; the tests of its deadline set their own."""
    monkeypatch.setattr(judge, "DEADLINE", 20.0)


@pytest.fixture
def now() -> datetime:
    """Wednesday 11 March 2026, 10:00 in Brussels: the centre reads again at 15:30."""
    return datetime(2026, 3, 11, 9, 0, tzinfo=UTC)


@pytest.fixture
def centre(db: None) -> Centre:
    return Centre.objects.create(
        name="Reuma aan de Maas",
        nurse_line_phone="089 80 12 34",
        nurse_line_hours="Mon-Fri 9-12",
        languages=["nl", "fr", "en"],
        country="BE",
    )


@pytest.fixture
def other_centre(db: None) -> Centre:
    return Centre.objects.create(
        name="Elsewhere", nurse_line_phone="010 00 00 00", nurse_line_hours="Mon 9-10", languages=["en"], country="BE"
    )


def member(name: str, centre: Centre, roles: Iterable[Role], now: datetime) -> Person:
    """Somebody called `name`, with roles, here for two months. Mail and pseudonym follow from the name."""
    person = Person.objects.make(
        email=f"{name}@demo.example",
        pseudonym=name.title(),
        centre=centre,
        language="en",
        joined_at=now - timedelta(days=60),
    )
    for role in roles:
        grant(person=person, role=role, by=None)
    return person


def fresh(person: Person) -> Person:
    """The person as the next request would know them: rights are kept for the length of a request."""
    return Person.objects.with_roles().get(pk=person.pk)


@pytest.fixture
def alice(centre: Centre, now: datetime) -> Person:
    return member("alice", centre, [Role.PATIENT], now)


@pytest.fixture
def bob(centre: Centre, now: datetime) -> Person:
    return member("bob", centre, [Role.PATIENT], now)


@pytest.fixture
def maya(centre: Centre, now: datetime) -> Person:
    return member("maya", centre, [Role.MENTOR], now)


@pytest.fixture
def nina(centre: Centre, now: datetime) -> Person:
    return member("nina", centre, [Role.NURSE], now)


@pytest.fixture
def omar(centre: Centre, now: datetime) -> Person:
    return member("omar", centre, [Role.NURSE], now)


@pytest.fixture
def rhea(centre: Centre, now: datetime) -> Person:
    return member("rhea", centre, [Role.RHEUMATOLOGIST], now)


@pytest.fixture
def fien(centre: Centre, now: datetime) -> Person:
    return member("fien", centre, [Role.PHYSIOTHERAPIST], now)


@pytest.fixture
def carl(centre: Centre, now: datetime) -> Person:
    return member("carl", centre, [Role.COACH], now)


@pytest.fixture
def cora(centre: Centre, now: datetime) -> Person:
    return member("cora", centre, [Role.COORDINATOR], now)


@pytest.fixture
def stranger(other_centre: Centre, now: datetime) -> Person:
    """A patient of another centre."""
    return member("stranger", other_centre, [Role.PATIENT], now)


@pytest.fixture
def their_nurse(other_centre: Centre, now: datetime) -> Person:
    """A nurse of another centre."""
    return member("their nurse", other_centre, [Role.NURSE], now)


@pytest.fixture
def board(centre: Centre) -> Board:
    """Medicines: the nurses answer here."""
    return Board.objects.create(
        centre=centre, slug="medicines", name={"en": "Medicines"}, about={"en": "What you wonder about."}
    )


@pytest.fixture
def moving(centre: Centre) -> Board:
    """Moving: the physiotherapist answers here."""
    return Board.objects.create(
        centre=centre,
        slug="moving",
        name={"en": "Moving"},
        about={"en": "Hands, feet and all between."},
        answered_by=Role.PHYSIOTHERAPIST,
    )


@pytest.fixture
def their_board(other_centre: Centre) -> Board:
    return Board.objects.create(centre=other_centre, slug="medicines", name={"en": "Theirs"}, about={"en": "Theirs."})


@pytest.fixture
def tags(db: None) -> list[str]:
    """The slugs of six tags: one more than a thread may have."""
    slugs = ["fatigue", "hands", "injection", "sleep", "sport", "work"]
    for slug in slugs:
        Tag.objects.create(name=slug, slug=slug, names={"en": slug.title()})
    return slugs


@pytest.fixture
def submit(now: datetime) -> Submit:
    """`gate.submit` with a key of its own, at `now`, and a title where one is needed; the real screen unless given."""

    def hand_in(author: Person, place: Board | Thread | Post, words: str, **more: Any) -> Submission:
        if isinstance(place, Board):
            more.setdefault("title", "A question")
        more = {"client_key": uuid.uuid4(), "now": now} | more
        return gate.submit(author=author, place=place, words=words, **more)

    return hand_in


@pytest.fixture
def thread(submit: Submit, alice: Person, board: Board, now: datetime) -> Thread:
    """Alice's thread "Cold hands" of an hour ago, with her one post."""
    words = "My hands are cold every morning."
    opened = submit(alice, board, words, title="Cold hands", screen=nothing, now=now - timedelta(hours=1))
    assert opened.thread is not None
    return opened.thread


@pytest.fixture
def post(thread: Thread) -> Post:
    """Alice's first post in her thread."""
    return thread.posts.get(number=1)
