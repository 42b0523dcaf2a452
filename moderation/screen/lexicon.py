"""Give every word of a text its place in the grammar: one character for each distinct set of classes.

A text then is a short string, and a rule is a pattern over that string: "you must stop_b ..3 med". A word that
belongs to several classes ("recommended") gets a character of its own that stands for all of them.
"""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import compress, pairwise, repeat
from pathlib import Path

from moderation.screen.errors import ScreenBroken
from moderation.screen.normalise import fold
from moderation.screen.spelling import Spelling
from moderation.screen.vocabulary import (
    FOLDER,
    MEDICINE,
    THERAPY,
    WEAK,
    WEAK_THERAPY,
    Form,
    grammar_forms,
    medicine_forms,
    not_names,
    therapy_forms,
)  # fmt: skip

LANGUAGES = ("en", "nl", "fr")
_READINGS = 2 * len(LANGUAGES)
UNKNOWN, BOUNDARY, COMMA, QUESTION, NUMBER, START = "x", "bnd", "comma", "qm", "num", "bos"
_OBJECTS = {MEDICINE, "gen", WEAK, THERAPY, WEAK_THERAPY}
_PUNCTUATION = {"!": BOUNDARY, "\n\n": BOUNDARY, "?": QUESTION, ",": COMMA, ":": COMMA, ";": COMMA}
_PUNCTUATION |= {"(": COMMA, ")": COMMA, '"': COMMA}
_DOSE_UNITS = frozenset({"mg", "mgs", "mcg", "milligram", "milligrams", "milligramme", "milligrammes"})
_PERSONS = {"i", "me", "my", "you", "your"}
_WITHOUT_PERSON = {
    "rec",
    "cheer",
    "thanks",
    "ask",
    "anyone",
    "x",
    "wish",
    "light",
    "gethelp",
    "same",
    "yes",
    "det",
    "adv",
}
_PASSED = frozenset({"\n", "-", "/"})  # between the words of a phrase
_OPEN = "?"  # in place of a mark that is still to be found
_DULL_LIMIT = 50_000  # a cache, not a leak: strangers choose these words
_SILENT = ("\n", "-", "/", "%", "°", "€", "$", "@", "+", "=")
_NO_STOP_AFTER = frozenset(
    {"oz", "mg", "approx", "max", "min", "dr", "mr", "mrs", "ms", "vs", "eg", "ie", "prof", "bv", "bijv", "incl", "st"}
)


@dataclass(frozen=True, slots=True)
class Entry:
    """What one written form means: its character in each reading (see `language`), what it names, how it is written."""

    marks: tuple[str, ...]
    key: str = ""
    as_written: str = ""


@dataclass(slots=True)
class Tagged:
    """A text in the grammar: `marks` has one character for each unit, the lists one entry for each unit."""

    marks: str
    first: list[int]  # index of the unit's first token
    last: list[int]
    keys: dict[int, str]  # unit -> substance or therapy named


class Lexicon:
    """All written forms. Built once; raises ScreenBroken when the vocabulary holds nothing or contradicts itself."""

    def __init__(self, folder: Path = FOLDER) -> None:
        meanings: dict[tuple[str, ...], dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        keys: dict[tuple[str, ...], tuple[str, str]] = {}
        names = [*medicine_forms(folder), *therapy_forms(folder)]
        if not names:
            raise ScreenBroken("the vocabulary names nothing")
        for form in grammar_forms(folder):
            meanings[form.words][form.language].add(form.grammar)
        self._keep_persons(meanings)
        self._add_names(names, meanings, keys, not_names(folder))
        self._signs: dict[frozenset[str], str] = {}
        for alone in (UNKNOWN, BOUNDARY, COMMA, QUESTION, NUMBER, START):
            self._sign({alone})
        for grammar in _OBJECTS:
            self._sign({grammar})
        self.entries: dict[tuple[str, ...], Entry] = {}
        marks_of: dict[frozenset[tuple[str, frozenset[str]]], tuple[str, ...]] = {}  # many words mean the same
        for words, by_language in meanings.items():
            meaning = frozenset((language, frozenset(classes)) for language, classes in by_language.items())
            if meaning not in marks_of:
                marks_of[meaning] = self._marks(by_language)
            self.entries[words] = Entry(marks_of[meaning], *keys.get(words, ("", "")))
        self._unaccented()
        self._single: dict[str, Entry] = {}
        # the first two words -> the rest of each phrase, longest first
        self._phrases: dict[tuple[str, str], list[tuple[list[str], Entry]]] = {}
        for words, entry in self.entries.items():
            if len(words) == 1:
                self._single[words[0]] = entry
            else:
                self._phrases.setdefault((words[0], words[1]), []).append((list(words[2:]), entry))
        for phrases in self._phrases.values():
            phrases.sort(key=lambda one: -len(one[0]))
        self._tells = self._telling_words(meanings)
        self.spelling = Spelling(self._single, folder)
        self._marks_of_close = {grammar: self._sign({grammar}) for grammar in _OBJECTS}
        self._dose = self._sign({"gen", "unit"})
        self._unknown = self._sign({UNKNOWN})
        number = self._sign({NUMBER})
        self._number = Entry((number,) * _READINGS)
        self._boundary = self._sign({BOUNDARY})
        self.question_marks = self._sign({QUESTION})
        self.punctuation = frozenset({self._boundary, self.question_marks, self._sign({COMMA})})
        self.edges = re.compile(f"[{self._boundary}{self.question_marks}]")
        silent = dict.fromkeys(_SILENT, "") | {one: self._sign({sign}) for one, sign in _PUNCTUATION.items()}
        # Words that mean the same wherever they stand alone. Names and doses are looked at one by one.
        opening = {first for first, _ in self._phrases if first not in self._single and not first[0].isdigit()}
        fixed = {
            word: entry.marks
            for word, entry in self._single.items()
            if not entry.key and not entry.as_written and word not in _DOSE_UNITS
        }
        self._alone = tuple(
            dict.fromkeys(opening, self._unknown) | {word: marks[reading] for word, marks in fixed.items()} | silent
            for reading in range(_READINGS)
        )
        self.parts = frozenset(word for words in self.entries for word in words)  # all words, alone or in a phrase
        self._dull: set[str] = set()  # words seen before that mean nothing to the grammar

    @staticmethod
    def _keep_persons(meanings: dict[tuple[str, ...], dict[str, set[str]]]) -> None:
        """A phrase says of whom it speaks too: "worked for me" is about the writer, "raises your" about the reader."""
        for words, by_language in meanings.items():
            if len(words) == 1:
                continue
            for language, classes in by_language.items():
                if not classes <= _WITHOUT_PERSON:
                    for word in words:
                        classes |= meanings.get((word,), {}).get(language, set()) & _PERSONS

    @staticmethod
    def _add_names(
        names: list[Form],
        meanings: dict[tuple[str, ...], dict[str, set[str]]],
        keys: dict[tuple[str, ...], tuple[str, str]],
        ordinary: frozenset[str],
    ) -> None:
        """ordinary: words that a name without its accents would be ("jeûne" is a fast, "jeune" is young)."""
        strength = {MEDICINE: 5, THERAPY: 4, "gen": 3, WEAK_THERAPY: 2, WEAK: 1}
        best: dict[tuple[str, ...], list[Form]] = {}
        for form in names:
            for words in {form.words, tuple(fold(word) for word in form.words)}:
                if words != form.words and words[0] in ordinary:
                    continue
                others = best.setdefault(words, [])
                if others and strength[form.grammar] > strength[others[0].grammar]:
                    others.clear()
                if not others or form.grammar == others[0].grammar:
                    others.append(form)
        for words, forms in best.items():
            form = forms[0]
            doubtful = form.grammar in (WEAK, WEAK_THERAPY)
            # A doubtful name belongs to its language alone ("look" is garlic in Dutch only), and where it is also
            # a word of the grammar it stays both ("over", "reste").
            own = {one.language for one in forms} if doubtful else {"xx"}
            before = {one: set(classes) for one, classes in meanings[words].items()}
            for language in LANGUAGES:
                found = meanings[words][language]
                found |= before.get("xx", set())
                if not doubtful:
                    found.clear()
                if own & {"xx", language}:
                    found.add(form.grammar)
            keys[words] = (form.key, form.as_written)

    def _sign(self, classes: set[str]) -> str:
        return self._signs.setdefault(frozenset(classes), chr(0x100 + len(self._signs)))

    def _marks(self, by_language: dict[str, set[str]]) -> tuple[str, ...]:
        everywhere = set().union(*by_language.values())
        mixed = [self._sign(by_language.get(one) or everywhere) for one in LANGUAGES]
        alone = [self._sign(by_language.get(one) or by_language.get("xx") or {UNKNOWN}) for one in LANGUAGES]
        return (*mixed, *alone)

    def _unaccented(self) -> None:
        """Informal spelling drops accents: "arrete" is then both the order and the story."""
        bare: dict[tuple[str, ...], set[str]] = defaultdict(set)
        by_sign = {sign: classes for classes, sign in self._signs.items()}
        for words, entry in self.entries.items():
            without = tuple(fold(word) for word in words)
            if without != words:
                bare[without] |= by_sign[entry.marks[2]]
        for words, classes in bare.items():
            if words not in self.entries:
                sign = self._sign(classes)
                self.entries[words] = Entry((sign, sign, sign, *[self._sign({UNKNOWN})] * 2, sign))
            elif not self.entries[words].key:
                known = self.entries[words].marks
                sign = self._sign(set(by_sign.get(known[2], frozenset())) | classes)
                self.entries[words] = Entry((known[0], known[1], sign, known[3], known[4], sign))

    @staticmethod
    def _telling_words(meanings: dict[tuple[str, ...], dict[str, set[str]]]) -> dict[str, int]:
        """Words of the grammar that only one of the languages has, with its number."""
        found: dict[str, int] = {}
        for words, by_language in meanings.items():
            language = next(iter(by_language))
            if len(words) == 1 and len(by_language) == 1 and language in LANGUAGES:
                found[words[0]] = LANGUAGES.index(language)
        return found

    def knows(self, word: str) -> bool:
        """Whether a word is in the vocabulary, alone or in a phrase, or is a name spelt closely."""
        return (
            word in self.parts or fold(word) in self.parts or (len(word) >= 7 and self.spelling.word(word) is not None)
        )

    def classes_by_sign(self) -> dict[str, frozenset[str]]:
        """Each character with the classes that it stands for."""
        return {sign: classes for classes, sign in self._signs.items()}

    def classes(self) -> dict[str, str]:
        """Class name -> all characters that stand for it (for compiling rules)."""
        found: dict[str, list[str]] = defaultdict(list)
        for classes, sign in self._signs.items():
            for one in classes:
                found[one].append(sign)
        return {one: "".join(signs) for one, signs in found.items()}

    def language(self, words: list[str]) -> int:
        """Which reading of words to take: 0 English, 1 Dutch, 2 French.

        Words that only another language has count when that language is there at all; 3, 4 and 5 stand for a text
        in one language alone, where "solution" in English is not a French word.
        """
        told = list(map(self._tells.get, set(words)))
        votes = [told.count(number) for number in range(len(LANGUAGES))]
        first = max(votes)
        language = votes.index(first)
        others = sum(votes) - first
        return language + 3 if first >= 4 and others * 8 <= first else language

    def tag(self, words: list[str], written: Callable[[int], str]) -> Tagged:
        """Translate words into the grammar, longest phrase first; disguised and misspelt words are recovered.

        written: the given spelling of the word at an index, for abbreviations that must be written so.
        """
        language = self.language(words)
        said: list[str] = words
        places: Sequence[int] = range(len(words))
        if not _PASSED.isdisjoint(words):
            places = [place for place, word in enumerate(words) if word not in _PASSED]
            said = [words[place] for place in places]
        marks: list[str] = list(map(self._alone[language].get, said, repeat(_OPEN)))
        ends = list(places)
        keys: dict[int, str] = {}

        def name(entry: Entry | None, index: int) -> str:
            """The mark of a name, a doubtful word or a dose; its key is kept."""
            place = places[index]
            if entry is None or (entry.as_written and written(place) != entry.as_written):
                return self._unknown
            if said[index] in _DOSE_UNITS and place and words[place - 1][-1].isdigit():
                return self._dose  # "20 mg" speaks of a medicine, "MG" of an illness
            if entry.key:
                keys[place] = entry.key
            return entry.marks[language]

        free = 0
        phrases = self._phrases
        for index in [index for index, pair in enumerate(pairwise(said)) if pair in phrases]:
            if index < free:
                continue
            for rest, entry in phrases[said[index], said[index + 1]]:
                if not rest or said[index + 2 : index + 2 + len(rest)] == rest:
                    free = index + 2 + len(rest)
                    marks[index:free] = [name(entry, index), *[""] * (free - index - 1)]
                    ends[index] = places[free - 1]
                    break
        for index in [index for index, mark in enumerate(marks) if mark == _OPEN]:
            word = said[index]
            if word in self._dull:
                marks[index] = self._unknown
            elif word == ".":
                marks[index] = self._boundary if self._ends_sentence(words, places[index]) else ""
            else:
                marks[index] = name(self._meaning(word), index)
        first, last = list(compress(places, marks)), list(compress(ends, marks))
        named = {bisect_left(first, place): key for place, key in keys.items()}
        return Tagged("".join(marks), first, last, named)

    def _meaning(self, word: str) -> Entry | None:
        """What a word means that has no fixed meaning: a name, a number, a close spelling; None when nothing."""
        if word in self._single:
            return self._single[word]
        if word[0].isdigit() and word.replace(".", "").isdigit():
            return self._number
        found = self.spelling.word(word)
        if isinstance(found, str):
            return self._single.get(found)
        if found is not None:
            grammar, key = found
            return Entry((self._marks_of_close[grammar],) * _READINGS, key)
        if len(self._dull) < _DULL_LIMIT:
            self._dull.add(word)
        return None

    @staticmethod
    def _ends_sentence(words: list[str], index: int) -> bool:
        return not (index and words[index - 1] in _NO_STOP_AFTER)
