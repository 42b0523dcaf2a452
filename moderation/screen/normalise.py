"""Make disguised and decorated words plain, and keep the way back to every character as it was given."""

import html
import re
import unicodedata
from typing import NamedTuple

# Letters of other alphabets (and a few symbols) that pass for Latin ones. One to one, so offsets stay.
_LOOKS_LIKE = {
    "а": "a", "в": "b", "с": "c", "ԁ": "d", "е": "e", "ё": "e", "һ": "h", "і": "i", "ї": "i", "ј": "j", "к": "k",
    "ӏ": "l", "м": "m", "н": "h", "п": "n", "о": "o", "р": "p", "ѕ": "s", "т": "t", "и": "u", "ѵ": "v", "ԝ": "w",
    "х": "x", "у": "y", "ԛ": "q", "ɡ": "g", "α": "a", "β": "b", "ε": "e", "η": "n", "ι": "i", "κ": "k", "ν": "v",
    "ο": "o", "ρ": "p", "τ": "t", "υ": "u", "χ": "x", "γ": "y", "ω": "w", "σ": "o", "μ": "u", "ı": "i", "ł": "l",
    "ø": "o", "đ": "d", "ħ": "h", "ŧ": "t", "ƒ": "f", "ɑ": "a", "ɩ": "i", "ʀ": "r", "ѡ": "w", "ց": "g", "օ": "o",
    "հ": "h", "ո": "n", "ս": "u", "ⅼ": "l", "ⅰ": "i", "ⅴ": "v", "ⅹ": "x", "ⅽ": "c", "ⅾ": "d", "ⅿ": "m",
}  # fmt: skip
_PUNCTUATION = {
    "’": "'", "‘": "'", "‛": "'", "ʼ": "'", "´": "'", "`": "'", "＇": "'", "′": "'", "ʹ": "'",
    "“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "‟": '"', "″": '"',
    "‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "―": "-", "−": "-", "·": "-", "•": "-",
    "\u00a0": " ", "\u2007": " ", "\u202f": " ", "\u2009": " ", "\u200a": " ", "\u2002": " ", "\u2003": " ",
    "\t": " ", "\r": " ", "\x0b": "\n", "\x0c": "\n", "\u0085": "\n", "\u2028": "\n", "\u2029": "\n",
    "。": ".", "？": "?", "！": "!", "，": ",", "؟": "?", "…": ".", "İ": "i",
}  # fmt: skip
_ONE_TO_ONE = {ord(a): b for a, b in (_LOOKS_LIKE | _PUNCTUATION).items()} | {
    ord(a.upper()): b for a, b in _LOOKS_LIKE.items() if len(a.upper()) == 1
}

# What cannot be mapped one to one: markup, entities, invisible and combining characters, compatibility forms.
_MARKUP = re.compile(r"[*_~`<&\[\]\\|]")
_AWKWARD = re.compile(
    "[\u0000-\u0008\u000e-\u001f\u007f-\u009f\u00ad\u0300-\u036f\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u1ab0-\u1aff\u1d00-\u1dff\u200b-\u200f\u202a-\u202e\u2060-\u206f\u20d0-\u20f0\u2100-\u214f\u2160-\u217f"
    "\u2460-\u24ff\u3000\u3164\ufb00-\ufb06\ufe00-\ufe0f\ufe20-\ufe2f\ufeff\uff00-\uffef"
    "\U0001d400-\U0001d7ff\U0001f100-\U0001f1ff\U000e0000-\U000e0fff\ud800-\udfff]"
)
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});?")
_TAG = re.compile(r"</?([A-Za-z][A-Za-z0-9]{0,15})(?:\s[^<>]{0,300})?/?>|<!--[^<>]{0,300}-->")
_BLOCK_TAGS = {"p", "br", "div", "li", "ul", "ol", "h1", "h2", "h3", "h4", "blockquote", "pre", "tr", "td", "hr"}
_LINK = re.compile(r"\]\([^()\s]{0,400}\)")
_PLAIN_CHARACTERS = frozenset(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 .,;:!?'\"()-/%+=$@€\n"
    "àâäáãåçéèêëíìîïñóòôöõúùûüýÿœæßÀÂÄÁÇÉÈÊËÍÎÏÑÓÒÔÖÚÙÛÜŒÆ"
)
_PLAIN_RUN = re.compile("[" + re.escape("".join(_PLAIN_CHARACTERS)) + "]{2,}")
_PLAIN_ASCII = "".join(filter(str.isascii, _PLAIN_CHARACTERS)).encode()
_DROPPED = frozenset("*_~`[]\\|")


class Plain(NamedTuple):
    """Plain lower-case text with its accents, and where each character came from.

    origin: for every character of `text` its place in the given text; None when nothing moved.
    """

    text: str
    origin: list[int] | None
    given_length: int

    def given(self, start: int, end: int) -> tuple[int, int]:
        """The span of the given text behind the characters start..end of the plain text."""
        if self.origin is None:
            return start, end
        if not self.origin or start >= end:
            return 0, 0
        return self.origin[start], min(self.origin[end - 1] + 1, self.given_length)


def plain(given: str) -> Plain:
    """Normalise `given`: look-alikes, invisible characters, markup and entities; lower case; accents kept.

    Never raises for a string, whatever it holds.
    """
    if _all_plain(given):
        # Nearly every post: nothing to undo but capitals.
        return Plain(given.lower(), None, len(given))
    if not _MARKUP.search(given) and not _AWKWARD.search(given):
        # Typographic quotes and look-alike letters: one for one, so nothing needs mapping back.
        text = given.lower() if given.isascii() else given.translate(_ONE_TO_ONE).lower()
        if len(text) == len(given):
            return Plain(text, None, len(given))
    return _with_map(given)


def _all_plain(given: str) -> bool:
    if given.isascii():
        return not given.encode().translate(None, _PLAIN_ASCII)
    return _PLAIN_CHARACTERS.issuperset(given)


def _with_map(given: str) -> Plain:
    out: list[str] = []
    origin: list[int] = []
    position, length = 0, len(given)
    while position < length:
        if run := _PLAIN_RUN.match(given, position):
            out += run.group().lower()
            origin += range(position, run.end())
            position = run.end()
            continue
        character = given[position]
        if character == "&" and (entity := _ENTITY.match(given, position)):
            # An entity may hide an invisible character or another entity's first half: clean what it stands for.
            for one in html.unescape(entity.group()):
                _add(one, position, out, origin)
            position = entity.end()
            continue
        if character == "<" and given.find(">", position, position + 330) > 0 and (tag := _TAG.match(given, position)):
            if (tag.group(1) or "").lower() in _BLOCK_TAGS:
                out.append("\n")
                origin.append(position)
            position = tag.end()
            continue
        if character == "]" and (link := _LINK.match(given, position)):
            position = link.end()  # the address of a link is not read by anybody; its text is
            continue
        if character not in _DROPPED:
            clear = _CLEAR_CACHE.get(character)
            if clear is not None and len(clear) == 1 and clear != _MARK:
                out.append(clear)
                origin.append(position)
            else:
                _add(character, position, out, origin)
        position += 1
    return Plain("".join(out), origin, length)


def _add(character: str, position: int, out: list[str], origin: list[int]) -> None:
    clear = _CLEAR_CACHE.get(character)
    if clear is None:
        clear = _clear(character)
        if len(_CLEAR_CACHE) < 20_000:
            _CLEAR_CACHE[character] = clear
    if clear == _MARK:
        # Compose a real accent; drop what nobody writes (strike-through, piled marks).
        if out and out[-1].isalpha():
            composed = unicodedata.normalize("NFC", out[-1] + character)
            if len(composed) == 1:
                out[-1] = composed
        return
    for one in clear:
        out.append(one)
        origin.append(position)


def _clear(character: str) -> str:
    """What one character stands for: itself, other characters, nothing, or a mark on the one before."""
    if character in " \n" or (character.isascii() and character.isalnum()):
        return character.lower()
    category = unicodedata.category(character)
    if category in ("Mn", "Me"):
        return _MARK
    if category in ("Cf", "Cc", "Cs", "Cn", "Co") and character not in _PUNCTUATION:
        return ""
    plain = unicodedata.normalize("NFKC", character.translate(_ONE_TO_ONE)).lower().translate(_ONE_TO_ONE)
    return "".join(one for one in plain if unicodedata.category(one) not in ("Mn", "Cf"))


_MARK = "\ufffe"
_CLEAR_CACHE: dict[str, str] = {}
_FOLD_CACHE: dict[str, str] = {}


def fold(word: str) -> str:
    """`word` without its accents ("arrêté" -> "arrete"); look-ups only, never for deciding a tense."""
    if word.isascii():
        return word
    known = _FOLD_CACHE.get(word)
    if known is None:
        spread = unicodedata.normalize("NFD", word.replace("œ", "oe").replace("æ", "ae").replace("ß", "ss"))
        known = "".join(one for one in spread if not unicodedata.combining(one))
        if len(_FOLD_CACHE) < 20_000:  # a cache, not a leak: strangers choose these words
            _FOLD_CACHE[word] = known
    return known
