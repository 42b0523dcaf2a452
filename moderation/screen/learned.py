"""The small learned part: how people speak who steer others or ask about a medicine, learned from invented posts alone.

It reads a post sentence by sentence and looks at its words, at neighbouring words, at the word classes in it and in the
sentence before, and at where a medicine is named. A post is as telling as its most telling sentence: that sentence is
the finding. The weights are rows of `learned.csv`, written by `python -m tests.screen.training`.
"""

import math
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise, repeat
from pathlib import Path

from moderation.screen.errors import ScreenBroken
from moderation.screen.lexicon import BOUNDARY, COMMA, QUESTION, START, UNKNOWN, Lexicon
from moderation.screen.passage import Passage
from moderation.screen.types import Label
from moderation.screen.vocabulary import FOLDER, GENERIC, MEDICINE, WEAK, rows

LABELS = (Label.MEDICATION_ADVICE, Label.MEDICATION_QUESTION)
UNIT = 100  # weights are whole hundredths: their sum is then the same in whatever order they are added
_SAYS_NOTHING = frozenset({UNKNOWN, BOUNDARY, COMMA, QUESTION, START})
_NAMES = frozenset({MEDICINE, GENERIC, WEAK})
_NEAR = 2  # sentences
_NOTHING = repeat(0j)

# The weights for both labels as one number, advice the real part: most of the time goes into adding them up.
Weights = complex


@dataclass(frozen=True, slots=True)
class Telling:
    """How much a text is like those that carry a label, 0..1, and the number of the sentence that says so most."""

    chance: float
    sentence: int


class Learned:
    """Weights of what may be seen in a sentence. Raises ScreenBroken when the file is not as it should be."""

    def __init__(self, lexicon: Lexicon, folder: Path = FOLDER) -> None:
        classes = {sign: sorted(one - _SAYS_NOTHING) for sign, one in lexicon.classes_by_sign().items()}
        self._classes = {sign: tuple(one) for sign, one in classes.items()}
        self._names = frozenset(sign for sign, one in self._classes.items() if not _NAMES.isdisjoint(one))
        weights: dict[str, dict[str, Weights]] = {"word": {}, "pair": {}, "class": {}, "before": {}, "sentence": {}}
        for row in rows("learned.csv", folder):
            try:
                advice, question = (round(float(row[label]) * UNIT) for label in LABELS)
                weights[row["place"]][row["seen"]] = complex(advice, question)
            except (KeyError, ValueError) as error:
                raise ScreenBroken(f"learned.csv: {row}") from error
        if "always" not in weights["sentence"]:
            raise ScreenBroken("learned.csv: no weight that every sentence has")
        self._words, self._sentence = weights["word"], weights["sentence"]
        self._weight = {(place, what): one for place, seen in weights.items() for what, one in seen.items()}
        self._pairs = {tuple(pair.split(" ")): one for pair, one in weights["pair"].items()}
        if any(len(pair) != 2 for pair in self._pairs):
            raise ScreenBroken("learned.csv: a pair is two words")
        self._here = self._by_sign(weights["class"])
        self._before = self._by_sign(weights["before"])

    def _by_sign(self, weights: dict[str, Weights]) -> dict[str, Weights]:
        """The weights of all classes that a character stands for, added up."""
        return {sign: sum(weights.get(one, 0j) for one in classes) for sign, classes in self._classes.items()}

    def reads(self, passage: Passage) -> bool:
        """Whether there is anything to say: a medicine is named, surely or perhaps."""
        return not self._names.isdisjoint(passage.signs)

    def seen(self, passage: Passage) -> list[Counter[tuple[str, str]]]:
        """For each sentence what is seen there, as (place, what) with its number of times; for learning the weights."""
        found: list[Counter[tuple[str, str]]] = []
        before: list[str] = []
        for number, sentence in enumerate(passage.sentences):
            words = passage.words_in(sentence)
            here = [one for sign in sentence.signs for one in self._classes.get(sign, ())]
            seen = Counter(("word", one) for one in words)
            seen.update(("pair", " ".join(one)) for one in pairwise(words))
            seen.update(("class", one) for one in here)
            seen.update(("before", one) for one in before)
            seen.update(("sentence", one) for one in self._facts(passage, number))
            found.append(seen)
            before = here
        return found

    def judge(self, passage: Passage) -> dict[Label, Telling]:
        """For each label the most telling of the sentences that the author has written now; {} where there is none."""
        sums: list[tuple[int, Weights]] = []
        before: frozenset[str] = frozenset()
        for number, sentence in enumerate(passage.sentences):
            if sentence.end > passage.new_from:
                words = passage.words_in(sentence)
                told = sum(map(self._words.get, words, _NOTHING)) + sum(map(self._pairs.get, pairwise(words), _NOTHING))
                told += sum(map(self._here.__getitem__, sentence.signs)) + sum(map(self._before.__getitem__, before))
                sums.append((number, told + sum(map(self._sentence.get, self._facts(passage, number), _NOTHING))))
            before = sentence.signs
        if not sums:
            return {}
        number, told = max(sums, key=lambda one: one[1].real)
        advice = Telling(_chance(told.real / UNIT), number)
        number, told = max(sums, key=lambda one: one[1].imag)
        return dict(zip(LABELS, (advice, Telling(_chance(told.imag / UNIT), number)), strict=True))

    def parts(self, passage: Passage, label: Label, number: int) -> list[tuple[str, float]]:
        """What a sentence's sum for a label is made of, heaviest first: "word push", "pair if i", "class you"."""
        found: list[tuple[str, float]] = []
        for (place, what), times in self.seen(passage)[number].items():
            weight = self._weight.get((place, what), 0j)
            part = times * (weight.real if label == LABELS[0] else weight.imag) / UNIT
            if part:
                found.append((f"{place} {what}", round(part, 2)))
        return sorted(found, key=lambda one: (-abs(one[1]), one[0]))

    def _facts(self, passage: Passage, number: int) -> list[str]:
        """What holds for the sentence as a whole."""
        facts = ["always"]
        if passage.sentences[number].asks:
            facts.append("asks")
        near = passage.sentences[max(0, number - _NEAR) : number]
        if not self._names.isdisjoint(passage.sentences[number].signs):
            facts.append("names a medicine")
        elif any(not self._names.isdisjoint(one.signs) for one in near):
            facts.append("after a medicine")
        else:
            facts.append("far from a medicine")
        return facts


def _chance(total: float) -> float:
    return 1.0 / (1.0 + math.exp(-total))
