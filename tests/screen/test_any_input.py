"""Any string at all gives a verdict, in time that grows with its length and no faster."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moderation.screen import Label, ScreenTooSlow, Text, screen

NAUGHTY = [
    "", " ", "\n", "\x00", "\ufeff", "\u202e", "\ud800", "﷽", "Ⱥ", "İ", "ŉ", "ﬃ", "\U000e0001", "(", "[", "\\", "&#0;",
    "&#x110000;",
    "&amp;amp;amp;", "<", "<!--", "<p", "]]>", "](", "' OR 1=1 --", "${jndi:ldap://x}", "{{7*7}}", "%s%s%n", "\x1b[31m",
    "1e309", "NaN", "٠١٢٣", "１２３", "½⅓", "e" + "\u0301" * 500, "🏳️‍🌈" * 50, "👩‍👩‍👧‍👦", "田中さんにあげて下さい",
    "مرحبا", "שלום",
    "z̸̢̛̼̥a̶l̷g̴o̵",
    "'" * 300, '"' * 300, "." * 300, "-" * 300, "?" * 300, "a'" * 300, "1.1.1.1",
    "..a..b..", "'t 's 'k", "d'l'j'",
]  # fmt: skip

words = st.sampled_from(
    "you should stop not i would take methotrexate turmeric it never my doctor said ? . , \n je moet niet stoppen "
    "tu devrais arrêter le méthotrexate 20mg don't j'ai &lt; <b> ** 0478 12 34 56 suicide".split(" ")
)


@pytest.mark.parametrize("text", NAUGHTY)
def test_a_naughty_string_gives_a_verdict_in_every_field(text: str) -> None:
    everywhere = Text(body=text, title=text, tags=(text, text), reply_to=text, open_question=text, previous_line=text)
    assert set(screen(everywhere).scores) == set(Label)


@settings(max_examples=100, deadline=None)
@given(st.text(st.characters(exclude_categories=())), st.text(max_size=30))
def test_any_text_gives_a_verdict(body: str, other: str) -> None:
    verdict = screen(Text(body=body, title=other, tags=(other,), reply_to=other, previous_line=other))
    assert verdict.labels <= {finding.label for finding in verdict.findings}


@settings(max_examples=100, deadline=None)
@given(st.lists(words, max_size=120))
def test_any_row_of_telling_words_gives_a_verdict(row: list[str]) -> None:
    verdict = screen(Text(body=" ".join(row)))
    assert all(0.0 <= score <= 1.0 for score in verdict.scores.values())
    assert verdict.labels <= {finding.label for finding in verdict.findings}


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60))
def test_the_same_words_get_the_same_verdict(body: str) -> None:
    assert screen(Text(body=body)) == screen(Text(body=body))


@pytest.mark.parametrize(
    "piece", ["a-", "m e t h o ", "you should stop ", "<a ", "&amp;", "e\u0336", "methotrexate? ", "1 ", "a", "m3"]
)
def test_ten_times_the_length_takes_about_ten_times_as_long(piece: str) -> None:
    def took(size: int) -> float:
        text = Text(body=(piece * size)[:size])
        best = float("inf")
        for _ in range(3):
            start = time.process_time()
            screen(text)
            best = min(best, time.process_time() - start)
        return best

    assert took(30_000) <= 40 * max(took(3_000), 0.001)  # quadratic work would be a hundred times as long


def test_past_the_deadline_the_screen_says_so_and_nothing_else() -> None:
    with pytest.raises(ScreenTooSlow):
        screen(Text(body="hello"), deadline=time.monotonic() - 1)


def test_a_deadline_far_off_changes_nothing() -> None:
    text = Text(body="You should stop your methotrexate.")
    assert screen(text, deadline=time.monotonic() + 60) == screen(text)
