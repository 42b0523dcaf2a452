"""The room as its people see it: lines, what stands around them, and what one does there."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse

from forum.models import Post, Thread
from forum.sessions import SameHere, Seat
from moderation import gate
from moderation.models import Draft, Submission
from tests.sessions.conftest import CLOSES, OPENS, again, minute, seat_of

ADVICE = "Just stop your methotrexate, you do not need it."


def shown(client, person, room, **query):
    client.force_login(person)
    return client.get(reverse("thread", args=[room.thread_id]), query).content.decode()


def line(client, person, room, words, **more):
    client.force_login(person)
    data = {"body": words, "client_key": uuid.uuid4()} | more
    return client.post(reverse("reply", args=[room.thread_id]), data)


def do(client, who, room, act, name="room_mine", **more):
    client.force_login(who)
    return client.post(reverse(name, args=[room.pk]), {"act": act} | more)


@pytest.fixture
def here(room, nina, at):
    """Ten past seven; Nina was seen a moment ago."""
    gate.come(room.thread, nina, now=minute(10))
    return room


@pytest.fixture
def say(say):
    """A line at ten past seven, unless said otherwise."""
    return lambda author, words, **more: say(author, words, **{"now": minute(10)} | more)


def test_lines_stand_in_order_with_names_roles_and_times(client, here, say, alice, nina, bob):
    say(alice, "My hands are cold.")
    say(nina, "Mine too, on Mondays.", now=minute(11))
    page = shown(client, bob, here)
    assert page.index("My hands are cold.") < page.index("Mine too, on Mondays.")
    assert "19:10" in page
    assert 'role="log"' in page
    assert "The room is open. A nurse is here." in page


def test_presence_is_told_by_pseudonym_and_role(client, here, alice, bob):
    page = shown(client, alice, here)
    block = page[page.index("data-room-here") : page.index("</ul>", page.index("data-room-here"))]
    assert "Nina" in block
    assert "Alice" in block
    assert "Bob" not in block  # seen five minutes ago
    assert "@" not in block


def test_a_clinician_opens_the_room_by_opening_its_page(client, session, nina, alice):
    gate.sign_up(session, by=alice)
    assert "The room is not open yet." in shown(client, alice, session)
    assert "The room is open." in shown(client, nina, session)
    assert "The room is open." in shown(client, alice, session)


@pytest.mark.parametrize(
    ("later", "said"),
    [
        (3, "Every line waits until a nurse has read it."),
        (6, "No nurse is here. You can read;"),
        (200, "The room is closed."),
    ],
)
def test_the_state_is_told_in_words(client, here, alice, at, later, said):
    at(minute(10 + later))
    assert said in shown(client, alice, here)


def test_a_line_that_may_harm_waits_and_its_author_alone_sees_it(client, here, alice, bob):
    answer = line(client, alice, here, ADVICE)
    assert "#waiting-" in answer.url
    mine = shown(client, alice, here)
    assert "Waiting for a nurse" in mine
    assert ADVICE not in shown(client, bob, here)


def test_a_line_for_a_room_that_takes_none_keeps_its_words_and_says_why(client, here, nina, alice, at):
    gate.pause_room(here, by=nina, now=minute(10))
    answer = line(client, alice, here, "My soup is ready.")
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "The room is paused for a moment." in page
    assert "My soup is ready." in page
    client.force_login(alice)
    told = client.post(
        reverse("reply", args=[here.thread_id]), {"body": "My soup is ready."}, headers={"Accept": "application/json"}
    )
    assert (told.status_code, told.json()["error"]) == (409, "RoomShut")
    assert told.json()["told"] == "The room is paused for a moment. Your words are still here."
    assert not Post.objects.filter(thread=here.thread_id).exists()


def test_who_is_muted_is_told_until_when(client, here, nina, alice):
    gate.mute(here, by=nina, person=alice, now=minute(10))
    page = line(client, alice, here, "My soup is ready.").content.decode()
    assert "A nurse asks you to listen until 19:20." in page
    assert "My soup is ready." in page


def test_a_line_too_soon_is_told_how_long_to_wait(client, here, alice):
    line(client, alice, here, "My soup is ready.")
    answer = line(client, alice, here, "And the bread.")
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "15"
    assert "And the bread." in answer.content.decode()


def test_a_line_of_more_than_a_thousand_characters_is_refused_with_its_words(client, here, alice):
    words = "x" * 1001
    answer = line(client, alice, here, words)
    assert answer.status_code == 400
    assert words in answer.content.decode()
    assert "longer than 1,000 characters" in answer.content.decode()


def test_hand_pause_and_leaving_are_ones_own_and_quiet(client, here, alice):
    do(client, alice, here, "hand")
    assert seat_of(here, alice).hand_at == minute(10)
    assert "Lower my hand" in shown(client, alice, here)
    do(client, alice, here, "lower")
    assert seat_of(here, alice).hand_at is None
    do(client, alice, here, "away")
    assert "You pause." in shown(client, alice, here)
    do(client, alice, here, "back")
    assert "Pause for myself" in shown(client, alice, here)
    answer = do(client, alice, here, "leave")
    assert answer.url == reverse("session", args=[here.pk])
    assert seat_of(here, alice).state == Seat.State.LEFT
    assert do(client, alice, here, "hand").status_code == 404
    assert do(client, alice, here, "shout").status_code == 404


def test_same_here_is_said_and_taken_back_and_counted_for_all(client, here, say, alice, bob):
    post = say(alice, "My hands are cold.").post
    client.force_login(bob)
    where = reverse("same_here", args=[post.pk])
    assert client.post(where).url.endswith(f"#post-{post.number}")
    assert client.post(where).status_code == 302
    assert SameHere.objects.filter(post=post).count() == 1
    assert "1 person says “same here”" in shown(client, alice, here)
    assert "Take “same here” back" in shown(client, bob, here)
    told = client.post(where, {"take_back": "1"}, headers={"Accept": "application/json"})
    assert told.json() == {"said": False}
    assert "says “same here”" not in shown(client, alice, here)
    client.force_login(alice)
    assert client.post(where).status_code == 404


def test_the_pinned_question_and_the_point_in_hand_stand_on_top(client, here, say, nina, maya, alice):
    post = say(maya, "What do you do at noon?").post
    assert do(client, maya, here, "pin", "room_lead", post=post.pk).status_code == 404
    do(client, nina, here, "pin", "room_lead", post=post.pk)
    page = shown(client, alice, here)
    assert "The question now, by Maya" in page
    do(client, nina, here, "unpin", "room_lead")
    assert "The question now" not in shown(client, alice, here)


def test_nobody_without_a_seat_sees_the_room(client, here, carl, stranger):
    for person in (carl, stranger):
        client.force_login(person)
        assert client.get(reverse("thread", args=[here.thread_id])).status_code == 404
        assert do(client, person, here, "hand").status_code == 404


def test_a_room_shows_its_newest_hundred_lines_and_the_way_to_the_others(client, here, nina, alice):
    when = OPENS + timedelta(minutes=10)
    for number in range(121):
        gate.submit(author=nina, place=here.thread, words=f"Line {number}.", client_key=uuid.uuid4(),
                    now=when + timedelta(seconds=6 * number))  # fmt: skip
    page = shown(client, alice, here)
    assert "Line 120." in page
    assert "Line 19." not in page
    assert "Earlier lines" in page
    earlier = shown(client, alice, here, page=2)
    assert "Line 19." in earlier
    assert "Later lines" in earlier


def test_a_draft_of_a_line_is_kept(client, here, alice):
    client.force_login(alice)
    client.post(reverse("draft_save", args=[f"reply:{here.thread_id}"]), {"body": "I was going to"})
    assert Draft.objects.get(author=alice).words == "I was going to"
    assert "I was going to" in shown(client, alice, here)


def test_a_closed_room_is_for_reading(client, here, say, nina, alice, at):
    say(alice, "My hands are cold.")
    gate.close(here, by=nina, now=CLOSES)
    at(CLOSES + timedelta(minutes=1))
    page = shown(client, alice, here)
    assert "My hands are cold." in page
    assert "The room is closed." in page
    assert 'id="composer"' not in page
    assert "Raise my hand" not in page


def test_a_private_word_is_beside_the_room_and_for_the_two(client, here, nina, alice, bob):
    answer = do(client, nina, here, "word", "room_lead", person=alice.pk)
    aside = Thread.objects.get(beside=here.thread_id)
    assert answer.url == reverse("thread", args=[aside.pk])
    assert "Your private word with Nina" in shown(client, alice, here)
    assert "Your private word" not in shown(client, bob, here)
    assert client.get(reverse("thread", args=[aside.pk])).status_code == 404  # bob's browser
    client.force_login(alice)
    page = client.get(reverse("thread", args=[aside.pk])).content.decode()
    assert "A private word" in page
    assert reverse("thread", args=[here.thread_id]) in page


def test_every_act_of_the_leader_is_hers_alone(client, here, say, nina, alice, bob, maya):
    post = say(bob, "My hands are cold.").post
    acts = ("pause", "resume", "slow", "pin", "unpin", "take_over", "call", "close", "mute", "remove", "lower", "word")
    for act in acts:
        for person in (alice, maya):
            more = {"person": bob.pk, "post": post.pk, "seconds": 30}
            assert do(client, person, here, act, "room_lead", **more).status_code == 404, act
    assert do(client, nina, here, "shout", "room_lead").status_code == 404


def test_the_leader_leads(client, here, nina, omar, bob):
    do(client, nina, here, "slow", "room_lead", seconds="60")
    assert again(here).slow == 60
    assert (
        "Choose a pace" in client.get(do(client, nina, here, "slow", "room_lead", seconds="9999").url).content.decode()
    )
    do(client, nina, here, "mute", "room_lead", person=bob.pk)
    assert seat_of(here, bob).muted_until == minute(20)
    do(client, nina, here, "unmute", "room_lead", person=bob.pk)
    assert seat_of(here, bob).muted_until is None
    do(client, nina, here, "remove", "room_lead", person=bob.pk)
    assert seat_of(here, bob).state == Seat.State.REMOVED
    do(client, nina, here, "readmit", "room_lead", person=bob.pk)
    assert seat_of(here, bob).state == Seat.State.LEFT
    do(client, nina, here, "pause", "room_lead")
    assert "A nurse has paused the room" in shown(client, nina, here)
    do(client, nina, here, "resume", "room_lead")
    do(client, omar, here, "take_over", "room_lead")
    assert again(here).host == omar
    assert do(client, nina, here, "call", "room_lead").status_code == 302
    assert do(client, nina, here, "close", "room_lead").url == reverse("session", args=[here.pk])
    assert again(here).ended_at == minute(10)
    assert not Submission.objects.waiting().exists()
