"""The invented posts of this folder: their words, the kinds they hold, and the words they answer."""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from moderation.screen import Kind, Label, Text, Verdict, screen

LABEL_OF = {
    Kind.M1: Label.MEDICATION_ADVICE, Kind.M2: Label.MEDICATION_ADVICE, Kind.M3: Label.MEDICATION_ADVICE,
    Kind.M4: Label.MEDICATION_ADVICE, Kind.M7: Label.MEDICATION_ADVICE, Kind.M6: Label.MEDICATION_QUESTION,
    Kind.A1: Label.ALTERNATIVE_THERAPY, Kind.A2: Label.ALTERNATIVE_THERAPY, Kind.A3: Label.ALTERNATIVE_THERAPY,
    Kind.A4: Label.ALTERNATIVE_THERAPY, Kind.R1: Label.RED_FLAG, Kind.R2: Label.RED_FLAG, Kind.R3: Label.RED_FLAG,
    Kind.R5: Label.RED_FLAG, Kind.I1: Label.PERSONAL_DETAILS, Kind.I2: Label.PERSONAL_DETAILS,
}  # fmt: skip
# Written by others than those who wrote the rules, to be hard: what they hold stands between the lines.
BETWEEN_THE_LINES = frozenset({"en_border", "en_danger", "en_outside", "en_america", "nl_others", "fr_others"})
HOLD = {Label.MEDICATION_ADVICE, Label.ALTERNATIVE_THERAPY}


@dataclass(frozen=True)
class Example:
    """One invented post. kinds: empty for ordinary peer talk."""

    file: str
    words: str
    kinds: frozenset[Kind]
    answers: str

    @property
    def language(self) -> str:
        return self.file[:2]

    @property
    def labels(self) -> frozenset[Label]:
        return frozenset(LABEL_OF[kind] for kind in self.kinds if kind in LABEL_OF)

    @property
    def verdict(self) -> Verdict:
        return verdict(self.words, self.answers)


@cache
def verdict(words: str, answers: str = "") -> Verdict:
    return screen(Text(body=words, reply_to=answers))


@cache
def examples(language: str = "") -> tuple[Example, ...]:
    """All examples, or those of one language (en, nl, fr)."""
    found = []
    for file in sorted((Path(__file__).parent / "examples").glob("*.tsv")):
        with file.open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
                kinds = frozenset(Kind(one) for one in row["kinds"].split("+") if one != "none")
                found.append(Example(file.stem, row["text"], kinds, row["answers"] or ""))
    return tuple(one for one in found if not language or one.language == language)


def told_plainly(language: str = "") -> tuple[Example, ...]:
    """All but what stands between the lines."""
    return tuple(one for one in examples(language) if one.file not in BETWEEN_THE_LINES)


def between_the_lines(file: str) -> tuple[Example, ...]:
    """The posts of one file of those that are hard."""
    return tuple(one for one in examples() if one.file == file)
