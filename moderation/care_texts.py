"""What a care card can say: the help lines of each country and what to do at each sign, from the vocabulary.

What the vocabulary is not sure of is left out until a clinician of the centre has signed it (`moderation.signing`).
"""

import csv
import hashlib
import logging
import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache
from pathlib import Path

from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy, override

from moderation.screen.types import Urgency

log = logging.getLogger(__name__)
VOCABULARY = Path(__file__).with_name("vocabulary")
UNSURE = "review"  # in the certainty column
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
    "de": gettext_lazy("in German"),
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
class _Row:
    country: str
    language: str
    name: str
    number: str
    need: Need
    hours: str
    unsigned: str  # fingerprint that a signature must hold; "" where the vocabulary is sure


@dataclass(frozen=True, slots=True)
class ToSign:
    """Shown only once a clinician has signed it. texts: what would be shown, by language ("" for all of them)."""

    fingerprint: str
    title: str
    texts: tuple[tuple[str, str], ...]


def _table(name: str) -> list[dict[str, str]]:
    """The rows of a vocabulary file. Without the file there is still a card, with 112: help comes before order."""
    try:
        with (VOCABULARY / name).open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))
    except OSError:
        log.error("vocabulary file missing: %s", name)
        return []


def _unsigned(row: dict[str, str]) -> str:
    """What a signature of this row must hold: a fingerprint of its words. "" where none is needed."""
    if row["certainty"] != UNSURE:
        return ""
    words = "\0".join(text for column, text in sorted(row.items()) if column not in {"certainty", "source"})
    return hashlib.sha256(words.encode()).hexdigest()[:16]


@cache
def _rows() -> tuple[_Row, ...]:
    """The help lines that may be shown: with a number that can be dialled, for a need that we know."""
    rows = []
    for row in _table("crisis_lines.csv"):
        need = PURPOSES.get(row["for_what"])
        if need and row["hours"] in HOURS and _DIALLED.fullmatch(row["number"]):
            known = (row["country"], row["language"], row["name"], row["number"])
            rows.append(_Row(*known, need, row["hours"], _unsigned(row)))
    return tuple(rows)


@cache
def _flags() -> dict[str, dict[str, str]]:
    """Red flags by id."""
    return {row["flag_id"]: row for row in _table("red_flags.csv")}


def to_sign(country: str) -> tuple[ToSign, ...]:
    """All that a centre of this country would show once somebody has signed it."""
    flags = [
        ToSign(_unsigned(row), row["title"], tuple((one, row[f"action_{one}"]) for one in ("en", "nl", "fr")))
        for flag, row in _flags().items()
        if row["certainty"] == UNSURE and flag not in OWN_WORDS  # those are never shown in the table's words
    ]
    lines = [
        ToSign(one.unsigned, one.name, (("", f"{one.number}. {WHAT[one.need]}; {HOURS[one.hours]}."),))
        for one in _rows()
        if one.unsigned and one.country == _country(country)
    ]
    return (*flags, *lines)


def _country(country: str) -> str:
    code = country.upper()
    return "UK" if code == "GB" else code


def _emergency(rows: list[_Row], country: str) -> list[_Row]:
    """The one number for a life in danger; 112 wherever the texts may say 112, and where nothing is known."""
    rows = [one for one in rows if one.need is Need.DANGER and one.country in {country, "EU"}]
    if country not in OWN_EMERGENCY_NUMBER:
        rows = [one for one in rows if one.number == VISITED_NUMBER]
    own = [one for one in rows if one.country == country]
    return (own or rows)[:1] or [_Row("EU", "all", "Emergency", VISITED_NUMBER, Need.DANGER, "24 hours", "")]


def _chosen(rows: list[_Row], country: str, language: str, need: Need) -> list[_Row]:
    """The first line in the reader's language; where there is none, the first of each language of the country."""
    if need is Need.DANGER:
        return _emergency(rows, country)
    rows = [one for one in rows if one.country == country and one.need is need]
    spoken = [one for one in rows if one.language in {language, "all"}]
    if spoken:
        return spoken[:1]
    return [one for position, one in enumerate(rows) if one.language not in {two.language for two in rows[:position]}]


@lru_cache(maxsize=256)
def _lines(country: str, language: str, needs: tuple[Need, ...], signed: tuple[str, ...]) -> tuple[Line, ...]:
    sure = [one for one in _rows() if not one.unsigned or one.unsigned in signed]
    lines: dict[str, Line] = {}
    with override(language):
        for need in needs:
            for row in _chosen(sure, country, language, need):
                what = str(WHAT[need])
                if row.language not in {language, "all"}:
                    what = f"{what} ({SPEAKS.get(row.language, row.language)})"
                lines.setdefault(
                    row.number, Line(str(NAMES.get(row.name, row.name)), row.number, what, str(HOURS[row.hours]))
                )
    return tuple(lines.values())


def lines_for(
    country: str, language: str, needs: Iterable[Need] = EVERYDAY, signed: Iterable[str] = ()
) -> tuple[Line, ...]:
    """Help lines of a country, in the order of the needs; 112 where the country is unknown. Each number once.

    signed: fingerprints of the unsure lines that may be shown (`Centre.signed`).
    """
    return _lines(_country(country), language[:2], tuple(needs), tuple(signed))


def _plain(urgency: Urgency) -> str:
    """What holds for any sign of this urgency."""
    if urgency is Urgency.EMERGENCY:
        return gettext("This can be an emergency. Call 112 now, or go to the emergency department.")
    if urgency is Urgency.SAME_DAY:
        return gettext("Let a doctor or your own team look at this today. If it gets worse, call 112.")
    return gettext("Call your own team or your doctor on the next working day. If it gets worse, call today.")


def action(flag: str, urgency: Urgency, country: str, language: str, signed: Iterable[str] = ()) -> str:
    """What to do at a sign, in the reader's language (two letters); what holds for its urgency where the flag's own
    words are not sure and nobody has signed them.
    """
    if flag in OWN_WORDS:
        return str(OWN_WORDS[flag])
    row = _flags().get(flag)
    if row is None or not ((unsigned := _unsigned(row)) == "" or unsigned in signed):
        text = _plain(urgency)
    else:
        text = row.get(f"action_{language}") or row["action_en"]
    return text.replace("112 (999 in the UK)", "999" if _country(country) == "UK" else "112")
