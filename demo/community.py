"""The demo's community: its people, and its words, handed in and ruled on like everybody's."""

import json
import uuid
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import transaction

from demo.sessions import Sessions
from forum.models import Board, Post, ReadMark, Tag, Thread
from moderation import gate
from moderation.errors import WantsOwnCheck
from moderation.models import Report, Ruling, State, Submission
from notifications.models import Mail
from notifications.models import State as MailState
from people.joining import forum_consent
from people.models import AwayDate, Centre, Consent, Person, Role
from people.verbs import grant

CONTENT = Path(__file__).with_name("content")
NAMED = {
    "alice": "patient",
    "bob": "patient",
    "maya": "mentor",
    "nina": "nurse",
    "omar": "nurse",
    "rhea": "rheumatologist",
    "fien": "physiotherapist",
    "carl": "coach",
    "cora": "coordinator",
}
DOMAIN = "demo.example"
RULED_AFTER = timedelta(hours=4)
READ_BEFORE = timedelta(days=2)  # what the named accounts have seen already, so that "new for you" means something
# Thread, position, who told a nurse, why. A mentor's "could harm" hides the post until a nurse has read it.
REPORTED = (
    ("How do you know the difference between sore and too much?", 5, "maya", Report.Reason.COULD_HARM),
    ("Friends stopped asking me along", 6, "alice", Report.Reason.UNKIND),
)


def content(name: str) -> Any:
    return json.loads((CONTENT / name).read_text(encoding="utf-8"))


@dataclass(order=True)
class _Step:
    """One thing that happened, so that everything can be played in the order of its time."""

    at: datetime
    order: int
    what: dict[str, Any] = field(compare=False)


@dataclass
class Community:
    """Builds the demo once. `now` is the moment to which all the "days ago" refer."""

    now: datetime
    people: dict[str, Person] = field(default_factory=dict)
    boards: dict[str, Board] = field(default_factory=dict)
    posts: dict[tuple[str, int], Post] = field(default_factory=dict)  # thread's title, position in the file
    threads: dict[str, Thread] = field(default_factory=dict)

    def build(self, password: str) -> None:
        """Everything or nothing: one transaction, so that an interrupted start leaves no half community."""
        with transaction.atomic():
            self._people(make_password(password))
            self._boards()
            for step in self._steps():
                self._play(step)
            self._read_marks()
            self._reports()
            Sessions(self.people, self.boards, self.now).hold(content("sessions.json"))
            Mail.objects.update(state=MailState.SENT, done_at=self.now)  # all that was told long ago

    def _people(self, hashed: str) -> None:
        centre = Centre.objects.create(
            name="Rheumatology, Demo Hospital",
            nurse_line_phone="02 555 01 70",
            nurse_line_hours="Mon-Fri 9:00-12:00 & 13:30-16:00",
            languages=["en", "nl", "fr"],
            country="BE",
        )
        year = self.now.year
        for first, last in ((date(year, 12, 25), date(year, 12, 26)), (date(year + 1, 1, 1), date(year + 1, 1, 1))):
            AwayDate.objects.create(centre=centre, first=first, last=last, why=AwayDate.Why.HOLIDAY)
        rows = content("people.json")
        for row in rows:
            person = Person(
                email=f"{row['account']}@{DOMAIN}",
                pseudonym=row["name"],
                centre=centre,
                phase=row["phase"],
                language=row["language"],
                joined_at=self.now - timedelta(days=90),
                password=hashed,
            )
            person.save()
            self._agreed(person)
            self.people[row["account"]] = person
        cora = self.people["cora"]
        for row in rows:
            person = self.people[row["account"]]
            for role in row["roles"]:
                grant(person=person, role=Role(role), by=None if person == cora else cora)
        Centre.objects.filter(pk=centre.pk).update(deputy=self.people["rhea"])

    def _agreed(self, person: Person) -> None:
        """Everybody here is past sign-up: with the forum consent of the day they joined."""
        text = forum_consent(person.language)
        Consent.objects.create(
            person=person,
            kind=text.kind,
            version=text.version,
            language=text.language,
            text_hash=text.hash,
            given_at=person.joined_at,
        )

    def _boards(self) -> None:
        centre = self.people["nina"].centre
        for row in content("boards.json"):
            self.boards[row["slug"]] = Board.objects.create(
                centre=centre,
                slug=row["slug"],
                name=row["name"],
                about=row["about"],
                order=row["order"],
                front=row["front"],
                answered_by=row["expert"],
            )
        for row in content("tags.json"):
            Tag.objects.create(slug=row["slug"], name=row["name"]["en"], names=row["name"])

    def _ago(self, days: float) -> datetime:
        return self.now - timedelta(days=days)

    def _steps(self) -> list[_Step]:
        """All posts, answers, past rulings and waiting words, by time."""
        steps: list[_Step] = []

        def add(days: float, **what: Any) -> None:
            steps.append(_Step(self._ago(days), len(steps), what))

        for slug in self.boards:
            for thread in content(f"threads/{slug}.json"):
                title = thread["title"]
                add(thread["days_ago"], board=slug, position=0, **thread)
                for position, reply in enumerate(thread["replies"], start=1):
                    add(reply["days_ago"], thread=title, position=position, **reply)
                    if reply.get("answer"):
                        add(reply["answer"]["days_ago"], thread=title, answers=position, **reply["answer"])
                if thread.get("answer"):
                    add(thread["answer"]["days_ago"], thread=title, answers=0, **thread["answer"])
        for row in content("rulings.json"):
            add(row["days_ago"], **row)
        for row in content("waiting.json"):
            add(row["hours_ago"] / 24, waits=True, **row)
        return sorted(steps)

    def _play(self, step: _Step) -> None:
        what, at = step.what, step.at
        author = self.people[what["author"]]
        submission = self._submit(author, what, at)
        if submission.state == State.WAITING and not what.get("waits"):
            self._rule(submission, what, at)
        if "position" in what and submission.post is not None:
            title = what.get("title") or what["thread"]
            self.posts[title, what["position"]] = submission.post
            self.threads[title] = submission.post.thread
        elif submission.place == "thread" and submission.thread is not None:
            self.threads[what["title"]] = submission.thread

    def _submit(self, author: Person, what: dict[str, Any], at: datetime) -> Submission:
        """Through the gate, with the clinician's second look where the policy asks for one."""
        title = what.get("title", "")
        arguments: dict[str, Any] = {
            "author": author,
            "place": self.boards[what["board"]] if "board" in what else self.threads[what["thread"]],
            "words": what["words"],
            "title": title,
            "tags": what.get("tags", ()),
            "client_key": uuid.uuid4(),
            "now": at,
        }
        if what.get("quotes") is not None:
            arguments["reply_to"] = self.posts.get((what["thread"], what["quotes"]))
        if what.get("answers") is not None:
            arguments["answers"] = arguments["reply_to"] = self.posts[what["thread"], what["answers"]]
        try:
            return gate.submit(**arguments)
        except WantsOwnCheck as look:
            return gate.submit(**arguments, checked=look.fingerprint)

    def _rule(self, submission: Submission, what: dict[str, Any], at: datetime) -> None:
        """The past ruling that the content names; what else was held, a nurse has read and published."""
        nurse = self.people[what.get("nurse", "omar")]
        decided = min(at + RULED_AFTER, self.now)
        ruling, text = what.get("ruling", "publish"), what.get("text", "")
        if ruling in {"return", "refuse"}:
            verb = Ruling.Verb.RETURNED if ruling == "return" else Ruling.Verb.REFUSED
            gate.rule(submission, nurse=nurse, outcome=verb, reason=text, now=decided)
            return
        note = text if ruling == "publish_with_note" else ""
        arguments: dict[str, Any] = {"nurse": nurse, "outcome": Ruling.Verb.PUBLISHED, "note": note, "now": decided}
        try:
            gate.rule(submission, **arguments)
        except WantsOwnCheck as look:
            submission.refresh_from_db()
            gate.rule(submission, **arguments, note_checked=look.fingerprint)

    def _read_marks(self) -> None:
        """The named accounts have read what is older than two days, and their news of old rulings."""
        readers = [self.people[name] for name in NAMED]
        marks = []
        for thread in self.threads.values():
            seen = thread.posts.filter(published_at__lt=self.now - READ_BEFORE).count()
            marks += [ReadMark(person=one, thread=thread, number=seen) for one in readers if seen]
        ReadMark.objects.bulk_create(marks)
        old = Submission.objects.filter(told_at=None, decided_at__lt=self.now - timedelta(days=7))
        old.update(told_at=self.now)

    def _reports(self) -> None:
        """Two posts that members told the nurses of: one that a mentor's "could harm" hides, and one still shown."""
        for title, position, reporter, reason in REPORTED:
            gate.report(self.posts[title, position], by=self.people[reporter], reason=reason, now=self._ago(0.1))


def set_password(password: str) -> None:
    """One hash for all of the demo's people, renewed only where the password has changed."""
    someone = Person.objects.filter(email__endswith=f"@{DOMAIN}").first()
    if someone is not None and not someone.check_password(password):
        Person.objects.filter(email__endswith=f"@{DOMAIN}").update(password=make_password(password))
