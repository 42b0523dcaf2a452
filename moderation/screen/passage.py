"""One text as the rules see it: all its fields in a row, cut into sentences, with the way back to each field."""

from collections.abc import Iterator
from dataclasses import dataclass

from moderation.screen.grammar import LONGEST
from moderation.screen.lexicon import Lexicon
from moderation.screen.normalise import Plain, plain
from moderation.screen.types import Text
from moderation.screen.words import split


@dataclass(frozen=True, slots=True)
class Sentence:
    """Units start..end of the passage (end excluded). asks: ends with a question mark. own: not the author's new words."""

    start: int
    end: int
    asks: bool
    signs: frozenset[str]
    context: bool = False


@dataclass(slots=True)
class Passage:
    """Words, marks and sentences of a text."""

    words: list[str]
    marks: str
    first: list[int]
    last: list[int]
    keys: dict[int, str]
    sentences: list[Sentence]
    _fields: list[tuple[int, str, Plain]]  # first token index, field name, plain text
    _starts: list[int]
    _ends: list[int]

    def place(self, start: int, end: int) -> tuple[str, int, int]:
        """Field and code points behind the units start..end (end excluded)."""
        return self.tokens_place(self.first[start], self.last[max(start, end - 1)])

    def tokens_place(self, first: int, last: int) -> tuple[str, int, int]:
        """Field and code points behind the tokens first..last (last included). A span stays inside one field."""
        index = max(number for number, field in enumerate(self._fields) if field[0] <= first)
        _, name, text = self._fields[index]
        if index + 1 < len(self._fields):
            last = min(last, self._fields[index + 1][0] - 2)
        start, end = text.given(self._starts[first], self._ends[max(first, last)])
        return name, start, end

    def text_of(self, name: str) -> Plain | None:
        """The plain text of one field."""
        return next((text for _, field, text in self._fields if field == name), None)

    def fields(self) -> Iterator[tuple[str, Plain]]:
        """Each field's name and plain text."""
        for _, name, text in self._fields:
            yield name, text


def read(text: Text, lexicon: Lexicon, edges: tuple[str, str]) -> Passage:
    """Lay a text out for the rules. edges: the signs that end a sentence, and those of a question mark."""
    words: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    fields: list[tuple[int, str, Plain]] = []
    given_fields: list[tuple[int, str, Plain, str]] = []
    given = [("context", text.previous_line), ("title", text.title), ("body", text.body)]
    given += [("tags", ", ".join(text.tags))]
    for name, value in given:
        if not value:
            continue
        if words:
            words.append("\n\n")
            starts.append(0)
            ends.append(0)
        clear = plain(value)
        fields.append((len(words), name, clear))
        given_fields.append((len(words), name, clear, value))
        tokens = split(clear)
        words += tokens.words
        starts += tokens.starts
        ends += tokens.ends

    def written(index: int) -> str:
        _, _, clear, value = [one for one in given_fields if one[0] <= index][-1]
        start, end = clear.given(starts[index], ends[index])
        return value[start:end]

    tagged = lexicon.tag(words, starts, ends, written)
    context_end = fields[1][0] if len(fields) > 1 and fields[0][1] == "context" else 0
    sentences = _sentences(tagged.marks, tagged.first, edges, context_end)
    return Passage(words, tagged.marks, tagged.first, tagged.last, tagged.keys, sentences, fields, starts, ends)


def _sentences(marks: str, first: list[int], edges: tuple[str, str], context_end: int) -> list[Sentence]:
    found: list[Sentence] = []
    start = 0
    stop, question = edges
    for index, mark in enumerate(marks):
        asks = mark in question
        if asks or mark in stop or index - start + 1 >= LONGEST:
            if index > start:
                _add(found, marks, start, index + 1, asks, first[start] < context_end)
            elif asks and found:
                last = found[-1]
                found[-1] = Sentence(last.start, last.end, True, last.signs, last.context)
            start = index + 1
    if start < len(marks):
        _add(found, marks, start, len(marks), False, first[start] < context_end)
    return found


def _add(found: list[Sentence], marks: str, start: int, end: int, asks: bool, context: bool) -> None:
    found.append(Sentence(start, end, asks, frozenset(marks[start:end]), context))
