"""The vocabulary on disk, read once: which words mean what. Broken or empty data is refused loudly."""

import csv
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from moderation.screen.errors import ScreenBroken
from moderation.screen.normalise import fold, plain
from moderation.screen.words import words_of

FOLDER = Path(__file__).resolve().parent.parent / "vocabulary"
FILES = (
    "words.csv", "rules.csv", "medicines.csv", "therapies.csv", "therapy_terms.csv", "terms_more.csv",
    "red_flags.csv", "red_flag_terms.csv", "red_flag_rules.csv", "red_flag_signs.csv",
    "crisis_lines.csv", "not_names.csv", "learned.csv",
)  # fmt: skip

# The classes that names of things belong to. The rules call them by these names.
MEDICINE, GENERIC, WEAK = "med", "gen", "weakmed"  # named; "the pills"; "the cream", "LEF": needs a second sign
THERAPY, WEAK_THERAPY = "ther", "therw"


@dataclass(frozen=True, slots=True)
class Form:
    """One written form: its words, the class it belongs to in one language, and what it names."""

    words: tuple[str, ...]
    grammar: str
    language: str
    key: str = ""  # substance or therapy
    as_written: str = ""  # for abbreviations that are also words: matched only in this spelling (TENS, PEA)


def rows(name: str, folder: Path = FOLDER) -> list[dict[str, str]]:
    """All rows of one vocabulary file. Raises ScreenBroken when it is missing, empty or not as its header says."""
    try:
        with (folder / name).open(encoding="utf-8", newline="") as file:
            found = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ScreenBroken(f"vocabulary file {name} cannot be read: {error}") from error
    if not found:
        raise ScreenBroken(f"vocabulary file {name} is empty")
    for number, row in enumerate(found, start=2):
        if None in row or None in row.values():
            raise ScreenBroken(f"vocabulary file {name}, line {number}: wrong number of columns")
    return found


def fingerprint(folder: Path = FOLDER) -> str:
    """A short hash over vocabulary and rules; it changes when a word or a rule does."""
    digest = hashlib.sha256()
    code = sorted(Path(__file__).resolve().parent.glob("*.py"))
    for path in [*(folder / name for name in FILES), *code]:
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:12]


def tokens_of(form: str) -> tuple[str, ...]:
    """A written form as the words that the screen would see."""
    if form.endswith("'") and form[:-1].isalpha():
        return (form.lower(),)  # the elided French word stands before a vowel only: "j'", "qu'"
    return tuple(one for one in words_of(plain(form).text) if one not in "-/,\n")


def _cell(row: dict[str, str], column: str, name: str) -> str:
    value = row.get(column)
    if value is None:
        raise ScreenBroken(f"vocabulary file {name} has no column {column}")
    return value


def grammar_forms(folder: Path = FOLDER) -> Iterator[Form]:
    """Words of the grammar: who, which act, negation, question (words.csv)."""
    for row in rows("words.csv", folder):
        for form in _cell(row, "forms", "words.csv").split("|"):
            words = tokens_of(form)
            if not words:
                raise ScreenBroken(f"words.csv: nothing readable in {form!r}")
            yield Form(words, _cell(row, "class", "words.csv"), row["language"])


def medicine_forms(folder: Path = FOLDER) -> Iterator[Form]:
    """Names of medicines and words for them (medicines.csv, terms_more.csv)."""
    for row in rows("medicines.csv", folder):
        doubtful = _cell(row, "ambiguous", "medicines.csv") == "yes"
        if doubtful:
            grammar = WEAK
        elif row["drug_class"] == "generic medicine word":
            grammar = GENERIC
        else:
            grammar = MEDICINE
        words = tokens_of(_cell(row, "form", "medicines.csv"))
        if words and row["inn"] != "naltrexone":  # in low dose a therapy outside usual care (therapy_terms.csv)
            yield Form(words, grammar, row["language"], row["inn"] or row["drug_class"])
    yield from _more({MEDICINE, GENERIC, WEAK}, folder)


def therapy_forms(folder: Path = FOLDER) -> Iterator[Form]:
    """Names of therapies that are held or weighed; those that are allowed name nothing to the screen."""
    default = {
        row["therapy_id"]: _cell(row, "screen_default", "therapies.csv") for row in rows("therapies.csv", folder)
    }
    for row in rows("therapy_terms.csv", folder):
        if row["therapy_id"] not in default:
            raise ScreenBroken(f"therapy_terms.csv: unknown therapy {row['therapy_id']}")
        how = default[row["therapy_id"]]
        if how == "allow":
            continue
        weak = how == "flag" or _cell(row, "ambiguous", "therapy_terms.csv") == "yes"
        exact = row["term"] if _cell(row, "case_sensitive", "therapy_terms.csv") == "yes" else ""
        words = tokens_of(row["term"])
        if words:
            form = Form(words, WEAK_THERAPY if weak else THERAPY, row["language"], row["therapy_id"], exact)
            yield from (form, *_plural(form))
    for form in _more({THERAPY, WEAK_THERAPY}, folder):
        yield from (form, *_plural(form))


def _plural(form: Form) -> Iterator[Form]:
    """ "infrared sauna" is also "infrared saunas"; in English and French an s is enough for most names."""
    last = form.words[-1]
    takes_one = not form.as_written and len(last) >= 4 and last.isalpha() and last[-1] not in "sxy"
    if takes_one and form.language in {"en", "fr"}:
        yield replace(form, words=(*form.words[:-1], last + "s"))


def _more(wanted: set[str], folder: Path) -> Iterator[Form]:
    for row in rows("terms_more.csv", folder):
        grammar = _cell(row, "class", "terms_more.csv")
        if grammar not in {MEDICINE, GENERIC, WEAK, THERAPY, WEAK_THERAPY}:
            raise ScreenBroken(f"terms_more.csv: unknown class {grammar}")
        if grammar in wanted:
            for form in _cell(row, "forms", "terms_more.csv").split("|"):
                yield Form(tokens_of(form), grammar, row["language"], row["key"])


def close_names(folder: Path = FOLDER) -> dict[str, tuple[str, str]]:
    """Names long enough for close spelling: folded name -> (class, key).

    Single words: of seven letters and more for medicines, nine for therapies, whose names are nearer to everyday words.
    """
    found: dict[str, tuple[str, str]] = {}
    for row in rows("medicines.csv", folder):
        word = fold(row["form"].lower())
        if (
            row["kind"] in {"inn", "inn_variant", "brand"}
            and row["ambiguous"] == "no"
            and len(word) >= 7
            and word.isalpha()
        ):
            found[word] = (MEDICINE, row["inn"] or word)
    for form in therapy_forms(folder):
        word = fold(form.words[0])
        if form.grammar == THERAPY and len(form.words) == 1 and len(word) >= 9 and word.isalpha():
            found.setdefault(word, (THERAPY, form.key))
    return found


def short_names(folder: Path = FOLDER) -> dict[str, tuple[str, str]]:
    """Sure names of five letters and more, for words built upon them: folded name -> (class, key)."""
    return {
        fold(row["form"].lower()): (MEDICINE, row["inn"] or row["form"])
        for row in rows("medicines.csv", folder)
        if row["kind"] in {"inn", "inn_variant", "brand"}
        and row["ambiguous"] == "no"
        and len(row["form"]) >= 5
        and row["form"].isalpha()
    }


def not_names(folder: Path = FOLDER) -> frozenset[str]:
    """Ordinary words that stand one letter from a name ("inflation" is not infliximab); never matched closely."""
    return frozenset(fold(row["word"]) for row in rows("not_names.csv", folder))
