"""What is caught plain is caught disguised, and ordinary words are not caught by being disguised."""

import random

import pytest

from moderation.screen import Label, Text, screen
from tests.screen.disguises import DISGUISES
from tests.screen.examples import examples

# Enough to see a hole, few enough to be quick; the whole set is the matter of the bench.
SAMPLE = random.Random(7).sample(examples(), 150)


@pytest.mark.parametrize("name", DISGUISES)
def test_what_is_caught_plain_is_caught_disguised(name: str) -> None:
    caught = kept = 0
    for one in SAMPLE:
        labels = one.verdict.labels - {Label.PERSONAL_DETAILS}
        disguised = DISGUISES[name](one.words, random.Random(one.words))
        seen = screen(Text(body=disguised, reply_to=one.answers)).labels
        caught += len(labels)
        kept += len(labels & seen)
    assert kept >= 0.85 * caught


def test_over_all_disguises_at_least_95_in_100_are_caught() -> None:
    caught = kept = 0
    for number, one in enumerate(SAMPLE):
        disguise = list(DISGUISES.values())[number % len(DISGUISES)]
        labels = one.verdict.labels - {Label.PERSONAL_DETAILS}
        seen = screen(Text(body=disguise(one.words, random.Random(one.words)), reply_to=one.answers)).labels
        caught += len(labels)
        kept += len(labels & seen)
    assert kept >= 0.95 * caught


def test_disguising_ordinary_words_raises_no_alarm() -> None:
    ordinary = [one for one in SAMPLE if not one.verdict.labels]
    alarms = 0
    for name, disguise in DISGUISES.items():
        for one in ordinary:
            alarms += bool(screen(Text(body=disguise(one.words, random.Random(name)))).labels)
    assert alarms <= 0.02 * len(ordinary) * len(DISGUISES)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("You should stop taking the", "methotrexate before the holiday."),
        ("Honestly just skip", "this week's Humira."),
        ("Ge moet stoppen met", "die methotrexaat."),
        ("Tu devrais arrêter", "la cortisone."),
    ],
)
def test_advice_split_over_two_lines_or_title_and_body_is_seen(first: str, second: str) -> None:
    assert Label.MEDICATION_ADVICE in screen(Text(previous_line=first, body=second)).labels
    assert Label.MEDICATION_ADVICE in screen(Text(title=first, body=second)).labels


def test_the_line_before_is_not_judged_twice() -> None:
    verdict = screen(Text(previous_line="Stop your methotrexate.", body="See you all on Thursday."))
    assert verdict.labels == frozenset()


def test_a_tag_is_judged_with_the_rest() -> None:
    verdict = screen(Text(body="What do you think of it?", tags=("turmeric", "hands")))
    assert [finding.field for finding in verdict.findings if finding.label == Label.ALTERNATIVE_THERAPY] == ["tags"]
