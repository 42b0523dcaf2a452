"""What goes into the screen and what comes out: plain frozen values, no Django."""

from dataclasses import dataclass
from enum import StrEnum


class Label(StrEnum):
    """What a text is. A text carries any number of labels; none means ordinary peer talk."""

    MEDICATION_ADVICE = "medication_advice"
    ALTERNATIVE_THERAPY = "alternative_therapy"
    MEDICATION_QUESTION = "medication_question"
    RED_FLAG = "red_flag"
    PERSONAL_DETAILS = "personal_details"


class Kind(StrEnum):
    """The finer act within a label; the policy's table has one row for each."""

    R1 = "R1"  # danger now or today, about the writer
    R2 = "R2"  # suicide, self-harm, overdose, violence at home
    R3 = "R3"  # next-working-day sign; hopeless without suicidal words
    R4 = "R4"  # urges help
    R5 = "R5"  # plays a danger sign down
    R6 = "R6"  # an old event told
    M1 = "M1"  # steers: start, stop, skip, dose, switch, share, buy, hide
    M2 = "M2"  # general claim or comparison
    M3 = "M3"  # own prescription changed, approving
    M4 = "M4"  # only hands over
    M5 = "M5"  # own stop told as trouble
    M6 = "M6"  # asks about a medicine
    M7 = "M7"  # answers another's open medicine or therapy question
    A1 = "A1"  # recommends, claims, sells a therapy
    A2 = "A2"  # own use, no effect claimed
    A3 = "A3"  # asks about a therapy
    A4 = "A4"  # warns, or reports "does nothing"
    A5 = "A5"  # food, movement, rest, faith as comfort
    I1 = "I1"  # personal details
    I2 = "I2"  # named clinician with a complaint
    S = "S"  # the screen failed, was slow, or had nothing to go by


class Urgency(StrEnum):
    """How soon somebody should be seen; the words of `red_flags.csv`."""

    EMERGENCY = "emergency"
    SAME_DAY = "same_day"
    NEXT_WORKING_DAY = "next_working_day"


@dataclass(frozen=True, slots=True)
class Text:
    """The words to judge and what stands around them.

    body, title, tags: what the reader would see, judged as one text.
    reply_to: the words that these answer (empty: none).
    open_question: an unanswered medicine or therapy question in the same thread (empty: none).
    previous_line: the author's last words just before these in the same place (advice split over two).
    """

    body: str
    title: str = ""
    tags: tuple[str, ...] = ()
    reply_to: str = ""
    open_question: str = ""
    previous_line: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing seen.

    label: what it makes the text, or None (kinds that carry no label).
    field: "body", "title", "tags" (joined by ", ") or "context" (the previous line). start, end: code points in the
    given field, end excluded.
    rule: stable id of the rule that saw it. why: one plain English sentence for the author (a key of REASONS' values).
    weight: evidence, 0..1. flag: id of the red flag in `red_flags.csv`, else "". urgency: of that flag.
    """

    label: Label | None
    kind: Kind
    rule: str
    field: str
    start: int
    end: int
    why: str
    weight: float = 1.0
    flag: str = ""
    urgency: Urgency | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the screen says of a text.

    findings: in order of the text, all of them. labels: those carried. scores: label -> 0..1 for every label,
    0.5 and more where it is carried.
    version: of rules and vocabulary together (a short hash that changes when either does).
    """

    findings: tuple[Finding, ...]
    labels: frozenset[Label]
    scores: dict[Label, float]
    version: str
