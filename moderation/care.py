"""Care cards: whom to call now. A card promises no reader, and never says stop or continue."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext, override

from moderation.care_texts import (
    HOPELESS,
    METHOTREXATE,
    OVERDOSE,
    OWN_WORDS,
    VIOLENCE,
    Line,
    Need,
    action,
    lines_for,
)  # fmt: skip
from moderation.models import State, Submission
from moderation.screen.types import Kind, Urgency
from people.models import Centre
from people.reading import away_days

BY_DAY = range(8, 18)  # hours in which practices answer; outside them the doctor on duty comes first


@dataclass(frozen=True, slots=True)
class Answer:
    """One tap on a card; `value` is what `gate.answer_care_card` takes."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Card:
    """Help to call now, for the author's eyes alone.

    urgency: "emergency", "same_day" or "next_working_day". quick_exit: offer to leave the page fast.
    asks: offer the answers ("I have called" ...). stays: False where no later page may show the card again.
    answer_url: where an answer is sent; set it with `dataclasses.replace`, without it no answer is offered.
    """

    title: str
    text: str
    lines: tuple[Line, ...]
    urgency: str
    hours_note: str
    quick_exit: bool = False
    asks: bool = False
    stays: bool = True
    answer_url: str = ""

    @property
    def answers(self) -> tuple[Answer, ...]:
        if not (self.asks and self.answer_url):
            return ()
        return (
            Answer(gettext("I have called"), "called"),
            Answer(gettext("I will call"), "will_call"),
            Answer(gettext("This is not about me now"), "not_now"),
        )


def _by_day(centre: Centre, now: datetime) -> bool:
    """A working day of the centre, in the hours in which practices answer the telephone."""
    local = now.astimezone(ZoneInfo(centre.time_zone))
    away = any(first <= local.date() <= last for first, last in away_days(centre))
    return local.weekday() in centre.reading_days and local.hour in BY_DAY and not away


def _nurse_line(centre: Centre) -> Line:
    return Line(centre.name, centre.nurse_line_phone, gettext("The nurse line of your centre"), centre.nurse_line_hours)


@dataclass(frozen=True, slots=True)
class _Sign:
    """A red flag as the screen found it in the words."""

    kind: Kind
    flag: str
    urgency: Urgency


def _signs(submission: Submission) -> list[_Sign]:
    """The danger signs of the words, nearest danger first; each flag once."""
    found: dict[str, _Sign] = {}
    for one in submission.findings.all():
        if one.kind in {Kind.R1, Kind.R2, Kind.R3}:
            usual = Urgency.NEXT_WORKING_DAY if one.kind == Kind.R3 else Urgency.EMERGENCY
            sign = _Sign(Kind(one.kind), one.flag, Urgency(one.urgency) if one.urgency else usual)
            found.setdefault(f"{one.kind}{one.flag}", sign)
    order = list(Urgency)
    return sorted(found.values(), key=lambda sign: (sign.kind is Kind.R3, order.index(sign.urgency)))


def _needs(signs: list[_Sign], urgency: Urgency, by_day: bool) -> list[Need | None]:
    """What to call, in order; None stands for the centre's nurse line."""
    flags = {sign.flag for sign in signs}
    needs: list[Need | None] = []
    if VIOLENCE in flags:
        needs += [Need.DANGER, Need.VIOLENCE]
    if {OVERDOSE, METHOTREXATE} & flags:
        needs += [Need.DANGER, Need.POISON]
    if any(sign.kind is Kind.R2 and sign.flag not in {VIOLENCE, OVERDOSE} for sign in signs):
        needs += [Need.DANGER, Need.MIND, Need.LISTEN]
    if HOPELESS in flags:
        needs += [Need.LISTEN, Need.MIND, None]
    if any(sign.kind is not Kind.R2 for sign in signs):
        if urgency is Urgency.EMERGENCY:
            needs += [Need.DANGER, None]
        elif urgency is Urgency.SAME_DAY:
            needs += [None, Need.DOCTOR, Need.DANGER] if by_day else [Need.DOCTOR, Need.DANGER, None]
        else:
            needs += [None]
    return list(dict.fromkeys(needs))


def _card_lines(needs: list[Need | None], centre: Centre, language: str) -> tuple[Line, ...]:
    lines: dict[str, Line] = {}
    for need in needs:
        known = lines_for(centre.country, language, [need] if need else [], centre.signed)
        for line in known if need else [_nurse_line(centre)]:
            lines.setdefault(line.number, line)
    return tuple(lines.values())


def _hours_note(needs: list[Need | None], centre: Centre, by_day: bool) -> str:
    """Why the nurse line does not answer now; nothing where the card does not name it."""
    if by_day or None not in needs:
        return ""
    return gettext("The clinic is closed now. The nurse line answers: %(hours)s.") % {"hours": centre.nurse_line_hours}


def _general_card(centre: Centre, language: str, by_day: bool) -> Card:
    """For words that nothing could read: they may hold anything."""
    needs: list[Need | None] = [Need.DANGER, None, Need.DOCTOR, Need.MIND]
    return Card(
        title=gettext("Nobody here has read this yet."),
        text=gettext("If you are in danger or feel very ill, call now. Please do not wait for an answer here."),
        lines=_card_lines(needs, centre, language),
        urgency=Urgency.SAME_DAY,
        hours_note=_hours_note(needs, centre, by_day),
    )


def _title(signs: list[_Sign], urgency: Urgency, by_day: bool) -> str:
    flags = {sign.flag for sign in signs}
    if VIOLENCE in flags:
        return gettext("Nobody here has read this yet.")  # says nothing to whoever looks over a shoulder
    if urgency is Urgency.EMERGENCY or (urgency is Urgency.SAME_DAY and not by_day):
        return gettext("Nobody here has read this yet. Call now.")
    if urgency is Urgency.SAME_DAY:
        return gettext("Nobody here has read this yet. Call today.")
    if HOPELESS in flags:
        return gettext("You do not have to carry this alone.")
    return gettext("Worth a call on the next working day.")


def _text(signs: list[_Sign], urgency: Urgency, centre: Centre, language: str) -> str:
    """The action of each sign of the nearest urgency, two at most: who is unwell reads little."""
    if any(sign.flag == VIOLENCE for sign in signs):
        return str(OWN_WORDS[VIOLENCE])
    near = [sign for sign in signs if sign.urgency is urgency] or signs
    said = (action(sign.flag, sign.urgency, centre.country, language, centre.signed) for sign in near[:2])
    return " ".join(dict.fromkeys(said))


def card_for(submission: Submission, *, centre: Centre, now: datetime, language: str) -> Card | None:
    """The card that the author of these words should see now; None where there is nothing to say.

    A card lasts while nobody has read the words: a waiting submission, or a published one with a soft sign that no
    nurse has looked at. "I have called" and "not about me now" put it away.
    """
    unread = submission.state == State.WAITING or (
        submission.state == State.PUBLISHED and "soft_card" in submission.flags and submission.looked_at is None
    )
    if not unread or submission.care_answer in {"called", "not_now"}:
        return None
    language = language[:2]
    with override(language):
        by_day = _by_day(centre, now)
        urgent = submission.outcome == "W!" and submission.state == State.WAITING
        soft = "soft_card" in submission.flags
        signs = [sign for sign in _signs(submission) if (soft if sign.kind is Kind.R3 else urgent)]
        if not signs:
            general = "general_card" in submission.flags and submission.state == State.WAITING
            return _general_card(centre, language, by_day) if general else None
        order = list(Urgency)
        urgency = min((sign.urgency for sign in signs), key=order.index)
        needs = _needs(signs, urgency, by_day)
        violence = any(sign.flag == VIOLENCE for sign in signs)
        return Card(
            title=_title(signs, urgency, by_day),
            text=_text(signs, urgency, centre, language),
            lines=_card_lines(needs, centre, language),
            urgency=urgency,
            hours_note=_hours_note(needs, centre, by_day),
            quick_exit=violence,
            asks=not submission.care_answer and all(sign.kind is not Kind.R2 for sign in signs),
            stays=not violence,
        )
