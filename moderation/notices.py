"""Words of those who lead a live session: what it is about, the point in hand, the closing summary."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from forum.sessions import LiveSession, Notice
from moderation.composing import Composer, hand_in, page
from moderation.gate.places import NoticeOf
from moderation.gate.rooms import may_say
from moderation.gate.writing import NOTICES
from moderation.kept import writer
from moderation.models import Place, State, Submission
from people.models import Person
from people.requests import person_of

ADDRESSES = {
    Notice.Kind.ABOUT: "session_about",
    Notice.Kind.AGENDA: "room_agenda",
    Notice.Kind.SUMMARY: "session_summary",
}


def notice_composer(session: LiveSession, kind: Notice.Kind, replaces: Submission | None = None) -> Composer:
    headings = {
        Notice.Kind.ABOUT: _("What the session is about"),
        Notice.Kind.AGENDA: _("The point in hand"),
        Notice.Kind.SUMMARY: _("Closing summary"),
    }
    in_room = kind == Notice.Kind.AGENDA
    return Composer(
        place=NoticeOf(session, kind),
        action=reverse(ADDRESSES[kind], args=[session.pk]),
        draft=f"{kind.value}:{session.pk}",
        heading=headings[kind],
        submit_label=_("Send"),
        titled=kind == Notice.Kind.ABOUT,
        replaces=replaces,
        back=reverse("thread", args=[session.thread_id]) if in_room else reverse("session", args=[session.pk]),
    )


def composer_of(submission: Submission) -> Composer | None:
    """The editor for words that take the place of these, where they are a notice."""
    if submission.place not in NOTICES or submission.thread is None:
        return None
    return notice_composer(
        submission.thread.session, Notice.Kind(NOTICES[Place(submission.place)]), replaces=submission
    )


def address_of_draft(person: Person, kind: str, session_id: UUID) -> str | None:
    """Where such words are written on, or None where this person may not say them."""
    session = LiveSession.objects.visible_to(person).filter(pk=session_id).first()
    if kind not in Notice.Kind.values or session is None or not may_say(session, Notice.Kind(kind), person):
        return None
    return reverse(ADDRESSES[Notice.Kind(kind)], args=[session.pk])


def _notice(request: HttpRequest, session_id: UUID, kind: Notice.Kind) -> HttpResponse:
    """A form with the present words; POST hands them in."""
    person = person_of(request)
    session = get_object_or_404(LiveSession.objects.visible_to(person).select_related("thread"), pk=session_id)
    if not may_say(session, kind, person):
        raise Http404
    composer = notice_composer(session, kind)
    if request.method == "POST":
        return hand_in(request, composer)
    places = [place for place, known in NOTICES.items() if known == kind]
    last = Submission.objects.filter(thread=session.thread_id, place__in=places, state=State.PUBLISHED)
    present = last.order_by("-decided_at", "-written_at").first()
    typed = {"title": present.title, "body": present.words} if present else {}
    return page(request, composer, composer.form(person, **typed))


@writer
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def about(request: HttpRequest, session_id: UUID) -> HttpResponse:
    return _notice(request, session_id, Notice.Kind.ABOUT)


@writer
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def agenda(request: HttpRequest, session_id: UUID) -> HttpResponse:
    return _notice(request, session_id, Notice.Kind.AGENDA)


@writer
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def summary(request: HttpRequest, session_id: UUID) -> HttpResponse:
    return _notice(request, session_id, Notice.Kind.SUMMARY)
