"""Danger told in roundabout words: choices within a term, what was looked at already, what is long ago."""

import pytest

from moderation.screen import Kind, Label, ScreenBroken, Text, screen
from moderation.screen.choices import last_of, read_term


def seen(words: str) -> set[str]:
    return {str(finding.kind) for finding in screen(Text(body=words)).findings if finding.label == Label.RED_FLAG}


@pytest.mark.parametrize("words", ["he hits me", "she hits me", "beaten", "beaten up"])
def test_a_term_may_offer_a_choice(words: str) -> None:
    assert last_of(words.split(), 0, read_term("(he|she) hits me|beaten (up|)")) == len(words.split()) - 1


@pytest.mark.parametrize("term", ["(he|she hits me", "he) hits me", "(he|)"])
def test_a_term_that_cannot_be_read_is_refused(term: str) -> None:
    with pytest.raises(ScreenBroken):
        read_term(term)


def test_signs_in_far_sentences_are_one_danger() -> None:
    words = "I can't get warm. The bulbs are in. My sister came by with soup. I am seeing things. I take Enbrel."
    assert seen(words) == {Kind.R1}


def test_what_somebody_has_looked_at_is_no_alarm() -> None:
    assert not seen("My calf is hot since the flight. Both scans came back clear, the doctor was lovely.")


def test_what_was_long_ago_is_told_as_such() -> None:
    found = screen(Text(body="In 2009 I collapsed. It looked like tar and nobody knew."))
    assert Label.RED_FLAG not in found.labels
    assert Kind.R6 in {finding.kind for finding in found.findings}


def test_playing_it_down_is_a_kind_of_its_own() -> None:
    assert seen("Don't go running in with every hot knee.") == {Kind.R5}


@pytest.mark.parametrize(
    "words",
    [
        "My husband died in 2019. I want to end it all.",
        "I took many of the sleeping pills. My sister says please call an ambulance but I won't.",
        "Ten years later nothing helps. I want to end it all.",
        "The scan came back clear. I want to end it all.",
    ],
)
def test_nothing_else_in_a_text_makes_a_danger_to_oneself_less(words: str) -> None:
    assert Kind.R2 in seen(words)
