"""Signs that somebody may need help now: what is described, since when, by whom, and how urgent it is."""

import re
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from moderation.screen.choices import Words, last_of, read_term, words_of_term
from moderation.screen.errors import ScreenBroken
from moderation.screen.evidence import Evidence
from moderation.screen.grammar import Grammar, Together
from moderation.screen.normalise import fold
from moderation.screen.passage import Passage, Sentence
from moderation.screen.types import Kind, Label, Urgency
from moderation.screen.vocabulary import FOLDER, rows

# A phrase of the vocabulary by how urgent its flag is; a doubtful one hardly counts alone.
PHRASE = {Urgency.EMERGENCY: 0.55, Urgency.SAME_DAY: 0.42, Urgency.NEXT_WORKING_DAY: 0.4}
DOUBTFUL_PHRASE = 0.2
FACTORS = {
    "without a medicine in the text": 0.55,
    "happening now": 1.25,
    "told in the past tense": 0.75,
    "only feared, or said of anybody": 0.5,
    "looked at already": 0.5,
}
_OF_ONESELF = {"RF18", "RF19", "RF26"}  # suicide and self-harm, overdose, violence at home: kind R2
_HOPE = "RF30"
_CATCHING = {"RF01", "RF15", "RF16"}  # an illness beside "vaccine" is what the vaccine is for
_NEEDS_MEDICINE = {"RF01", "RF03", "RF04", "RF14", "RF15", "RF22", "RF27"}
_LIGHT = "light-"  # rules for words that play a danger down
_ALONE = ("breath", "fever-ill")  # grave whatever somebody takes
_NO_PREGNANCY_ON = re.compile(r"methotrexate|leflunomide|mycophenol|.*citinib")
_EVER_SINCE = frozenset({"since", "sinds", "depuis"})  # "I have had it since 2009" says nothing of today
_YEAR = re.compile(r"(?:19[5-9]\d|20[0-2]\d)$")


_Term = tuple[Words, str, bool, bool]  # words behind the first, flag or cue, needs a medicine, doubtful
_Seen = tuple[str, int, int]  # flag or cue, and the units start..end of the words that tell it
CUE = "cue:"  # in red_flag_terms.csv: words that are no flag by themselves, but a sign for red_flag_signs.csv
_WHOLE_TEXT = 0  # a window
_MOST_SENTENCES = 4
_URGED, _TOLD_OLD, _SETTLED = "urge", "longago", "settled"


class RedFlags:
    """Evidence for red flags. Raises ScreenBroken when a flag of a rule or phrase is not in red_flags.csv."""

    def __init__(self, grammar: Grammar, classes: Callable[[str], frozenset[str]], folder: Path = FOLDER) -> None:
        self.grammar = grammar
        self.urgency = {row["flag_id"]: Urgency(row["urgency"]) for row in rows("red_flags.csv", folder)}
        self._terms: dict[tuple[str, str], list[_Term]] = {}  # by the first two words
        self._single: dict[str, list[_Term]] = {}
        self._words: set[str] = set()
        self._cues: set[str] = set()
        for row in rows("red_flag_terms.csv", folder):
            flag = row["flag_id"]
            if flag.startswith(CUE):
                self._cues.add(flag.removeprefix(CUE))
            elif flag not in self.urgency:
                raise ScreenBroken(f"red_flag_terms.csv: unknown flag {flag}")
            needs, doubtful = row["needs_medicine_context"] == "yes", row["ambiguous"] == "yes"
            self._add_term(row["term"], flag, needs, doubtful)
        self.words = frozenset(self._words)
        self._alone = frozenset(self._single)
        self._bit_of: dict[frozenset[str], int] = {}  # of each group: signs of the grammar, and cues
        self.together = [self._together(row, classes) for row in rows("red_flag_signs.csv", folder)]
        self._bits = _bits(self._bit_of)
        self._without_cues = [one for one in self.together if not one.by_cues]
        self._with_cue = {
            cue: [one for one in self.together if one.by_cues and one.wanted & self._bits.get(cue, 0)]
            for cue in self._cues
        }
        self._by_cues = frozenset(one.id for one in self.together if one.by_cues)
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

    def _add_term(self, term: str, flag: str, needs: bool, doubtful: bool) -> None:
        self._words |= words_of_term(term)
        for first, further in read_term(term).items():
            for second, behind in further.items():
                if second:
                    self._terms.setdefault((first, second), []).append((behind, flag, needs, doubtful))
                else:
                    self._single.setdefault(first, []).append(({"": {}}, flag, needs, doubtful))

    def weigh(self, passage: Passage, tick: Callable[[], None]) -> list[Evidence]:
        """All evidence for red flags; each distinct flag counts once."""
        found: list[Evidence] = []
        seen = self._seen(passage)
        raw = [(name, f"phrase:{name}", start, end, weight) for name, start, end, weight in seen if weight]
        cues = _cues_of(seen)
        for sentence in passage.sentences if not self.grammar.anchors.isdisjoint(passage.signs) else ():
            tick()
            stretch = passage.marks[sentence.start : sentence.end]
            for hit in self.grammar.find(stretch, sentence.signs):
                start, end = sentence.start + hit.start, sentence.start + hit.end
                raw.append((hit.rule.kind, hit.rule.id, start, end, hit.rule.weight))
        raw += self.signs_together(passage, cues)
        if not raw:
            return found
        starts = [sentence.start for sentence in passage.sentences]
        said = frozenset(name for name, *_ in cues)
        around = _Around(
            not self._medicine.isdisjoint(passage.signs),
            not self._light.isdisjoint(passage.signs),
            frozenset(bisect_right(starts, start) - 1 for name, start, _ in cues if name == _URGED),
            _TOLD_OLD in said,
            _SETTLED in said,
        )
        for flag, rule, start, end, weight in raw:
            number = bisect_right(starts, start) - 1
            evidence = self._one(flag, rule, start, end, weight, number, passage, around)
            if evidence is not None:
                found.append(evidence)
        return found

    def _one(
        self, flag: str, rule: str, start: int, end: int, weight: float,
        number: int, passage: Passage, around: "_Around",
    ) -> Evidence | None:  # fmt: skip
        sentence = passage.sentences[number]
        by_cues = rule in self._by_cues
        before = passage.marks[max(sentence.start, start - 3) : start]
        if (
            not by_cues
            and not self._own_danger(flag)
            and not self._no.isdisjoint(before)
            and not self._not_without(before, sentence)
        ):
            return None
        if flag in _NEEDS_MEDICINE and not around.medicine and not by_cues and not rule.startswith(_ALONE):
            weight *= FACTORS["without a medicine in the text"]
        if flag == "RF14" and not any(_NO_PREGNANCY_ON.match(key) for key in passage.keys.values()):
            return None
        if flag == "RF02" and not any("methotrexate" in key for key in passage.keys.values()):
            return None
        if not self._now.isdisjoint(sentence.signs):
            weight = min(0.95, weight * FACTORS["happening now"])
        elif not by_cues and not self._was.isdisjoint(sentence.signs) and not self._own_danger(flag):
            weight *= FACTORS["told in the past tense"]
        supposed = not self._if.isdisjoint(sentence.signs) and not self._you.isdisjoint(sentence.signs)
        if not by_cues and (supposed or not self._feared.isdisjoint(sentence.signs)) and not self._own_danger(flag):
            weight *= FACTORS["only feared, or said of anybody"]
        if around.settled and not around.light and not rule.startswith(_LIGHT) and not self._own_danger(flag):
            weight *= FACTORS["looked at already"]
        if not rule.startswith(_LIGHT) and self._told_as_past(flag, number, passage, around):
            return Evidence(None, Kind.R6, rule, start, end, weight, "R6", flag)
        if flag in _CATCHING and any(
            "vaccin" in passage.keys.get(unit, "") for unit in range(max(0, start - 2), end + 3)
        ):
            return None
        if (number in around.urged and not self._own_danger(flag)) or (
            not self._help.isdisjoint(sentence.signs) and self._own.isdisjoint(sentence.signs)
        ):
            return Evidence(None, Kind.R4, rule, start, end, weight, "R4", flag)
        if rule.startswith(_LIGHT) or (around.light and not self._own_danger(flag)):
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

    def _told_as_past(self, flag: str, number: int, passage: Passage, around: "_Around") -> bool:
        """Long ago. For a danger to oneself only its own sentence can say so: a year nearby may be another's."""
        if self._own_danger(flag):
            return self._says_long_ago(passage.sentences[number], passage)
        return self._is_past(number, passage) or (around.old and not around.light)

    def _is_past(self, number: int, passage: Passage) -> bool:
        """Whether a sentence, or the one before it, says that it was long ago."""
        sentence = passage.sentences[number]
        return self._says_long_ago(sentence, passage) or (
            number > 0
            and self._now.isdisjoint(sentence.signs)
            and self._year_in(passage.words_in(passage.sentences[number - 1]))
        )

    def _says_long_ago(self, sentence: Sentence, passage: Passage) -> bool:
        if not self._past.isdisjoint(sentence.signs):
            return True
        words = passage.words_in(sentence)
        if "ans" in words and "il" in words and "y" in words:
            return True  # "il y a dix ans"
        return self._year_in(words)

    @staticmethod
    def _year_in(words: list[str]) -> bool:
        return any(
            len(word) == 4
            and word.isdigit()
            and _YEAR.match(word)
            and (not place or words[place - 1] not in _EVER_SINCE)
            for place, word in enumerate(words)
        )

    def _seen(self, passage: Passage) -> list[tuple[str, int, int, float]]:
        """The phrases and cues of red_flag_terms.csv: flag or cue, units start..end, weight."""
        found: list[tuple[str, int, int, float]] = []
        terms = self._terms
        words = [fold(word) for word in passage.words] if self._foreign(passage) else passage.words
        begun: list[tuple[int, int, list[_Term]]] = [
            (index, -2, terms[pair]) for index, pair in enumerate(pairwise(words)) if pair in terms
        ]
        alone = self._alone.intersection(words)
        if alone:
            begun += [(index, -1, self._single[word]) for index, word in enumerate(words) if word in alone]
            begun.sort()  # two at one place differ in their length
        if not begun:
            return found
        medicine = not self._medicine.isdisjoint(passage.signs)
        for index, length, here in begun:
            for further, name, needs, doubtful in here:
                if needs and not medicine:
                    continue
                last = last_of(words, index - length, further)
                if last < 0:
                    continue
                start, end = _unit_of(index, passage), _unit_of(last, passage)
                if start >= 0 and end >= 0:
                    known = name.startswith(CUE)
                    weight = 0.0 if known else DOUBTFUL_PHRASE if doubtful else PHRASE[self.urgency[name]]
                    found.append((name, start, end + 1, weight))
        return found

    def signs_together(
        self, passage: Passage, cues: list[_Seen] | None = None
    ) -> list[tuple[str, str, int, int, float]]:
        """Signs that stand together, each at the first sentence that begins such a group."""
        found: list[tuple[str, str, int, int, float]] = []
        if cues is None:
            cues = _cues_of(self._seen(passage))
        everywhere = self._bits_in(passage.signs) | self._bits_in(frozenset(name for name, *_ in cues))
        missing = ~everywhere
        likely = [
            one
            for one in self._candidates(cues)
            if not one.needed & missing and not one.unless & everywhere and (not one.several or one.all_in(everywhere))
        ]
        if not likely:
            return found
        bits = [self._bits_in(sentence.signs) for sentence in passage.sentences]
        starts = [sentence.start for sentence in passage.sentences]
        cues_of: dict[int, list[_Seen]] = {}
        for cue in cues:
            number = bisect_right(starts, cue[1]) - 1
            bits[number] |= self._bits.get(cue[0], 0)
            cues_of.setdefault(number, []).append(cue)
        for one in likely:
            for number, sentence in enumerate(passage.sentences):
                if not bits[number] & (one.wanted if one.by_cues else one.first):
                    continue
                here = everywhere if one.window == _WHOLE_TEXT else 0
                for further in bits[number : number + one.window]:
                    here |= further
                if one.all_in(here):
                    span = self._span(one.wanted, sentence, passage, cues_of.get(number, ()))
                    found.append((one.flag, one.id, *span, one.weight))
                    break
        return found

    def _candidates(self, cues: list[_Seen]) -> list[Together]:
        """The rules for signs of which at least one cue was seen, and all that need none."""
        if not cues:
            return self._without_cues
        found = {one.id: one for name in {name for name, *_ in cues} for one in self._with_cue[name]}
        return self._without_cues + [found[name] for name in sorted(found)]

    def _span(self, wanted: int, sentence: Sentence, passage: Passage, cues: Sequence[_Seen]) -> tuple[int, int]:
        """From the first to the last of the signs that stand in a sentence."""
        bits = self._bits
        places = [
            (unit, unit + 1)
            for unit in range(sentence.start, sentence.end)
            if bits.get(passage.marks[unit], 0) & wanted
        ]
        places += [(start, min(end, sentence.end)) for name, start, end in cues if bits.get(name, 0) & wanted]
        return min(start for start, _ in places), max(end for _, end in places)

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
        needed, unless, first = 0, 0, 0
        several: list[tuple[int, int]] = []
        by_cues = False
        for group in row["signs"].split():
            names = group.lstrip("!").rpartition(":")[2].split("/")
            by_cues = by_cues or (not self._cues.isdisjoint(names) and group[0] != "!")
            sets = [frozenset({name}) if name in self._cues else classes(name) for name in names]
            if group.startswith("!"):
                unless |= self._bit(frozenset().union(*sets))
            elif ":" in group:
                mask = 0
                for one in sets:
                    mask |= self._bit(one)
                several.append((int(group[0]), mask))
            else:
                needed |= self._bit(frozenset().union(*sets))
                first = first or needed
        if not (needed or several) or not 0 <= weight <= 1 or not 0 <= window <= _MOST_SENTENCES:
            raise ScreenBroken(f"red_flag_signs.csv, {row['id']}: no signs, or a weight or window that cannot be")
        return Together(row["id"], row["flag"], weight, window, needed, tuple(several), unless, first, by_cues)

    def _bit(self, group: frozenset[str]) -> int:
        return self._bit_of.setdefault(group, 1 << len(self._bit_of))

    @staticmethod
    def _foreign(passage: Passage) -> bool:
        return not all(clear.text.isascii() for _, clear in passage.fields())


@dataclass(frozen=True, slots=True)
class _Around:
    """What the rest of a text says of the dangers in it."""

    medicine: bool
    light: bool  # they are played down
    urged: frozenset[int]  # the sentences that tell somebody to get help; they protect themselves only
    old: bool  # all of it is long ago
    settled: bool  # somebody has looked at it


def _cues_of(seen: list[tuple[str, int, int, float]]) -> list[_Seen]:
    return [(name.removeprefix(CUE), start, end) for name, start, end, weight in seen if not weight]


def _bits(bit_of: dict[frozenset[str], int]) -> dict[str, int]:
    """For each sign and cue the bits of the groups that it belongs to."""
    found: dict[str, int] = {}
    for group, bit in bit_of.items():
        for sign in group:
            found[sign] = found.get(sign, 0) | bit
    return found


def _unit_of(word: int, passage: Passage) -> int:
    """The unit of the grammar that a word belongs to; -1 for none."""
    unit = bisect_right(passage.first, word) - 1
    return unit if unit >= 0 and passage.last[unit] >= word else -1
