"""A centre in which every field has been written in, each time with a phrase that occurs nowhere else."""

import re
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.testcases import TestCase
from django.urls import reverse

from forum.models import Board, Post, SearchEntry, Tag, Thread
from forum.sessions import LiveSession
from moderation.models import Draft, Ruling, State, Submission, Term
from notifications.stopping import token_for
from people.models import Centre, Person, Role
from tests.conftest import member
from tests.leaks.ears import Heard

OUT = "out"  # nobody: signed out
DESK = frozenset({"nina", "omar", "rhea"})
MEMBERS = DESK | {"alice", "bob", "maya", "fien", "carl", "cora"}
OUTSIDE = frozenset({"stranger", "their"})
EVERYBODY = (OUT, *sorted(MEMBERS), "stranger", "their", "sven")  # sven is suspended once all is planted
ROLES = {
    "alice": Role.PATIENT,
    "bob": Role.PATIENT,
    "sven": Role.PATIENT,
    "maya": Role.MENTOR,
    "nina": Role.NURSE,
    "omar": Role.NURSE,
    "rhea": Role.RHEUMATOLOGIST,
    "fien": Role.PHYSIOTHERAPIST,
    "carl": Role.COACH,
    "cora": Role.COORDINATOR,
    "stranger": Role.PATIENT,
    "their": Role.NURSE,
}

PHRASE = re.compile(r"(zebrakite)[- ]?(\d{3})|(0478) ?(\d\d) ?(\d\d) ?(\d\d)", re.IGNORECASE)
PASSWORD = "a password of the cast"


def phrases_in(text: str) -> set[str]:
    """Every marked phrase that occurs in the text, folded or not, in the form in which it was planted."""
    return {f"zebrakite-{digits}" if word else " ".join(number) for word, digits, *number in PHRASE.findall(text)}


@dataclass(frozen=True, slots=True)
class Mark:
    """One planted phrase. readers: exactly those who see it somewhere; passed: it stands in the readers' tables."""

    phrase: str
    what: str
    readers: frozenset[str]
    passed: bool


@dataclass(slots=True)
class World:
    """The people, what they wrote, and names for the things that the table of addresses speaks of."""

    people: dict[str, Person]
    cookies: dict[str, str] = field(default_factory=dict)
    marks: dict[str, Mark] = field(default_factory=dict)
    heard: Heard = field(default_factory=Heard)
    things: dict[str, Any] = field(default_factory=dict)

    def mark(self, what: str, readers: Iterable[str], *, passed: bool = False) -> str:
        """A new phrase. Words that passed have all members among their readers, or it says `passed`."""
        phrase = f"zebrakite-{len(self.marks) + 1:03}"
        return self._keep(phrase, what, readers, passed)

    def number(self, what: str, readers: Iterable[str]) -> str:
        """A telephone number: a phrase that the screen itself looks for."""
        return self._keep(f"0478 12 {len(self.marks) // 100:02} {len(self.marks) % 100:02}", what, readers, False)

    def _keep(self, phrase: str, what: str, readers: Iterable[str], passed: bool) -> str:
        seen_by = frozenset(readers)
        self.marks[phrase] = Mark(phrase, what, seen_by, passed or seen_by >= MEMBERS)
        return phrase

    def what(self, phrase: str) -> str:
        return self.marks[phrase].what if phrase in self.marks else f"{phrase}, which nobody planted"

    def readers(self, phrase: str) -> frozenset[str]:
        return self.marks[phrase].readers if phrase in self.marks else frozenset()

    def client(self, who: str, **options: Any) -> Client:
        """A browser in which this person is signed in."""
        client = Client(**options)
        if who != OUT:
            client.cookies["sessionid"] = self.cookies[who]
        return client

    def sign_in(self, who: str) -> None:
        client = Client()
        client.force_login(self.people[who])
        self.cookies[who] = client.cookies["sessionid"].value

    def get(self, who: str, name: str, *args: Any, query: str = "", **options: Any) -> HttpResponse:
        return self.client(who, **options).get(reverse(name, args=args) + query)

    def post(self, who: str, name: str, *args: Any, **data: Any) -> HttpResponse:
        """Sends a form, and lets what waits for the commit happen."""
        with TestCase.captureOnCommitCallbacks(execute=True):
            return self.client(who).post(reverse(name, args=args), data)

    def write(self, who: str, name: str, where: object, body: str, state: State, **data: Any) -> Submission:
        """Hands words in through the page, looks once more where a clinician must, and checks what came of it."""
        key = uuid.uuid4()
        answer = self.post(who, name, where, body=body, client_key=key, **data)
        if answer.status_code == 200:  # the own check of a clinician
            checked = answer.context["form"]["checked"].value()
            answer = self.post(who, name, where, body=body, client_key=key, checked=checked, **data)
        assert answer.status_code == 302, (answer.status_code, body)
        handed_in = Submission.objects.get(author=self.people[who], client_key=key)
        assert handed_in.state == state, (handed_in.state, body)
        return handed_in

    def rule(self, who: str, submission: Submission, outcome: Ruling.Verb, **data: Any) -> Ruling:
        answer = self.post(who, "desk_item", submission.pk, outcome=outcome, **data)
        if answer.status_code == 200:  # the own check of the note
            checked = answer.context["form"]["note_checked"].value()
            answer = self.post(who, "desk_item", submission.pk, outcome=outcome, note_checked=checked, **data)
        assert answer.status_code == 302, answer.status_code
        submission.refresh_from_db()
        return Ruling.objects.filter(submission=submission).latest("id")

    def undo(self, who: str, ruling: Ruling) -> None:
        assert self.post(who, "desk_undo", ruling.pk).status_code == 302
        assert Ruling.objects.filter(undoes=ruling).exists()


def found() -> World:
    """Two centres with their boards, tags and people, all signed in; nothing written yet."""
    here, there = _centre("Reuma aan de Maas"), _centre("Elsewhere")
    people = {}
    for who, role in ROLES.items():
        joined = Submission._meta.get_field("written_at").default()
        people[who] = member(who, there if who in OUTSIDE else here, [role], joined)
    for who in ("alice", "bob"):
        people[who].set_password(PASSWORD)
        people[who].save()
    for slug in ("hands", "sleep"):
        Tag.objects.create(name=slug, slug=slug, names={"en": slug.title()})
    world = World(people)
    for who in people:
        world.sign_in(who)
    world.things |= {
        "board": _board(here, "waking"),
        "moving": _board(here, "moving", answered_by=Role.PHYSIOTHERAPIST),
        "twin": _board(here, "medicines"),
        "their_board": _board(there, "elsewhere"),
        "tag": "hands",
        "unknown": uuid.UUID(int=0),
        "no_slug": "nothing-here",
        "token": token_for(people["alice"]),
        "no_token": f"{people['bob'].pk}:{token_for(people['alice']).rpartition(':')[2]}",
        "no_number": 999_999_999_999_999_999_999,
    }
    _board(there, "medicines")
    return world


def _centre(name: str) -> Centre:
    return Centre.objects.create(
        name=name, nurse_line_phone="089 80 12 34", nurse_line_hours="Mon-Fri 9-12", languages=["en"], country="BE"
    )


def _board(centre: Centre, slug: str, **more: Any) -> str:
    return Board.objects.create(centre=centre, slug=slug, name={"en": slug}, about={"en": slug}, **more).slug


def rows() -> dict[str, list[str]]:
    """Every row of every table, as text."""
    dumped = {}
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608
            dumped[table] = [repr(row) for row in cursor.fetchall()]
    return dumped


def ids(parameter: str, name: str) -> list[Any]:
    """Everything that could stand in an address: the ids of all objects of both centres, and one of nothing."""
    unknown = uuid.UUID(int=0)
    found = {
        "thread_id": lambda: [*Thread.objects.values_list("pk", flat=True), unknown],
        "post_id": lambda: [*Post.objects.values_list("pk", flat=True), unknown],
        "submission_id": lambda: [*Submission.objects.values_list("pk", flat=True), unknown],
        "draft_id": lambda: [*Draft.objects.values_list("pk", flat=True), 0, 10**21],
        "term_id": lambda: [*Term.objects.values_list("pk", flat=True), 0, 10**21],
        "session_id": lambda: [*LiveSession.objects.values_list("pk", flat=True), unknown],
        "ruling_id": lambda: [*Ruling.objects.values_list("pk", flat=True), 0, 10**21],
        "person_id": lambda: [*Person.objects.values_list("pk", flat=True), unknown],
        "slug": lambda: [*(Tag if name == "tag" else Board).objects.values_list("slug", flat=True), "nothing-here"],
        "token": lambda: [*(token_for(one) for one in Person.objects.all()), "nothing"],
        "entry": lambda: SearchEntry.objects.order_by("-pk").values_list("pk", flat=True),
        "place": lambda: [*Draft.objects.values_list("place", flat=True), "reply:nothing", "nothing"],
    }
    assert parameter in found, f"Tell tests/leaks/world.py what may stand for <{parameter}> in the address “{name}”."
    return list(dict.fromkeys(found[parameter]()))
