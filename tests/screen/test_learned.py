"""The learned part is what the invented posts of this folder teach, and it only ever adds to the rules."""

import csv
from pathlib import Path

import pytest

from moderation.screen import Label, ScreenBroken, Text, screen
from moderation.screen.judge import THRESHOLDS, Screen, ready
from moderation.screen.learned import LABELS, Learned, Telling
from moderation.screen.vocabulary import FOLDER
from tests.screen.training import SMALLEST, table

ROUNDING = 0.02  # solvers of other versions end a hair beside each other


@pytest.fixture
def telling(monkeypatch):
    """Makes the learned part say the same of every text."""

    def say(chance, sentence=0):
        said = {label: Telling(chance, sentence) for label in LABELS}
        monkeypatch.setattr(Learned, "judge", lambda self, passage: said)

    return say


def test_the_weights_are_those_that_the_examples_give() -> None:
    with (FOLDER / "learned.csv").open(encoding="utf-8", newline="") as file:
        written = {(row["place"], row["seen"]): row for row in csv.DictReader(file)}
    given = {(row["place"], row["seen"]): row for row in table(ready())}
    nothing = dict.fromkeys(LABELS, "0")
    apart = [
        (key, label)
        for key in written.keys() | given.keys()
        for label in LABELS
        if abs(float(written.get(key, nothing)[label]) - float(given.get(key, nothing)[label])) > SMALLEST + ROUNDING
    ]
    assert not apart, "run: python -m tests.screen.training"


def test_without_a_medicine_it_is_silent() -> None:
    screen_ = ready()
    passage = screen_.read(Text(body="You should really try the new bakery, it is the best."))
    assert not screen_.learned.reads(passage)


def test_what_it_learns_from_and_what_it_judges_by_are_the_same() -> None:
    """Sentence by sentence: the sum over what is seen is the sum that judges."""
    screen_ = ready()
    with (FOLDER / "learned.csv").open(encoding="utf-8", newline="") as file:
        weights = {(row["place"], row["seen"]): row for row in csv.DictReader(file)}
    words = "Has it helped? They put me on Humira last year. Honestly, don't let them fob you off, push for it."
    passage = screen_.read(Text(body=words))
    told = screen_.learned.judge(passage)
    for label in LABELS:
        sums = [
            sum(float(weights[one][label]) * times for one, times in seen.items() if one in weights)
            for seen in screen_.learned.seen(passage)
        ]
        assert told[label].sentence == sums.index(max(sums))
        assert told[label].chance == pytest.approx(1 / (1 + 2.718281828 ** -max(sums)), abs=1e-6)


def test_what_a_sum_is_made_of_can_be_told() -> None:
    screen_ = ready()
    passage = screen_.read(Text(body="They put me on Humira last year. Honestly, if I were you I would push for it."))
    for label, told in screen_.learned.judge(passage).items():
        parts = screen_.learned.parts(passage, label, told.sentence)
        assert told.chance == pytest.approx(1 / (1 + 2.718281828 ** -sum(part for _, part in parts)), abs=1e-6)
        assert [abs(part) for _, part in parts] == sorted((abs(part) for _, part in parts), reverse=True)


def test_advice_that_the_rules_see_is_never_taken_back(telling) -> None:
    telling(0.0)
    assert Label.MEDICATION_ADVICE in screen(Text(body="You should stop taking the methotrexate.")).labels


def test_what_is_a_question_is_decided_by_both(telling) -> None:
    words = Text(body="Should I stop the methotrexate before surgery?")
    telling(0.0)
    assert Label.MEDICATION_QUESTION not in screen(words).labels
    telling(0.5)
    assert Label.MEDICATION_QUESTION in screen(words).labels


def test_alone_it_carries_a_label_only_when_it_is_nearly_sure(telling) -> None:
    words = Text(body="The Humira came by post in a box.")
    telling(0.6)
    assert not screen(words).labels
    telling(1.0)
    assert screen(words).labels == set(LABELS)


def test_what_it_alone_sees_has_a_finding_that_shows_the_sentence(telling) -> None:
    telling(1.0, sentence=1)
    verdict = screen(Text(body="We had soup. The Humira came by post in a box. It rained."))
    found = [one for one in verdict.findings if one.rule == "learned"]
    assert {one.label for one in found} == set(LABELS)
    assert all(one.start == 13 for one in found)


def test_only_new_words_are_judged() -> None:
    """What stood in the line before has been judged there."""
    before = "Honestly, if I were you I would push for Humira."
    told = ready().learned.judge(ready().read(Text(body="The bus was late.", previous_line=before)))
    assert all(one.chance < THRESHOLDS[label] for label, one in told.items())


@pytest.mark.parametrize(
    "broken",
    [
        "place,seen,medication_advice,medication_question\nword,you,heavy,0\n",
        "place,seen,medication_advice,medication_question\nnowhere,you,1,0\n",
        "place,seen,medication_advice\nword,you,1\n",
        "place,seen,medication_advice,medication_question\nword,you,1,0\n",  # nothing that every sentence has
        "place,seen,medication_advice,medication_question\npair,alone,1,0\nsentence,always,0,0\n",
    ],
)
def test_broken_weights_stop_the_process(tmp_path: Path, broken: str) -> None:
    for path in FOLDER.glob("*.csv"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "learned.csv").write_text(broken, encoding="utf-8")
    with pytest.raises(ScreenBroken):
        Screen(tmp_path)
