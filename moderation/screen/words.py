"""From plain text to words, and (only when something was found) to their places."""

import re
from collections.abc import Iterator

_TOKEN = re.compile(r"[^\W_]+(?:['.][^\W_]+)*|'[^\W_]+|\n[ \t]*\n|[.?!,;:()\"\n/%°€$@+=-]")
_ASCII_TOKEN = re.compile(_TOKEN.pattern.replace(r"[^\W_]", "[A-Za-z0-9]"))  # finds the same, and sooner
# French words that lose their vowel before another: the verb behind them must be seen ("j'arrête").
_ELIDED = frozenset({"c", "d", "j", "l", "m", "n", "s", "t", "qu", "jusqu", "lorsqu", "puisqu", "quelqu"})
_TAILS = frozenset({"d", "ll", "re", "ve", "m", "s", "t", "k", "n"})  # English "i'll", Dutch "m'n"
_PLAIN_NUMBER = re.compile(r"[0-9]+(?:[.][0-9]+)*$")


def words_of(text: str) -> list[str]:
    """Cut plain text into words: "don't" whole, "j'" off its verb, "'ll" off its pronoun, "20mg" in two."""
    words = (_ASCII_TOKEN if text.isascii() else _TOKEN).findall(text)
    found: list[str] = []
    done = 0
    for place in [place for place, word in enumerate(words) if not word.isalpha() and len(word) > 1]:
        found += words[done:place]
        found += _pieces(words[place])
        done = place + 1
    return found + words[done:] if done else words


def places_of(text: str, words: list[str]) -> Iterator[tuple[int, int]]:
    """Where each of `words_of(text)` begins and ends: nothing between them could be a word, so a search finds them."""
    end = 0
    for word in words:
        start = text.index(word, end)
        end = start + len(word)
        yield start, end


def _pieces(word: str) -> list[str]:
    if len(word) == 1 or word[0] == "'":
        return [word]
    if "." in word:
        if _PLAIN_NUMBER.match(word):
            return [word]
        found: list[str] = []
        for number, part in enumerate(word.split(".")):
            found += [".", *_pieces(part)] if number else _pieces(part)
        return found
    if "'" in word:
        return _apart(word)
    if "0" <= word[0] <= "9" and not word.isdigit():
        place = next((place for place, one in enumerate(word) if not one.isdigit()), len(word))
        return [word[:place], word[place:]] if place < len(word) else [word]
    return [word]


def _apart(word: str) -> list[str]:
    found: list[str] = []
    rest = word
    while "'" in rest:
        before, after = rest.split("'", 1)
        tail = after.split("'", 1)[0]
        if before in _ELIDED and after:
            found.append(before + "'")
            rest = after
        elif tail in _TAILS and not (tail == "t" and before.endswith("n")):
            found += [before, "'" + tail] if before else ["'" + tail]  # "I'd've" has two tails
            rest = after[len(tail) :]
        else:
            break
    if rest:
        found.append(rest)
    return found
