"""The front page: what a stranger is told, and what is new for a member."""

from datetime import timedelta

import pytest

from moderation import gate
from moderation.models import Draft, Ruling
from moderation.screen import Kind
from people.verbs import suspend
from tests.page import read
from tests.saying import nothing, says


@pytest.fixture
def threads(submit, bob, board, now):
    """Twelve conversations of Bob's, one an hour, the last an hour ago."""
    return [
        submit(
            bob,
            board,
            f"Story number {n}.",
            title=f"Talk {n}",
            screen=nothing,
            now=now - timedelta(hours=13 - n),
        ).thread
        for n in range(12)
    ]


def test_a_stranger_is_told_who_reads_what_to_ask_what_never_and_how_to_leave(browser, threads):
    page = read(browser().get("/"))
    for heading in ("Who reads this?", "What may I ask?", "What never here?", "How do I leave?"):
        assert heading in page.headings
    assert "In danger, call 112." in page.text
    assert ("/accounts/login/", "Log in") in page.links
    assert "Talk 1" not in page.text


def test_new_for_me_shows_the_ten_newest_and_never_more(browser, threads, alice):
    page = read(browser(alice).get("/"))
    shown = [words for address, words in page.links if address.startswith("/threads/")]
    assert shown == [f"Talk {n}" for n in range(11, 1, -1)]


def test_what_one_has_read_is_not_new_any_more(browser, threads, alice):
    client = browser(alice)
    client.get(f"/threads/{threads[11].pk}/")
    assert "Talk 11" not in read(client.get("/")).text
    assert "Talk 10" in read(client.get("/")).text


def test_a_persons_own_words_are_not_new_for_them(browser, threads, bob):
    assert "You have seen everything." in read(browser(bob).get("/")).text


def test_a_ruling_is_news_until_its_author_has_opened_it(browser, submit, alice, nina, thread, now):
    waiting = submit(alice, thread, "Take two a day.", screen=says(Kind.M1))
    client = browser(alice)
    assert "Your words that wait for a nurse" in read(client.get("/")).headings
    gate.rule(waiting, nurse=nina, outcome=Ruling.Verb.RETURNED, reason="Please leave the dose out.", now=now)
    page = read(client.get("/"))
    assert "A nurse decided on your words" in page.headings
    assert "Your words that wait for a nurse" not in page.headings
    assert "Please leave the dose out." in read(client.get(f"/words/{waiting.pk}/")).text
    assert "A nurse decided on your words" not in read(client.get("/")).headings


def test_drafts_are_counted(browser, alice, bob, board):
    Draft.objects.create(author=alice, place=f"new:{board.slug}", words="Half a")
    assert ("/me/#drafts", "You have 1 draft") in read(browser(alice).get("/")).links
    assert "draft" not in read(browser(bob).get("/")).text


def test_a_nurse_sees_what_waits_and_what_is_asked_and_a_patient_does_not(
    browser, submit, alice, bob, nina, board, thread
):
    submit(bob, thread, "Take two.", screen=says(Kind.M1))
    submit(bob, board, "May I drink?", title="Wine", screen=says(Kind.M6))
    at_the_desk = read(browser(nina).get("/"))
    assert ("/desk/", "1 text waits on the desk") in at_the_desk.links
    assert ("/desk/questions/", "1 question waits for a clinician’s answer") in at_the_desk.links
    assert "/desk/" not in {address for address, _ in read(browser(alice).get("/")).links}


def test_a_suspended_person_reads_why_and_whom_to_call_and_nothing_else(browser, threads, alice, nina):
    client = browser(alice)
    assert "Talk 11" in read(client.get("/")).text
    suspend(person=alice, by=nina, reason="Two people asked you to stop writing to them.")
    page = read(client.get("/"))
    assert page.headings == ["Your access is paused"]
    assert "Two people asked you to stop writing to them." in page.text
    assert "089 80 12 34" in page.text
    assert "Talk 11" not in page.text
