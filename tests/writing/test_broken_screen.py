"""A screen that raises, hangs or talks nonsense: the words wait, their author gets a card, the desk an alarm."""

import time

import pytest

from moderation import judge
from moderation.models import State, Submission
from moderation.screen.types import Finding, Kind, Label, Verdict
from tests.page import filled, read
from tests.saying import nothing


def raises(text, *, deadline=None):
    raise RuntimeError("My hands are cold")


def hangs(text, *, deadline=None):
    time.sleep(0.4)


def says_none(text, *, deadline=None):
    return None


def exits(text, *, deadline=None):
    raise SystemExit(0)


def points_outside(text, *, deadline=None):
    far = Finding(Label.RED_FLAG, Kind.R1, "x", "body", 0, 10_000, "x")
    return Verdict((far,), frozenset({Label.RED_FLAG}), {}, "x")


def labels_without_a_finding(text, *, deadline=None):
    return Verdict((), frozenset({Label.MEDICATION_ADVICE}), {}, "x")


BROKEN = [raises, hangs, says_none, exits, points_outside, labels_without_a_finding]


@pytest.fixture
def sent(browser, bob, thread, screen_says, monkeypatch):
    """Bob sends ordinary words past a screen."""
    monkeypatch.setattr(judge, "DEADLINE", 0.1)

    def send(screen):
        screen_says(screen)
        form = read(browser(bob).get(f"/threads/{thread.pk}/")).composer
        return browser(bob).post(form.action, filled(form, body="Gloves help me."), follow=True)

    return send


def test_the_same_words_pass_a_sound_screen(sent, bob):
    assert "Gloves help me." in read(sent(nothing)).part("post-2")


@pytest.mark.parametrize("screen", BROKEN)
def test_the_words_wait_and_their_author_is_told_whom_to_call(sent, bob, alice, browser, thread, screen):
    page = read(sent(screen))
    waiting = Submission.objects.get(author=bob)
    assert waiting.state == State.WAITING
    assert set(waiting.findings.values_list("kind", flat=True)) == {"S"}
    assert f"waiting-{waiting.pk}" in page.ids
    assert "Gloves help me." in page.text
    assert "Our screen could not read this, so a nurse reads it first." in page.text
    assert "Nobody here has read this yet." in page.headings
    assert "Call 112" in page.text
    assert "Send it without the marked sentence" not in page.text
    assert "Gloves help me." not in read(browser(alice).get(f"/threads/{thread.pk}/")).text


def test_the_desk_has_an_alarm(sent, browser, nina):
    assert "The screen could not read" not in read(browser(nina).get("/desk/")).text
    sent(raises)
    page = read(browser(nina).get("/desk/"))
    assert "The screen could not read 1 text, so it waits whole." in page.text


def test_the_log_names_the_trouble_and_not_a_word(sent, caplog):
    sent(raises)
    assert "screen failed: RuntimeError" in caplog.text
    assert "cold" not in caplog.text
    assert "Gloves" not in caplog.text


def test_a_clinicians_own_words_go_after_a_second_look(browser, nina, thread, screen_says):
    screen_says(raises)
    client = browser(nina)
    form = read(client.get(f"/threads/{thread.pk}/")).composer
    page = read(client.post(form.action, filled(form, body="Good morning.")))
    assert "Please look once more" in page.headings
    assert client.post(form.action, filled(page.composer))["Location"].endswith("#post-2")
