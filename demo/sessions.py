"""The demo's live sessions: one that is over, one that runs, one to come; planned, held and summed up by the gate."""

import uuid
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from forum.models import Board, Post
from forum.sessions import LiveSession, Notice
from moderation import gate
from moderation.errors import WantsOwnCheck
from moderation.models import Ruling, State, Submission
from people.models import Person

LASTS = {"past": timedelta(hours=1), "now": timedelta(minutes=170), "coming": timedelta(hours=1)}
RUNS = timedelta(minutes=20)  # so long the present one is open already
EVENING = time(19, 30)


@dataclass(frozen=True)
class Sessions:
    """Holds the sessions of `demo/content/sessions.json`, among these people and on these boards, around `now`."""

    people: dict[str, Person]
    boards: dict[str, Board]
    now: datetime

    def hold(self, rows: list[dict[str, Any]]) -> None:
        for row in rows:
            session = self._plan(row)
            posts = self._talk(session, row)
            if "pinned" in row:
                gate.pin(session, by=session.host, post=posts[row["pinned"] - 1], now=self._opens(row) + RUNS)
            if row["when"] == "past":
                over = self._opens(row) + LASTS["past"]
                gate.close(session, by=session.host, now=over)
                session.refresh_from_db()
                summed_up = over + timedelta(minutes=30)
                self._say(session.host, gate.NoticeOf(session, Notice.Kind.SUMMARY), row["summary"], summed_up)

    def _opens(self, row: dict[str, Any]) -> datetime:
        if row["when"] == "now":
            return self.now - RUNS
        zone = ZoneInfo(self.people["nina"].centre.time_zone)
        day = self.now + (timedelta(days=6) if row["when"] == "coming" else -timedelta(days=9))
        return datetime.combine(day.astimezone(zone), EVENING, zone)

    def _plan(self, row: dict[str, Any]) -> LiveSession:
        """Planned by the coordinator nine days before, with whom has a place."""
        opens = self._opens(row)
        planned = min(opens, self.now) - timedelta(days=9)
        handed_in = gate.schedule(
            by=self.people["cora"],
            board=self.boards[row["board"]],
            language=row["language"],
            host=self.people[row["host"]],
            mentors=[self.people[name] for name in row["mentors"]],
            capacity=row["capacity"],
            opens=opens,
            closes=opens + LASTS[row["when"]],
            title=row["title"],
            words=row["about"],
            client_key=uuid.uuid4(),
            now=planned,
        )
        if handed_in.state != State.PUBLISHED:
            gate.rule(handed_in, nurse=self.people["rhea"], outcome=Ruling.Verb.PUBLISHED, now=planned)
        session = LiveSession.objects.select_related("thread", "host").get(thread=handed_in.thread)
        for name in row["seats"]:
            gate.sign_up(session, by=self.people[name], now=planned + timedelta(days=1))
        return session

    def _talk(self, session: LiveSession, row: dict[str, Any]) -> list[Post]:
        """The lines, with everybody in the room and the host opening it. What one waits for is in the content."""
        posts = []
        for line in row["lines"]:
            at = self._opens(row) + timedelta(minutes=line["minute"])
            for person in (session.host, *(self.people[name] for name in (*row["mentors"], *row["seats"]))):
                gate.come(session.thread, person, now=at)
            if line is row["lines"][0]:
                self._say(session.host, gate.NoticeOf(session, Notice.Kind.AGENDA), row["agenda"], at)
            said = self._say(self.people[line["author"]], session.thread, line["words"], at)
            if said.is_waiting != line.get("waits", False):
                raise ValueError(f"the demo’s content says otherwise of {line['author']} at {line['minute']}")
            if said.post is not None:
                posts.append(said.post)
        if row["when"] == "now":
            gate.come(session.thread, session.host, now=self.now)
        return posts

    def _say(self, author: Person, place: Any, words: str, at: datetime) -> Submission:
        """Through the gate, with the clinician's second look where the policy asks for one."""
        arguments: dict[str, Any] = {
            "author": author, "place": place, "words": words, "client_key": uuid.uuid4(), "now": at
        }  # fmt: skip
        try:
            return gate.submit(**arguments)
        except WantsOwnCheck as look:
            return gate.submit(**arguments, checked=look.fingerprint)
