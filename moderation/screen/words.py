"""From plain text to tokens: each a word and its place."""

import re
from dataclasses import dataclass, field

from moderation.screen.normalise import Plain

_TOKEN = re.compile(r"[^\W_]+(?:'[^\W_]+)*|'[^\W_]+|\n[ \t]*\n|[.?!,;:()\"\n/%°€$@+=-]")
# French words that lose their vowel before another: the verb behind them must be seen ("j'arrête").
_ELIDED = frozenset({"c", "d", "j", "l", "m", "n", "s", "t", "qu", "jusqu", "lorsqu", "puisqu", "quelqu"})
_TAILS = frozenset({"d", "ll", "re", "ve", "m", "s", "t", "k", "n"})  # English "i'll", Dutch "m'n"


@dataclass(slots=True)
class Tokens:
    """The words of a text side by side: plain lower-case with accents, and their places in the plain text."""

    words: list[str] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)


def split(plain: Plain) -> Tokens:
    """Cut plain text into tokens: "don't" whole, "j'" off its verb, "'ll" off its pronoun, "20mg" in two."""
    words: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for match in _TOKEN.finditer(plain.text):
        word = match.group()
        start, end = match.span()
        if "'" in word or ("0" <= word[0] <= "9" and not word.isdigit()):
            for piece in _pieces(word):
                words.append(piece)
                starts.append(start)
                start += len(piece)
                ends.append(start)
        else:
            words.append(word)
            starts.append(start)
            ends.append(end)
    return Tokens(words, starts, ends)


def _pieces(word: str) -> list[str]:
    if word[0] == "'":
        return [word]
    if "'" not in word:
        place = next(place for place, one in enumerate(word) if not one.isdigit())
        return [word[:place], word[place:]]
    found: list[str] = []
    rest = word
    while "'" in rest:
        before, after = rest.split("'", 1)
        if before in _ELIDED and after:
            found.append(before + "'")
            rest = after
        elif after.split("'", 1)[0] in _TAILS and not (after == "t" and before.endswith("n")):
            found.append(before)
            tail = after.split("'", 1)[0]
            found.append("'" + tail)
            rest = after[len(tail) :]
        else:
            break
    if rest:
        found.append(rest)
    return found
