"""From plain text to words, and (only when something was found) to their places."""

import re

_TOKEN = re.compile(r"[^\W_]+(?:['.][^\W_]+)*|'[^\W_]+|\n[ \t]*\n|[.?!,;:()\"\n/%°€$@+=-]")
# French words that lose their vowel before another: the verb behind them must be seen ("j'arrête").
_ELIDED = frozenset({"c", "d", "j", "l", "m", "n", "s", "t", "qu", "jusqu", "lorsqu", "puisqu", "quelqu"})
_TAILS = frozenset({"d", "ll", "re", "ve", "m", "s", "t", "k", "n"})  # English "i'll", Dutch "m'n"
_PLAIN_NUMBER = re.compile(r"[0-9]+(?:[.][0-9]+)*$")


def words_of(text: str) -> list[str]:
    """Cut plain text into words: "don't" whole, "j'" off its verb, "'ll" off its pronoun, "20mg" in two."""
    found: list[str] = []
    for word in _TOKEN.findall(text):
        if word.isalpha() or len(word) == 1:
            found.append(word)
        else:
            found += _pieces(word)
    return found


def places_of(text: str) -> list[tuple[int, int]]:
    """Where each of `words_of(text)` begins and ends."""
    found: list[tuple[int, int]] = []
    for match in _TOKEN.finditer(text):
        word, start = match.group(), match.start()
        if word.isalpha() or len(word) == 1:
            found.append((start, start + len(word)))
            continue
        for piece in _pieces(word):
            found.append((start, start + len(piece)))
            start += len(piece)
    return found


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
            found += [before, "'" + tail]
            rest = after[len(tail) :]
        else:
            break
    if rest:
        found.append(rest)
    return found
