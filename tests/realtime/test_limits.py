"""How much a listener may say, how slow it may be, and what it is told when it goes too far."""

import json
import time

import pytest
from django.db import OperationalError

from forum.models import Event, Thread
from realtime import consumers, hub, reading, sockets
from tests.realtime.site import session_of

pytestmark = pytest.mark.django_db(transaction=True)

NOT_FRAMES = ["", "{", "[]", "1", "null", '"sub"', "\x00", "{" * 5000, '{"a":' * 500 + "1" + "}" * 500, "x" * 60_000]


@pytest.mark.parametrize("text", NOT_FRAMES, ids=lambda text: repr(text)[:12])
def test_what_is_no_small_json_object_is_an_error(site, bob, thread, text):
    ear = site.at(bob, thread)
    ear.say(text)
    assert ear.frame() == {"op": "error", "code": "bad_json"}
    ear.sub(thread, 1)
    assert ear.frame()["op"] == "ready"


def test_bytes_are_an_error(site, bob, thread):
    ear = site.at(bob, thread)
    ear.put(type="websocket.receive", bytes=b'{"op":"sub"}')
    assert ear.frame() == {"op": "error", "code": "bad_json"}


@pytest.mark.parametrize(
    "frame",
    [
        {},
        {"op": "shout"},
        {"op": None},
        {"op": ["sub"]},
        {"op": "websocket.close", "type": "websocket.close"},
        {"op": "sub"},
        {"op": "sub", "thread": "elsewhere", "after": 0},
    ],
)
def test_an_unknown_op_is_an_error(site, bob, thread, frame):
    ear = site.at(bob, thread)
    ear.tell(frame)
    assert ear.frame() == {"op": "error", "code": "unknown_op"}


@pytest.mark.parametrize("after", [-1, 1.5, "1", True, None, 2**60, [], {}])
def test_a_place_that_is_no_number_is_an_error(site, bob, thread, after):
    ear = site.at(bob, thread)
    ear.tell({"op": "sub", "thread": str(thread.pk), "after": after})
    assert ear.frame() == {"op": "error", "code": "unknown_op"}


def test_who_claims_to_know_the_future_hears_what_comes(site, say, alice, bob, thread):
    ear = site.at(bob, thread)
    ear.sub(thread, 4_000)
    assert ear.frame() == {"op": "ready", "head": 1}
    say(alice, thread, "Good morning.")
    assert ear.event()["seq"] == 2


def test_to_acknowledge_before_subscribing_is_an_error(site, bob, thread):
    ear = site.at(bob, thread)
    ear.ack(1)
    assert ear.frame() == {"op": "error", "code": "not_subscribed"}


def test_to_subscribe_twice_is_an_error(site, bob, thread):
    ear = site.listen(bob, thread)
    ear.sub(thread, 0)
    assert ear.frame() == {"op": "error", "code": "unknown_op"}
    assert ear.silent()


def test_the_third_error_hangs_up(site, say, alice, bob, thread):
    ear, other = site.listen(bob, thread), site.listen(alice, thread)
    for text in ("{", '{"op": "shout"}'):
        ear.say(text)
        assert ear.frame()["op"] == "error"
    ear.say("[")
    assert ear.message() == {"type": "websocket.close", "code": 4400}
    say(alice, thread, "Good morning.")
    assert ear.silent()
    assert other.event()["seq"] == 2


def test_who_does_not_subscribe_is_hung_up_on(site, bob, thread, monkeypatch):
    assert consumers.SUBSCRIBE_WITHIN == 10
    monkeypatch.setattr(consumers, "SUBSCRIBE_WITHIN", 0.5)
    late, in_time = site.at(bob, thread), site.listen(bob, thread)
    assert late.code(3) == 4400
    assert in_time.silent(1)


def test_who_has_subscribed_waits_for_a_slow_server_as_long_as_it_takes(site, bob, thread, monkeypatch):
    monkeypatch.setattr(consumers, "SUBSCRIBE_WITHIN", 0.2)
    ear, admit = site.at(bob, thread), reading.admit

    def slowly(**asked):
        time.sleep(0.6)
        return admit(**asked)

    monkeypatch.setattr(reading, "admit", slowly)
    ear.sub(thread, 1)
    assert ear.frame()["op"] == "ready"


def test_twenty_ops_in_ten_seconds_are_heard_and_one_more_hangs_up(site, bob, thread):
    ear = site.listen(bob, thread)
    for _ in range(19):
        ear.ack(1)
    assert ear.silent()
    ear.ack(1)
    assert ear.message() == {"type": "websocket.close", "code": 4429}


def test_after_ten_seconds_one_may_speak_again(site, bob, thread, monkeypatch):
    monkeypatch.setattr(consumers, "OPS_WITHIN", 0.3)
    ear = site.listen(bob, thread)
    for _ in range(3):
        for _ in range(18):
            ear.ack(1)
        assert ear.silent(0.5)


def test_a_flood_is_cut_off_and_disturbs_nobody(site, say, alice, bob, thread):
    ear, other = site.listen(bob, thread), site.listen(alice, thread)
    for _ in range(10_000):
        ear.say("{}")
    assert ear.code() in {4400, 4429}
    say(alice, thread, "Good morning.")
    assert other.event(within=3)["seq"] == 2
    assert ear.silent()


def test_the_sixth_window_closes_the_oldest(site, say, alice, bob, thread):
    ears = [site.listen(bob, thread) for _ in range(5)]
    mine = site.listen(alice, thread)
    sixth = site.listen(bob, thread)
    assert ears[0].code() == 4429
    say(alice, thread, "Good morning.")
    assert [ear.event()["seq"] for ear in (*ears[1:], sixth, mine)] == [2] * 6
    assert ears[0].silent()


def test_windows_are_counted_over_conversations_and_desk(site, submit, alice, nina, board, thread):
    other = submit(alice, board, "Something else.").thread
    first = site.listen(nina, thread)
    for _ in range(3):
        site.listen(nina, other)
    desk = site.connect("/ws/desk/", session=session_of(nina))
    assert desk.message()["type"] == "websocket.accept"
    assert desk.frame()["op"] == "desk"
    assert first.silent(0.1)
    site.listen(nina, thread)
    assert first.code() == 4429


def many(thread: Thread, head: int) -> None:
    Event.objects.bulk_create(Event(thread=thread, seq=seq, kind="shown") for seq in range(2, head + 1))
    Thread.objects.filter(pk=thread.pk).update(head_seq=head)


def test_who_acknowledges_nothing_is_sent_two_hundred_and_then_cut_off(site, bob, thread, monkeypatch):
    assert (sockets.UNACKNOWLEDGED, sockets.STALLED_FOR, hub.TEND_EVERY) == (200, 30, 2)
    monkeypatch.setattr(sockets, "STALLED_FOR", 1.0)
    many(thread, 500)
    ear = site.at(bob, thread)
    ear.sub(thread, 1)
    ear.frame()
    assert [one["seq"] for one in ear.events(200)] == list(range(2, 202))
    assert ear.silent(0.2)
    assert ear.code(5) == 4408


def test_who_acknowledges_goes_on_from_there(site, say, alice, bob, thread, monkeypatch):
    monkeypatch.setattr(sockets, "STALLED_FOR", 2.0)
    many(thread, 450)
    ear, seen = site.at(bob, thread), []
    ear.sub(thread, 1)
    ear.frame()
    seen.append(ear.event()["seq"])  # waits as long as a busy machine takes
    for _ in range(4):
        while len(seen) < 449 and not ear.idle():
            seen.append(ear.event()["seq"])
        ear.ack(seen[-1])
        time.sleep(0.2)
    assert seen == list(range(2, 451))
    say(alice, thread, "Good morning.")
    assert ear.event()["seq"] == 451
    assert ear.silent(3)


@pytest.mark.parametrize("seq", [10_000, -1, "x", True])
def test_a_false_acknowledgement_opens_nothing(site, bob, thread, seq):
    many(thread, 500)
    ear = site.at(bob, thread)
    ear.sub(thread, 1)
    ear.frame()
    ear.events(200)
    ear.tell({"op": "ack", "seq": seq})
    if seq == 10_000:  # what was not sent cannot be acknowledged: it counts up to what was
        assert ear.events(200)[-1]["seq"] == 401
    else:
        assert ear.frame() == {"op": "error", "code": "unknown_op"}
        assert ear.silent()


def test_two_catch_ups_never_run_at_once(site, bob, thread, monkeypatch):
    """The hub's rounds come by while a slow page is still being read."""
    monkeypatch.setattr(hub, "TEND_EVERY", 0.05)
    many(thread, 100)
    read = reading.events_after

    def slow(*asked):
        time.sleep(0.5)
        return read(*asked)

    monkeypatch.setattr(reading, "events_after", slow)
    ear = site.at(bob, thread)
    ear.sub(thread, 1)
    ear.frame()
    assert [one["seq"] for one in ear.events(99)] == list(range(2, 101))
    assert ear.silent(1.5)


def test_a_database_that_is_away_asks_to_come_back(site, bob, thread, monkeypatch):
    def away(**_asked):
        raise OperationalError("database is locked")

    with monkeypatch.context() as patch:
        patch.setattr(reading, "admit", away)
        assert site.at(bob, thread).code() == 1012
    site.listen(bob, thread)


def test_a_page_that_could_not_be_read_is_read_again(site, bob, thread, monkeypatch):
    many(thread, 20)
    monkeypatch.setattr(hub, "TEND_EVERY", 0.1)
    read, failed = reading.events_after, []

    def away(*asked):
        if len(failed) < 3:
            failed.append(asked)
            raise OperationalError("database is locked")
        return read(*asked)

    monkeypatch.setattr(reading, "events_after", away)
    ear = site.at(bob, thread)
    ear.sub(thread, 1)
    ear.frame()
    assert [one["seq"] for one in ear.events(19)] == list(range(2, 21))
    assert ear.silent()


def test_a_heartbeat_tells_the_head(site, bob, thread, monkeypatch):
    assert hub.BEAT_EVERY == 15
    monkeypatch.setattr(hub, "BEAT_EVERY", 0.2)
    ear = site.listen(bob, thread)
    assert json.loads(ear.beats.get(timeout=5)["text"]) == {"op": "hb", "head": 1}


def test_frames_are_text_of_one_object(site, bob, thread):
    ear = site.at(bob, thread)
    ear.sub(thread, 0)
    for _ in range(2):
        assert isinstance(json.loads(ear.message()["text"]), dict)
