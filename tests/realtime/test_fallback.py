"""The same events as JSON, for networks that let no socket through: the same words, the same doors."""

import json

import pytest
from django.utils import timezone

from forum.models import Event, Thread
from moderation import gate
from people.models import Role
from people.verbs import revoke, suspend
from tests.realtime.site import session_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def ask(client, settings, thread):
    """The answer to somebody who asks for what follows."""

    def asked(person, after="0", place=None):
        if person is None:
            client.cookies.clear()
        else:
            client.cookies[settings.SESSION_COOKIE_NAME] = session_of(person)
        return client.get(f"/threads/{place or thread.pk}/events", {"after": after})

    return asked


def test_what_a_socket_hears_is_what_is_answered(site, say, ask, alice, bob, maya, thread, post):
    say(maya, thread, "I know that well.", reply_to=post)
    say(alice, post, "My feet are cold too.", title="Cold hands")
    taken = say(alice, thread, "Never mind.").post
    gate.withdraw(taken, by=alice)
    ear = site.at(bob, thread)
    ear.sub(thread, 0)
    ear.frame()
    answer = ask(bob).json()
    assert answer == {"head": 5, "events": ear.events(5), "more": False}
    assert "Never mind." not in json.dumps(answer)


def test_only_what_follows_is_answered(say, ask, alice, bob, thread):
    say(alice, thread, "Good morning.")
    assert [one["seq"] for one in ask(bob, 1).json()["events"]] == [2]
    assert ask(bob, 2).json() == {"head": 2, "events": [], "more": False}


def test_two_hundred_at_once_and_the_rest_when_asked_again(ask, bob, thread):
    Event.objects.bulk_create(Event(thread=thread, seq=seq, kind="shown") for seq in range(2, 301))
    Thread.objects.filter(pk=thread.pk).update(head_seq=300)
    first = ask(bob).json()
    assert (len(first["events"]), first["head"], first["more"]) == (200, 300, True)
    second = ask(bob, first["events"][-1]["seq"]).json()
    assert ([one["seq"] for one in second["events"]], second["more"]) == (list(range(201, 301)), False)


@pytest.mark.parametrize("after", ["-1", "x", "", "1e9", "9" * 400, "\x00", "²"])
def test_a_place_that_is_no_number_is_the_beginning(ask, bob, after):
    answer = ask(bob, after)
    assert answer.status_code == 200
    assert len(answer.json()["events"]) == 1


def test_without_a_session_it_is_over_for_every_conversation(ask, thread):
    for place in (thread.pk, "0b5a0000-0000-4000-8000-000000000000"):
        answer = ask(None, place=place)
        assert (answer.status_code, answer.json()) == (401, {"error": "session_over"})


def test_who_may_not_read_hears_of_nothing_there(ask, alice, bob, nina, stranger, thread):
    guessed = ask(bob, place="0b5a0000-0000-4000-8000-000000000000")
    suspend(person=alice, by=nina, reason="a pause")
    revoke(person=bob, role=Role.PATIENT, by=nina)
    answers = [guessed, ask(stranger), ask(alice), ask(bob)]
    assert [one.status_code for one in answers] == [404] * 4
    assert len({one.content for one in answers[:2]}) == 1 or "Cold hands" not in answers[1].content.decode()


def test_it_answers_in_the_readers_language_and_is_kept_nowhere(ask, bob, thread):
    type(bob).objects.filter(pk=bob.pk).update(language="nl")
    answer = ask(bob)
    assert "no-store" in answer["Cache-Control"]
    assert answer["Content-Language"] == "nl"


def test_a_closed_conversation_answers_too(ask, bob, thread):
    Thread.objects.update(closed_at=timezone.now())
    assert ask(bob).json()["head"] == 1
