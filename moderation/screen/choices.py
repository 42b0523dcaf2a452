"""Terms that offer a choice, "(he|she) hits me|beaten (up|)", as words that may follow one another."""

import re
from functools import cache

from moderation.screen.errors import ScreenBroken
from moderation.screen.normalise import fold
from moderation.screen.vocabulary import tokens_of

Words = dict[str, "Words"]  # the words that may come next, each with those behind it; "" where a term may end
_PIECE = re.compile(r"[()|]|[^()|]+")


def words_of_term(term: str) -> set[str]:
    """All words of a term, whichever is chosen."""
    return {word for piece in _PIECE.findall(term) for word in _folded(piece)}


def last_of(words: list[str], behind: int, further: Words) -> int:
    """The last word of the longest term that goes on with the words from `behind` on; -1 for none."""
    last = behind - 1 if "" in further else -1
    for place in range(behind, len(words)):
        after = further.get(words[place])
        if after is None:
            return last
        further = after
        if "" in further:
            last = place
    return last


def read_term(term: str) -> Words:
    """The words of a term, which may offer a choice: "(he|she) hits me|beaten (up|)". Raises ScreenBroken."""
    pieces = _PIECE.findall(term)
    found, end = _read_choice(pieces, 0, {"": {}})
    if end != len(pieces) or "" in found:
        raise ScreenBroken(f"red_flag_terms.csv: cannot read {term!r}")
    return found


def _read_choice(pieces: list[str], place: int, behind: Words) -> tuple[Words, int]:
    """One of several forms up to the closing bracket or the end; `behind`: the words that follow all of them."""
    found: Words = {}
    while True:
        sequence: list[int] = []
        while place < len(pieces) and pieces[place] not in ("|", ")"):
            sequence.append(place)
            place = _closing(pieces, place) + 1 if pieces[place] == "(" else place + 1
        words = behind
        for at in reversed(sequence):
            if pieces[at] == "(":
                words, _ = _read_choice(pieces, at + 1, words)
            else:
                for word in reversed(_folded(pieces[at])):
                    words = {word: words}
        found = _merged(found, words)
        if place >= len(pieces) or pieces[place] == ")":
            return found, place
        place += 1


@cache
def _folded(piece: str) -> tuple[str, ...]:
    return tuple(fold(word) for word in tokens_of(piece.strip()))


def _closing(pieces: list[str], opening: int) -> int:
    depth = 0
    for place in range(opening, len(pieces)):
        depth += {"(": 1, ")": -1}.get(pieces[place], 0)
        if not depth:
            return place
    raise ScreenBroken(f"red_flag_terms.csv: brackets do not match in {''.join(pieces)!r}")


def _merged(one: Words, other: Words) -> Words:
    if not one or one is other:
        return other
    found = dict(one)
    for word, further in other.items():
        known = found.get(word)
        found[word] = further if known is None or known is further else _merged(known, further)
    return found
