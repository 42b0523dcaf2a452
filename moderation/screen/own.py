"""A centre's own words beside the vocabulary: the same screen, that knows some more names and phrases.

Everything heavy is shared with the screen that it starts from: a centre's own costs milliseconds and a few megabytes.
"""

import copy
import hashlib
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from moderation.screen.disguise import Disguise
from moderation.screen.errors import ScreenBroken
from moderation.screen.evidence import Evidence
from moderation.screen.judge import Screen
from moderation.screen.lexicon import Entry, Lexicon
from moderation.screen.normalise import fold
from moderation.screen.passage import Passage
from moderation.screen.spelling import Spelling
from moderation.screen.therapies import Therapies
from moderation.screen.types import Finding, Kind, Label, Urgency
from moderation.screen.vocabulary import MEDICINE, THERAPY, tokens_of

LONGEST = 8  # words of a phrase
_BETWEEN = frozenset({"\n", "-", "/", ","})  # passed over between the words of a phrase


class What(StrEnum):
    """What a term is: a name, of which the rules then judge what is said, or words that have one meaning always."""

    MEDICINE = MEDICINE
    THERAPY = THERAPY
    STEERS = "M1"
    CLAIMS = "M2"
    PRAISES = "A1"
    DANGER_NOW = "R1"
    DANGER_TODAY = "R1_today"
    ONESELF = "R2"
    SOON = "R3"


NAMES = frozenset({What.MEDICINE, What.THERAPY})


@dataclass(frozen=True, slots=True)
class Sense:
    """What a phrase makes of a text. why: a code of REASONS; the author reads that sentence, never the term."""

    label: Label
    kind: Kind
    why: str
    urgency: Urgency | None = None


SENSES: dict[What, Sense] = {
    What.STEERS: Sense(Label.MEDICATION_ADVICE, Kind.M1, "M1_take"),
    What.CLAIMS: Sense(Label.MEDICATION_ADVICE, Kind.M2, "M2_claim"),
    What.PRAISES: Sense(Label.ALTERNATIVE_THERAPY, Kind.A1, "A1_claim"),
    What.DANGER_NOW: Sense(Label.RED_FLAG, Kind.R1, "R1", Urgency.EMERGENCY),
    What.DANGER_TODAY: Sense(Label.RED_FLAG, Kind.R1, "R1", Urgency.SAME_DAY),
    What.ONESELF: Sense(Label.RED_FLAG, Kind.R2, "R2", Urgency.EMERGENCY),
    What.SOON: Sense(Label.RED_FLAG, Kind.R3, "R3", Urgency.NEXT_WORKING_DAY),
}


@dataclass(frozen=True, slots=True)
class Term:
    """One term. words: as `key_of` gives them; what: a value of What."""

    id: int
    words: str
    what: str


def key_of(words: str) -> str:
    """A term as the screen reads it: plain words in a row, one space between; empty where nothing is readable."""
    return " ".join(tokens_of(words))


def fingerprint(terms: Iterable[Term]) -> str:
    """A short hash over the terms, whatever their order; the same terms give the same one. Empty for none."""
    lines = sorted(f"{one.what}\0{one.words}\n" for one in terms)
    return hashlib.sha256("".join(lines).encode()).hexdigest()[:12] if lines else ""


def known_as(screen: Screen, words: str) -> str | None:
    """The class of names that the vocabulary has these words in, "" for words of the grammar, None for unknown ones."""
    lexicon = screen.lexicon
    entry = lexicon.entries.get(tuple(words.split()))
    if entry is None:
        return None
    classes = lexicon.classes()
    return next((name for name in (MEDICINE, THERAPY) if not set(classes[name]).isdisjoint(entry.marks)), "")


class OwnScreen(Screen):
    """A screen that knows `terms` too. Raises ScreenBroken when one of them cannot be used.

    It does not call `Screen.__init__`: rules, flags and vocabulary are those of `base`, read once for all centres.
    """

    def __init__(self, base: Screen, terms: Sequence[Term]) -> None:
        self.__dict__ |= base.__dict__
        names: list[tuple[list[str], str, str]] = []
        phrases: dict[str, _Node] = {}
        for term in terms:
            words = term.words.split()
            if not words or len(words) > LONGEST or not words[0][0].isalnum() or term.what not in list(What):
                raise ScreenBroken(f"own term {term.id} cannot be used")
            for form in (words, [fold(word) for word in words]):  # informal spelling drops accents
                if term.what in NAMES:
                    names.append((form, term.what, f"own-{term.id}"))
                else:
                    _plant(phrases, form, term)
        self.lexicon = _with_names(base.lexicon, names)
        self._therapies = _AndPhrases(base._therapies, phrases)  # type: ignore[assignment]  # weighs just so
        self._disguise = _also_knowing(base._disguise, self.lexicon, {word for one in terms for word in _spelt(one)})
        self._senses = {f"own-{one.id}": SENSES[What(one.what)] for one in terms if one.what not in NAMES}
        self.version = f"{base.version}+{fingerprint(terms)}"

    def _finding(self, one: Evidence, passage: Passage) -> Finding:
        found = super()._finding(one, passage)
        sense = self._senses.get(one.rule)
        return found if sense is None else replace(found, urgency=sense.urgency)


def _spelt(term: Term) -> list[str]:
    return [spelling for word in term.words.split() for spelling in (word, fold(word))]


def _with_names(base: Lexicon, names: list[tuple[list[str], str, str]]) -> Lexicon:
    """A lexicon that has the names too. It only uses signs that `base` has, so that all rules still fit."""
    own = copy.copy(base)
    own._dull = set()  # what the base has found to mean nothing may mean something here
    own.entries, own._single, own._phrases = dict(base.entries), dict(base._single), dict(base._phrases)
    own._alone = tuple(map(dict, base._alone))
    for words, what, key in names:
        first = words[0]
        entry = Entry((base._marks_of_close[what],) * len(base._alone), key)
        own.entries[tuple(words)] = entry
        if len(words) == 1:
            own._single[first] = entry
            for reading in own._alone:
                reading.pop(first, None)  # it names something now: `_meaning` looks it up
            continue
        begun = [one for one in own._phrases.get((first, words[1]), []) if one[0] != words[2:]]
        own._phrases[first, words[1]] = sorted([*begun, (words[2:], entry)], key=lambda one: -len(one[0]))
        if first not in own._single and not first[0].isdigit():
            for reading in own._alone:
                reading[first] = own._unknown  # a word that is known is no close spelling of another
    own.parts = base.parts | {word for words, *_ in names for word in words}
    own.spelling = _spelling(base.spelling, own, names)
    return own


def _spelling(base: Spelling, lexicon: Lexicon, names: list[tuple[list[str], str, str]]) -> Spelling:
    """Close spelling and Dutch compounds of the names too, where they are one word of seven letters and more."""
    own = copy.copy(base)
    own._single, own._cache = lexicon._single, {}
    long = {words[0]: (what, key) for words, what, key in names if len(words) == 1 and _is_long(words[0])}
    if long:
        own._names = base._names | long
        own._by_deletion = dict(base._by_deletion)
        for name in long:
            for spelt in (name, *(name[:place] + name[place + 1 :] for place in range(len(name)))):
                own._by_deletion.setdefault(spelt, name)
    return own


def _is_long(word: str) -> bool:
    return len(word) >= 7 and word.isascii() and word.isalpha()


def _also_knowing(base: Disguise, lexicon: Lexicon, words: set[str]) -> Disguise:
    """Disguises are undone for the own words too: spelt out, stretched, with digits for letters."""
    beginnings = {word[:end] for word in words for end in range(1, len(word) + 1)}
    known, begins = base._known, base._begins
    return Disguise(
        lambda word: word in words or known(word) or lexicon.knows(word),
        lambda start: start in beginnings or begins(start),
    )


class _Node:
    """One word of the phrases so far: what may follow, and what ends here."""

    __slots__ = ("following", "term")

    def __init__(self) -> None:
        self.following: dict[str, _Node] = {}
        self.term: Term | None = None


def _plant(phrases: dict[str, _Node], words: list[str], term: Term) -> None:
    node = phrases.setdefault(words[0], _Node())
    for word in words[1:]:
        node = node.following.setdefault(word, _Node())
    node.term = term


class _AndPhrases:
    """Weighs therapies, and phrases that count wherever they stand. Each place of a text is looked at LONGEST words."""

    def __init__(self, therapies: Therapies, phrases: dict[str, _Node]) -> None:
        self._therapies, self._phrases = therapies, phrases

    def weigh(self, passage: Passage) -> list[Evidence]:
        found = self._therapies.weigh(passage)
        words, phrases = passage.words, self._phrases
        for start, word in enumerate(words):
            if word in phrases:
                found += self._begun(words, start, passage)
        return found

    def _begun(self, words: list[str], start: int, passage: Passage) -> list[Evidence]:
        """All phrases that begin at this word."""
        found: list[Evidence] = []
        node, place = self._phrases[words[start]], start
        while True:
            if node.term is not None:
                sense = SENSES[What(node.term.what)]
                units = bisect_right(passage.first, start) - 1, bisect_right(passage.first, place)
                rule = f"own-{node.term.id}"
                found.append(Evidence(sense.label, sense.kind, rule, max(0, units[0]), units[1], 1.0, sense.why))
            place += 1
            while place < len(words) and words[place] in _BETWEEN:
                place += 1
            following = node.following.get(words[place]) if place < len(words) else None
            if following is None:
                return found
            node = following
