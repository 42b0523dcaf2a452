"""After a decision one press goes on: to a danger sign, else to what stood behind the words just decided on."""

from datetime import timedelta

import pytest

from moderation import gate
from moderation.models import Ruling
from moderation.screen import Kind
from tests.page import read
from tests.saying import says


@pytest.fixture
def held(submit, bob, thread, now):
    """`held(n)`: Bob's words that wait, handed in n hours ago."""

    def hand_in(hours, kind=Kind.M1, **more):
        return submit(bob, thread, f"Words of {hours} hours ago.", screen=says(kind), now=now - timedelta(hours=hours))

    return hand_in


@pytest.fixture
def after(browser, nina, now):
    """`after(words)`: the page of the desk once Nina has published these words."""

    def decide(words):
        ruling = gate.rule(words, nurse=nina, outcome=Ruling.Verb.PUBLISHED, now=now)
        return read(browser(nina).get(f"/desk/?done={ruling.pk}"))

    return decide


def onward(page):
    """Where the one button leads that has the focus, or None."""
    found = [address for address, name in page.links if name.startswith("Next: ")]
    assert page.html.count("autofocus") == len(found)
    return found[0] if found else None


def to(words):
    return f"/desk/words/{words.pk}/"


def test_one_goes_on_to_what_stands_behind(held, after):
    first, second, third = held(3), held(2), held(1)
    assert onward(after(second)) == to(third)
    assert onward(after(third)) == to(first)  # what was left is not forgotten


def test_a_danger_sign_goes_first(held, after):
    _old, second, _third = held(3), held(2), held(1)
    danger = held(0, Kind.R1)
    assert onward(after(second)) == to(danger)


def test_nothing_is_next_when_nothing_waits_or_nothing_was_decided(browser, nina, held, after):
    last = held(1)
    assert onward(read(browser(nina).get("/desk/"))) is None
    assert onward(after(last)) is None


def test_another_nurse_is_offered_nothing_by_that_address(browser, nina, omar, held, now):
    words, _other = held(2), held(1)
    ruling = gate.rule(words, nurse=nina, outcome=Ruling.Verb.PUBLISHED, now=now)
    assert onward(read(browser(omar).get(f"/desk/?done={ruling.pk}"))) is None
