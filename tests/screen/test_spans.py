"""A finding shows the very words it speaks of, in the text as it was given."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moderation.screen import Label, Text, screen
from moderation.screen.normalise import plain
from moderation.screen.words import places_of, words_of


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("I take tur\u200bmeric now", "tur\u200bmeric"),
        ("I take <b>tur</b>meric now", "tur</b>meric"),
        ("\U0001f48a\U0001f48a I take t\u0336u\u0336rmeric", "t\u0336u\u0336rmeric"),
        ("I take &#116;urmeric now", "&#116;urmeric"),
        ("I take t u r m e r i c now", "t u r m e r i c"),
        ("I take ｔｕｒｍｅｒｉｃ now", "ｔｕｒｍｅｒｉｃ"),
        ("I take tur-meric now", "tur-meric"),
        ("I take tuuuurmeric now", "tuuuurmeric"),
        ("I take TURMERIC now", "TURMERIC"),
    ],
)
def test_the_span_covers_the_disguised_word_as_it_was_written(words: str, shown: str) -> None:
    found = [one for one in screen(Text(body=words)).findings if one.label == Label.ALTERNATIVE_THERAPY]
    assert words[found[0].start : found[0].end] == shown


@settings(max_examples=80, deadline=None)
@given(st.text(max_size=80), st.text(max_size=80))
def test_spans_lie_inside_their_field_whatever_stands_around(before: str, after: str) -> None:
    words = f"{before} You should stop your methotrexate. {after}"
    for finding in screen(Text(body=words, title=after)).findings:
        given_field = {"body": words, "title": after}[finding.field]
        assert 0 <= finding.start < finding.end <= len(given_field)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=200))
def test_each_word_has_its_place(text: str) -> None:
    clear = plain(text).text
    words = words_of(clear)
    assert all(words)
    assert [clear[start:end] for start, end in places_of(clear, words)] == words


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=200))
def test_every_plain_character_comes_from_the_given_text(text: str) -> None:
    clear = plain(text)
    for place in range(len(clear.text)):
        start, end = clear.given(place, place + 1)
        assert 0 <= start < end <= len(text)


def test_two_shortened_words_in_one_are_read() -> None:
    assert words_of("i'd've stopped") == ["i", "'d", "'ve", "stopped"]
    words = "You'd've been better off if you had stopped your methotrexate."
    assert all(0 <= one.start < one.end <= len(words) for one in screen(Text(body=words)).findings)
