"""The policy page's own examples are seen as the kind that the page says, in each language."""

from functools import cache
from pathlib import Path

import polib  # type: ignore[import-untyped]
import pytest
from django.utils.translation import override

from moderation.policy import STRICTNESS, Outcome, current
from moderation.policy_words import KINDS
from moderation.screen import Kind, Text, screen
from people.models import Role

LOCALE = Path(__file__).parents[2] / "locale"
OPEN_QUESTIONS = {
    "en": "Did you drink a glass of wine now and then on methotrexate?",
    "nl": "Dronken jullie af en toe een glas wijn bij de methotrexaat?",
    "fr": "Est-ce que vous buviez un verre de vin avec le méthotrexate ?",
}
MILD = {Kind.R4, Kind.R6, Kind.M4, Kind.A5}  # enough that nothing stricter is seen in them


@cache
def sentences(language: str) -> dict[Kind, str]:
    with override("en"):
        english = {kind: str(words.example) for kind, words in KINDS.items() if words.example}
    if language == "en":
        return english
    catalogue = {one.msgid: one.msgstr for one in polib.pofile(str(LOCALE / language / "LC_MESSAGES" / "django.po"))}
    return {kind: catalogue[words] for kind, words in english.items()}


def outcome(kinds: set[Kind]) -> Outcome:
    return current().decide(kinds, role=Role.PATIENT, place="board").outcome


def kinds_seen(kind: Kind, language: str) -> set[Kind]:
    asked = OPEN_QUESTIONS[language] if kind == Kind.M7 else ""
    return {one.kind for one in screen(Text(body=sentences(language)[kind], open_question=asked)).findings}


@pytest.mark.parametrize("language", ["en", "nl", "fr"])
@pytest.mark.parametrize("kind", [kind for kind, words in KINDS.items() if words.example and kind not in MILD])
def test_an_example_of_the_policy_page_is_seen_as_what_it_is(kind: Kind, language: str) -> None:
    assert kind in kinds_seen(kind, language)
    assert outcome(kinds_seen(kind, language)) == outcome({kind})


@pytest.mark.parametrize("language", ["en", "nl", "fr"])
@pytest.mark.parametrize("kind", sorted(MILD))
def test_a_harmless_example_of_the_policy_page_meets_nothing_stricter(kind: Kind, language: str) -> None:
    assert STRICTNESS.index(outcome(kinds_seen(kind, language))) <= STRICTNESS.index(outcome({kind}))
