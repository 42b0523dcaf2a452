"""Give every word of a text its place in the grammar: one character for each distinct set of classes.

A text then is a short string, and a rule is a pattern over that string: "you must stop_b ..3 med". A word that
belongs to several classes ("recommended") gets a character of its own that stands for all of them.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
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
    therapy_forms,
)  # fmt: skip

LANGUAGES = ("en", "nl", "fr")
UNKNOWN, BOUNDARY, COMMA, QUESTION, NUMBER, START = "x", "bnd", "comma", "qm", "num", "bos"
_OBJECTS = {MEDICINE, "gen", WEAK, THERAPY, WEAK_THERAPY}
_PUNCTUATION = {".": BOUNDARY, "!": BOUNDARY, "\n\n": BOUNDARY, "?": QUESTION, ",": COMMA, ":": COMMA, ";": COMMA}
_PUNCTUATION |= {"(": COMMA, ")": COMMA, '"': COMMA}
_NO_STOP_AFTER = frozenset({"dr", "mr", "mrs", "ms", "vs", "eg", "ie", "approx", "prof", "bv", "bijv", "incl", "st"})


@dataclass(frozen=True, slots=True)
class Entry:
    """What one written form means: its character in each language, what it names, and how it must be written."""

    marks: tuple[str, str, str]
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
        self._add_names(names, meanings, keys)
        self._signs: dict[frozenset[str], str] = {}
        for alone in (UNKNOWN, BOUNDARY, COMMA, QUESTION, NUMBER, START):
            self._sign({alone})
        for grammar in _OBJECTS:
            self._sign({grammar})
        self.entries: dict[tuple[str, ...], Entry] = {}
        for words, by_language in meanings.items():
            self.entries[words] = self._entry(by_language, keys.get(words, ("", "")))
        self._unaccented()
        self._single: dict[str, Entry] = {}
        self._phrases: dict[str, list[tuple[tuple[str, ...], Entry]]] = defaultdict(list)
        for words, entry in self.entries.items():
            if len(words) == 1:
                self._single[words[0]] = entry
            else:
                self._phrases[words[0]].append((words[1:], entry))
        for phrases in self._phrases.values():
            phrases.sort(key=lambda one: -len(one[0]))
        self._known = self._single.keys() | self._phrases.keys()
        self._only = self._telling_words(meanings)
        self.spelling = Spelling(self._single, self._phrases, folder)
        self._marks_of_close = {grammar: self._sign({grammar}) for grammar in _OBJECTS}

    @staticmethod
    def _add_names(
        names: list[Form],
        meanings: dict[tuple[str, ...], dict[str, set[str]]],
        keys: dict[tuple[str, ...], tuple[str, str]],
    ) -> None:
        strength = {MEDICINE: 5, THERAPY: 4, "gen": 3, WEAK_THERAPY: 2, WEAK: 1}
        best: dict[tuple[str, ...], Form] = {}
        for form in names:
            for words in {form.words, tuple(fold(word) for word in form.words)}:
                other = best.get(words)
                if other is None or strength[form.grammar] > strength[other.grammar]:
                    best[words] = form
        for words, form in best.items():
            # A doubtful name that is also a word of the grammar stays both ("over", "reste").
            for language in LANGUAGES:
                found = meanings[words][language]
                if not found and "xx" in meanings[words]:
                    found |= meanings[words]["xx"]
                if form.grammar not in (WEAK, WEAK_THERAPY):
                    found.clear()
                found.add(form.grammar)
            keys[words] = (form.key, form.as_written)

    def _sign(self, classes: set[str]) -> str:
        return self._signs.setdefault(frozenset(classes), chr(0x100 + len(self._signs)))

    def _entry(self, by_language: dict[str, set[str]], key: tuple[str, str]) -> Entry:
        everywhere = set().union(*by_language.values())
        marks = tuple(self._sign(by_language.get(one) or everywhere) for one in LANGUAGES)
        return Entry((marks[0], marks[1], marks[2]), *key)

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
                self.entries[words] = Entry((sign, sign, sign))
            elif not self.entries[words].key:
                known = self.entries[words].marks
                sign = self._sign(set(by_sign.get(known[2], frozenset())) | classes)
                self.entries[words] = Entry((known[0], known[1], sign))

    @staticmethod
    def _telling_words(meanings: dict[tuple[str, ...], dict[str, set[str]]]) -> dict[str, int]:
        found: dict[str, int] = {}
        for words, by_language in meanings.items():
            if len(words) == 1 and len(by_language) == 1:
                language = next(iter(by_language))
                if language in LANGUAGES:
                    found[words[0]] = LANGUAGES.index(language)
        return found

    def classes(self) -> dict[str, str]:
        """Class name -> all characters that stand for it (for compiling rules)."""
        found: dict[str, list[str]] = defaultdict(list)
        for classes, sign in self._signs.items():
            for one in classes:
                found[one].append(sign)
        return {one: "".join(signs) for one, signs in found.items()}

    def language(self, words: list[str]) -> int:
        """The language most of the telling words belong to: 0 English, 1 Dutch, 2 French."""
        votes = [0, 0, 0]
        only = self._only
        for word in words:
            language = only.get(word)
            if language is not None:
                votes[language] += 1
        return votes.index(max(votes))

    def tag(self, words: list[str], starts: list[int], ends: list[int], written: Callable[[int], str]) -> Tagged:
        """Translate tokens into the grammar, longest phrase first; disguised and misspelt words are recovered.

        written: the given spelling of the token at an index, for abbreviations that must be written so.
        """
        language = self.language(words)
        single, phrases, known = self._single, self._phrases, self._known
        marks: list[str] = []
        first: list[int] = []
        last: list[int] = []
        keys: dict[int, str] = {}
        unknown = self._signs[frozenset({UNKNOWN})]
        index, count = 0, len(words)
        while index < count:
            word = words[index]
            width = 1
            entry: Entry | None = None
            if len(word) == 1 and index + 3 < count and _spaced(words, index):
                entry, width = self._recover(words, starts, ends, index)
            if width == 1 and word in known:
                entry, width = self._longest(words, index, single.get(word), phrases)
            elif width > 1:
                pass
            elif word[0].isdigit():
                entry = _NUMBER_ENTRY
            elif word in _PUNCTUATION:
                mark = self._stop(word, words, starts, ends, index)
                if mark:
                    marks.append(mark)
                    first.append(index)
                    last.append(index)
                index += 1
                continue
            elif not word.isalpha() and len(word) == 1:
                index += 1
                continue
            else:
                entry, width = self._recover(words, starts, ends, index)
            if entry is _NUMBER_ENTRY:
                marks.append(self._signs[frozenset({NUMBER})])
            elif entry is None or (entry.as_written and written(index) != entry.as_written):
                marks.append(unknown)
            else:
                if entry.key:
                    keys[len(marks)] = entry.key
                marks.append(entry.marks[language])
            first.append(index)
            last.append(index + width - 1)
            index += width
        return Tagged("".join(marks), first, last, keys)

    def _longest(
        self,
        words: list[str],
        index: int,
        alone: Entry | None,
        phrases: dict[str, list[tuple[tuple[str, ...], Entry]]],
    ) -> tuple[Entry | None, int]:
        for rest, entry in phrases.get(words[index], ()):
            if tuple(_following(words, index + 1, len(rest))) == rest:
                return entry, 1 + _span(words, index + 1, len(rest))
        return alone, 1

    def _stop(self, word: str, words: list[str], starts: list[int], ends: list[int], index: int) -> str:
        if word == ".":
            if index + 1 < len(words) and starts[index + 1] == ends[index] and words[index + 1][0].isalnum():
                return ""  # bol.com, metho.trexate
            if index and words[index - 1] in _NO_STOP_AFTER:
                return ""
        return self._signs[frozenset({_PUNCTUATION[word]})]

    def _recover(self, words: list[str], starts: list[int], ends: list[int], index: int) -> tuple[Entry | None, int]:
        found, width = self.spelling.recover(words, starts, ends, index)
        if found is None:
            return None, 1
        if isinstance(found, tuple):
            grammar, key = found
            sign = self._marks_of_close[grammar]
            return Entry((sign, sign, sign), key), width
        return self._single.get(found), width


_NUMBER_ENTRY = Entry(("", "", ""))


def _spaced(words: list[str], index: int) -> bool:
    """A run of single letters: a word pulled apart."""
    letters = [one for one in words[index : index + 8] if one not in _BETWEEN][:4]
    return len(letters) == 4 and all(len(one) == 1 and one.isalnum() for one in letters)


_BETWEEN = frozenset({"-", "/", "\n", ".", ",", "+", "=", ":"})


def _following(words: list[str], index: int, wanted: int) -> list[str]:
    """The next `wanted` words, line breaks and hyphens passed over."""
    found: list[str] = []
    while len(found) < wanted and index < len(words):
        if words[index] not in ("\n", "-", "/"):
            found.append(words[index])
        index += 1
    return found


def _span(words: list[str], index: int, wanted: int) -> int:
    """How many tokens those words take up."""
    start, found = index, 0
    while found < wanted and index < len(words):
        if words[index] not in ("\n", "-", "/"):
            found += 1
        index += 1
    return index - start
