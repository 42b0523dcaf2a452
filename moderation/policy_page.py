"""The page "What waits, and why": the policy's table in plain words, for everybody."""

from dataclasses import dataclass
from datetime import datetime, time

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.formats import time_format
from django.views.decorators.http import require_safe

from moderation import policy
from moderation.gate.submitting import promised
from moderation.policy_words import ADDITIONS, EARNED, KINDS, OUTCOMES, PARTS
from moderation.screen.types import Kind
from people.models import Centre, Person, Role


@dataclass(frozen=True, slots=True)
class Said:
    """What happens to words of one kind, and for whom: roles with the same cell stand together."""

    roles: tuple[Role, ...]
    sentences: tuple[str, ...]

    @property
    def names(self) -> str:
        return ", ".join(str(role.label) for role in self.roles)


@dataclass(frozen=True, slots=True)
class Row:
    """One kind. mine: what happens to the reader's own words; others: to everybody else's."""

    kind: Kind
    what: str
    example: str
    mine: Said
    others: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class Section:
    slug: str
    title: str
    why: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """When somebody reads at a centre. next: None where no moment is in sight."""

    centre: Centre
    days: tuple[str, ...]
    times: tuple[str, ...]
    next: datetime | None


def _sentences(cell: policy.Cell) -> tuple[str, ...]:
    additions = [str(words) for flag, words in ADDITIONS.items() if flag in cell.flags]
    earned = [str(EARNED[cell.earned])] if cell.earned else []
    return (str(OUTCOMES[cell.outcome]), *additions, *earned)


def _row(table: policy.Policy, kind: Kind, own: Role) -> Row:
    said: dict[tuple[str, ...], list[Role]] = {}
    for role in Role:
        said.setdefault(_sentences(table.cell(place="board", kind=kind, role=role)), []).append(role)
    groups = [Said(tuple(roles), sentences) for sentences, roles in said.items()]
    mine = next(one for one in groups if own in one.roles)
    return Row(
        kind=kind,
        what=str(KINDS[kind].what),
        example=str(KINDS[kind].example),
        mine=mine,
        others=tuple(one for one in groups if one is not mine),
    )


def sections(table: policy.Policy, own: Role) -> tuple[Section, ...]:
    """The whole table for boards, seen from one role."""
    return tuple(
        Section(part.slug, str(part.title), str(part.why), tuple(_row(table, kind, own) for kind in part.kinds))
        for part in PARTS
    )


def reading_of(centre: Centre, now: datetime) -> Reading:
    days = tuple(str(WEEKDAYS[day]) for day in sorted(centre.reading_days))
    times = tuple(time_format(time.fromisoformat(one), "TIME_FORMAT") for one in sorted(centre.reading_times))
    return Reading(centre=centre, days=days, times=times, next=promised(centre, now))


@require_safe
def policy_page(request: HttpRequest) -> HttpResponse:
    """For members in their own role, for everybody else as a patient would see it."""
    person = request.user if isinstance(request.user, Person) else None
    own = person.writes_as if person and person.roles else Role.PATIENT
    table = policy.current()
    context = {
        "sections": sections(table, own),
        "own_role": own.label if person else None,
        "reading": reading_of(person.centre, timezone.now()) if person else None,
        "version": table.version,
    }
    return render(request, "moderation/policy.html", context)
