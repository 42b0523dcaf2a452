"""Ways in which people (or their keyboards) disguise words. Each takes a text and a seeded Random."""

import random
import re
import unicodedata
from collections.abc import Callable

_WORD = re.compile(r"[^\W\d_]{5,}")
_TWINS = str.maketrans({"a": "а", "c": "с", "e": "е", "o": "о", "p": "р", "x": "х", "i": "і", "y": "у", "s": "ѕ"})
_LEET = str.maketrans({"o": "0", "e": "3", "a": "4", "i": "1", "s": "5", "t": "7"})


def _inside(text: str, rng: random.Random, change: Callable[[str], str], share: float = 0.7) -> str:
    """Change most words of five letters and more."""
    return _WORD.sub(lambda word: change(word.group()) if rng.random() < share else word.group(), text)


def _between(mark: str) -> Callable[[str, random.Random], str]:
    def disguise(text: str, rng: random.Random) -> str:
        def split(word: str) -> str:
            place = rng.randrange(2, len(word) - 1)
            return word[:place] + mark + word[place:]

        return _inside(text, rng, split)

    return disguise


def zero_width(text: str, rng: random.Random) -> str:
    return _inside(text, rng, lambda word: "\u200b".join(word))


def combining(text: str, rng: random.Random) -> str:
    return _inside(text, rng, lambda word: "".join(one + "\u0336" for one in word))


def homoglyphs(text: str, rng: random.Random) -> str:
    return text.translate(_TWINS)


def leet(text: str, rng: random.Random) -> str:
    return _inside(text, rng, lambda word: word.translate(_LEET))


def repeated(text: str, rng: random.Random) -> str:
    def stretch(word: str) -> str:
        place = rng.randrange(1, len(word))
        return word[:place] + word[place] * 3 + word[place:]

    return _inside(text, rng, stretch)


def spaced(text: str, rng: random.Random) -> str:
    return _inside(text, rng, lambda word: f"  {' '.join(word)}  ", 0.5)


def fullwidth(text: str, rng: random.Random) -> str:
    return "".join(chr(ord(one) + 0xFEE0) if "!" <= one <= "~" else one for one in text)


def entities(text: str, rng: random.Random) -> str:
    return _inside(text, rng, lambda word: word[0] + "".join(f"&#{ord(one)};" for one in word[1:3]) + word[3:])


def upper(text: str, rng: random.Random) -> str:
    return text.upper()


def bare(text: str, rng: random.Random) -> str:
    """Without diacritics."""
    spread = unicodedata.normalize("NFD", text)
    return "".join(one for one in spread if not unicodedata.combining(one))


def lines(text: str, rng: random.Random) -> str:
    """Every space may be a line break."""
    return "".join("\n" if one == " " and rng.random() < 0.3 else one for one in text)


def decomposed(text: str, rng: random.Random) -> str:
    return unicodedata.normalize("NFD", text)


DISGUISES: dict[str, Callable[[str, random.Random], str]] = {
    "zero-width": zero_width,
    "soft hyphen": _between("\u00ad"),
    "bidi": _between("\u202e\u202c"),
    "combining marks": combining,
    "look-alikes": homoglyphs,
    "leet": leet,
    "repeated letters": repeated,
    "spaced letters": spaced,
    "hyphen": _between("-"),
    "slash": _between("/"),
    "newline inside": _between("\n"),
    "dot inside": _between("."),
    "markup inside": _between("**"),
    "tags inside": _between("<b></b>"),
    "entities": entities,
    "emoji between": _between("\U0001f48a"),
    "upper case": upper,
    "no diacritics": bare,
    "full width": fullwidth,
    "line breaks": lines,
    "decomposed": decomposed,
}
