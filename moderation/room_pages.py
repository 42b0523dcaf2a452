"""The room of a live session: its lines and what stands around them, what people do there, and the nurse's side."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from forum.models import PAGE_SIZE, Post, Thread
from forum.sessions import LiveSession, Notice, Room, SameHere, Seat, room_state
from moderation import gate, phrases
from moderation.errors import AlreadyDecided, BadWords, Closed, NotHere, OwnWords, RoomShut, WantsOwnCheck
from moderation.forms import RulingForm
from moderation.gate.rooms import may_say
from moderation.models import Ruling, Submission
from moderation.panel import Line
from moderation.panel import panel as panel_of
from moderation.views import reply_composer
from people.models import Person
from people.requests import person_of, uuid_or_none
from people.rights import Right

PAGES_SHOWN = 5  # a room shows a hundred lines at once
SLOWS = (0, 15, 30, 60, 120)


def room(request: HttpRequest, thread: Thread) -> HttpResponse:
    """The lines up to the asked page, the newest last. Who opens the page is there; a clinician opens the room."""
    person, now = person_of(request), timezone.now()
    session = get_object_or_404(LiveSession.objects.select_related("host", "pinned__author"), thread=thread)
    state = room_state(session, now)
    if state != Room.CLOSED:
        gate.come(thread, person, now=now)
        session.refresh_from_db(fields=["nurse_seen_at"])
        state = room_state(session, now)
    page = _page(request, thread)
    lines = Post.objects.visible_to(person).filter(thread=thread, number__lte=page * PAGE_SIZE)
    posts = list(
        lines.filter(number__gt=(page - PAGES_SHOWN) * PAGE_SIZE)
        .select_related("author", "reply_to__author", "note_by")
        .order_by("number")
    )
    same = set(SameHere.objects.filter(person=person, post__in=posts).values_list("post", flat=True))
    context = _around(person, session, thread, state, now) | {
        "posts": posts,
        "same": same,
        "page": page,
        "pages": thread.pages,
        "before": page - PAGES_SHOWN,
        "after": min(page + PAGES_SHOWN, thread.pages) if page < thread.pages else 0,
    }
    if state != Room.CLOSED:
        composer = reply_composer(thread, person)
        quoted = next((one for one in posts if str(one.number) == request.GET.get("answer")), None)
        context |= {"composer": composer, "quoted": quoted}
        context["form"] = composer.form(person, **({"reply_to": quoted.pk} if quoted else {}))
    if context["leads"]:
        context |= _panel(session, person, now)
    return render(request, "room/room.html", context)


def _page(request: HttpRequest, thread: Thread) -> int:
    asked = request.GET.get("page", "")
    return min(max(1, int(asked)), thread.pages) if asked.isdecimal() and len(asked) < 9 else thread.pages


def state_words() -> dict[str, str]:
    """What the status line says of each state."""
    return {
        Room.LOBBY.value: _("The room is not open yet. It opens at its hour, when a nurse is here."),
        Room.OPEN.value: _("The room is open. A nurse is here."),
        Room.WAITS.value: _("The nurse is away for a moment. Every line waits until a nurse has read it."),
        Room.READ_ONLY.value: _("No nurse is here. You can read; writing goes on when a nurse is back."),
        Room.PAUSED.value: _("A nurse has paused the room for ten minutes at most. Nobody writes now."),
        Room.CLOSED.value: _("The room is closed."),
    }


def _around(person: Person, session: LiveSession, thread: Thread, state: Room, now: datetime) -> dict[str, Any]:
    """What stands around the lines: state, who is here, the point in hand, what one can do."""
    seat = Seat.objects.taken().filter(thread=thread, person=person).first()
    notices = {one.kind: one for one in Notice.objects.visible_to(person).filter(session=session)}
    beside = Seat.objects.filter(thread__in=Thread.objects.visible_to(person).filter(beside=thread))
    over = state == Room.CLOSED
    words = state_words()
    return {
        "session": session,
        "thread": thread,
        "live": True,
        "state": state,
        "said": words[state.value],
        "states": words,
        "over": over,
        "pace": gate.pace_of_room(session, now),
        "seat": seat,
        "present": Seat.objects.filter(thread=thread).present(now),
        "agenda": notices.get(Notice.Kind.AGENDA),
        "summary": notices.get(Notice.Kind.SUMMARY),
        "pinned": session.pinned if session.pinned and session.pinned.state == Post.State.VISIBLE else None,
        "asides": beside.exclude(person=person).select_related("person"),
        "leads": person.may(Right.RULE) and not over,
        "may_sum_up": person.may(Right.RULE),
        "may_set_agenda": not over and may_say(session, Notice.Kind.AGENDA, person),
    }


# The nurse's side


@dataclass(frozen=True, slots=True)
class Held:
    """A line that waits, with the form to rule on it. check: what the screen saw in the nurse's own note."""

    line: Line
    form: RulingForm
    check: tuple[str, ...] = ()

    @property
    def minutes(self) -> int:
        """How long it waits, once that is more than a few."""
        minutes = int(self.line.since.total_seconds() // 60)
        return minutes if minutes >= 3 else 0

    @property
    def ready(self) -> dict[str, str]:
        """The texts that one key sends along, so that nobody sends what they have not seen."""
        chosen = {name: self.form[f"ready_{name}"].value() or "" for name in ("note", "reason")}
        return {name: phrases.by_id(one, self.form.language) for name, one in chosen.items()}


def _held(lines: list[Line], told: Held | None) -> list[Held]:
    return [told if told and told.line.id == one.id else Held(one, _ruling_form(one)) for one in lines]


def _ruling_form(line: Line, data: Any = None) -> RulingForm:
    """With a ready note and a ready reason chosen, those for what was found, so that one key is enough."""
    author = Person.objects.get(pk=line.author_id)
    labels = {one.label for one in line.reasons}
    form = RulingForm(data, language=author.language or "en", labels=labels, auto_id=f"id_{line.id}_%s")
    for name, use in (("ready_note", "note"), ("ready_reason", "return")):
        form.initial[name] = phrases.choices({use}, labels, form.language)[1][0]
    return form


def _panel(session: LiveSession, person: Person, now: datetime, told: Held | None = None) -> dict[str, Any]:
    found = panel_of(session, by=person, now=now)
    seats = Seat.objects.filter(thread=session.thread_id).exclude(part=Seat.Part.CLINICIAN)
    people = seats.filter(state__in=[Seat.State.IN, Seat.State.REMOVED]).select_related("person")
    return {
        "panel": found,
        "held": _held(found.held, told),
        "later": _held(found.later, told),
        "people": people.order_by("state", "person__pseudonym"),
        "slows": SLOWS,
        "now": now,
    }


def _led(request: HttpRequest, session_id: UUID) -> tuple[Person, LiveSession]:
    """The session and the clinician who leads it; for everybody else there is nothing here."""
    person = person_of(request)
    if not person.may(Right.RULE):
        raise Http404
    found = LiveSession.objects.visible_to(person).select_related("thread", "host", "pinned__author")
    return person, get_object_or_404(found, pk=session_id)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def panel(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """The nurse's side as a page of its own; POST rules on one line, and goes back to the room."""
    person, session = _led(request, session_id)
    if request.method == "POST":
        return _rule(request, person, session)
    return _panel_page(request, person, session)


def _panel_page(
    request: HttpRequest, person: Person, session: LiveSession, told: Held | None = None, status: int = 200
) -> HttpResponse:
    now = timezone.now()
    state = room_state(session, now)
    context = _around(person, session, session.thread, state, now)
    context |= _panel(session, person, now, told) if context["leads"] else {}
    return render(request, "room/panel.html", context, status=status)


def _rule(request: HttpRequest, person: Person, session: LiveSession) -> HttpResponse:
    here = Submission.objects.on_desk_of(person).filter(thread=session.thread_id)
    submission = get_object_or_404(here, pk=uuid_or_none(request.POST.get("submission", "")))
    found = panel_of(session, by=person, now=timezone.now())
    if request.POST.get("act") == "seen":
        gate.looked_at(submission, by=person)
        return _to_room(session, "panel")
    waiting = [*found.held, *found.later]
    line = next((one for one in waiting if one.id == submission.pk), None)
    if line is None:
        messages.info(request, _("Somebody was faster: this line was decided on meanwhile."))
        return _to_room(session, "panel")
    form = _ruling_form(line, request.POST)
    status, check = _ruled(request, person, submission, form)
    if status:
        return _panel_page(request, person, session, Held(line, form, check), status)
    following = next((one for one in waiting[waiting.index(line) + 1 :] + waiting if one.id != line.id), None)
    return _to_room(session, f"held-{following.id}" if following else "panel")


def _ruled(
    request: HttpRequest, person: Person, submission: Submission, form: RulingForm
) -> tuple[int, tuple[str, ...]]:
    """Rules as the button says; a status and what to look at again where nothing was decided."""
    if not form.is_valid():
        return 400, ()
    verb = Ruling.Verb(form.cleaned_data["outcome"])
    noted = request.POST.get("act") == "note"
    try:
        gate.rule(
            submission,
            nurse=person,
            outcome=verb,
            reason=form.whole("reason") if verb != Ruling.Verb.PUBLISHED else "",
            note=form.whole("note") if noted else "",
            note_checked=form.cleaned_data["note_checked"],
        )
    except (NotHere, OwnWords) as error:
        raise Http404 from error
    except AlreadyDecided:
        messages.info(request, _("Somebody was faster: this line was decided on meanwhile."))
    except Closed:
        form.add_error(None, _("The post or conversation is gone meanwhile. You can return the words."))
        return 409, ()
    except WantsOwnCheck as look:
        form.put(note_checked=look.fingerprint)
        return 200, tuple(_(one.why) for one in look.verdict.findings)
    except BadWords as bad:
        form.tell("reason" if bad.field == "reason" else "note", bad.field, bad.code)
        return 400, ()
    return 0, ()


def _to_room(session: LiveSession, spot: str) -> HttpResponse:
    return redirect(f"{reverse('thread', args=[session.thread_id])}#{spot}")


@login_required
@require_POST
def lead(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """What a clinician does with the room or with somebody in it; `act` says which."""
    by, session = _led(request, session_id)
    acts: dict[str, Callable[[], object]] = {
        "pause": lambda: gate.pause_room(session, by=by),
        "resume": lambda: gate.resume_room(session, by=by),
        "slow": lambda: gate.set_slow(session, by=by, seconds=_number(request)),
        "pin": lambda: gate.pin(session, by=by, post=_line(request, by)),
        "unpin": lambda: gate.pin(session, by=by, post=None),
        "take_over": lambda: gate.take_over(session, by=by),
        "call": lambda: gate.call_colleague(session, by=by),
        "close": lambda: gate.close(session, by=by),
        "mute": lambda: gate.mute(session, by=by, person=_person(request, by)),
        "unmute": lambda: gate.unmute(session, by=by, person=_person(request, by)),
        "remove": lambda: gate.remove(session, by=by, person=_person(request, by)),
        "readmit": lambda: gate.readmit(session, by=by, person=_person(request, by)),
        "lower": lambda: gate.lower_hand(session, by=by, person=_person(request, by)),
        "word": lambda: gate.private_word(session, by=by, person=_person(request, by)),
    }
    act = request.POST.get("act", "")
    if act not in acts:
        raise Http404
    try:
        came = acts[act]()
    except NotHere as error:
        raise Http404 from error
    except BadWords:
        messages.error(request, _("Choose a pace from the list."))
    except Closed:
        messages.info(request, _("This session is over."))
    else:
        if isinstance(came, Thread):  # a private word: there it is written
            return redirect("thread", came.pk)
        if act == "call":
            messages.success(request, _("Your colleagues are asked to come, by mail."))
        if act == "close":
            messages.success(request, _("The session is closed. Write the summary when you are ready."))
            return redirect("session", session.pk)
    return _to_room(session, "panel")


def _number(request: HttpRequest) -> int:
    given = request.POST.get("seconds", "")
    return int(given) if given.isdecimal() and len(given) < 9 else -1


def _person(request: HttpRequest, by: Person) -> Person:
    here = Person.objects.with_roles().filter(centre_id=by.centre_id)
    return get_object_or_404(here, pk=uuid_or_none(request.POST.get("person", "")))


def _line(request: HttpRequest, by: Person) -> Post:
    return get_object_or_404(Post.objects.visible_to(by), pk=uuid_or_none(request.POST.get("post", "")))


# Everybody


@login_required
@require_POST
def mine(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """Raises one's hand or lowers it, pauses, comes back, leaves: quietly."""
    person = person_of(request)
    session = get_object_or_404(LiveSession.objects.visible_to(person).select_related("thread"), pk=session_id)
    acts: dict[str, Callable[..., None]] = {
        "hand": gate.raise_hand,
        "lower": gate.lower_hand,
        "away": gate.away,
        "back": gate.back,
        "leave": gate.leave,
    }
    act = request.POST.get("act", "")
    if act not in acts:
        raise Http404
    try:
        acts[act](session, by=person)
    except NotHere as error:
        raise Http404 from error
    except RoomShut:
        messages.info(request, _("The room is not open now."))
    if act == "leave":
        messages.success(request, _("You left. Nobody is told why. You can sign up again while there is room."))
        return redirect("session", session.pk)
    return _to_room(session, "me")


@login_required
@require_POST
def same_here(request: HttpRequest, post_id: UUID) -> HttpResponse:
    """Says "same here" to a line, or takes it back."""
    person = person_of(request)
    post = get_object_or_404(Post.objects.visible_to(person).select_related("thread"), pk=post_id)
    take_back = request.POST.get("take_back") == "1"
    try:
        gate.same_here(post, by=person, take_back=take_back)
    except (NotHere, OwnWords) as error:
        raise Http404 from error
    except RoomShut:
        messages.info(request, _("The room is not open now."))
    if request.headers.get("Accept", "").startswith("application/json"):
        return JsonResponse({"said": not take_back})
    return redirect(f"{reverse('thread', args=[post.thread_id])}?page={post.page}#post-{post.number}")
