"""Care cards and help lines: whom to call now. A card promises no reader, and never says stop or continue."""

import csv
import logging
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache, lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy, override

from moderation.models import State, Submission
from moderation.screen.types import Kind, Urgency
from people.models import Centre
from people.reading import away_days

log = logging.getLogger(__name__)
VOCABULARY = Path(__file__).with_name("vocabulary")
BY_DAY = range(8, 18)  # hours in which practices answer; outside them the doctor on duty comes first
SHOWN = {"ok", "general"}  # of the certainty column; "review" waits for a clinician's signature
SUICIDE, OVERDOSE, METHOTREXATE, VIOLENCE, HOPELESS = "RF18", "RF19", "RF02", "RF26", "RF30"
VISITED_NUMBER = "112"
OWN_EMERGENCY_NUMBER = {"UK", "US"}  # everywhere else in the table 112 works and is what the texts say
_DIALLED = re.compile(r"\+?[0-9][0-9 -]*")


class Need(StrEnum):
    """What a line is for."""

    DANGER = "danger"
    MIND = "mind"
    LISTEN = "listen"
    POISON = "poison"
    DOCTOR = "doctor"
    VIOLENCE = "violence"


WHAT: dict[Need, Promise] = {
    Need.DANGER: gettext_lazy("Life in danger"),
    Need.MIND: gettext_lazy("Thoughts of suicide, or worry about someone"),
    Need.LISTEN: gettext_lazy("Somebody who listens, whatever the worry"),
    Need.POISON: gettext_lazy("Too much of a medicine, or poisoning"),
    Need.DOCTOR: gettext_lazy("A doctor on duty, when it is not life in danger"),
    Need.VIOLENCE: gettext_lazy("Violence or threats at home"),
}

# The table is in English. What it says of purpose and hours is told in the reader's language; a row with other
# words is left out, and a test names it.
PURPOSES: dict[str, Need | None] = {
    "life in danger": Need.DANGER,
    "suicidal thoughts, anyone worried": Need.MIND,
    "any distress, suicidal thoughts": Need.MIND,
    "suicidal thoughts, distress": Need.MIND,
    "any worry": Need.LISTEN,
    "any distress": Need.LISTEN,
    "urgent mental health help (England; Wales and Scotland have like services)": Need.MIND,
    "poisoning, overdose": Need.POISON,
    "poisoning": Need.POISON,
    "not urgent, doctor on duty evening and weekend": Need.DOCTOR,
    "urgent but not life in danger": Need.DOCTOR,
    "urgent health advice, not life in danger": Need.DOCTOR,
    "violence, abuse": Need.VIOLENCE,
    "partner violence (not an emergency line)": Need.VIOLENCE,
    "partner violence": Need.VIOLENCE,
    "children and young people": None,  # members are adults
}
DAY_AND_NIGHT = gettext_lazy("day and night")
HOURS: dict[str, Promise] = {
    "24 hours": DAY_AND_NIGHT,
    "24 hours by phone": DAY_AND_NIGHT,
    "day and night by phone; chat hours vary": DAY_AND_NIGHT,
    "weekend and holidays; evenings and nights in some regions": gettext_lazy(
        "weekends and holidays; in some regions evenings and nights too"
    ),
    "office and evening hours": gettext_lazy("office hours and evenings"),
    "team Monday to Friday 9-19; other hours passed to Télé-Accueil (107)": gettext_lazy(
        "Monday to Friday 9-19; at other hours a listening line answers"
    ),
    "hours vary": gettext_lazy("hours vary"),
    "day: own doctor; evening, night, weekend: huisartsenpost": gettext_lazy("evenings, nights and weekends"),
    "afternoon and evening": gettext_lazy("afternoons and evenings"),
}
NAMES: dict[str, Promise] = {
    "Emergency": gettext_lazy("Emergency number"),
    "Emergency: ambulance, fire, police": gettext_lazy("Emergency number"),
    "Single European emergency number": gettext_lazy("Emergency number"),
    "Out-of-hours family doctor": gettext_lazy("Family doctor on duty"),
}
SPEAKS: dict[str, Promise] = {
    "nl": gettext_lazy("in Dutch"),
    "fr": gettext_lazy("in French"),
    "en": gettext_lazy("in English"),
}
# The table's words for these would promise that somebody reads at once, or say aloud what must stay unseen.
OWN_WORDS: dict[str, Promise] = {
    SUICIDE: gettext_lazy("You are not alone. In danger now? Call the emergency number. Or talk to someone now."),
    HOPELESS: gettext_lazy("Call your own doctor, or somebody who listens. You need not find the right words."),
    VIOLENCE: gettext_lazy("In danger now? Call the emergency number. You can also talk to someone in confidence."),
}
EVERYDAY = (Need.DANGER, Need.DOCTOR, Need.MIND, Need.LISTEN, Need.VIOLENCE)


@dataclass(frozen=True, slots=True)
class Line:
    """One number to call, in the reader's language."""

    name: str
    number: str
    what: str
    hours: str


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


@dataclass(frozen=True, slots=True)
class _Row:
    country: str
    language: str
    name: str
    number: str
    need: Need
    hours: str


def _table(name: str) -> list[dict[str, str]]:
    """The rows of a vocabulary file. Without the file there is still a card, with 112: help comes before order."""
    try:
        with (VOCABULARY / name).open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))
    except OSError:
        log.error("vocabulary file missing: %s", name)
        return []


@cache
def _rows() -> tuple[_Row, ...]:
    """The help lines that may be shown: looked up, with a number that can be dialled, for a need that we know."""
    rows = []
    for row in _table("crisis_lines.csv"):
        need = PURPOSES.get(row["for_what"])
        if need and row["certainty"] in SHOWN and row["hours"] in HOURS and _DIALLED.fullmatch(row["number"]):
            rows.append(_Row(row["country"], row["language"], row["name"], row["number"], need, row["hours"]))
    return tuple(rows)


@cache
def _flags() -> dict[str, dict[str, str]]:
    """Red flags by id; those still to be reviewed are left out, and the plain text of their urgency stands in."""
    return {row["flag_id"]: row for row in _table("red_flags.csv") if row["certainty"] in SHOWN}


def _country(country: str) -> str:
    code = country.upper()
    return "UK" if code == "GB" else code


def _emergency(country: str) -> list[_Row]:
    """The one number for a life in danger; 112 wherever the texts may say 112, and where nothing is known."""
    rows = [one for one in _rows() if one.need is Need.DANGER and one.country in {country, "EU"}]
    if country not in OWN_EMERGENCY_NUMBER:
        rows = [one for one in rows if one.number == VISITED_NUMBER]
    own = [one for one in rows if one.country == country]
    return (own or rows)[:1] or [_Row("EU", "all", "Emergency", VISITED_NUMBER, Need.DANGER, "24 hours")]


def _chosen(country: str, language: str, need: Need) -> list[_Row]:
    """The first line in the reader's language; where there is none, the first of each language of the country."""
    if need is Need.DANGER:
        return _emergency(country)
    rows = [one for one in _rows() if one.country == country and one.need is need]
    spoken = [one for one in rows if one.language in {language, "all"}]
    if spoken:
        return spoken[:1]
    return [one for position, one in enumerate(rows) if one.language not in {two.language for two in rows[:position]}]


@lru_cache(maxsize=256)
def _lines(country: str, language: str, needs: tuple[Need, ...]) -> tuple[Line, ...]:
    lines: dict[str, Line] = {}
    with override(language):
        for need in needs:
            for row in _chosen(country, language, need):
                what = str(WHAT[need])
                if row.language not in {language, "all"}:
                    what = f"{what} ({SPEAKS.get(row.language, row.language)})"
                lines.setdefault(
                    row.number, Line(str(NAMES.get(row.name, row.name)), row.number, what, str(HOURS[row.hours]))
                )
    return tuple(lines.values())


def lines_for(country: str, language: str, needs: Iterable[Need] = EVERYDAY) -> tuple[Line, ...]:
    """Help lines of a country, in the order of the needs; 112 where the country is unknown. Each number once."""
    return _lines(_country(country), language[:2], tuple(needs))


def _by_day(centre: Centre, now: datetime) -> bool:
    """A working day of the centre, in the hours in which practices answer the telephone."""
    local = now.astimezone(ZoneInfo(centre.time_zone))
    away = any(first <= local.date() <= last for first, last in away_days(centre))
    return local.weekday() in centre.reading_days and local.hour in BY_DAY and not away


def _nurse_line(centre: Centre) -> Line:
    return Line(centre.name, centre.nurse_line_phone, gettext("The nurse line of your centre"), centre.nurse_line_hours)


def _plain(urgency: Urgency) -> str:
    """What holds for any sign of this urgency."""
    if urgency is Urgency.EMERGENCY:
        return gettext("This can be an emergency. Call 112 now, or go to the emergency department.")
    if urgency is Urgency.SAME_DAY:
        return gettext("Let a doctor or your own team look at this today. If it gets worse, call 112.")
    return gettext("Call your own team or your doctor on the next working day. If it gets worse, call today.")


def _action(flag: str, urgency: Urgency, country: str, language: str) -> str:
    if flag in OWN_WORDS:
        return str(OWN_WORDS[flag])
    row = _flags().get(flag)
    text = (row.get(f"action_{language}") or row["action_en"]) if row else _plain(urgency)
    if country == "UK":
        return text.replace("112 (999 in the UK)", "999")
    return text.replace("112 (999 in the UK)", "112")


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
        for line in [_nurse_line(centre)] if need is None else lines_for(centre.country, language, [need]):
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


def _text(signs: list[_Sign], urgency: Urgency, country: str, language: str) -> str:
    """The action of each sign of the nearest urgency, two at most: who is unwell reads little."""
    if any(sign.flag == VIOLENCE for sign in signs):
        return str(OWN_WORDS[VIOLENCE])
    near = [sign for sign in signs if sign.urgency is urgency] or signs
    return " ".join(dict.fromkeys(_action(sign.flag, sign.urgency, country, language) for sign in near[:2]))


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
            text=_text(signs, urgency, _country(centre.country), language),
            lines=_card_lines(needs, centre, language),
            urgency=urgency,
            hours_note=_hours_note(needs, centre, by_day),
            quick_exit=violence,
            asks=not submission.care_answer and all(sign.kind is not Kind.R2 for sign in signs),
            stays=not violence,
        )
