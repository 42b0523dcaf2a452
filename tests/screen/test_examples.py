"""Invented posts in three languages: what is held, what passes, and which kind is seen."""

from collections import Counter

import pytest

from moderation.screen import Kind, Label
from tests.screen.examples import BETWEEN_THE_LINES, HOLD, Example, between_the_lines, examples, told_plainly


def hold_figures(posts: tuple[Example, ...]) -> tuple[float, float]:
    """Recall and precision of "carries medication_advice or alternative_therapy"."""
    right = sum(bool(one.labels & HOLD) and bool(one.verdict.labels & HOLD) for one in posts)
    wanted = sum(bool(one.labels & HOLD) for one in posts)
    said = sum(bool(one.verdict.labels & HOLD) for one in posts)
    return right / wanted, right / said


def kind_seen(one: Example) -> str:
    """The wanted kind when it is among the findings, else the kind of the heaviest finding."""
    wanted = sorted(one.kinds)
    kinds = {finding.kind for finding in one.verdict.findings}
    for kind in wanted:
        if kind in kinds:
            return str(kind)
    findings = one.verdict.findings
    return str(max(findings, key=lambda finding: finding.weight).kind) if findings else "none"


def confusion(posts: tuple[Example, ...]) -> Counter[tuple[str, str]]:
    """How often each wanted kind was seen as which."""
    return Counter((str(min(one.kinds)) if one.kinds else "none", kind_seen(one)) for one in posts)


def false_alarms(posts: tuple[Example, ...]) -> tuple[list[str], int]:
    """The ordinary posts that carry a label, and how many ordinary ones there are."""
    ordinary = [one for one in posts if not one.kinds or one.kinds == {Kind.A5}]
    return [one.words for one in ordinary if one.verdict.labels], len(ordinary)


@pytest.mark.parametrize("language", ["en", "nl", "fr"])
def test_posts_to_hold_are_held_in_each_language(language: str) -> None:
    recall, precision = hold_figures(told_plainly(language))
    assert recall >= 0.85
    assert precision >= 0.94


@pytest.mark.parametrize("language", ["nl", "fr"])
def test_dutch_and_french_have_a_hundred_and_fifty_posts_each(language: str) -> None:
    assert len(examples(language)) >= 150


def test_ordinary_talk_passes_without_a_label() -> None:
    labelled, ordinary = false_alarms(told_plainly())
    assert len(labelled) <= 0.05 * ordinary, labelled


# What is reached on each hard file, rounded down: recall and precision of holding, share of ordinary talk labelled.
REACHED = {
    "en_border": (0.65, 0.85, 0.2),
    "en_danger": (0.85, 0.58, 0.12),
    "en_outside": (0.8, 0.9, 0.12),
    "en_america": (0.8, 0.86, 0.13),
    "nl_others": (0.7, 0.84, 0.17),
    "fr_others": (0.73, 0.9, 0.18),
}


def test_each_hard_file_is_measured() -> None:
    assert set(REACHED) == BETWEEN_THE_LINES


@pytest.mark.parametrize("file", sorted(REACHED))
def test_between_the_lines_most_is_held_too(file: str) -> None:
    recall, precision = hold_figures(between_the_lines(file))
    assert recall >= REACHED[file][0]
    assert precision >= REACHED[file][1]


@pytest.mark.parametrize("file", sorted(REACHED))
def test_ordinary_talk_written_to_mislead_mostly_passes(file: str) -> None:
    labelled, ordinary = false_alarms(between_the_lines(file))
    assert len(labelled) <= REACHED[file][2] * ordinary, labelled


def test_there_are_three_hundred_examples_of_kinds_and_as_many_near_misses() -> None:
    near = sum(not one.kinds or one.kinds <= {Kind.A5, Kind.M5, Kind.R4, Kind.R6} for one in examples())
    assert len(examples()) >= 600
    assert near >= 150


def test_most_kinds_are_seen_as_they_are() -> None:
    table = confusion(told_plainly())
    right = sum(n for (wanted, seen), n in table.items() if wanted == seen or (wanted, seen) == ("A5", "none"))
    assert right >= 0.86 * sum(table.values()), "\n".join(
        f"{a} seen as {b}: {n}" for (a, b), n in sorted(table.items()) if a != b
    )


def test_no_danger_of_a_person_to_themselves_or_at_home_is_missed() -> None:
    missed = [one.words for one in told_plainly() if Kind.R2 in one.kinds and kind_seen(one) != Kind.R2]
    assert not missed


def test_a_red_flag_says_which_one_and_how_urgent_it_is() -> None:
    for one in examples():
        for finding in one.verdict.findings:
            if finding.label == Label.RED_FLAG:
                assert finding.flag.startswith("RF")
                assert finding.urgency is not None


def test_every_label_of_every_example_has_a_finding_in_its_words() -> None:
    for one in examples():
        assert one.verdict.labels <= {finding.label for finding in one.verdict.findings}
        for finding in one.verdict.findings:
            assert one.words[finding.start : finding.end].strip()


if __name__ == "__main__":
    table = confusion(examples())
    kinds = sorted({kind for pair in table for kind in pair})
    lines = ["wanted \\ seen " + " ".join(f"{kind:>4}" for kind in kinds)]
    for wanted in kinds:
        if any(table[wanted, seen] for seen in kinds):
            lines.append(f"{wanted:>13} " + " ".join(f"{table[wanted, seen] or '.':>4}" for seen in kinds))
    print("\n".join(lines))  # noqa: T201
