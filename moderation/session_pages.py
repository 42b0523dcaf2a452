"""Live sessions before and after: the list, the lobby, a place in it, and planning. In the room: `room_pages`."""

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from forum.models import Board, Thread
from forum.sessions import LiveSession, Notice, Room, Seat, room_state
from moderation import gate
from moderation.errors import BadWords, ChangedMeanwhile, Closed, Hurried, NotHere, SameKeyOtherWords, WantsOwnCheck
from moderation.kept import writer
from moderation.models import Draft, Place, State, Submission
from moderation.session_forms import SessionForm, as_planned
from people.models import Person
from people.requests import person_of
from people.rights import Right

PAST_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Row:
    """A session in a list. place: the reader's own part in it, in words; summary: whether there is one to read."""

    session: LiveSession
    state: Room
    running: bool
    place: str
    free: int
    summary: bool


def _row(session: LiveSession, person: Person, now: datetime) -> Row:
    state = room_state(session, now)
    seats = list(Seat.objects.filter(thread=session.thread_id))
    mine = next((one for one in seats if one.person_id == person.pk), None)
    taken = [one for one in seats if one.part == Seat.Part.MEMBER and one.state in {Seat.State.IN, Seat.State.IN_LINE}]
    held = {Seat.State.IN: _("You have a place"), Seat.State.IN_LINE: _("You are on the waiting list")}
    return Row(
        session=session,
        state=state,
        running=session.opens_at <= now < session.closes_at and state != Room.CLOSED,
        place=held.get(Seat.State(mine.state), "") if mine else "",
        free=max(0, session.capacity - len(taken)),
        summary=any(one.kind == Notice.Kind.SUMMARY for one in session.notices.all()),
    )


def next_session(person: Person, now: datetime) -> Row | None:
    """The nearest session that runs or comes, for the front page."""
    ahead = LiveSession.objects.visible_to(person).ahead(now).filter(announced_at__isnull=False)
    found = ahead.select_related("thread", "host").prefetch_related("notices").first()
    return _row(found, person, now) if found else None


@login_required
@never_cache
@require_safe
def sessions(request: HttpRequest) -> HttpResponse:
    """What runs, what comes, and what one was at; those who plan see what waits to be announced."""
    person, now = person_of(request), timezone.now()
    if not person.may(Right.READ):
        raise Http404
    related = ("thread__board", "host")
    ahead = LiveSession.objects.visible_to(person).ahead(now).select_related(*related).prefetch_related("notices")
    past = LiveSession.objects.behind(person).select_related(*related).prefetch_related("notices")[:PAST_SHOWN]
    rows = [_row(one, person, now) for one in ahead]
    context = {
        "running": [one for one in rows if one.running and one.session.announced_at],
        "coming": [one for one in rows if not one.running and one.session.announced_at],
        "unannounced": [one for one in rows if not one.session.announced_at],
        "past": [_row(one, person, now) for one in past],
        "may_plan": person.may(Right.SCHEDULE),
        "zone": zone_name(person),
    }
    return render(request, "sessions/list.html", context)


def zone_name(person: Person) -> str:
    """The place whose clocks the reader's pages follow: "Brussels"."""
    names = {"Europe/Brussels": _("Brussels")}
    zone = person.centre.time_zone
    return names.get(zone) or zone.rpartition("/")[2].replace("_", " ")


def _session(request: HttpRequest, session_id: UUID) -> LiveSession:
    """The session, for those who may know of it."""
    found = LiveSession.objects.visible_to(person_of(request)).select_related("thread__board", "host")
    return get_object_or_404(found, pk=session_id)


@login_required
@never_cache
@require_safe
def lobby(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """When, with whom, and what holds there; a place in it; the way in; afterwards the summary."""
    person, now = person_of(request), timezone.now()
    session = _session(request, session_id)
    seats = list(Seat.objects.filter(thread=session.thread_id).select_related("person"))
    mine = next((one for one in seats if one.person_id == person.pk), None)
    notices = {one.kind: one for one in Notice.objects.visible_to(person).filter(session=session)}
    members = [one for one in seats if one.part == Seat.Part.MEMBER]
    line = sorted((one for one in members if one.state == Seat.State.IN_LINE), key=lambda one: (one.since, one.pk))
    state = room_state(session, now)
    own = Submission.objects.of(person).filter(thread=session.thread_id, place=Place.SESSION).order_by("-written_at")
    waiting = Submission.objects.waiting().filter(thread=session.thread_id)
    context = {
        "session": session,
        "state": state,
        "over": state == Room.CLOSED,
        "about": notices.get(Notice.Kind.ABOUT),
        "summary": notices.get(Notice.Kind.SUMMARY),
        "mentors": [one for one in seats if one.part == Seat.Part.MENTOR and one.state == Seat.State.IN],
        "seat": mine,
        "seated": mine is not None and mine.state == Seat.State.IN,
        "removed": mine is not None and mine.state == Seat.State.REMOVED,
        "place_in_line": line.index(mine) + 1 if mine in line else 0,
        "free": max(0, session.capacity - sum(one.state in {Seat.State.IN, Seat.State.IN_LINE} for one in members)),
        "room": Thread.objects.visible_to(person).filter(pk=session.thread_id).exists(),
        "may_plan": person.may(Right.SCHEDULE),
        "may_cancel": person.may(Right.SCHEDULE) and state == Room.LOBBY,
        "may_sum_up": person.may(Right.RULE) and state == Room.CLOSED and not session.cancelled_at,
        "waits": waiting.filter(place__in=[Place.SESSION, Place.SUMMARY]).exists(),
        "own_words": own.exclude(state=State.REPLACED).first(),
        "zone": zone_name(person),
        "kept_days": settings.TRANSCRIPT_DAYS,
    }
    return render(request, "sessions/lobby.html", context)


@login_required
@never_cache
@require_safe
def calendar(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """Two moments under a neutral title: whoever sees somebody's calendar learns nothing from it."""
    session = _session(request, session_id)
    if session.announced_at is None or session.cancelled_at:
        raise Http404

    def told(moment: datetime) -> str:
        return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")

    neutral = _("Appointment")
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Half a Word//EN",
        "BEGIN:VEVENT",
        f"UID:{session.pk}",
        f"DTSTAMP:{told(timezone.now())}",
        f"DTSTART:{told(session.opens_at)}",
        f"DTEND:{told(session.closes_at)}",
        f"SUMMARY:{neutral}",
        "CLASS:PRIVATE",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    ]
    answer = HttpResponse("\r\n".join(lines), content_type="text/calendar; charset=utf-8")
    answer.headers["Content-Disposition"] = 'attachment; filename="appointment.ics"'
    return answer


@login_required
@require_POST
def place(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """Signs up, or off again; both as often as one likes."""
    person, session = person_of(request), _session(request, session_id)
    try:
        if request.POST.get("act") == "off":
            if gate.sign_off(session, by=person):
                messages.success(request, _("You gave your place back. Thank you for telling us."))
        else:
            seat = gate.sign_up(session, by=person)
            told = _("You have a place.")
            if seat.state == Seat.State.IN_LINE:
                told = _("You are on the waiting list. We mail you when there is a place.")
            messages.success(request, told)
    except NotHere as error:
        raise Http404 from error
    except Closed:
        messages.info(request, _("This session is over."))
    return redirect("session", session.pk)


# Planning


def _planner(request: HttpRequest) -> Person:
    """The signed-in person who may plan sessions; for everybody else there is nothing here."""
    person = person_of(request)
    if not person.may(Right.SCHEDULE):
        raise Http404
    return person


@writer
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Plans a session: its words go through the gate like all words, and it is announced when they pass."""
    person = _planner(request)
    if request.method != "POST":
        kept = Draft.objects.filter(author=person, place="session:new").first()
        typed = {"title": kept.title, "body": kept.words} if kept else {}
        return _form_page(request, SessionForm(by=person, initial={"language": person.language or "en", **typed}))
    form = SessionForm(request.POST, by=person)
    if not form.is_valid():
        return _form_page(request, form, status=400)
    data = form.cleaned_data
    try:
        submission = gate.schedule(
            by=person,
            board=get_object_or_404(Board.objects.visible_to(person), slug=data["board"]),
            title=data["title"],
            words=data["body"],
            client_key=data["client_key"] or uuid.uuid4(),
            checked=data["checked"],
            **form.facts(),
        )
    except NotHere as error:
        raise Http404 from error
    except (BadWords, Hurried, SameKeyOtherWords, WantsOwnCheck, Closed) as refusal:
        return _refused(request, form, refusal)
    Draft.objects.filter(author=person, place="session:new").delete()
    if submission.is_waiting:
        messages.info(request, _("Thank you. A colleague reads these words first. Then members see the session."))
    else:
        messages.success(request, _("The session is announced."))
    if submission.thread is None:
        return redirect("sessions")
    return redirect("session", submission.thread.session.pk)


def _form_page(request: HttpRequest, form: SessionForm, *, status: int = 200, **context: Any) -> HttpResponse:
    context |= {"form": form, "session": form.session, "zone": zone_name(person_of(request))}
    return render(request, "sessions/form.html", context, status=status)


def _refused(request: HttpRequest, form: SessionForm, refusal: Exception) -> HttpResponse:
    """The form with all that was typed, and why nothing was planned."""
    if isinstance(refusal, BadWords):
        form.tell(refusal)
        return _form_page(request, form, status=400)
    if isinstance(refusal, WantsOwnCheck):
        form.put(checked=refusal.fingerprint)
        return _form_page(request, form, findings=[_(one.why) for one in refusal.verdict.findings])
    if isinstance(refusal, Hurried):
        said = _("That was a lot at once. Please send again in %(seconds)s seconds.")
        form.add_error(None, said % {"seconds": refusal.retry_after})
        return _form_page(request, form, status=429)
    if isinstance(refusal, ChangedMeanwhile):
        return _changed_meanwhile(request, form)
    if isinstance(refusal, SameKeyOtherWords):
        form.put(client_key=str(uuid.uuid4()), checked="")
        said = _("You planned another session from this page before. Send again if this is a second one.")
        form.add_error(None, said)
    else:
        form.add_error(None, _("This session is over. It cannot be changed any more."))
    return _form_page(request, form, status=409)


def _changed_meanwhile(request: HttpRequest, form: SessionForm) -> HttpResponse:
    """What stands there now, above all that was typed: sent again, it takes its place."""
    session = _session(request, form.session.pk) if form.session else None
    if session is None:
        raise Http404
    form.put(seen=gate.facts_seen(session))
    leading = Seat.objects.taken().filter(thread=session.thread_id, part=Seat.Part.MENTOR).select_related("person")
    return _form_page(request, form, status=409, present=session, leading=[one.person.pseudonym for one in leading])


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """Other hours, people or places; who has a place is told of other hours by mail."""
    person = _planner(request)
    session = _session(request, session_id)
    form = SessionForm(request.POST or None, by=person, session=session, initial=as_planned(session))
    if request.method != "POST":
        return _form_page(request, form)
    if not form.is_valid():
        return _form_page(request, form, status=400)
    try:
        gate.change_session(session, by=person, seen=form.cleaned_data["seen"], **form.facts())
    except NotHere as error:
        raise Http404 from error
    except (BadWords, ChangedMeanwhile, Closed) as refusal:
        return _refused(request, form, refusal)
    messages.success(request, _("Changed. Who has a place is told of other hours."))
    return redirect("session", session.pk)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """Asks once more, for it cannot be undone."""
    person = _planner(request)
    session = _session(request, session_id)
    if request.method != "POST":
        return render(request, "sessions/cancel.html", {"session": session})
    try:
        gate.cancel(session, by=person)
    except NotHere as error:
        raise Http404 from error
    except Closed:
        messages.info(request, _("The session has begun or is over: it cannot be cancelled any more."))
    else:
        messages.success(request, _("Cancelled. Who had a place is told."))
    return redirect("session", session.pk)
