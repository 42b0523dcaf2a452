"""Find the known word behind a misspelt or built one: one letter off a long name, Dutch compounds and diminutives."""

from collections.abc import Collection
from pathlib import Path

from moderation.screen.normalise import fold
from moderation.screen.vocabulary import close_names, not_names, short_names

_ENDINGS = (
    "injecties", "injectie", "spuitjes", "spuitje", "spuiten", "spuit", "prikken", "prikje", "prik", "kuurtje", "kuur",
    "pilletjes", "pillen", "pil", "infuus", "infusen", "pleister", "pleisters", "zalf", "pennen", "pen", "tabletten",
    "behandeling", "therapie", "gebruik", "dosis", "nekes", "neke", "etjes", "etje", "tjes", "tje", "jes", "je", "kes",
    "ke", "en", "s",
)  # fmt: skip
_CACHE_LIMIT = 20_000

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
        if not bare.isalpha():
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
