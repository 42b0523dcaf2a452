"""The policy's table in plain words: what each kind is, with an invented example, and what each outcome means."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from moderation.policy import Outcome
from moderation.screen.types import Kind


@dataclass(frozen=True, slots=True)
class KindWords:
    """what: one plain sentence part. example: invented; empty where none helps."""

    what: Promise
    example: Promise | str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """Kinds that belong together, and why they are looked at."""

    slug: str
    title: Promise
    why: Promise
    kinds: tuple[Kind, ...]


PARTS = (
    Part(
        "danger",
        _("Signs of danger"),
        _("Nobody watches this site round the clock. Help must come from someone you can call."),
        (Kind.R1, Kind.R2, Kind.R3, Kind.R4, Kind.R5, Kind.R6),
    ),
    Part(
        "medicines",
        _("Medicines"),
        _("What suits one person can harm another. Only your own team knows your situation."),
        (Kind.M1, Kind.M2, Kind.M3, Kind.M4, Kind.M5, Kind.M6, Kind.M7),
    ),
    Part(
        "therapies",
        _("Other therapies, food and movement"),
        _("Some remedies do not go together with a medicine. Comfort is welcome; a claim is read first."),
        (Kind.A1, Kind.A2, Kind.A3, Kind.A4, Kind.A5),
    ),
    Part(
        "persons",
        _("Details about people"),
        _("Nobody here should be found by others, and nobody should be accused without an answer."),
        (Kind.I1, Kind.I2),
    ),
    Part(
        "unread",
        _("When our check fails"),
        _("If our check cannot read something, a person does. It never lets words pass instead."),
        (Kind.S,),
    ),
)

KINDS: dict[Kind, KindWords] = {
    Kind.R1: KindWords(
        _("A sign of danger, now or today, about the writer"),
        _("Since this morning I have a high fever and I feel very ill."),
    ),
    Kind.R2: KindWords(
        _("Thoughts of suicide or self-harm, too much of a medicine, or violence at home"),
        _("I do not feel safe at home."),
    ),
    Kind.R3: KindWords(
        _("A sign that can wait until the next working day, or deep hopelessness"),
        _("I have been losing weight for weeks and I do not know why."),
    ),
    Kind.R4: KindWords(_("Urging someone to get help"), _("Please call your nurse today.")),
    Kind.R5: KindWords(_("Making a sign of danger seem small"), _("A bit of chest pain is nothing to worry about.")),
    Kind.R6: KindWords(
        _("Something serious that happened long ago"), _("Ten years ago I was in hospital with an infection.")
    ),
    Kind.M1: KindWords(
        _("Telling someone to start, stop, skip, change, share, buy or hide a medicine"),
        _("You should switch to the one that I take."),
    ),
    Kind.M2: KindWords(
        _("A general claim about medicines, or a comparison"), _("Injections work better than tablets.")
    ),
    Kind.M3: KindWords(
        _("The writer’s own prescription changed, and glad of it"), _("I take less than they told me, and it suits me.")
    ),
    Kind.M4: KindWords(_("Only pointing to the team"), _("Do not change anything without asking your nurse.")),
    Kind.M5: KindWords(
        _("Having stopped a medicine, told as a trouble"), _("I stopped last month and I dare not tell my doctor.")
    ),
    Kind.M6: KindWords(_("A question about a medicine"), _("Is anyone else tired the day after the injection?")),
    Kind.M7: KindWords(
        _("Answering someone else’s open question about a medicine or therapy"), _("Yes, I always did.")
    ),
    Kind.A1: KindWords(_("Recommending, praising or selling a therapy"), _("Turmeric took my pain away.")),
    Kind.A2: KindWords(
        _("One’s own use of a therapy, without saying that it works"), _("I also take a fish oil capsule.")
    ),
    Kind.A3: KindWords(_("A question about a therapy"), _("Has anyone tried acupuncture?")),
    Kind.A4: KindWords(
        _("A warning about a therapy, or saying that it did nothing"), _("The copper bracelet did nothing for me.")
    ),
    Kind.A5: KindWords(
        _("Food, movement, rest or faith as a comfort, without a claim"), _("Soup and a warm bath made my evening.")
    ),
    Kind.I1: KindWords(
        _("A telephone number, address, mail address or national number"), _("My mail address is ann@example.org.")
    ),
    Kind.I2: KindWords(_("A doctor or nurse by name, with a complaint"), _("Doctor Example never listens to me.")),
    Kind.S: KindWords(_("Our check failed, was too slow, or had nothing to go by")),
}

OUTCOMES: dict[Outcome | None, Promise] = {
    Outcome.PUBLISH: _("Goes out at once."),
    Outcome.PUBLISH_SEEN: _("Goes out at once. A nurse looks at it at the next reading moment."),
    Outcome.QUESTION: _("Goes out at once, marked “a nurse answers”."),
    Outcome.DELIVER: _("Is delivered, and marked for attention."),
    Outcome.WAIT: _("Waits until a nurse has read it."),
    Outcome.WAIT_FIRST: _("Waits, first in line. The writer sees at once whom to call."),
    None: _("The detail is left out for others. The rest goes on as usual."),
}

ADDITIONS: dict[str, Promise] = {
    "tell_coach": _("The mentors’ coach is told."),
    "own_check": _("Before that, the writer looks at it once more."),
    "soft_card": _("The writer sees whom to call."),
    "first": _("It comes first in line."),
    "second_reading": _("Another clinician reads it afterwards."),
    "offer_nurse": _("The writer is offered a private word with the nurse."),
    "one_experience": _("It is marked “one person’s experience”."),
    "closes_question": _("It counts as the answer."),
    "general_card": _("The writer sees the help lines."),
    "alarm": _("The nurses’ desk is warned that our check failed."),
    "panel": _("It goes to the clinician’s panel first."),
    "pinned": _("It is pinned for the clinician."),
    "card_to_both": _("Both see whom to call."),
}

EARNED: dict[Outcome, Promise] = {
    Outcome.PUBLISH: _("After three posts and 30 days without a refusal: goes out at once."),
    Outcome.PUBLISH_SEEN: _(
        "After three posts and 30 days without a refusal: goes out at once, and a nurse looks later."
    ),
}
