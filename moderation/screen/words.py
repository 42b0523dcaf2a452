"""From plain text to tokens: each a word, its place, and (later) one class of the grammar."""

import re
from dataclasses import dataclass, field

from moderation.screen.normalise import Plain

# Order matters: "don't" whole; "j'" and "qu'" off the French verb; "7.5" one number; "20mg" a number and a unit;
# "b12" one word; "'ll" off the English pronoun.
_TOKEN = re.compile(
    r"[a-z]{1,7}n't(?![^\W\d_])"
    r"|(?:qu|jusqu|lorsqu|puisqu|quelqu|[cdjlmnst])'(?=[^\W\d_])"
    r"|\d+(?:[.,:]\d+)*"
    r"|[^\W\d_](?:[^\W_])*"
    r"|'(?:d|ll|re|ve|m|s|t|k|n)(?![^\W\d_])"
    r"|\n[ \t]*\n|[.?!,;:()\"\n/%°€$@+=-]"
)


@dataclass(slots=True)
class Tokens:
    """The words of one or more fields, side by side; all lists have one entry a token.

    words: plain lower-case, accents kept. fields: index into `names`. classes: filled by the grammar's lexicon.
    """

    words: list[str] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)


def split(plain: Plain) -> Tokens:
    """Cut plain text into tokens; offsets are of the plain text."""
    words: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for match in _TOKEN.finditer(plain.text):
        words.append(match.group())
        start, end = match.span()
        starts.append(start)
        ends.append(end)
    return Tokens(words, starts, ends)
