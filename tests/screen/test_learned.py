"""The learned part is what the invented posts of this folder teach, and it only ever adds to the rules."""

import csv
import io
from pathlib import Path

import pytest

from moderation.screen import Label, ScreenBroken, Text, screen
from moderation.screen.judge import Screen, ready
from moderation.screen.learned import Learned
from moderation.screen.vocabulary import FOLDER
from tests.screen.training import table


def test_the_weights_are_those_that_the_examples_give() -> None:
    written = list(csv.DictReader(io.StringIO((FOLDER / "learned.csv").read_text(encoding="utf-8"))))
    given = table(ready())
    assert {(one["label"], one["place"], one["class"]): one["weight"] for one in written} == {
        (one["label"], one["place"], one["class"]): one["weight"] for one in given
    }, "run: python -m tests.screen.training"


def test_without_a_medicine_it_is_silent() -> None:
    screen_ = ready()
    assert screen_.learned.seen(screen_.read(Text(body="You should really try the new bakery, it is the best."))) == []


def test_advice_that_the_rules_see_is_never_taken_back(monkeypatch: pytest.MonkeyPatch) -> None:
    words = "You should stop taking the methotrexate."
    monkeypatch.setattr(Learned, "scores", lambda self, seen: dict.fromkeys(self.labels, 0.0))
    assert Label.MEDICATION_ADVICE in screen(Text(body=words)).labels


def test_what_it_alone_sees_has_a_finding_that_shows_the_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Learned, "scores", lambda self, seen: dict.fromkeys(self.labels, 1.0))
    verdict = screen(Text(body="We had soup. The Humira came by post in a box. It rained."))
    found = [one for one in verdict.findings if one.rule == "learned"]
    assert {one.label for one in found} == {Label.MEDICATION_ADVICE, Label.MEDICATION_QUESTION}
    assert all(one.start == 13 for one in found)


def test_broken_weights_stop_the_process(tmp_path: Path) -> None:
    for path in FOLDER.glob("*.csv"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "learned.csv").write_text("label,place,class,weight\nmedication_advice,named,you,heavy\n")
    with pytest.raises(ScreenBroken):
        Screen(tmp_path)
