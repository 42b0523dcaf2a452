"""Questions about a medicine, and answers to somebody's open question."""

from collections.abc import Callable

from moderation.screen.evidence import Evidence
from moderation.screen.passage import Passage, Sentence
from moderation.screen.types import Kind, Label

WEIGHTS = {
    "question mark, medicine named": 0.6,
    "question words, medicine named": 0.5,
    "question about taking, medicine just before": 0.46,
    "worry, medicine named": 0.4,
    "worry about starting or stopping": 0.5,
    "only suggests": 0.3,
    "what do you take against it": 0.5,
}


# Words by which a question goes on about a medicine that was named before: alone, or with "it".
_ABOUT = ("take_b", "take_p", "take_g", "stop_g", "chg_b", "chg_p", "skip_p", "sidefx", "safeq", "drink", "unit")
_ABOUT_IT = ("stop_b", "stop_p", "skip_b", "try_p", "work", "worked", "help", "helped", "freq")
_OPENING = 5  # units
_BREATH = 32  # units before the question mark that the question is about; people write on without a stop


class Questions:
    """Evidence for medication questions. Built from the grammar's classes."""

    def __init__(self, classes: Callable[[str], frozenset[str]]) -> None:
        self._sure, self._therapy = classes("med"), classes("ther")
        self._named = classes("med") | classes("gen")
        self._ask, self._any = classes("ask"), classes("anyone")
        self._worry = classes("afraid")
        self._asks_or_worries = self._ask | self._any | self._worry
        self._about = frozenset().union(*(classes(one) for one in _ABOUT))
        self._about_it = frozenset().union(*(classes(one) for one in _ABOUT_IT))
        self._it = classes("it")
        self._weak = classes("weakmed")
        self._how_was = classes("howwas")
        self._acts = frozenset().union(
            *(classes(f"{act}_{form}") for act in ("take", "try", "stop", "skip", "chg") for form in "bp")
        )
        self._acts |= classes("safeq") | classes("sidefx")
        self._unit = classes("unit")
        self._was = classes("was")
        self._what = classes("wh")
        self._take = classes("take_b") | classes("take_p")
        self._against = classes("sympt") | classes("hurt")
        self._you = classes("you")
        self._have = classes("have")
        self._tried = classes("try_p") | classes("take_p")
        self._anyone = classes("anyone") | classes("i")

    def weigh(self, passage: Passage, memory: bool, suggested: set[int]) -> list[Evidence]:
        """All evidence for medication questions.

        memory: a medicine was named in the words answered to. suggested: sentences (by their first unit) that only
        suggest by asking ("have you tried naproxen?").
        """
        found: list[Evidence] = []
        if self._asks_or_worries.isdisjoint(passage.signs) and not any(one.asks for one in passage.sentences):
            return found
        last_named = 0 if memory else -10
        for number, sentence in enumerate(passage.sentences):
            signs = sentence.signs
            if sentence.start in suggested:
                continue
            heard = signs
            if sentence.asks and sentence.end - sentence.start > _BREATH:
                heard = frozenset(passage.marks[sentence.end - _BREATH : sentence.end])
            named = not self._sure.isdisjoint(heard) or (
                not self._named.isdisjoint(heard) and self._therapy.isdisjoint(signs)
            )
            if not named and not self._weak.isdisjoint(signs) and not self._acts.isdisjoint(signs):
                named = True  # "to start the injections"
            if named:
                last_named = number
            if sentence.asks and not self._unit.isdisjoint(heard) and not self._what.isdisjoint(heard):
                named = True  # "how many mg are you on?"
            asking = self._asking(passage.marks[sentence.start : sentence.end], sentence)
            weight = 0.0
            if sentence.asks and named:
                weight = WEIGHTS["question mark, medicine named"]
                if (
                    not self._you.isdisjoint(signs)
                    and not self._tried.isdisjoint(signs)
                    and self._anyone.isdisjoint(signs)
                ):
                    weight = WEIGHTS["only suggests"]
            elif asking and named:
                weight = WEIGHTS["question words, medicine named"]
            elif sentence.asks and (
                (number - last_named <= 2 and not self._about.isdisjoint(signs))
                or (number - last_named <= 2 and self._goes_on(signs))
            ):
                weight = WEIGHTS["question about taking, medicine just before"]
            elif sentence.asks and self._what_do_you_take(signs):
                weight = WEIGHTS["what do you take against it"]
            elif named and not self._worry.isdisjoint(signs):
                decides = not self._acts.isdisjoint(signs) and self._was.isdisjoint(signs)
                weight = WEIGHTS["worry about starting or stopping" if decides else "worry, medicine named"]
            if weight:
                found.append(
                    Evidence(Label.MEDICATION_QUESTION, Kind.M6, "question", sentence.start, sentence.end, weight, "M6")
                )
        return found

    def _asking(self, stretch: str, sentence: Sentence) -> bool:
        """Words that ask; "somebody" and "who" ask only with a question mark or where a sentence begins."""
        if not self._ask.isdisjoint(sentence.signs):
            return True
        return not self._any.isdisjoint(stretch if sentence.asks else stretch[:_OPENING])

    def _goes_on(self, signs: frozenset[str]) -> bool:
        if not self._how_was.isdisjoint(signs):
            return True
        return not self._about_it.isdisjoint(signs) and not self._it.isdisjoint(signs)

    def _what_do_you_take(self, signs: frozenset[str]) -> bool:
        return (
            not self._what.isdisjoint(signs)
            and not self._you.isdisjoint(signs)
            and not self._take.isdisjoint(signs)
            and not self._against.isdisjoint(signs)
        )
