"""Recover a known word from a misspelt or disguised one: close spelling, repeated letters, leet, spaces, glued words."""

import re
from collections.abc import Collection
from pathlib import Path

from moderation.screen.normalise import fold
from moderation.screen.vocabulary import close_names, not_names, short_names

# Which letter a digit or sign is written for, in the order to try ("1" may be i or l).
_LEET = ({"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "8": "b", "9": "g", "$": "s", "@": "a", "€": "e", "+": "t"},
         {"0": "o", "1": "l", "3": "e", "4": "a", "5": "s", "7": "t", "8": "b", "9": "g", "$": "s", "@": "a", "€": "e", "+": "t"})  # fmt: skip
_LEET_TABLES = tuple(str.maketrans(one) for one in _LEET)
_THRICE = re.compile(r"(.)\1{2,}")
_TWICE = re.compile(r"(.)\1+")
_ENDINGS = (
    "injecties", "injectie", "spuitjes", "spuitje", "spuiten", "spuit", "prikken", "prikje", "prik", "kuurtje", "kuur",
    "pilletjes", "pillen", "pil", "infuus", "infusen", "pleister", "pleisters", "zalf", "pennen", "pen", "tabletten",
    "behandeling", "therapie", "gebruik", "dosis", "nekes", "neke", "etjes", "etje", "tjes", "tje", "jes", "je", "kes",
    "ke", "en", "s",
)  # fmt: skip
_CACHE_LIMIT = 20_000
_MOST_PIECES, _LONGEST_WORD = 24, 24
_JOINTS = frozenset({"-", "/", "\n", ".", ",", "+", "=", ":", ";"})

Found = str | tuple[str, str] | None


class Spelling:
    """Looks up what is not known as it stands. `recover` answers with a known word, a (class, key), or None."""

    def __init__(self, single: Collection[str], folder: Path) -> None:
        self._single = single
        self._names = close_names(folder)
        self._never = not_names(folder)
        self._short = {name: value for name, value in short_names(folder).items() if name not in self._names}
        self._by_deletion: dict[str, str] = {}
        for name in self._names:
            self._by_deletion.setdefault(name, name)
            for place in range(len(name)):
                self._by_deletion.setdefault(name[:place] + name[place + 1 :], name)
        self._cache: dict[str, Found] = {}

    def recover(self, words: list[str], starts: list[int], ends: list[int], index: int) -> tuple[Found, int]:
        """What the token at `index` stands for, and how many tokens it takes up (glued pieces)."""
        word = words[index]
        found = self.word(word)
        if found is not None:
            return found, 1
        return self._glue(words, starts, ends, index)

    def word(self, word: str) -> Found:
        """What one unknown word stands for by itself."""
        try:
            return self._cache[word]
        except KeyError:
            pass
        found = self._look(word)
        if len(self._cache) < _CACHE_LIMIT:  # a cache, not a leak: strangers choose these words
            self._cache[word] = found
        return found

    def _look(self, word: str) -> Found:
        if len(word) > 40:
            return None
        bare = fold(word)
        if bare in self._single:
            return bare
        if _THRICE.search(bare):
            for tight in (_THRICE.sub(r"\1\1", bare), _TWICE.sub(r"\1", bare)):
                if tight in self._single:
                    return tight
                if (close := self._close(tight)) is not None:
                    return close
        if not bare.isalpha():
            for table in _LEET_TABLES:
                clear = bare.translate(table)
                if clear.isalpha() and clear in self._single:
                    return clear
                if clear.isalpha() and (close := self._close(clear)) is not None:
                    return close
            return None
        return self._close(bare) or self._built(bare)

    def _built(self, word: str) -> Found:
        """Dutch builds words: "aspirientje", "humiraprik", "prednisonkuurtje" name the medicine they begin with."""
        for ending in _ENDINGS:
            if word.endswith(ending) and len(word) - len(ending) >= 5:
                stem = word[: -len(ending)]
                name = self._names.get(stem) or self._names.get(stem + "e") or self._short.get(stem)
                if name is not None:
                    return name
        return None

    def _close(self, word: str) -> tuple[str, str] | None:
        """One letter more, less, other or swapped in a name of seven letters and more."""
        if len(word) < 6 or word in self._never:
            return None
        by_deletion = self._by_deletion
        name = by_deletion.get(word)
        if name is None:
            for place in range(len(word)):
                shorter = word[:place] + word[place + 1 :]
                name = by_deletion.get(shorter)
                if name is not None and abs(len(name) - len(word)) <= 1 and _near(word, name):
                    break
                name = None
        if name is None or (word[0] != name[0] and word[1:] != name[1:]):
            return None
        return self._names[name]

    def _glue(self, words: list[str], starts: list[int], ends: list[int], index: int) -> tuple[Found, int]:
        """Pieces of one word that were pulled apart: "metho-trexate", "m e t h o", "metho trexate"."""
        together = words[index]
        letters = len(together) == 1
        step = starts[index + 1] - ends[index] if index + 1 < len(words) else 0
        best: tuple[Found, int] = (None, 1)
        taken, place, pieces = 1, index + 1, 1
        tight = True  # nothing but joints between the pieces so far
        while place < len(words) and pieces < _MOST_PIECES:
            piece = words[place]
            if piece in _JOINTS:
                if place + 1 >= len(words) or (piece in ".,:;" and starts[place + 1] > ends[place]):
                    break
                place += 1
                taken += 1
                continue
            gap = starts[place] - ends[place - 1]
            if not piece[0].isalnum() or len(together) + len(piece) > _LONGEST_WORD:
                break
            if letters and (len(piece) > 1 or gap > step + 1):
                break  # "s t o p   t h e": a wider gap ends a spaced word
            tight = tight and gap == 0
            if not letters and not tight and pieces > 1:
                break
            together += piece
            place += 1
            taken += 1
            pieces += 1
            if len(together) >= 4 and together in self._single:
                best = (together, taken)
            elif len(together) >= 7 and (letters or tight):
                found = self.word(together)
                if found is not None:
                    best = (found, taken)
        return best


def _near(word: str, name: str) -> bool:
    """At most one letter put in, left out, or exchanged, or two neighbours swapped."""
    if word == name:
        return True
    short, long = sorted((word, name), key=len)
    if len(long) - len(short) > 1:
        return False
    start = 0
    while start < len(short) and short[start] == long[start]:
        start += 1
    if len(short) < len(long):
        return short[start:] == long[start + 1 :]
    if short[start + 1 :] == long[start + 1 :]:
        return True
    return short[start + 2 :] == long[start + 2 :] and short[start : start + 2] == long[start : start + 2][::-1]
