"""Whatever the door says, the words stay with their writer: on the page, and in the answer to a script."""

import uuid

import pytest
from django.urls import reverse

from forum.sessions import Seat
from moderation import gate
from moderation.models import Submission
from tests.sessions.conftest import minute

WORDS = "My hands are cold, and nobody told me why."


@pytest.fixture
def send(client, room):
    """A line from a page that was opened before; as a form, or by the page's script."""

    def sent(person, **more):
        client.force_login(person)
        data = {"body": WORDS, "client_key": uuid.uuid4()}
        return client.post(reverse("reply", args=[room.thread_id]), data, **more)

    return sent


def refused(answer):
    assert answer.status_code == 409
    assert WORDS in answer.content.decode()
    assert not Submission.objects.filter(words=WORDS).exists()


@pytest.mark.parametrize("when", [-5, 30, 95])
def test_before_it_opens_alone_and_after_its_hours(send, alice, at, when):
    at(minute(when))
    refused(send(alice))


def test_in_a_pause_and_while_muted(send, room, alice, bob, nina, at):
    at(minute(7))
    gate.mute(room, by=nina, person=alice)
    refused(send(alice))
    gate.pause_room(room, by=nina)
    refused(send(bob))


def test_of_who_was_sent_away_or_left_and_kept_the_page_open(send, room, alice, bob, nina, at):
    at(minute(7))
    gate.remove(room, by=nina, person=bob)
    gate.leave(room, by=alice)
    for one in (alice, bob):
        refused(send(one))


def test_of_who_never_came_before_it_closed(send, room, carl, nina, at):
    gate.sign_up(room, by=carl, now=minute(6))
    gate.close(room, by=nina, now=minute(7))
    refused(send(carl))
    assert Seat.objects.get(person=carl).came_at is None


def test_too_long_and_too_soon(send, room, alice, client, at):
    at(minute(6))
    client.force_login(alice)
    long = "x" * 1_001
    answer = client.post(reverse("reply", args=[room.thread_id]), {"body": long, "client_key": uuid.uuid4()})
    assert (answer.status_code, long in answer.content.decode()) == (400, True)
    assert send(alice).status_code == 302
    again = client.post(reverse("reply", args=[room.thread_id]), {"body": "And my feet.", "client_key": uuid.uuid4()})
    assert (again.status_code, "And my feet." in again.content.decode()) == (429, True)
    assert 0 < int(again.headers["Retry-After"]) <= 15


def test_a_script_is_told_why_and_keeps_its_key(send, room, bob, nina, at):
    at(minute(7))
    gate.remove(room, by=nina, person=bob)
    answer = send(bob, headers={"accept": "application/json"})
    assert (answer.status_code, answer.json()["error"]) == (409, "RoomShut")
    assert uuid.UUID(answer.json()["client_key"])


def test_who_never_had_a_place_finds_nothing_there(send, carl, stranger, at):
    at(minute(6))
    for one in (carl, stranger):
        assert send(one).status_code == 404


def test_of_who_changes_a_line_and_was_sent_away_or_left_meanwhile(client, room, say, alice, bob, nina, at):
    at(minute(7))
    lines = {one: say(one).post for one in (alice, bob)}
    gate.remove(room, by=nina, person=bob)
    gate.leave(room, by=alice)
    for one, line in lines.items():
        client.force_login(one)
        assert client.get(reverse("edit", args=[line.pk])).status_code == 404
        refused(client.post(reverse("edit", args=[line.pk]), {"body": WORDS, "client_key": uuid.uuid4()}))
        line.refresh_from_db()
        assert line.text == "My hands are cold."


def test_who_was_sent_away_still_takes_their_own_line_back(client, room, say, bob, carl, nina, at):
    at(minute(7))
    said = say(bob)
    gate.remove(room, by=nina, person=bob)
    away = reverse("withdraw", args=[said.post_id])
    client.force_login(carl)
    assert client.post(away).status_code == 404
    client.force_login(bob)
    shown = client.get(reverse("words", args=[said.pk])).content.decode()
    assert away in shown
    assert reverse("thread", args=[room.thread_id]) not in shown
    assert client.post(away).url == reverse("me")
    said.post.refresh_from_db()
    assert (said.post.is_withdrawn, said.post.text) == (True, "")
