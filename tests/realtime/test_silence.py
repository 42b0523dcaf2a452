"""What must not be heard is not heard: after each of these, nothing comes, or the door closes within five seconds."""

from datetime import timedelta

import pytest
from channels.layers import get_channel_layer
from django.contrib.sessions.models import Session
from django.utils import timezone

from forum.models import Thread
from moderation import gate
from moderation.models import Ruling
from moderation.screen import Kind
from people.models import Role
from people.verbs import grant, revoke, suspend
from realtime import hub as hubs
from tests.realtime.site import session_of
from tests.saying import nothing, says

pytestmark = pytest.mark.django_db(transaction=True)
V = Ruling.Verb
PROMISED = 5.0  # seconds


@pytest.mark.parametrize("kind", [Kind.M1, Kind.R1, Kind.A1])
def test_waiting_words_make_no_sound(site, say, alice, bob, nina, thread, kind):
    ears = [site.listen(one, thread) for one in (alice, bob, nina)]
    assert say(alice, thread, "Words that wait.", screen=says(kind)).is_waiting
    assert all(ear.silent() for ear in ears)


@pytest.mark.parametrize("outcome", [V.RETURNED, V.REFUSED])
def test_words_that_are_not_published_make_no_sound(site, say, rule, alice, bob, nina, thread, outcome):
    ear = site.listen(bob, thread)
    rule(say(alice, thread, "Words that wait.", screen=says(Kind.M1)), nurse=nina, outcome=outcome, reason="No.")
    assert ear.silent()


def test_words_taken_back_while_they_wait_make_no_sound(site, say, alice, bob, thread):
    ear = site.listen(bob, thread)
    waiting = say(alice, thread, "Words that wait.", screen=says(Kind.M1))
    site.do(gate.take_back, waiting, by=alice)
    assert ear.silent()


def test_a_change_that_waits_makes_no_sound(site, say, alice, bob, thread, post):
    ear = site.listen(bob, thread)
    say(alice, post, "You should take more.", title="Cold hands", screen=says(Kind.M1))
    assert ear.silent()


def test_another_conversation_is_not_heard(site, say, submit, alice, bob, board, thread):
    ear = site.listen(bob, thread)
    site.do(submit, alice, board, "Something else altogether.", screen=nothing)
    assert ear.silent()


def test_another_centre_is_not_heard(site, say, submit, alice, stranger, their_board, thread):
    theirs = submit(stranger, their_board, "Far away from here.", screen=nothing).thread
    near, far = site.listen(alice, thread), site.listen(stranger, theirs)
    say(alice, thread, "Only for us.")
    assert near.event()["seq"] == 2
    assert far.silent()


def test_before_one_subscribes_nothing_is_heard(site, say, alice, bob, thread):
    ear = site.at(bob, thread)
    say(alice, thread, "Good morning.")
    assert ear.silent()


@pytest.fixture
def heard_by(site, bob, thread):
    return site.listen(bob, thread)


def test_a_suspended_member_hears_nothing_more(site, say, alice, bob, nina, thread, heard_by):
    site.do(suspend, person=bob, by=nina, reason="a pause")
    assert heard_by.code(PROMISED) == 4403
    say(alice, thread, "Without Bob.")
    assert heard_by.silent()


def test_who_lost_the_last_role_hears_nothing_more(site, say, alice, bob, nina, thread, heard_by):
    site.do(revoke, person=bob, role=Role.PATIENT, by=nina)
    assert heard_by.code(PROMISED) == 4403
    say(alice, thread, "Without Bob.")
    assert heard_by.silent()


def test_who_gains_a_role_goes_on_listening_also_before_subscribing(site, say, alice, bob, nina, thread, heard_by):
    early = site.at(bob, thread)
    site.do(grant, person=bob, role=Role.MENTOR, by=nina)
    assert early.silent()
    early.sub(thread, 1)
    assert early.frame()["op"] == "ready"
    say(alice, thread, "Welcome, mentor.")
    assert early.event() == heard_by.event()


def test_who_logs_out_hears_nothing_more(site, say, alice, bob, thread, client):
    client.force_login(bob)
    ear = site.connect(f"/ws/threads/{thread.pk}/", session=client.session.session_key)
    other_device = site.listen(bob, thread)
    assert ear.message()["type"] == "websocket.accept"
    ear.sub(thread, 1)
    assert ear.frame()["op"] == "ready"
    site.do(client.post, "/accounts/logout/")
    assert ear.code(2) == 4401
    say(alice, thread, "Without that window.")
    assert ear.silent()
    assert other_device.event()["seq"] == 2


@pytest.mark.parametrize("lost", ["session", "right", "password"])
def test_without_any_doorbell_the_door_closes_all_the_same(site, say, alice, bob, nina, thread, lost):
    """Changes that no signal tells of, or whose doorbell was lost on the way."""
    key = session_of(bob)
    ear = site.connect(f"/ws/threads/{thread.pk}/", session=key)
    assert ear.message()["type"] == "websocket.accept"
    ear.sub(thread, 1)
    assert ear.frame()["op"] == "ready"
    if lost == "session":
        Session.objects.filter(pk=key).delete()
    elif lost == "right":
        suspend(person=bob, by=nina, reason="a pause")  # not in the sockets' loop: nobody hears it
    else:
        bob.set_password("another one altogether")
        bob.save()
    assert ear.code(PROMISED + 1) == (4403 if lost == "right" else 4401)


def test_a_session_that_runs_out_is_over(site, bob, thread):
    key = session_of(bob)
    Session.objects.filter(pk=key).update(expire_date=timezone.now() + timedelta(seconds=1))
    ear = site.connect(f"/ws/threads/{thread.pk}/", session=key)
    assert ear.message()["type"] == "websocket.accept"
    ear.sub(thread, 1)
    assert ear.code(PROMISED) == 4401


def test_a_lost_doorbell_is_made_up_for(site, submit, alice, bob, thread, monkeypatch):
    monkeypatch.setattr(hubs, "HEAL_EVERY", 0.5)
    ear = site.listen(bob, thread)
    submit(alice, thread, "Nobody rang.", screen=nothing)  # not in the sockets' loop
    assert ear.event(within=3)["seq"] == 2


def test_what_travels_between_processes_are_ids(site, say, rule, alice, nina, bob, thread, monkeypatch):
    sent, layer = [], get_channel_layer()
    group_send = layer.group_send

    async def noting(group, message):
        sent.append(message)
        await group_send(group, message)

    monkeypatch.setattr(layer, "group_send", noting, raising=False)
    rule(say(alice, thread, "Secret words.", screen=says(Kind.M1)), nurse=nina, outcome=V.PUBLISHED)
    say(bob, thread, "Plain words.")
    site.do(suspend, person=bob, by=nina, reason="Secret reason.")
    assert {one["type"] for one in sent} == {"thread.moved", "desk.changed", "own.words", "access.changed"}
    allowed = {"type", "thread", "head", "centre", "waiting", "author", "submission", "person"}
    for one in sent:
        assert set(one) <= allowed
        assert all(isinstance(value, int) or len(value) <= 36 for value in one.values())


def test_a_feed_ends_with_its_last_listener(site, bob, alice, thread):
    ears = [site.listen(one, thread) for one in (bob, alice)]

    async def counted():
        here = hubs.hub()
        return len(here.feeds), len(here.people), sum(len(one.sockets) for one in here.feeds.values())

    assert site.run(counted) == (1, 2, 2)
    for ear in ears:
        ear.hang_up()
    for ear in ears:
        site.run(lambda ear=ear: ear.task)
    assert site.run(counted) == (0, 0, 0)
    assert Thread.objects.get().head_seq == 1


def test_a_listener_that_is_killed_is_forgotten(site, bob, thread):
    """Daphne cancels an application that takes too long to end: no disconnect reaches it then."""
    ear = site.listen(bob, thread)

    async def killed():
        ear.task.cancel()
        await hubs.asyncio.wait([ear.task])
        return len(hubs.hub().people), len(hubs.hub().feeds)

    assert site.run(killed) == (0, 0)


def test_one_broken_connection_disturbs_nobody(site, say, alice, bob, maya, thread):
    ears = [site.listen(one, thread) for one in (alice, bob, maya)]

    async def broken(message):
        raise ConnectionResetError

    async def break_one():
        here = hubs.hub()
        here.people[bob.pk][0].send = broken

    site.run(break_one)
    say(alice, thread, "Still here?")
    assert ears[0].event()["seq"] == 2
    assert ears[2].event()["seq"] == 2
