"""Personal details that others could misuse: telephone, e-mail, home address, national number; complaints by name.

All patterns run on RE2 over plain text (lower case, disguises undone), so they are linear whatever the text.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import re2
from ahocorasick_rs import AhoCorasick

from moderation.screen.vocabulary import FOLDER, rows

_DIGITS = re2.compile(r"\+?\(?\d(?:[ ./()\-]{0,2}\d){7,14}")
_MAIL = re2.compile(
    r"[a-z0-9][a-z0-9.+%-]{0,60} ?(?:@|\(at\)| at ) ?[a-z0-9-]{1,60}"
    r"(?: ?(?:\.|\(dot\)| dot | punt | point ) ?[a-z]{2,10}){1,3}\b"
)
_MAIL_SURE = re2.compile(
    r"@|\(at\)| at .{1,80}(?: dot | punt | point ) ?(?:com|net|org|info|eu|be|nl|fr|de|lu|uk|co|ca|us)$"
    r"| at (?:gmail|hotmail|outlook|yahoo|icloud|telenet|proximus|skynet|live|orange|free|ziggo|kpnmail)"
)
_MAIL_WORDS = (
    " dot ", " punt ", " point ", " at gmail", " at hotmail", " at outlook", " at yahoo", " at icloud", " at telenet",
    " at proximus", " at skynet", " at live", " at orange", " at free", " at ziggo", " at kpnmail",
)  # fmt: skip
_OF = r"(?:de la |de l'|des |de |du |d'|la |le |les )?"
_HOUSE = r"\d{1,4} ?(?:bis |ter |bus |b )?[a-f]?"
_STREETS = tuple(
    re2.compile(one)
    for one in (
        r"\b[a-zà-ÿ'-]{2,30} ?(?:straat|laan|steenweg|plein|dreef|kade|gracht|singel|weg|lei|baan|hof) "
        + _HOUSE + r"\b",
        r"\b" + _HOUSE + r",? (?:rue|avenue|boulevard|bd|chemin|place|impasse|all[ée]e|quai|chauss[ée]e|clos) "
        + _OF + r"[a-zà-ÿ'-]{2,30}",
        r"\b(?:rue|avenue|boulevard|chemin|place|chauss[ée]e) " + _OF
        + r"[a-zà-ÿ'-]{2,30}(?: [a-zà-ÿ'-]{2,30})?,? (?:n[°o] ?)?\d{1,4},? (?:à )?(?:b-?)?\d{4,5}\b",
        r"\b\d{1,4}[a-f]? [a-z]{3,20}(?: [a-z]{3,20})? " +
        r"(?:street|road|rd|avenue|ave|lane|drive|crescent|terrace|court|gardens)\b",
    )
)  # fmt: skip
_STREET_WORDS = AhoCorasick([
    "straat", "laan", "weg ", "plein", "dreef", "kade", "gracht", "singel", "lei ", "baan ", "hof ", "rue ", "avenue",
    "bd ", "boulevard", "chemin", "place ", "impasse", "allée", "allee", "quai", "chauss", "clos ", "street", "road",
    " rd", " ave", "lane", "drive", "crescent", "terrace", "court", "gardens", "live", "address", "woon", "adres",
    "habit", "come to",
])  # fmt: skip
_POSTCODES = re2.compile(r"\b(?:[1-9]\d{3} ?[a-z]{2}|[a-z]{1,2}\d[a-z\d]? \d[abd-hjlnp-uw-z]{2}|b-?\d{4}|f-?\d{5})\b")
_LIVES = re2.compile(
    r"\b(?:i live|we live|my address|come to|ik woon|wij wonen|we wonen|adres|j'habite|nous habitons|adresse)\b"
)
_NOT_A_STREET = frozenset({"km", "jaar", "dagen", "weken", "mg", "keer", "uur", "minuten", "kilometer", "euro", "maal"})
_SAYS_NUMBER = re2.compile(
    r"\b(?:bsn|rijksregister|rijksregisternummer|insz|burgerservicenummer|num[ée]ro national|registre national|nir"
    r"|s[ée]curit[ée] sociale|nhs number|national insurance|ssn|social security)\b"
)
_NATIONAL_INSURANCE = re2.compile(r"\b[a-ceghj-prstw-z]{2} ?\d{2} ?\d{2} ?\d{2} ?[a-d]\b")
_DATE = re2.compile(r"\d{1,2}[./-]\d{1,2}[./-]\d{2,4}")
_AMERICAN = re2.compile(r"\(?\d{3}\)?[ .-]{1,2}\d{3}[ .-]\d{4}")
_TITLE_NAME = re2.compile(
    r"\b(?:[Dd]r\.?|[Dd]okter|[Dd]octeur|[Dd]octor|[Pp]rof(?:essor|esseur)?\.?|[Nn]urse|[Vv]erpleegkundige"
    r"|[Ii]nfirmi[eè]re?) (?:[Vv]an (?:[Dd]en? |[Dd]er )?|[Dd]e |[Ll]e |[Dd]u )?[A-ZÀ-Þ][a-zà-ÿ'-]{2,30}"
)
_MOST = 40


@dataclass(frozen=True, slots=True)
class Detail:
    """A personal detail: code of the reason, rule, and code points in the plain text."""

    why: str
    rule: str
    start: int
    end: int


class Details:
    """Finds personal details; numbers of help lines (crisis_lines.csv) are never personal."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self._open: set[str] = set()
        for row in rows("crisis_lines.csv", folder):
            digits = "".join(one for one in row["number"] if one.isdigit())
            self._open |= {digits, digits.lstrip("0")}

    def find(self, text: str) -> list[Detail]:
        """All details in one plain (lower-case) text."""
        found: list[Detail] = []
        digits = sum(map(text.count, "0123456789"))
        if digits >= 7:
            found += self._numbers(text)
        if digits and _STREET_WORDS.find_matches_as_indexes(text):
            found += self._addresses(text)
        if "@" in text or "(at)" in text or (" at " in text and any(map(text.__contains__, _MAIL_WORDS))):
            for mail in _MAIL.finditer(text):
                if _MAIL_SURE.search(mail.group()):
                    found.append(Detail("I1_mail", "mail", mail.start(), mail.end()))
        return found[:_MOST]

    def _numbers(self, text: str) -> Iterator[Detail]:
        for match in _DIGITS.finditer(text):
            start, end = match.span()
            if (start and (text[start - 1].isalnum() or text[start - 1] == ".")) or text[end : end + 1].isalnum():
                continue
            digits = "".join(one for one in match.group() if one.isdigit())
            if digits in self._open or digits.lstrip("0") in self._open:
                continue
            said = len(digits) >= 9 and _SAYS_NUMBER.search(text[max(0, start - 40) : start])
            if _national(digits) or said:
                yield Detail("I1_number", "national-number", start, end)
            elif _telephone(match.group(), digits):
                yield Detail("I1_phone", "telephone", start, end)
        for match in _NATIONAL_INSURANCE.finditer(text):
            yield Detail("I1_number", "national-insurance", match.start(), match.end())

    def _addresses(self, text: str) -> Iterator[Detail]:
        for pattern in _STREETS:
            for match in pattern.finditer(text):
                behind = text[match.end() : match.end() + 12].split()
                if not behind or behind[0].strip(".,") not in _NOT_A_STREET:
                    yield Detail("I1_address", "address", match.start(), match.end())
        if _LIVES.search(text):  # a postcode alone may be any number; beside "I live" it is a home
            for match in _POSTCODES.finditer(text):
                if match.group()[-2:] not in ("mg", "ml", "in", "de", "en", "to", "is", "it", "op", "et"):
                    yield Detail("I1_address", "postcode", match.start(), match.end())


def clinician_named(given: str) -> tuple[int, int] | None:
    """Where a clinician is named ("Dr Vermeulen"), in code points of the given text; None when nobody is."""
    name = _TITLE_NAME.search(given)
    return None if name is None else (name.start(), name.end())


def _telephone(written: str, digits: str) -> bool:
    if written.startswith("+") or digits.startswith("00"):
        return 9 <= len(digits) <= 15
    if digits.startswith("0"):
        return 9 <= len(digits) <= 11 and not _DATE.fullmatch(written)
    return len(digits) == 10 and _AMERICAN.fullmatch(written) is not None


def _national(digits: str) -> bool:
    """Belgian register number, or French NIR with its key. A Dutch BSN needs the word beside it."""
    if len(digits) == 11:
        body, check = int(digits[:9]), int(digits[9:])
        month = int(digits[2:4]) % 20
        return month <= 12 and check in (97 - body % 97, 97 - (2_000_000_000 + body) % 97)
    if len(digits) == 15 and digits[0] in "12":
        return 97 - int(digits[:13]) % 97 == int(digits[13:])
    return False
