"""The desk's doorbell: how many words wait, never which."""

import pytest

from moderation.models import Ruling
from moderation.screen import Kind
from people.models import Role
from people.verbs import revoke
from realtime import hub
from tests.realtime.site import session_of
from tests.saying import nothing, says

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def at_desk(site):
    def open_(person, **more):
        ear = site.connect("/ws/desk/", session=session_of(person), **more)
        assert ear.message()["type"] == "websocket.accept"
        return ear

    return open_


def test_a_nurse_hears_at_once_how_many_wait_and_then_each_change(say, rule, at_desk, alice, nina, omar, rhea, thread):
    first = say(alice, thread, "Take more of it.", screen=says(Kind.M1))
    ears = [at_desk(one) for one in (nina, omar, rhea)]
    assert [ear.frame() for ear in ears] == [{"op": "desk", "waiting": 1}] * 3
    say(alice, thread, "And more of it.", screen=says(Kind.M1))
    assert [ear.frame() for ear in ears] == [{"op": "desk", "waiting": 2}] * 3
    rule(first, nurse=nina, outcome=Ruling.Verb.REFUSED, reason="No.")
    assert [ear.frame() for ear in ears] == [{"op": "desk", "waiting": 1}] * 3


def test_words_that_pass_do_not_ring_at_the_desk(say, at_desk, alice, nina, thread):
    ear = at_desk(nina)
    assert ear.frame() == {"op": "desk", "waiting": 0}
    say(alice, thread, "Good morning.", screen=nothing)
    assert ear.silent()


def test_the_other_centres_desk_hears_nothing(say, at_desk, alice, their_nurse, thread):
    ear = at_desk(their_nurse)
    assert ear.frame() == {"op": "desk", "waiting": 0}
    say(alice, thread, "Take more of it.", screen=says(Kind.M1))
    assert ear.silent()


@pytest.mark.parametrize("name", ["alice", "maya", "carl", "cora", "fien"])
def test_only_those_who_rule_listen_at_the_desk(at_desk, request, name):
    assert at_desk(request.getfixturevalue(name)).message() == {"type": "websocket.close", "code": 4403}


def test_without_a_session_there_is_no_desk(site):
    ear = site.connect("/ws/desk/")
    assert ear.message()["type"] == "websocket.accept"
    assert ear.message() == {"type": "websocket.close", "code": 4401}


def test_a_nurse_no_more_hears_nothing_more(site, say, at_desk, alice, nina, omar, thread):
    ear = at_desk(nina)
    ear.frame()
    site.do(revoke, person=nina, role=Role.NURSE, by=omar)
    assert ear.code(5) == 4403
    say(alice, thread, "Take more of it.", screen=says(Kind.M1))
    assert ear.silent()


def test_nothing_is_said_at_the_desk(at_desk, nina):
    ear = at_desk(nina)
    ear.frame()
    for _ in range(2):
        ear.tell({"op": "sub"})
        assert ear.frame() == {"op": "error", "code": "unknown_op"}
    ear.tell({"op": "sub"})
    assert ear.code() == 4400


def test_a_lost_doorbell_of_the_desk_is_made_up_for(submit, at_desk, alice, nina, thread, monkeypatch):
    monkeypatch.setattr(hub, "HEAL_EVERY", 0.3)
    ear = at_desk(nina)
    ear.frame()
    submit(alice, thread, "Take more of it.", screen=says(Kind.M1))  # not in the sockets' loop: nobody hears it
    assert ear.frame(within=3) == {"op": "desk", "waiting": 1}
    assert ear.silent(1)
