"""Personal details that others could misuse: telephone, e-mail, home address, national number; complaints by name."""

import re
from dataclasses import dataclass
from pathlib import Path

from moderation.screen.vocabulary import FOLDER, rows

# Each pattern is one bounded run of characters: linear whatever the text.
_DIGIT = re.compile(r"[0-9]")
_NUMBER = re.compile(r"(?<![\w.])\+?\(?\d(?:[ ./()\-]{0,2}\d){7,14}(?!\w)")
_MAIL = re.compile(
    r"[a-z0-9][a-z0-9.+%-]{0,60} ?(?:@|\(at\)|\[at\]| at ) ?[a-z0-9-]{1,60}(?: ?(?:\.|\(dot\)| dot | punt ) ?[a-z]{2,10}){1,3}\b"
)
_MAIL_SURE = re.compile(
    r"@|\(at\)|\bat\b.{1,80}(?:dot|punt)|\bat (?:gmail|hotmail|outlook|yahoo|icloud|telenet|proximus|skynet)"
)
_STREETS = (
    re.compile(r"\b[a-zà-ÿ'-]{2,30} ?(?:straat|laan|steenweg|plein|dreef|kade|gracht|singel|weg|lei|baan|hof) \d{1,4} ?(?:bus \w{1,4}|[a-f])?\b(?! (?:km|jaar|dagen|weken|mg|keer|uur|minuten))"),
    re.compile(r"\b\d{1,4}(?: ?bis)?,? (?:rue|avenue|boulevard|bd|chemin|place|impasse|all[ée]e|quai|chauss[ée]e|clos) (?:de la |de l'|des |de |du |d'|la |le |les )?[a-zà-ÿ'-]{2,30}"),
    re.compile(r"\b(?:rue|avenue|boulevard|chemin|place|chauss[ée]e) (?:de la |de l'|des |de |du |d'|la |le |les )?[a-zà-ÿ'-]{2,30}(?: [a-zà-ÿ'-]{2,30})?,? (?:n[°o] ?)?\d{1,4}\b(?=.{0,40}\b\d{4,5}\b)"),
    re.compile(r"\b\d{1,4}[a-f]? [a-z]{3,20}(?: [a-z]{3,20})? (?:street|st|road|rd|avenue|ave|lane|drive|close|crescent|terrace|court|gardens)\b(?=,| [a-z]{1,2}\d|\.| in |\s*$)"),
    re.compile(r"\b[a-z]{1,2}\d[a-z\d]? \d[abd-hjlnp-uw-z]{2}\b"),
    re.compile(r"\b[1-9]\d{3} ?[a-z]{2}\b(?= [a-zà-ÿ]{3,})(?<!\d\d\d\d mg)(?<!\d\d\d\d ml)(?<!\d\d\d\d in)(?<!\d\d\d\d de)(?<!\d\d\d\d en)(?<!\d\d\d\d to)(?<!\d\d\d\d it)(?<!\d\d\d\d is)(?<!\d\d\d\d my)"),
)  # fmt: skip
_STREET_SURE = 4  # the first four patterns name a street and a number
_NIR = re.compile(r"\b[12] ?\d{2} ?(?:0[1-9]|1[0-2]|20|[3-9]\d) ?(?:\d{2}|2[ab]) ?\d{3} ?\d{3}(?: ?\d{2})?\b")
_SAYS_NUMBER = re.compile(
    r"\b(?:bsn|rijksregister|rijksregisternummer|insz|burgerservicenummer|num[ée]ro national|registre national|nir|s[ée]curit[ée] sociale|nhs number|national insurance|ssn)\b"
)
_NATIONAL_INSURANCE = re.compile(r"\b[a-ceghj-prstw-z]{2} ?\d{2} ?\d{2} ?\d{2} ?[a-d]\b")
_TITLE_NAME = re.compile(
    r"\b(?:[Dd]r\.?|[Dd]okter|[Dd]octeur|[Pp]rof(?:essor|esseur)?\.?|[Nn]urse|[Vv]erpleegkundige|[Ii]nfirmi[eè]re?|[Dd]octor) (?:[Vv]an (?:[Dd]en? |[Dd]er )?|[Dd]e |[Ll]e |[Dd]u )?[A-ZÀ-Þ][a-zà-ÿ'-]{2,30}"
)
_COMPLAINT = re.compile(
    r"\b(?:rude|useless|incompetent|dismiss(?:ed|ive)|arrogant|ignored|mistake|negligent|awful|terrible|horrible|worst|lied|malpractice|sue|never listens|doesn't listen|does not listen|avoid h(?:er|im)"
    r"|onbeleefd|onbekwaam|arrogant|slechtste|luistert niet|onbeschoft|fout gemaakt|klacht|waardeloos|negeerde|vreselijk|schandalig"
    r"|incomp[ée]tente?|nulle?|m[ée]prisante?|arrogante?|odieux|n'[ée]coute (?:pas|rien)|d[ée]sagr[ée]able|porter plainte|catastroph\w{0,6}|honteux|pire)\b",
    re.IGNORECASE,
)


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
        if _DIGIT.search(text):
            found += self._numbers(text)
            found += self._addresses(text)
        if "@" in text or " at " in text or "(at)" in text:
            for mail in _MAIL.finditer(text):
                if _MAIL_SURE.search(mail.group()):
                    found.append(Detail("I1_mail", "mail", mail.start(), mail.end()))
        return found

    def _numbers(self, text: str) -> list[Detail]:
        found = []
        for match in _NUMBER.finditer(text):
            digits = "".join(one for one in match.group() if one.isdigit())
            if digits in self._open or digits.lstrip("0") in self._open:
                continue
            near = text[max(0, match.start() - 40) : match.start()]
            if _national(digits) or (_SAYS_NUMBER.search(near) and len(digits) >= 9):
                found.append(Detail("I1_number", "national-number", match.start(), match.end()))
            elif _telephone(match.group(), digits):
                found.append(Detail("I1_phone", "telephone", match.start(), match.end()))
        for match in _NATIONAL_INSURANCE.finditer(text):
            found.append(Detail("I1_number", "national-insurance", match.start(), match.end()))
        return found

    def _addresses(self, text: str) -> list[Detail]:
        found = []
        for number, pattern in enumerate(_STREETS):
            for match in pattern.finditer(text):
                # A postcode alone is a town; beside a number of a house it is a home.
                if number < _STREET_SURE or _HOUSE.search(text[max(0, match.start() - 40) : match.start()]):
                    found.append(Detail("I1_address", "address", match.start(), match.end()))
        return found


_HOUSE = re.compile(r"\b\d{1,4}[a-f]?,? ?[^\d]{0,30}$|(?:live at|woon op|adres|address|habite au)")


def complaint_by_name(given: str) -> tuple[int, int] | None:
    """Where a clinician is named in a text that complains, in code points of the given text; None when not."""
    if (complaint := _COMPLAINT.search(given)) is None:
        return None
    for name in _TITLE_NAME.finditer(given):
        if abs(name.start() - complaint.start()) <= 200:
            return name.start(), name.end()
    return None


def _telephone(written: str, digits: str) -> bool:
    if written.startswith("+") or digits.startswith("00"):
        return 9 <= len(digits) <= 15
    if digits.startswith("0"):
        return 9 <= len(digits) <= 11 and not re.match(r"0?\d[./-]\d{1,2}[./-]\d{2,4}", written)
    # North American: 3-3-4 with separators, or in brackets.
    return len(digits) == 10 and bool(re.match(r"\(?\d{3}\)?[ .-]{1,2}\d{3}[ .-]\d{4}$", written))


def _national(digits: str) -> bool:
    """Belgian register number, or French NIR with its key. A Dutch BSN needs the word beside it."""
    if len(digits) == 11:
        body, check = int(digits[:9]), int(digits[9:])
        month = int(digits[2:4]) % 20
        if month <= 12 and check in (97 - body % 97, 97 - (2_000_000_000 + body) % 97):
            return not digits.startswith("00")
    if len(digits) == 15 and digits[0] in "12":
        return 97 - int(digits[:13]) % 97 == int(digits[13:])
    return False
