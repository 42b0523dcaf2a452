"""The sentences an author reads can be found by the translators and say what happens to the words."""

import ast
from pathlib import Path

from moderation.screen import REASONS, reasons


def test_every_sentence_is_marked_for_the_translators() -> None:
    tree = ast.parse(Path(reasons.__file__).read_text(encoding="utf-8"))
    table = next(one.value for one in tree.body if isinstance(one, ast.AnnAssign))
    assert isinstance(table, ast.Dict)
    for value in table.values:
        assert isinstance(value, ast.Call)
        assert isinstance(value.func, ast.Name)
        assert value.func.id == "_"


def test_a_detail_is_left_out_and_its_author_is_told_so() -> None:
    told = [sentence for why, sentence in REASONS.items() if why.startswith("I1")]
    assert len(told) == 4
    assert all(sentence.endswith("We leave it out for you.") for sentence in told)
