"""Who is let in, what is said first, and what is missed is caught up."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from forum.models import Event
from people.verbs import suspend
from realtime import reading
from tests.realtime.site import HERE, session_of
from tests.saying import nothing

pytestmark = pytest.mark.django_db(transaction=True)


def refused(ear) -> int:
    """Accepted, then closed before any other frame: the code."""
    assert ear.message()["type"] == "websocket.accept"
    closing = ear.message()
    assert closing["type"] == "websocket.close"
    ear.hang_up()
    assert ear.silent()
    return closing["code"]


def test_a_member_is_told_the_head_and_then_everything_after_what_is_known(site, say, bob, alice, thread):
    for words in ("one", "two"):
        say(alice, thread, words)
    ear = site.at(bob, thread)
    ear.sub(thread, 1)
    assert ear.frame() == {"op": "ready", "head": 3}
    assert [(one["seq"], one["kind"]) for one in ear.events(2)] == [(2, "published"), (3, "published")]
    assert ear.silent()


def test_without_a_session_it_is_over(site, thread):
    assert refused(site.connect(f"/ws/threads/{thread.pk}/")) == 4401


@pytest.mark.parametrize("key", ["nonsense", "x" * 32, '"\\000"', "é" * 5, "a" * 4000])
def test_with_a_broken_session_it_is_over(site, thread, key):
    assert refused(site.connect(f"/ws/threads/{thread.pk}/", session=key)) == 4401


def test_with_an_expired_session_it_is_over(site, bob, thread):
    key = session_of(bob)
    Session.objects.filter(pk=key).update(expire_date=timezone.now() - timedelta(seconds=1))
    assert refused(site.connect(f"/ws/threads/{thread.pk}/", session=key)) == 4401


def test_after_a_new_password_the_old_session_is_over(site, bob, thread):
    key = session_of(bob)
    bob.set_password("another one altogether")
    bob.save()
    assert refused(site.connect(f"/ws/threads/{thread.pk}/", session=key)) == 4401


@pytest.mark.parametrize("name", ["0b5a0000-0000-4000-8000-000000000000", "nonsense", "", "%00", "1", "x" * 500])
def test_a_guessed_address_sounds_like_one_that_is_not_ours(site, stranger, bob, thread, name):
    theirs = refused(site.connect(f"/ws/threads/{thread.pk}/", session=session_of(stranger)))
    assert refused(site.connect(f"/ws/threads/{name}/", session=session_of(bob))) == theirs == 4403


def test_a_suspended_member_has_no_access(site, bob, nina, thread):
    suspend(person=bob, by=nina, reason="a pause")
    assert refused(site.connect(f"/ws/threads/{thread.pk}/", session=session_of(bob))) == 4403


def test_access_is_asked_again_when_one_subscribes(site, bob, nina, thread):
    ear = site.at(bob, thread)
    suspend(person=bob, by=nina, reason="a pause")  # its doorbell is not heard in the sockets' loop
    ear.sub(thread)
    assert ear.message() == {"type": "websocket.close", "code": 4403}


FOREIGN = [
    b"http://elsewhere",
    b"https://testserver",
    b"http://testserver:81",
    b"null",
    b"http://testserver.evil",
    None,
]


@pytest.mark.parametrize("origin", FOREIGN)
def test_a_foreign_origin_is_refused_at_the_handshake(site, bob, thread, origin):
    headers = [HERE[0]] + ([(b"origin", origin)] if origin else [])
    ear = site.connect(f"/ws/threads/{thread.pk}/", session=session_of(bob), headers=headers)
    assert ear.message() == {"type": "websocket.close"}  # before accept: the server answers 403
    assert ear.silent()


def test_two_hundred_a_page_and_nothing_twice(site, bob, thread):
    Event.objects.bulk_create(Event(thread=thread, seq=seq, kind="shown") for seq in range(2, 451))
    type(thread).objects.filter(pk=thread.pk).update(head_seq=450)
    ear = site.at(bob, thread)
    ear.sub(thread, 1)
    assert ear.frame() == {"op": "ready", "head": 450}
    seen = []
    while len(seen) < 449:
        seen.append(ear.event()["seq"])
        if len(seen) % 100 == 0:
            ear.ack(seen[-1])
    assert seen == list(range(2, 451))
    assert ear.silent()


def test_who_missed_more_than_a_thousand_loads_the_page_again(site, say, bob, alice, thread):
    Event.objects.bulk_create(Event(thread=thread, seq=seq, kind="shown") for seq in range(2, 1003))
    type(thread).objects.filter(pk=thread.pk).update(head_seq=1002)
    ear = site.at(bob, thread)
    ear.sub(thread, 1)
    assert [ear.frame(), ear.frame()] == [{"op": "ready", "head": 1002}, {"op": "reload"}]
    assert ear.silent()
    say(alice, thread, "What comes then is heard.")
    assert ear.event()["seq"] == 1003


def test_one_thousand_missed_are_caught_up(site, bob, thread):
    Event.objects.bulk_create(Event(thread=thread, seq=seq, kind="shown") for seq in range(2, 1002))
    type(thread).objects.filter(pk=thread.pk).update(head_seq=1001)
    ear = site.at(bob, thread)
    ear.sub(thread, 1)
    assert ear.frame() == {"op": "ready", "head": 1001}
    assert ear.event()["seq"] == 2


def test_words_that_come_between_admission_and_joining_are_not_missed(site, submit, bob, alice, thread, monkeypatch):
    """The admission is older than the words, nobody was there to hear the doorbell, and the feed begins with it."""
    admit, asked = reading.admit, []

    def late(**who):
        answer = admit(**who)
        asked.append(answer)
        if len(asked) == 2:  # when it subscribes
            submit(alice, thread, "Just in between.", screen=nothing)
        return answer

    monkeypatch.setattr(reading, "admit", late)
    ear = site.at(bob, thread)
    ear.sub(thread, 1)
    assert ear.frame() == {"op": "ready", "head": 1}
    assert ear.event(within=2)["seq"] == 2
