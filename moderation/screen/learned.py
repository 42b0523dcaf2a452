"""The small learned part: how posts like these speak about a medicine, learned from the invented posts of the tests.

It looks only at sentences that name a medicine and the ones just after, and only at word classes in them and at whom
they speak of; its weights are rows of `learned.csv`, written by `python -m tests.screen.training`.
"""

import math
from pathlib import Path

from moderation.screen.errors import ScreenBroken
from moderation.screen.lexicon import BOUNDARY, COMMA, QUESTION, START, UNKNOWN, Lexicon
from moderation.screen.passage import Passage
from moderation.screen.types import Label
from moderation.screen.vocabulary import FOLDER, GENERIC, MEDICINE, WEAK, rows

ALWAYS = "always"  # the feature that every text has
_SAYS_NOTHING = frozenset({UNKNOWN, BOUNDARY, COMMA, QUESTION, START})
_NAMES = frozenset({MEDICINE, GENERIC, WEAK})
_WRITER, _READER = frozenset({"i", "me", "my"}), frozenset({"you", "your"})

Seen = dict[str, set[str]]  # where ("named", "named you", "after i ?") -> the classes there


class Learned:
    """Weights by label, place and class. Raises ScreenBroken when the file is not as it should be."""

    def __init__(self, lexicon: Lexicon, folder: Path = FOLDER) -> None:
        self._classes_of = {
            sign: tuple(sorted(classes - _SAYS_NOTHING)) for sign, classes in lexicon.classes_by_sign().items()
        }
        self._names = frozenset(sign for sign, classes in self._classes_of.items() if _NAMES & set(classes))
        self._asks = lexicon.question_marks
        self.labels: list[Label] = []
        # place -> class -> label -> weight
        weights: dict[str, dict[str, dict[Label, float]]] = {}
        for row in rows("learned.csv", folder):
            try:
                label, weight = Label(row["label"]), float(row["weight"])
                if label not in self.labels:
                    self.labels.append(label)
                weights.setdefault(row["place"], {}).setdefault(row["class"], {})[label] = weight
            except (KeyError, ValueError) as error:
                raise ScreenBroken(f"learned.csv: {row}") from error
        self._weights = {
            place: {
                name: tuple(by_label.get(label, 0.0) for label in self.labels) for name, by_label in classes.items()
            }
            for place, classes in weights.items()
        }
        if ALWAYS not in self._weights.get("", {}):
            raise ScreenBroken("learned.csv: no weight that every text has")

    def seen(self, passage: Passage) -> list[tuple[int, Seen]]:
        """For each sentence that names a medicine or follows one: its number, and what is seen there."""
        found: list[tuple[int, Seen]] = []
        if self._names.isdisjoint(passage.signs):
            return found
        last = -2
        for number, sentence in enumerate(passage.sentences):
            if not self._names.isdisjoint(sentence.signs):
                last, place = number, "named"
            elif number - last == 1:
                place = "after"
            else:
                continue
            classes: set[str] = set()
            for sign in sentence.signs:
                classes.update(self._classes_of.get(sign, ()))
            writer, reader = not classes.isdisjoint(_WRITER), not classes.isdisjoint(_READER)
            whom = ("both" if reader else "i") if writer else ("you" if reader else "nobody")
            spoken = f"{place} {whom} ?" if sentence.asks else f"{place} {whom}"
            found.append((number, {place: classes, spoken: classes | {ALWAYS}}))
        return found

    def scores(self, seen: list[tuple[int, Seen]]) -> dict[Label, float]:
        """How much these sentences together are like those that carry each label, 0..1."""
        together: Seen = {}
        for _, one in seen:
            for place, classes in one.items():
                together[place] = together[place] | classes if place in together else classes
        return dict(zip(self.labels, map(_chance, self._sums(together)), strict=True))

    def foremost(self, label: Label, seen: list[tuple[int, Seen]]) -> int:
        """Number of the sentence that speaks most for the label, of those that name a medicine."""
        naming = [one for one in seen if "named" in one[1]] or seen
        place = self.labels.index(label)
        return max(naming, key=lambda one: self._sums(one[1])[place])[0]

    def _sums(self, seen: Seen) -> list[float]:
        """For each label the sum of the weights of all that is seen."""
        parts = [self._weights[""][ALWAYS]]
        for place, classes in seen.items():
            known = self._weights.get(place)
            if known:
                parts += map(known.__getitem__, classes & known.keys())
        return [math.fsum(one) for one in zip(*parts, strict=True)]  # the same whatever the order


def _chance(total: float) -> float:
    return 1.0 / (1.0 + math.exp(-total))
