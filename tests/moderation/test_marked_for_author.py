"""The author sees which sentence would be left out: whole, escaped, and the same ones that `without` drops."""

import re
from html import unescape

from hypothesis import given
from hypothesis import strategies as st

from moderation.spans import with_sentences_marked, without

TEXT = "I slept well. You should stop it.\nThe sun shone."
STOP = (TEXT.index("You"), TEXT.index("stop"))
PIECES = st.lists(st.sampled_from(["I slept. ", "Stop it!", "<b>x</b>", "\n", " ", "& so? ", "…"]), max_size=12)


def test_the_whole_sentence_is_marked() -> None:
    marked = with_sentences_marked(TEXT, [STOP])
    assert marked == "I slept well. <mark>You should stop it.</mark><br>The sun shone."


def test_hostile_words_stay_words() -> None:
    assert "<script>" not in with_sentences_marked("<script>alert(1)</script> Stop it.", [(0, 3)])


@given(PIECES, st.integers(0, 60), st.integers(1, 20))
def test_what_is_not_marked_is_what_is_left(pieces: list[str], start: int, length: int) -> None:
    text = "".join(pieces)
    span = (min(start, len(text)), min(start + length, len(text)))
    unmarked = re.sub(r"<mark>.*?</mark>", "", with_sentences_marked(text, [span]), flags=re.S)
    left = unescape(unmarked.replace("<br>", "\n"))
    assert left.split() == without(text, [span]).split()
