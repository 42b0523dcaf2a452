"""One text as the rules see it: all its fields in a row, cut into sentences, with the way back to each field."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from moderation.screen.disguise import Disguise
from moderation.screen.grammar import LONGEST
from moderation.screen.lexicon import Lexicon
from moderation.screen.normalise import Plain, plain
from moderation.screen.types import Text
from moderation.screen.words import places_of, words_of


@dataclass(slots=True)
class Sentence:
    """Units start..end of the passage (end excluded). asks: ends with a question mark. signs: the marks in it."""

    start: int
    end: int
    asks: bool
    signs: frozenset[str]


@dataclass(slots=True)
class _Field:
    name: str
    given: str
    plain: Plain
    first: int  # index of its first word
    words: list[str]
    _places: list[tuple[int, int]] = field(default_factory=list)  # of the words that were asked for, and before
    _further: Iterator[tuple[int, int]] | None = None

    def place(self, number: int) -> tuple[int, int]:
        """Where the word of this number begins and ends in the plain text."""
        if self._further is None:
            self._further = places_of(self.plain.text, self.words)
        self._places += islice(self._further, max(0, number + 1 - len(self._places)))
        return self._places[number]


class Passage:
    """Words, marks and sentences of a text, read with a lexicon."""

    def __init__(self, text: Text, lexicon: Lexicon, disguise: Disguise) -> None:
        self.words: list[str] = []
        self._fields: list[_Field] = []
        parts = (
            ("context", text.previous_line),
            ("title", text.title),
            ("body", text.body),
            ("tags", ", ".join(text.tags)),
        )
        for name, value in parts:
            if value:
                if self.words:
                    self.words.append(_seam(self._fields[-1].name, self.words))
                clear = disguise.clear(plain(value))
                words = words_of(clear.text)
                self._fields.append(_Field(name, value, clear, len(self.words), words))
                self.words += words
        self._silent = lexicon.punctuation
        tagged = lexicon.tag(self.words, self._written)
        self.marks, self.first, self.last, self.keys = tagged.marks, tagged.first, tagged.last, tagged.keys
        self.signs = frozenset(self.marks)
        context = self._fields and self._fields[0].name == "context"
        # The first unit that the author has written now: what stands before it has been judged already.
        self.new_from = 0
        if context:
            first_new = self._fields[1].first if len(self._fields) > 1 else len(self.words)
            self.new_from = sum(place < first_new for place in self.first)
        self.sentences = _sentences(self.marks, lexicon)

    def _written(self, index: int) -> str:
        part = self._field_of(index)
        start, end = part.plain.given(*part.place(index - part.first))
        return part.given[start:end]

    def _field_of(self, index: int) -> _Field:
        return next(part for part in reversed(self._fields) if part.first <= index)

    def place(self, start: int, end: int) -> tuple[str, int, int]:
        """Field and code points behind the units start..end (end excluded). A span stays inside one field."""
        while start < end - 1 and self.marks[start] in self._silent:
            start += 1  # a rule begins at the edge of a clause; what it shows begins at the word
        while end - 1 > start and self.marks[end - 1] in self._silent:
            end -= 1
        first, last = self.first[start], self.last[max(start, end - 1)]
        part = self._field_of(first)
        last = min(last - part.first, len(part.words) - 1)
        begin, finish = part.plain.given(part.place(min(first - part.first, last))[0], part.place(last)[1])
        return part.name, begin, finish

    def words_in(self, sentence: Sentence) -> list[str]:
        """The words of a sentence and the signs between them."""
        return self.words[self.first[sentence.start] : self.last[sentence.end - 1] + 1]

    def fields(self) -> Iterator[tuple[str, Plain]]:
        """Each field's name and plain text."""
        for part in self._fields:
            yield part.name, part.plain


def _seam(before: str, words: list[str]) -> str:
    """What stands between two fields. Advice may be split over two lines, or over a short title and the body."""
    if words[-1] in _FINAL:
        return "\n\n"
    if before == "context":
        return "\n"
    return "," if before == "title" and len(words) <= _SHORT_TITLE else "\n\n"


_FINAL = frozenset({".", "!", "?", "\n\n"})
_SHORT_TITLE = 6


def _sentences(marks: str, lexicon: Lexicon) -> list[Sentence]:
    found: list[Sentence] = []
    start = 0
    for edge in lexicon.edges.finditer(marks):
        end = edge.end()
        asks = marks[end - 1] == lexicon.question_marks
        if end - start == 1 and asks and found and not found[-1].asks:
            found[-1] = Sentence(found[-1].start, found[-1].end, True, found[-1].signs)
        elif end - start > 1:
            _cut(found, marks, start, end, asks)
        start = end
    if start < len(marks):
        _cut(found, marks, start, len(marks), False)
    return found


def _cut(found: list[Sentence], marks: str, start: int, end: int, asks: bool) -> None:
    """A sentence, or the stretches of one that never ends: each rule looks at a bounded number of units."""
    while end - start > LONGEST:
        found.append(Sentence(start, start + LONGEST, asks, frozenset(marks[start : start + LONGEST])))
        start += LONGEST
    found.append(Sentence(start, end, asks, frozenset(marks[start:end])))
