"""What a mail says: that there is something, and where. No words, no title, no name.

Whether there still is something to tell is asked here, at the moment of sending.
"""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import Min
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from forum.models import Post
from forum.sessions import LiveSession, Room, Seat, room_state
from moderation.gate.ruling import DECISIONS, source_of
from moderation.models import Danger, Place, Ruling, State, Submission
from moderation.reports import reported
from notifications.following import news, to_tell
from notifications.models import Kind, Mail, Wanted
from notifications.models import State as MailState
from notifications.rounds import missed_twice
from notifications.stopping import token_for, wanted_by
from people.models import Person, Role
from people.rights import Right

SENDER = "Half a Word"


@dataclass(frozen=True, slots=True)
class Told:
    """What one mail tells: plain sentences, and the address behind them (a path of this site)."""

    lines: list[str]
    path: str


def letter(mail: Mail, now: datetime) -> EmailMessage | None:
    """The mail as it is to be sent now, in the recipient's language; None where nothing is to be told any more."""
    person = Person.objects.with_roles().filter(pk=mail.recipient_id).first()
    if person is None or not person.may(Right.READ) or not person.email:
        return None
    wanted = wanted_by(person)
    if wanted == Wanted.NONE or (wanted == Wanted.OWN and mail.kind == Kind.DIGEST):
        return None
    language = _language(person)
    with translation.override(language), timezone.override(ZoneInfo(person.centre.time_zone)):
        told = TELLERS[Kind(mail.kind)](mail, person, now)
        return _written(mail, person, told) if told else None


def _language(person: Person) -> str:
    known = [code for code, _name in settings.LANGUAGES]
    return next((one for one in (person.language, *person.centre.languages) if one in known), settings.LANGUAGE_CODE)


def _site(path: str) -> str:
    return settings.SITE_URL.rstrip("/") + path


def _written(mail: Mail, person: Person, told: Told) -> EmailMessage:
    stop = _site(reverse("mail_stop", args=[token_for(person)]))
    lines = [
        *told.lines,
        _site(told.path),
        "",
        _("You log in to read it: our mails hold nobody’s words."),
        "",
        _("Choose which mails you get:"),
        _site(reverse("mail_settings")),
        _("Stop all mails, with one button:"),
        stop,
    ]
    return EmailMessage(
        subject=_("Half a Word: there is something for you"),
        body="\n".join(lines) + "\n",
        from_email=f'"{SENDER}" <{settings.DEFAULT_FROM_EMAIL}>',
        to=[person.email],
        headers={
            # The same for each try: a mail that was sent twice (a worker died in between) is one to its reader.
            "Message-ID": f"<{mail.pk}@{urlsplit(settings.SITE_URL).hostname or 'localhost'}>",
            "List-Unsubscribe": f"<{stop}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "Auto-Submitted": "auto-generated",
        },
    )


# What each kind tells, while it is true


def _ruling(mail: Mail, person: Person, now: datetime) -> Told | None:
    """While the ruling stands, and its author has not opened it."""
    ruling = Ruling.objects.filter(pk=mail.ruling_id or 0, undone_by=None).select_related("submission").first()
    if ruling is None:
        return None
    words = ruling.submission
    stands = DECISIONS.get(Ruling.Verb(ruling.verb), State.WITHDRAWN)
    if words.author_id != person.pk or words.place == Place.NOTE or words.state != stands or words.told_at is not None:
        return None
    return Told([_("There is a decision about something that you wrote. It stands here:")], _words(words))


def _hidden(mail: Mail, person: Person, now: datetime) -> Told | None:
    """While the post is hidden, and its author has not opened the page that says so."""
    return _own_post(mail, person, Post.State.HIDDEN)


def _shown(mail: Mail, person: Person, now: datetime) -> Told | None:
    return _own_post(mail, person, Post.State.VISIBLE)


def _own_post(mail: Mail, person: Person, state: Post.State) -> Told | None:
    post = Post.objects.visible_to(person).filter(pk__in=[mail.post_id], author=person, state=state).first()
    words = source_of(post) if post else None
    if words is None or words.told_at is not None:
        return None
    return Told([_("There is news about something that you wrote. It stands here:")], _words(words))


def _words(words: Submission) -> str:
    return reverse("words", args=[words.pk])


def _unseen(mail: Mail, person: Person) -> Post | None:
    """The post that the mail is about, while its recipient may see it and has not."""
    post = to_tell(person).filter(pk__in=[mail.post_id]).first()
    if post is None or person.read_marks.filter(thread=post.thread_id, number__gte=post.number).exists():
        return None
    return post


def _at(post: Post) -> str:
    return f"{reverse('thread', args=[post.thread_id])}?page={post.page}#post-{post.number}"


def _first_reply(mail: Mail, person: Person, now: datetime) -> Told | None:
    """Once in a life here; not beside the mail on a clinician's answer in the same post."""
    post = _unseen(mail, person)
    others = Mail.objects.filter(recipient=person)
    told = others.filter(kind=Kind.FIRST_REPLY, state=MailState.SENT).exists()
    if post is None or told or others.filter(kind=Kind.ANSWER, post=post).exists():
        return None
    return Told([_("Somebody replied to what you wrote. It stands here:")], _at(post))


def _answer(mail: Mail, person: Person, now: datetime) -> Told | None:
    post = _unseen(mail, person)
    return Told([_("Your question has an answer from the care team. It stands here:")], _at(post)) if post else None


def _welcome(mail: Mail, person: Person, now: datetime) -> Told | None:
    post = _unseen(mail, person) if Role.MENTOR in person.roles else None
    if post is None:
        return None
    return Told(
        [_("Somebody new has written for the first time. A short reply from you would be a welcome:")], _at(post)
    )


def _digest(mail: Mail, person: Person, now: datetime) -> Told | None:
    """What is new since the last one that was sent; an older one that waits gives way to a newer."""
    digests = Mail.objects.filter(recipient=person, kind=Kind.DIGEST)
    if digests.filter(at__gt=mail.at).exists():
        return None
    last = digests.filter(state=MailState.SENT).order_by("-at").first()
    count = news(person, since=last.at if last else None, until=mail.at).count()
    if not count:
        return None
    said = ngettext(
        "%(count)s conversation that you follow has something new:",
        "%(count)s conversations that you follow have something new:",
        count,
    )
    return Told([said % {"count": count}], reverse("follows"))


def _morning(mail: Mail, person: Person, now: datetime) -> Told | None:
    """Counts of what waits for a clinician; nothing on a morning on which nothing does."""
    if not person.may(Right.RULE):
        return None
    desk = Submission.objects.on_desk_of(person)
    waiting = desk.waiting()
    counts = [
        (_("Waiting: %(count)s"), waiting.count()),
        (_("Of these with a danger sign: %(count)s"), waiting.filter(danger__gt=Danger.NONE).count()),
        (_("Of these first posts of somebody new: %(count)s"), waiting.filter(first_words=True).count()),
        (_("Questions to answer: %(count)s"), Post.objects.questions_for(person).count()),
        (_("Published, to look at: %(count)s"), desk.to_look_at().count()),
        (_("Posts that members told you about: %(count)s"), reported(person).count()),
    ]
    if not any(count for _said, count in counts):
        return None
    lines = [_("What waits on the desk this morning:"), *(said % {"count": count} for said, count in counts)]
    return Told([*lines, *_oldest(waiting.aggregate(at=Min("written_at"))["at"])], reverse("desk"))


def _oldest(at: datetime | None) -> list[str]:
    if at is None:
        return []
    return [_("The oldest waits since %(when)s") % {"when": date_format(timezone.localtime(at), "DATETIME_FORMAT")}]


def _missed(mail: Mail, person: Person, now: datetime) -> Told | None:
    """To the deputy, who reads when they may; else they see that somebody must."""
    late = missed_twice(person.centre, now)
    count = late.count()
    if not count:
        return None
    said = ngettext(
        "%(count)s text waits although two promised reading moments have passed.",
        "%(count)s texts wait although two promised reading moments have passed.",
        count,
    )
    lines = [said % {"count": count}, *_oldest(late.aggregate(at=Min("written_at"))["at"])]
    return Told(lines, reverse("desk") if person.may(Right.RULE) else reverse("home"))


# Live sessions: hours and an address, no title


def _session_of(mail: Mail, person: Person, *states: Seat.State) -> LiveSession | None:
    """The session that the mail is about, while this person sees it and has such a place in it."""
    seats = Seat.objects.filter(person=person, state__in=states).values("thread")
    return LiveSession.objects.visible_to(person).filter(pk__in=[mail.session_id], thread__in=seats).first()


def _hours(session: LiveSession) -> dict[str, str]:
    opens, closes = timezone.localtime(session.opens_at), timezone.localtime(session.closes_at)
    return {"when": date_format(opens, _("l j F, H:i")), "until": date_format(closes, "H:i")}


def _at_session(session: LiveSession, said: str) -> Told:
    return Told([said % _hours(session)], reverse("session", args=[session.pk]))


def _seated(mail: Mail, person: Person, now: datetime) -> Told | None:
    session = _session_of(mail, person, Seat.State.IN)
    if session is None or room_state(session, now) == Room.CLOSED:
        return None
    said = _(
        "A place came free for you in a group session: %(when)s to %(until)s. If you cannot come, give it back here:"
    )
    return _at_session(session, said)


def _session(mail: Mail, person: Person, now: datetime) -> Told | None:
    """What holds now; of several changes the last one tells."""
    session = _session_of(mail, person, Seat.State.IN, Seat.State.IN_LINE)
    later = Mail.objects.filter(recipient=person, kind=Kind.SESSION, session=session, at__gt=mail.at)
    if session is None or session.ended_at or later.exists():
        return None
    if session.cancelled_at:
        return _at_session(session, _("The group session of %(when)s does not take place. We are sorry."))
    return _at_session(session, _("A group session has other hours now: %(when)s to %(until)s. It stands here:"))


def _soon(mail: Mail, person: Person, now: datetime) -> Told | None:
    """While it is ahead, at the hour that was known when this was planned."""
    session = _session_of(mail, person, Seat.State.IN)
    known = session is not None and mail.event.endswith(f":{int(session.opens_at.timestamp())}")
    if session is None or not known or session.cancelled_at or session.ended_at or now >= session.opens_at:
        return None
    said = _("You have a place in a group session: %(when)s to %(until)s. If you cannot come, give it back here:")
    return _at_session(session, said)


def _called(mail: Mail, person: Person, now: datetime) -> Told | None:
    session = LiveSession.objects.visible_to(person).filter(pk__in=[mail.session_id]).first()
    if session is None or not person.may(Right.RULE) or room_state(session, now) == Room.CLOSED:
        return None
    path = reverse("thread", args=[session.thread_id])
    return Told([_("A colleague in a group session asks you to come and help. It runs here:")], path)


TELLERS = {
    Kind.SEATED: _seated,
    Kind.SESSION: _session,
    Kind.SOON: _soon,
    Kind.CALLED: _called,
    Kind.RULING: _ruling,
    Kind.HIDDEN: _hidden,
    Kind.SHOWN: _shown,
    Kind.FIRST_REPLY: _first_reply,
    Kind.ANSWER: _answer,
    Kind.DIGEST: _digest,
    Kind.MORNING: _morning,
    Kind.MISSED: _missed,
    Kind.WELCOME: _welcome,
}
