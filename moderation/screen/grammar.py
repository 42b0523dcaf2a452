"""Rules as data: compile patterns over word classes, and find them in tagged text.

A pattern is a line of class names: `you ..2 must ..5 stop_b`. `..N` allows up to N words between; `?` and `(a|b c)`
as usual; `/` joins classes (`must/can`); `^^` is the beginning of a clause with its small words. Nothing may repeat
without a bound, so a pattern looks at a bounded stretch from each place: with sentences cut at LONGEST units the work
grows with the length of the text and never faster. Each pattern is also compiled by RE2 at load, which refuses
whatever a linear engine cannot run.
"""

import re
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import re2

from moderation.screen.errors import ScreenBroken
from moderation.screen.vocabulary import FOLDER, rows

LONGEST = 64  # units in one stretch that a rule looks at
_MOST_WAYS = 40_000  # ways to fill the gaps of one pattern from one place
_PIECE = re.compile(r"\s+|\.\.(\d+)|\^\^|([a-z_][a-z_0-9]*(?:/[a-z_][a-z_0-9]*)*)|([()|?])|\{(\d+),(\d+)\}")
ACTS = {"stop", "skip", "take", "try", "chg", "avoid"}


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `reach`: "own" (the pattern holds its object), "sentence", "near" (a medicine close by is needed)."""

    id: str
    label: str
    kind: str
    reach: str
    weight: float
    why: str
    act: str
    example: str
    pattern: re.Pattern[str]


class Hit(NamedTuple):
    """A rule seen: units start..end (end excluded) of the tagged text."""

    rule: Rule
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Together:
    """Signs that mean something when they stand together, in whatever order: all of them in `window` sentences.

    Each group is one bit, so that most texts are done with in a few steps. needed: all of these;
    several: at least so many of these; unless: none of these, anywhere in the text. by_cues: told by words that say
    much by themselves ("cue:" in red_flag_terms.csv), so neither a past tense nor a medicine is asked for.
    """

    id: str
    flag: str
    weight: float
    window: int
    needed: int
    several: tuple[tuple[int, int], ...]
    unless: int
    first: int
    by_cues: bool

    def all_in(self, bits: int) -> bool:
        """Whether these bits hold all that is asked for."""
        return bits & self.needed == self.needed and all((bits & mask).bit_count() >= n for n, mask in self.several)

    @property
    def wanted(self) -> int:
        """The bits of all groups that speak for it."""
        found = self.needed
        for _, mask in self.several:
            found |= mask
        return found


class Grammar:
    """All rules of one file, ready to run. Raises ScreenBroken on a broken pattern or an unknown class."""

    def __init__(self, classes: dict[str, str], file: str = "rules.csv", folder: Path = FOLDER) -> None:
        self._classes = dict(classes)
        self._macros: dict[str, str] = {}
        self.rules: list[Rule] = []
        self._by_anchor: dict[str, list[int]] = defaultdict(list)
        self._bits: dict[str, int] = defaultdict(int)  # sign -> one bit for each set of signs that it is in
        self._bit_of: dict[str, int] = {}
        self._needed: list[int] = []  # of each rule: a bit for each set of which one sign must be there
        for row in rows(file, folder):
            if row["id"].startswith("@"):
                self._classes[row["id"][1:]] = self._union(row["pattern"].split("/"), row["id"])
                continue
            acts = row["acts"].split("|") if row["acts"] else [""]
            for act in acts:
                self._add(row, act, file)
        if not self.rules:
            raise ScreenBroken(f"{file} holds no rule")
        self.anchors = frozenset(self._by_anchor)

    def _union(self, names: list[str], rule: str) -> str:
        for name in names:
            if name not in self._classes:
                raise ScreenBroken(f"rule {rule}: unknown class {name!r}")
        return "".join(dict.fromkeys("".join(self._classes[name] for name in names)))

    def _add(self, row: dict[str, str], act: str, file: str) -> None:
        source = row["pattern"].replace("{b}", f"{act}_b").replace("{p}", f"{act}_p").replace("{g}", f"{act}_g")
        name = f"{row['id']}.{act}" if act else row["id"]
        expression, needed, ways = self._compile(source, name)
        if ways > _MOST_WAYS:
            raise ScreenBroken(f"{file}, rule {name}: too many ways to match ({ways})")
        try:
            re2.compile(expression)
            pattern = re.compile(expression)
            weight = float(row["weight"])
        except (re.error, re2.error, ValueError) as error:
            raise ScreenBroken(f"{file}, rule {name}: {error}") from error
        if not needed or not 0 <= weight <= 1:
            raise ScreenBroken(f"{file}, rule {name}: nothing that must be there, or a weight outside 0..1")
        why = row["why"].replace("{act}", act)
        number = len(self.rules)
        self.rules.append(
            Rule(name, row["label"], row["kind"], row["reach"], weight, why, act, row.get("example", ""), pattern)
        )
        self._needed.append(sum({self._bit(signs) for signs in needed}))
        for sign in min(needed, key=len):  # the rarest of the words that must be there
            self._by_anchor[sign].append(number)

    def _bit(self, signs: str) -> int:
        if signs not in self._bit_of:
            self._bit_of[signs] = 1 << len(self._bit_of)
            for sign in signs:
                self._bits[sign] |= self._bit_of[signs]
        return self._bit_of[signs]

    def _compile(self, source: str, rule: str) -> tuple[str, list[str], int]:
        """The regular expression, the sign sets that must occur, and how many ways it can match from one place."""
        out: list[str] = []
        needed: list[str] = []
        ways, depth, position = 1, 0, 0
        edge = self._union(["bnd", "qm"], rule)
        while position < len(source):
            piece = _PIECE.match(source, position)
            if piece is None:
                raise ScreenBroken(f"rule {rule}: cannot read {source[position:]!r}")
            gap, names, sign, least, most = piece.groups()
            position = piece.end()
            if gap is not None:
                out.append(f"[^{re.escape(edge)}]{{0,{gap}}}")
                ways *= int(gap) + 1
            elif names is not None:
                signs = self._union(names.split("/"), rule)
                out.append(f"[{re.escape(signs)}]")
                if depth == 0 and source[position : position + 1] not in ("?", "{"):
                    needed.append(signs)
            elif sign is not None:
                depth += {"(": 1, ")": -1}.get(sign, 0)
                out.append("(?:" if sign == "(" else sign)
                ways *= 2 if sign in "?|" else 1
            elif least is not None:
                out.append(f"{{{least},{most}}}")
                ways *= int(most) + 1
            elif piece.group() == "^^":
                opening = re.escape(self._union(["comma", "and", "bnd", "qm", "cheer"], rule))
                small = re.escape(self._union(["adv", "and"], rule))
                out.append(f"(?:^|[{opening}])[{small}]{{0,3}}")
                ways *= 4
        if depth:
            raise ScreenBroken(f"rule {rule}: brackets do not match")
        return "".join(out), needed, ways

    def find(self, marks: str, signs: frozenset[str]) -> list[Hit]:
        """Every rule that occurs in one stretch of marks, at each of its places. signs: the distinct marks."""
        wanted: set[int] = set()
        for sign in signs & self._by_anchor.keys():
            wanted.update(self._by_anchor[sign])
        found: list[Hit] = []
        if not wanted:
            return found
        here, needed = 0, self._needed
        for sign in signs & self._bits.keys():
            here |= self._bits[sign]
        missing = ~here
        for number in sorted([one for one in wanted if not needed[one] & missing]):
            rule = self.rules[number]
            for match in rule.pattern.finditer(marks):
                found.append(Hit(rule, match.start(), match.end()))
        return found
