"""Ready reasons and notes that a nurse may choose, in the author's language. Data: phrases.json."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

DATA = Path(__file__).with_name("phrases.json")


@dataclass(frozen=True, slots=True)
class Phrase:
    """use: "return", "refuse" or "note"; text: language -> words."""

    id: str
    use: str
    labels: tuple[str, ...]
    text: dict[str, str]

    def spoken(self, language: str) -> str:
        return self.text.get(language) or self.text["en"]


@cache
def phrases() -> tuple[Phrase, ...]:
    rows = json.loads(DATA.read_text(encoding="utf-8"))
    return tuple(Phrase(one["id"], one["use"], tuple(one["labels"]), one["text"]) for one in rows)


def by_id(phrase_id: str, language: str) -> str:
    """The phrase's words, or "" for no or an unknown id."""
    return next((one.spoken(language) for one in phrases() if one.id == phrase_id), "")


def is_note(words: str) -> bool:
    """Whether these words are one of the ready notes, in any language, and nothing else."""
    return any(words.strip() in one.text.values() for one in phrases() if one.use == "note")


def choices(uses: set[str], labels: set[str], language: str) -> list[tuple[str, str]]:
    """(id, words) for a select; those made for the found labels first, and of these those made for nothing else."""
    fit = [one for one in phrases() if one.use in uses]
    made = {one.id: set(one.labels) & labels for one in fit}
    fit.sort(key=lambda one: (not made[one.id], len(one.labels) if made[one.id] else 0, one.use, one.id))
    return [("", "—"), *((one.id, one.spoken(language)) for one in fit)]
