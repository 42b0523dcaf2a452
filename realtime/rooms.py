"""Rooms of live sessions, as the hub needs them: who comes, who is there, and what open pages are told of it."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from forum.models import Thread
from forum.sessions import LiveSession, Seat, room_state
from moderation import gate
from people.models import Person


def arrived(thread_id: UUID, person_id: UUID) -> None:
    """This person has just begun to listen: a clinician opens the room at once."""
    person = Person.objects.with_roles().filter(pk=person_id).first()
    thread = Thread.objects.visible_to(person).filter(pk=thread_id).first() if person else None
    if person is not None and thread is not None:
        gate.come(thread, person)


def report(here: Iterable[tuple[UUID, UUID]], clinicians: dict[UUID, datetime]) -> None:
    """(thread, person) of all who answer in this process; and when a clinician last did, by thread."""
    gate.seen(here)
    for thread_id, at in clinicians.items():
        gate.nurse_seen(thread_id, at)


@dataclass(frozen=True, slots=True)
class RoomNow:
    """frame: what every page of the room is told. seated: who has a place, and so may go on listening."""

    frame: dict[str, Any]
    seated: frozenset[UUID]


def rooms(thread_ids: list[UUID]) -> dict[UUID, RoomNow]:
    """The rooms among these threads, as they are now: pseudonyms and roles, no words."""
    now = timezone.now()
    seats = Seat.objects.filter(thread__in=thread_ids)
    seated = defaultdict(set)
    for thread_id, person_id in seats.taken().values_list("thread", "person"):
        seated[thread_id].add(person_id)
    present = defaultdict(list)
    for thread_id, name, role in seats.present(now).values_list("thread", "person__pseudonym", "role"):
        present[thread_id].append({"name": name, "role": role})
    found = {}
    for session in LiveSession.objects.filter(thread__in=thread_ids):
        pace = gate.pace_of_room(session, now)
        frame = {
            "op": "room",
            "state": room_state(session, now),
            "version": session.version,
            "slow": pace.seconds,
            "crowded": pace.crowded,
            "present": present[session.thread_id],
        }
        found[session.thread_id] = RoomNow(frame, frozenset(seated[session.thread_id]))
    return found
