"""A centre's own terms in the screen: found in every disguise, one place each, and nobody else's screen knows them."""

import string
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moderation.screen import REASONS, ScreenBroken, own
from moderation.screen.judge import ready
from moderation.screen.own import SENSES, OwnScreen, Term, What, key_of
from moderation.screen.types import Label, Text
from tests.screen.examples import examples

TERMS = [
    Term(1, key_of("Rheumafix"), "med"),
    Term(2, key_of("Blue Algae Balm"), "ther"),
    Term(3, key_of("crème de lune"), "A1"),
    Term(4, key_of("black toe"), "R1_today"),
    Term(5, key_of("black toe nail"), "R3"),
    Term(6, key_of("20 drops under the tongue"), "M1"),
]


@pytest.fixture(scope="module")
def screen():
    return OwnScreen(ready(), TERMS)


def seen(screen, body, **more):
    return [(one.rule, body[one.start : one.end]) for one in screen.verdict(Text(body=body, **more)).findings]


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("My black toe hurts.", ("own-4", "black toe")),
        ("my BLACK-TOE, again", ("own-4", "BLACK-TOE")),
        ("my black\ntoe", ("own-4", "black\ntoe")),
        ("my b l a c k  toe", ("own-4", "b l a c k  toe")),
        ("my bl\u200back t\u00adoe", ("own-4", "bl\u200back t\u00adoe")),
        ("Creme de lune, ladies", ("own-3", "Creme de lune")),
        ("🙂🙂 crème de lune 🙂", ("own-3", "crème de lune")),
        ("20 drops under the tongue", ("own-6", "20 drops under the tongue")),
    ],
)
def test_a_phrase_is_found_with_its_exact_place(screen, body, found):
    assert found in seen(screen, body)


@pytest.mark.parametrize("body", ["a black cat and a toe", "blacktoes", "my black, my big toe", "toe black"])
def test_other_words_are_not_the_phrase(screen, body):
    assert not [rule for rule, _ in seen(screen, body) if rule.startswith("own-")]


def test_of_two_phrases_that_begin_alike_both_are_told(screen):
    rules = {rule for rule, _ in seen(screen, "My black toe nail came off.")}
    assert {"own-4", "own-5"} <= rules


def test_a_phrase_over_title_and_body_is_found(screen):
    verdict = screen.verdict(Text(title="My black", body="toe hurts"))
    assert "own-4" in {one.rule for one in verdict.findings}


@pytest.mark.parametrize(
    ("body", "label"),
    [
        ("You should stop the Rheumafix.", Label.MEDICATION_ADVICE),
        ("Does Rheumafix make anybody tired?", Label.MEDICATION_QUESTION),
        ("Blue algae balm cured my hands.", Label.ALTERNATIVE_THERAPY),
        ("Je moet stoppen met je rheumafixprik.", Label.MEDICATION_ADVICE),
    ],
)
def test_a_name_is_read_by_the_rules_for_all_names(screen, body, label):
    assert label in screen.verdict(Text(body=body)).labels
    assert label not in ready().verdict(Text(body=body)).labels


def test_a_name_that_nobody_steers_with_is_ordinary_talk(screen):
    assert not screen.verdict(Text(body="I take my Rheumafix on Mondays.")).labels


@pytest.mark.parametrize("what", SENSES)
def test_each_sense_gives_its_label_kind_and_urgency(what):
    (found,) = OwnScreen(ready(), [Term(1, "qwertz", what)]).verdict(Text(body="A qwertz is here.")).findings
    sense = SENSES[what]
    assert (found.label, found.kind, found.urgency) == (sense.label, sense.kind, sense.urgency)
    assert found.why == REASONS[sense.why]
    assert "qwertz" not in found.why


def test_everything_a_term_can_be_has_a_meaning():
    assert set(SENSES) | own.NAMES == set(What)


def test_the_shared_screen_is_left_as_it_was():
    bodies = [one.words for one in examples()[::7]] + ["You should stop the Rheumafix.", "My black toe hurts."]
    before = [ready().verdict(Text(body=body)) for body in bodies]
    OwnScreen(ready(), [*TERMS, Term(7, "you should", "ther"), Term(8, "stop the bus", "med")])
    assert [ready().verdict(Text(body=body)) for body in bodies] == before


def test_what_holds_no_term_is_judged_as_before(screen):
    for one in examples()[::5]:
        here, there = screen.verdict(Text(body=one.words)), ready().verdict(Text(body=one.words))
        assert (here.findings, here.scores) == (there.findings, there.scores), one.words


@pytest.mark.parametrize(
    "term", [Term(1, "", "M1"), Term(1, "word", "M9"), Term(1, "- x", "M1"), Term(1, "w " * 9, "M1")]
)
def test_a_broken_term_is_refused_at_load(term):
    with pytest.raises(ScreenBroken):
        OwnScreen(ready(), [*TERMS, term])


def test_the_version_is_that_of_the_terms_whatever_their_order_and_ids():
    version = OwnScreen(ready(), TERMS).version
    assert version.startswith(f"{ready().version}+")
    assert len(version) <= 40
    assert OwnScreen(ready(), [Term(9, one.words, one.what) for one in reversed(TERMS)]).version == version
    assert OwnScreen(ready(), TERMS[1:]).version != version
    assert own.fingerprint([]) == ""


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.sampled_from(["black", "toe", "crème", "de", "lune", "-", "\n", ",", "\u200b", "🙂", ".", " "]) | st.text()
    )
)
def test_whatever_is_written_spans_stand_in_the_text(pieces):
    body = " ".join(pieces)
    for one in SHARED.verdict(Text(body=body)).findings:
        assert 0 <= one.start < one.end <= len(body)


SHARED = OwnScreen(ready(), TERMS)


def test_five_hundred_terms_are_ready_at_once_and_read_in_linear_time():
    """Phrases that all begin alike, on a text of nothing else: 100 kB within the screen's own deadline."""
    letters = string.ascii_lowercase
    terms = [Term(n, f"aa bb cc dd {letters[n % 26]}{letters[n // 26]}x", "M1") for n in range(500)]
    started = time.perf_counter()
    screen = OwnScreen(ready(), terms)
    assert time.perf_counter() - started < 1
    body = "aa bb cc dd " * 8_000
    plain = min(_took(ready(), body) for _ in range(2))
    assert min(_took(screen, body) for _ in range(2)) < 3 * plain + 0.1


def _took(screen, body):
    started = time.perf_counter()
    screen.verdict(Text(body=body))
    return time.perf_counter() - started
