"""The vocabulary is data that is checked when it is read; a broken one stops the process, never a post's reading."""

import shutil
from pathlib import Path

import pytest

from moderation.screen import REASONS, ScreenBroken
from moderation.screen.grammar import Grammar
from moderation.screen.judge import Screen, ready
from moderation.screen.types import Kind, Text
from moderation.screen.vocabulary import FILES, FOLDER, fingerprint, rows


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in FILES:
        shutil.copy(FOLDER / name, tmp_path / name)
    return tmp_path


def replace(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.mark.parametrize("name", FILES)
def test_an_empty_or_missing_file_is_refused(folder: Path, name: str) -> None:
    header = (folder / name).read_text(encoding="utf-8").splitlines()[0]
    (folder / name).write_text(header + "\n", encoding="utf-8")
    with pytest.raises(ScreenBroken, match=name):
        rows(name, folder)
    (folder / name).unlink()
    with pytest.raises(ScreenBroken, match=name):
        rows(name, folder)


def test_a_screen_without_its_rules_does_not_start(folder: Path) -> None:
    (folder / "rules.csv").unlink()
    with pytest.raises(ScreenBroken, match="rules"):
        Screen(folder)


@pytest.mark.parametrize(
    ("pattern", "says"),
    [
        ("you ..2 nobody_has_this_class", "unknown class"),
        ("you (must", "brackets"),
        ("you must **", "cannot read"),
        ("(you|must)", "nothing that must be there"),
        ("you ..60 must ..60 stop_b ..60 med", "too many ways"),
    ],
)
def test_a_broken_pattern_is_refused_with_its_name(folder: Path, pattern: str, says: str) -> None:
    line = f"broken,medication_advice,M1,own,0.5,,{pattern},M1_stop,,general,G\n"
    with (folder / "rules.csv").open("a", encoding="utf-8") as file:
        file.write(line)
    with pytest.raises(ScreenBroken, match=says):
        Grammar(ready().lexicon.classes(), "rules.csv", folder)


def test_an_unknown_red_flag_is_refused(folder: Path) -> None:
    replace(folder / "red_flag_terms.csv", "RF01,", "RF99,")
    with pytest.raises(ScreenBroken, match="RF99"):
        Screen(folder)


def test_a_changed_word_changes_the_version(folder: Path) -> None:
    before = fingerprint(folder)
    replace(folder / "words.csv", "methotrexate", "methotrexates") if "methotrexate" in (
        folder / "words.csv"
    ).read_text(encoding="utf-8") else replace(folder / "medicines.csv", "methotrexate", "methotrexates")
    assert fingerprint(folder) != before


def test_every_rule_has_a_reason_and_a_known_kind() -> None:
    for rule in ready().medicine_rules:
        assert rule.why in REASONS
        assert Kind(rule.kind)


def test_every_reason_is_short_and_speaks_to_the_author() -> None:
    for code, sentence in REASONS.items():
        assert len(sentence.split()) < 20, code
        assert "rejected" not in sentence.lower()


@pytest.mark.parametrize(
    "row", [row for row in rows("red_flag_rules.csv") if not row["id"].startswith("@")], ids=lambda row: row["id"]
)
def test_each_red_flag_rule_finds_its_own_example(row: dict[str, str]) -> None:
    passage = ready().read(Text(body=row["example"]))
    found = {
        hit.rule.id
        for one in passage.sentences
        for hit in ready().red_flags.grammar.find(passage.marks[one.start : one.end], one.signs)
    }
    assert row["id"] in found


@pytest.mark.parametrize(
    "row", [row for row in rows("rules.csv") if not row["id"].startswith("@")], ids=lambda row: row["id"]
)
def test_each_rule_finds_its_own_example(row: dict[str, str]) -> None:
    passage = ready().read(Text(body=row["example"]))
    found = {
        hit.rule.id.split(".")[0]
        for one in passage.sentences
        for hit in ready().medicines.grammar.find(passage.marks[one.start : one.end], one.signs)
    }
    assert row["id"] in found


@pytest.mark.parametrize("row", rows("red_flag_signs.csv"), ids=lambda row: row["id"])
def test_signs_that_stand_together_are_found_in_their_own_example(row: dict[str, str]) -> None:
    found = {name for _, name, *_ in ready().red_flags.signs_together(ready().read(Text(body=row["example"])))}
    assert row["id"] in found


def test_nothing_of_the_vocabulary_lies_outside_the_project() -> None:
    assert FOLDER.is_relative_to(Path(__file__).resolve().parents[2])
