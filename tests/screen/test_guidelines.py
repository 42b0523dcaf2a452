"""The worked cases of the definition that the labels follow."""

import pytest

from moderation.screen import REASONS, VERSION, Label, Text, screen

CASES = [
    ("Took mine at night, the nausea was less.", set()),
    ("Has anyone tried turmeric?", {Label.ALTERNATIVE_THERAPY}),
    ("My GP told me turmeric does nothing.", {Label.ALTERNATIVE_THERAPY}),
    ("Is it OK to have wine on methotrexate?", {Label.MEDICATION_QUESTION}),
    ("Don't stop your meds without talking to your rheum.", {Label.MEDICATION_ADVICE}),
    ("Talk to your rheum.", set()),
    ("Doctors only push pills.", set()),
    ("I can't go on like this any more.", {Label.RED_FLAG}),
    ("You might want to ask to drop the pred.", {Label.MEDICATION_ADVICE}),
    ("I'd just halve the prednisone.", {Label.MEDICATION_ADVICE}),
    ("Have you tried naproxen?", {Label.MEDICATION_ADVICE}),
    ("I stopped my methotrexate in May and never felt better.", {Label.MEDICATION_ADVICE}),
    ("Always take folic acid the day after.", {Label.MEDICATION_ADVICE}),
    ("My rheumatologist put me on Humira, it works for me, the injections sting.", set()),
    ("Hang in there with the injections!", set()),
]


@pytest.mark.parametrize(("words", "labels"), CASES)
def test_a_worked_case_carries_the_labels_of_the_definition(words: str, labels: set[Label]) -> None:
    assert screen(Text(body=words)).labels == labels


def test_every_finding_says_why_in_a_sentence_of_the_table() -> None:
    for words, _ in CASES:
        for finding in screen(Text(body=words)).findings:
            assert finding.why in REASONS.values()


def test_every_label_has_a_finding_that_shows_where() -> None:
    for words, _ in CASES:
        verdict = screen(Text(body=words))
        assert verdict.labels <= {finding.label for finding in verdict.findings}
        for finding in verdict.findings:
            assert 0 <= finding.start < finding.end <= len(words)


def test_a_verdict_names_the_version_it_was_made_with() -> None:
    assert screen(Text(body="hello")).version == VERSION != ""
