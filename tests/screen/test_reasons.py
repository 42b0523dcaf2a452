"""The sentences an author reads can be found by the translators and say what happens to the words."""

import ast
from pathlib import Path

from moderation.screen import REASONS, for_nurses, reasons


def test_every_sentence_is_marked_for_the_translators() -> None:
    tree = ast.parse(Path(reasons.__file__).read_text(encoding="utf-8"))
    tables = [one.value for one in tree.body if isinstance(one, ast.AnnAssign)]
    assert len(tables) == 2
    for table in tables:
        assert isinstance(table, ast.Dict)
        for value in table.values:
            assert isinstance(value, ast.Call)
            assert isinstance(value.func, ast.Name)
            assert value.func.id == "_"


def test_a_detail_is_left_out_and_its_author_is_told_so() -> None:
    told = [sentence for why, sentence in REASONS.items() if why.startswith("I1")]
    assert len(told) == 4
    assert all(sentence.endswith("We leave it out for you.") for sentence in told)


def test_a_nurse_reads_about_the_author_in_the_third_person() -> None:
    assert reasons.FOR_NURSES.keys() == REASONS.keys()
    for sentence in REASONS.values():
        told = for_nurses(sentence)
        assert told != sentence
        assert not {"you", "your"} & set(told.lower().rstrip(".").split())
    assert for_nurses("Our screen could not read this.") == "Our screen could not read this."
