"""Questions without a mentor's reply: for those who look after them."""

from datetime import timedelta

import pytest

from tests.page import read
from tests.saying import nothing


@pytest.fixture
def asked(submit, alice, bob, board, now):
    """Three questions of patients, Bob's the oldest."""
    return [
        submit(person, board, "How do you do it?", title=title, screen=nothing, now=now - timedelta(hours=hours)).thread
        for person, title, hours in ((alice, "Jars", 2), (bob, "Stairs", 9), (alice, "Shoes", 5))
    ]


def titles(client):
    return [words for address, words in read(client.get("/unanswered/")).links if address.startswith("/threads/")]


def test_a_mentor_sees_the_oldest_first(browser, asked, maya):
    assert titles(browser(maya)) == ["Stairs", "Shoes", "Jars"]


def test_a_question_disappears_when_a_mentor_has_replied_and_not_when_a_patient_has(
    browser, asked, submit, maya, alice
):
    submit(alice, asked[1], "Good question.", screen=nothing)
    assert titles(browser(maya)) == ["Stairs", "Shoes", "Jars"]
    submit(maya, asked[1], "One step at a time.", screen=nothing)
    assert titles(browser(maya)) == ["Shoes", "Jars"]


def test_what_a_mentor_begins_is_no_question_without_a_mentor(browser, asked, submit, maya, board):
    submit(maya, board, "Good morning all.", title="Hello", screen=nothing)
    assert titles(browser(maya)) == ["Stairs", "Shoes", "Jars"]


@pytest.mark.parametrize("name", ["nina", "rhea", "carl", "maya"])
def test_those_who_look_after_questions_find_the_way(browser, asked, request, name):
    person = request.getfixturevalue(name)
    assert "/unanswered/" in dict(read(browser(person).get("/")).links)
    assert len(titles(browser(person))) == 3


@pytest.mark.parametrize("name", ["alice", "fien", "cora"])
def test_for_all_others_there_is_nothing(browser, asked, request, name):
    person = request.getfixturevalue(name)
    assert "/unanswered/" not in dict(read(browser(person).get("/")).links)
    assert browser(person).get("/unanswered/").status_code == 404


def test_a_mentor_of_another_centre_sees_none_of_ours(browser, asked, stranger, their_nurse):
    response = browser(their_nurse).get("/unanswered/")
    assert "Every question has a mentor’s reply." in read(response).text
