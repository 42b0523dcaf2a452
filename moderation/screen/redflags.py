"""Signs that somebody may need help now: what is described, since when, by whom, and how urgent it is."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick

from moderation.screen.errors import ScreenBroken
from moderation.screen.evidence import Evidence
from moderation.screen.grammar import Grammar
from moderation.screen.normalise import fold
from moderation.screen.passage import Passage, Sentence
from moderation.screen.types import Kind, Label, Urgency
from moderation.screen.vocabulary import FOLDER, rows, tokens_of

# A phrase of the vocabulary by how urgent its flag is; a doubtful one hardly counts alone.
PHRASE = {Urgency.EMERGENCY: 0.55, Urgency.SAME_DAY: 0.42, Urgency.NEXT_WORKING_DAY: 0.4}
DOUBTFUL_PHRASE = 0.2
FACTORS = {
    "without a medicine in the text": 0.55,
    "happening now": 1.25,
    "told in the past tense": 0.75,
    "only feared, or said of anybody": 0.5,
}
_OF_ONESELF = {"RF18", "RF19", "RF26"}  # suicide and self-harm, overdose, violence at home: kind R2
_HOPE = "RF30"
_CATCHING = {"RF01", "RF15", "RF16"}  # an illness beside "vaccine" is what the vaccine is for
_NEEDS_MEDICINE = {"RF01", "RF03", "RF04", "RF14", "RF15", "RF22", "RF27"}
_ALONE = ("breath", "fever-ill")  # grave whatever somebody takes
_NO_PREGNANCY_ON = re.compile(r"methotrexate|leflunomide|mycophenol|.*citinib")
_BETWEEN = "|"
_YEAR = re.compile(r"(?:19[5-9]\d|20[0-2]\d)$")


class _Term(NamedTuple):
    """A phrase for a flag; whether it counts only where a medicine is named, and whether it is often something else."""

    words: tuple[str, ...]
    flag: str
    needs_medicine: bool
    doubtful: bool


@dataclass(frozen=True, slots=True)
class Together:
    """Signs that mean something when they stand together, in whatever order: all `groups` in `window` sentences.

    needed: one bit for each group (see `_bits`), so that most texts are done with in a few steps.
    """

    id: str
    flag: str
    weight: float
    window: int
    groups: tuple[frozenset[str], ...]
    needed: int


class RedFlags:
    """Evidence for red flags. Raises ScreenBroken when a flag of a rule or phrase is not in red_flags.csv."""

    def __init__(self, grammar: Grammar, classes: Callable[[str], frozenset[str]], folder: Path = FOLDER) -> None:
        self.grammar = grammar
        self.urgency = {row["flag_id"]: Urgency(row["urgency"]) for row in rows("red_flags.csv", folder)}
        self._terms: list[_Term] = []
        for row in rows("red_flag_terms.csv", folder):
            words = tuple(fold(one) for one in tokens_of(row["term"]))
            if row["flag_id"] not in self.urgency:
                raise ScreenBroken(f"red_flag_terms.csv: unknown flag {row['flag_id']}")
            needs, doubtful = row["needs_medicine_context"] == "yes", row["ambiguous"] == "yes"
            self._terms.append(_Term(words, row["flag_id"], needs, doubtful))
        self._finder = AhoCorasick([_in_a_row(one.words) for one in self._terms])
        self.words = frozenset(word for one in self._terms for word in one.words)
        self._bit_of: dict[frozenset[str], int] = {}
        self.together = [self._together(row, classes) for row in rows("red_flag_signs.csv", folder)]
        self._bits = _bits(self._bit_of)
        named = [(one.id, one.kind) for one in grammar.rules] + [(one.id, one.flag) for one in self.together]
        for rule, flag in named:
            if flag not in self.urgency:
                raise ScreenBroken(f"rule {rule}: unknown flag {flag}")
        self._medicine = classes("med") | classes("gen") | classes("imm")
        self._no = classes("not") | classes("dont") | classes("negmod") | classes("without")
        self._without = classes("without")
        self._deny = classes("not") | classes("dont") | classes("negmod") | classes("cant")
        self._past = classes("past")
        self._now = classes("nowish")
        self._was = classes("was")
        self._if, self._you = classes("if"), classes("you")
        self._feared = classes("hypo")
        self._help = classes("gethelp")
        self._light = classes("light")
        self._own = classes("i") | classes("my") | classes("me")

    def weigh(self, passage: Passage, tick: Callable[[], None]) -> list[Evidence]:
        """All evidence for red flags; each distinct flag counts once."""
        found: list[Evidence] = []
        medicine = not self._medicine.isdisjoint(passage.signs)
        light = not self._light.isdisjoint(passage.signs)
        raw = self._phrases(passage, medicine)
        for sentence in passage.sentences if not self.grammar.anchors.isdisjoint(passage.signs) else ():
            tick()
            stretch = passage.marks[sentence.start : sentence.end]
            for hit in self.grammar.find(stretch, sentence.signs):
                start, end = sentence.start + hit.start, sentence.start + hit.end
                raw.append((hit.rule.kind, hit.rule.id, start, end, hit.rule.weight))
        raw += self.signs_together(passage)
        if not raw:
            return found
        for flag, rule, start, end, weight in raw:
            sentence = next(one for one in passage.sentences if one.start <= start < one.end)
            evidence = self._one(flag, rule, start, end, weight, sentence, passage, medicine, light)
            if evidence is not None:
                found.append(evidence)
        return found

    def _one(
        self, flag: str, rule: str, start: int, end: int, weight: float,
        sentence: Sentence, passage: Passage, medicine: bool, light: bool,
    ) -> Evidence | None:  # fmt: skip
        before = passage.marks[max(sentence.start, start - 3) : start]
        if not self._own_danger(flag) and not self._no.isdisjoint(before) and not self._not_without(before, sentence):
            return None
        if flag in _NEEDS_MEDICINE and not medicine and not rule.startswith(_ALONE):
            weight *= FACTORS["without a medicine in the text"]
        if flag == "RF14" and not any(_NO_PREGNANCY_ON.match(key) for key in passage.keys.values()):
            return None
        if flag == "RF02" and not any("methotrexate" in key for key in passage.keys.values()):
            return None
        if not self._now.isdisjoint(sentence.signs):
            weight = min(0.95, weight * FACTORS["happening now"])
        elif not self._was.isdisjoint(sentence.signs) and not self._own_danger(flag):
            weight *= FACTORS["told in the past tense"]
        supposed = not self._if.isdisjoint(sentence.signs) and not self._you.isdisjoint(sentence.signs)
        if (supposed or not self._feared.isdisjoint(sentence.signs)) and not self._own_danger(flag):
            weight *= FACTORS["only feared, or said of anybody"]
        if self._is_past(sentence, passage):
            return Evidence(None, Kind.R6, rule, start, end, weight, "R6", flag)
        if flag in _CATCHING and any(
            "vaccin" in passage.keys.get(unit, "") for unit in range(max(0, start - 2), end + 3)
        ):
            return None
        if not self._help.isdisjoint(sentence.signs) and self._own.isdisjoint(sentence.signs):
            return Evidence(None, Kind.R4, rule, start, end, weight, "R4", flag)
        if light and not self._own_danger(flag):
            return Evidence(Label.RED_FLAG, Kind.R5, rule, start, end, max(weight, 0.6), "R5", flag)
        kind, why = self._kind(flag)
        return Evidence(Label.RED_FLAG, kind, rule, start, end, weight, why, flag)

    def _not_without(self, before: str, sentence: Sentence) -> bool:
        """ "I can't walk to the bathroom without gasping" is a sign, "without a fever" is none."""
        return not self._without.isdisjoint(before) and not self._deny.isdisjoint(sentence.signs)

    def _own_danger(self, flag: str) -> bool:
        return flag in _OF_ONESELF or flag == _HOPE

    def _kind(self, flag: str) -> tuple[Kind, str]:
        if flag in _OF_ONESELF:
            return Kind.R2, "R2"
        if flag == _HOPE:
            return Kind.R3, "R3_hope"
        if self.urgency[flag] == Urgency.NEXT_WORKING_DAY:
            return Kind.R3, "R3"
        return Kind.R1, "R1"

    def _is_past(self, sentence: Sentence, passage: Passage) -> bool:
        if not self._past.isdisjoint(sentence.signs):
            return True
        words = passage.words_in(sentence)
        if "ans" in words and "il" in words and "y" in words:
            return True  # "il y a dix ans"
        return any(len(word) == 4 and word.isdigit() and _YEAR.match(word) for word in words)

    def _phrases(self, passage: Passage, medicine: bool) -> list[tuple[str, str, int, int, float]]:
        found: list[tuple[str, str, int, int, float]] = []
        words = [fold(word) for word in passage.words] if self._foreign(passage) else passage.words
        text = _in_a_row(words)
        matches = self._finder.find_matches_as_indexes(text, overlapping=True)
        unit_of = _units(passage) if matches else {}
        for number, place, _ in matches:
            term = self._terms[number]
            first = text.count(_BETWEEN, 0, place)
            start, end = unit_of.get(first), unit_of.get(first + len(term.words) - 1)
            if (medicine or not term.needs_medicine) and start is not None and end is not None:
                weight = DOUBTFUL_PHRASE if term.doubtful else PHRASE[self.urgency[term.flag]]
                found.append((term.flag, f"phrase:{term.flag}", start, end + 1, weight))
        return sorted(found, key=lambda one: (one[2], -one[3]))

    def signs_together(self, passage: Passage) -> list[tuple[str, str, int, int, float]]:
        """Signs that stand together, each at the first sentence that begins such a group."""
        found: list[tuple[str, str, int, int, float]] = []
        missing = ~self._bits_in(passage.signs)
        likely = [one for one in self.together if not one.needed & missing]
        if not likely:
            return found
        bits = [self._bits_in(sentence.signs) for sentence in passage.sentences]
        for one in likely:
            for number, sentence in enumerate(passage.sentences):
                if one.groups[0].isdisjoint(sentence.signs):
                    continue
                here = bits[number] | (bits[number + 1] if one.window > 1 and number + 1 < len(bits) else 0)
                if here & one.needed != one.needed:
                    continue
                wanted = frozenset().union(*one.groups)
                places = [unit for unit in range(sentence.start, sentence.end) if passage.marks[unit] in wanted]
                found.append((one.flag, one.id, places[0], places[-1] + 1, one.weight))
                break
        return found

    def _bits_in(self, signs: frozenset[str]) -> int:
        bits = 0
        for sign in signs & self._bits.keys():
            bits |= self._bits[sign]
        return bits

    def _together(self, row: dict[str, str], classes: Callable[[str], frozenset[str]]) -> Together:
        try:
            weight, window = float(row["weight"]), int(row["window"])
        except ValueError as error:
            raise ScreenBroken(f"red_flag_signs.csv, {row['id']}: {error}") from error
        groups = tuple(
            frozenset().union(*(classes(name) for name in group.split("/"))) for group in row["signs"].split()
        )
        if not groups or not 0 <= weight <= 1 or window not in (1, 2):
            raise ScreenBroken(f"red_flag_signs.csv, {row['id']}: no signs, or a weight or window that cannot be")
        needed = 0
        for group in groups:
            needed |= self._bit_of.setdefault(group, 1 << len(self._bit_of))
        return Together(row["id"], row["flag"], weight, window, groups, needed)

    @staticmethod
    def _foreign(passage: Passage) -> bool:
        return not all(clear.text.isascii() for _, clear in passage.fields())


def _in_a_row(words: Iterable[str]) -> str:
    """Words between marks that no word holds, so that whole words are found and counted."""
    return _BETWEEN + _BETWEEN.join(words) + _BETWEEN


def _bits(bit_of: dict[frozenset[str], int]) -> dict[str, int]:
    """For each sign the bits of the groups that it belongs to."""
    found: dict[str, int] = {}
    for group, bit in bit_of.items():
        for sign in group:
            found[sign] = found.get(sign, 0) | bit
    return found


def _units(passage: Passage) -> dict[int, int]:
    """For each word the unit of the grammar that it belongs to."""
    found: dict[int, int] = {}
    for unit, (first, last) in enumerate(zip(passage.first, passage.last, strict=True)):
        for word in range(first, last + 1):
            found[word] = unit
    return found
