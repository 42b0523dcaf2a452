"""The pages before and after a session: the list, the lobby, a place, the calendar file, planning."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse

from forum.sessions import LiveSession, Notice, Seat
from moderation import gate
from moderation.models import Draft, Ruling, Submission
from tests.saying import nothing
from tests.sessions.conftest import CLOSES, OPENS, minute, seat_of

ADVICE = "Just stop your methotrexate, you do not need it."


def page(client, person, name, *args, **query):
    client.force_login(person)
    return client.get(reverse(name, args=args), query)


def send(client, person, name, *args, **data):
    client.force_login(person)
    return client.post(reverse(name, args=args), data)


def change(client, person, name, *args, **data):
    """With what the page says of the state that it shows."""
    form = page(client, person, name, *args).context["form"]
    return send(client, person, name, *args, seen=form["seen"].value(), **data)


@pytest.fixture
def before(at):
    """The day before."""
    at(OPENS - timedelta(days=1))


@pytest.fixture
def typed(board, nina):
    """What a planner fills in; other fields as the test says."""

    def filled(**more):
        facts = {"title": "Evenings that work", "body": "We begin with a round.", "board": board.slug, "language": "en",
                 "host": nina.pk, "capacity": 8, "day": "2026-03-20", "opens": "19:00", "closes": "20:30",
                 "client_key": uuid.uuid4()}  # fmt: skip
        return facts | more

    return filled


def test_the_list_tells_what_comes_and_in_whose_time(client, session, alice, before):
    shown = page(client, alice, "sessions").content.decode()
    assert "Evenings that work" in shown
    assert "Wednesday 11 March, 19:00" in shown
    assert "All times are Brussels time." in shown
    assert "8 places left" in shown
    assert "Plan a session" not in shown


def test_a_session_of_another_centre_is_not_there(client, session, stranger, before):
    assert "Evenings that work" not in page(client, stranger, "sessions").content.decode()
    for name in ("session", "session_calendar", "session_change", "session_cancel", "session_about"):
        assert page(client, stranger, name, session.pk).status_code == 404
    assert send(client, stranger, "session_place", session.pk).status_code == 404


def test_signing_up_gives_a_place_and_signing_off_gives_it_back(client, session, alice, before):
    send(client, alice, "session_place", session.pk, act="up")
    assert seat_of(session, alice).state == Seat.State.IN
    shown = page(client, alice, "session", session.pk).content.decode()
    assert "You have a place" in shown
    assert reverse("thread", args=[session.thread_id]) in shown
    send(client, alice, "session_place", session.pk, act="off")
    assert seat_of(session, alice).state == Seat.State.LEFT
    assert "Sign me up" in page(client, alice, "session", session.pk).content.decode()


def test_the_lobby_tells_what_holds_there_before_anybody_signs_up(client, session, alice, settings, before):
    settings.TRANSCRIPT_DAYS = 12
    shown = page(client, alice, "session", session.pk).content.decode()
    for words in (
        "House rules",
        "No advice on medicines or other treatments.",
        "You may just read. You may pause or leave without a word.",
        "call 112 now",
        "What a mentor does and does not",
        "Gives no medical advice, does not judge, is not your nurse",
        "can read it again for 12 days. Then the lines go.",
    ):
        assert words in shown, words


def test_who_comes_too_late_is_told_the_number_on_the_waiting_list(client, session, nina, alice, bob, before):
    gate.change_session(session, by=nina, capacity=1)
    send(client, alice, "session_place", session.pk, act="up")
    assert "All places are taken" in page(client, bob, "session", session.pk).content.decode()
    send(client, bob, "session_place", session.pk, act="up")
    shown = page(client, bob, "session", session.pk).content.decode()
    assert "You are number 1 on the waiting list" in shown
    assert reverse("thread", args=[session.thread_id]) not in shown


def test_the_calendar_file_holds_two_moments_and_nothing_that_was_typed(client, session, alice, before):
    answer = page(client, alice, "session_calendar", session.pk)
    text = answer.content.decode()
    assert answer.headers["Content-Type"].startswith("text/calendar")
    assert "DTSTART:20260311T180000Z\r\nDTEND:20260311T193000Z\r\nSUMMARY:Appointment" in text
    assert "Evenings" not in text
    assert "Nina" not in text


def test_a_planned_session_is_announced_when_its_words_pass(client, nina, alice, typed, before):
    answer = send(client, nina, "session_new", **typed())
    session = LiveSession.objects.get()
    assert answer.url == reverse("session", args=[session.pk])
    assert session.opens_at == OPENS + timedelta(days=9)
    assert "Evenings that work" in page(client, alice, "sessions").content.decode()


def test_words_that_wait_are_said_to_wait_and_members_see_nothing(client, nina, cora, omar, alice, typed, before):
    send(client, cora, "session_new", **typed(body=ADVICE))
    session = LiveSession.objects.get()
    assert session.announced_at is None
    assert "wait for a nurse" in page(client, cora, "session", session.pk).content.decode()
    assert "A session whose words wait" in page(client, nina, "sessions").content.decode()
    assert page(client, alice, "session", session.pk).status_code == 404
    assert "Evenings that work" not in page(client, alice, "sessions").content.decode()
    held = Submission.objects.waiting().get()
    gate.rule(held, nurse=omar, outcome=Ruling.Verb.PUBLISHED)
    assert "Evenings that work" in page(client, alice, "session", session.pk).content.decode()


def test_returned_words_of_a_session_come_back_into_their_editor(client, nina, cora, omar, typed, before):
    send(client, cora, "session_new", **typed(body=ADVICE))
    held = Submission.objects.waiting().get()
    gate.rule(held, nurse=omar, outcome=Ruling.Verb.RETURNED, reason="Leave the medicine out, please.")
    shown = page(client, cora, "words", held.pk).content.decode()
    assert "Leave the medicine out, please." in shown
    assert ADVICE in shown
    answer = change(
        client, cora, "change", held.pk, title="Evenings", body="We begin with a round.", client_key=uuid.uuid4()
    )
    session = LiveSession.objects.get()
    assert answer.url == reverse("session", args=[session.pk])
    assert session.title == "Evenings"
    assert session.announced_at is not None


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"day": "2026-03-29", "opens": "02:30", "closes": "04:00"}, "The clock skips this time that night."),
        ({"day": "2026-10-25", "opens": "02:30", "closes": "04:00"}, "The clock shows this time twice that night."),
        ({"day": "2026-03-01"}, "This moment is over."),
        ({"day": "2028-03-01"}, "That is more than a year away."),
        ({"closes": "18:00"}, "A session lasts from 15 minutes to 3 hours"),
        ({"closes": "23:30"}, "A session lasts from 15 minutes to 3 hours"),
        ({"capacity": 9}, "A clinician alone takes 1 to 8 people."),
        ({"capacity": "many"}, "Enter a whole number."),
        ({"day": ""}, "This field is required."),
        ({"title": " "}, "Give the session a title."),
        ({"body": ""}, "Write something first."),
        ({"title": "x" * 121}, "The title is longer than 120 characters."),
    ],
)
def test_what_cannot_be_is_told_at_its_field_and_nothing_typed_is_lost(client, nina, typed, before, wrong, said):
    facts = typed(**wrong)
    answer = send(client, nina, "session_new", **facts)
    shown = answer.content.decode()
    assert answer.status_code == 400
    assert said in shown
    for name in ("title", "body", "day", "opens", "closes", "capacity"):
        assert str(facts[name]).strip() in shown, name
    assert not LiveSession.objects.exists()


def test_fourteen_places_need_a_hosting_mentor(client, nina, maya, typed, before):
    answer = send(client, nina, "session_new", **typed(capacity=14, mentors=[maya.pk]))
    session = LiveSession.objects.get()
    assert answer.url == reverse("session", args=[session.pk])
    assert seat_of(session, maya).part == Seat.Part.MENTOR
    assert "Maya" in page(client, nina, "session", session.pk).content.decode()


def test_a_form_sent_twice_is_one_session(client, nina, typed, before):
    facts = typed()
    first, second = (send(client, nina, "session_new", **facts) for _time in range(2))
    assert first.url == second.url
    assert LiveSession.objects.count() == 1


def test_what_a_signed_out_planner_sent_is_a_draft_after_the_log_in(client, nina, typed, before):
    client.force_login(nina)
    author = client.get(reverse("session_new")).context["form"]["author"].value()
    client.logout()
    assert client.post(reverse("session_new"), typed(author=author)).status_code == 302
    nina.set_password("a password")
    nina.save()
    client.post(reverse("account_login"), {"login": nina.email, "password": "a password"})
    assert Draft.objects.get(author=nina).place == "session:new"
    assert "We begin with a round." in client.get(reverse("session_new")).content.decode()


def test_hours_are_changed_by_those_who_plan(client, session, nina, alice, typed, before):
    facts = typed(day="2026-03-12", opens="20:00", closes="21:00")
    assert send(client, alice, "session_change", session.pk, **facts).status_code == 404
    assert change(client, nina, "session_change", session.pk, **facts).status_code == 302
    session.refresh_from_db()
    assert session.opens_at == OPENS + timedelta(days=1, hours=1)
    bad = change(client, nina, "session_change", session.pk, **typed(day="2026-03-12", opens="20:00", closes="20:05"))
    assert bad.status_code == 400
    assert "A session lasts from 15 minutes" in bad.content.decode()
    assert "Save the change" in bad.content.decode()


def test_cancelling_asks_first_and_is_told_in_the_lobby(client, session, nina, alice, before):
    send(client, alice, "session_place", session.pk, act="up")
    assert "cannot be undone" in page(client, nina, "session_cancel", session.pk).content.decode()
    send(client, nina, "session_cancel", session.pk)
    shown = page(client, alice, "session", session.pk).content.decode()
    assert "This session is cancelled." in shown
    assert "Into the room" not in shown


def test_the_summary_is_for_those_who_were_there(client, room, nina, alice, carl, at):
    gate.close(room, by=nina, now=CLOSES)
    at(CLOSES + timedelta(minutes=5))
    words = "We found three ways to get through an evening."
    assert send(client, alice, "session_summary", room.pk, body=words).status_code == 404
    answer = change(client, nina, "session_summary", room.pk, body=words, client_key=uuid.uuid4())
    assert answer.url == reverse("session", args=[room.pk])
    assert Notice.objects.get(session=room, kind=Notice.Kind.SUMMARY).text == words
    assert words in page(client, alice, "session", room.pk).content.decode()
    assert words not in page(client, carl, "session", room.pk).content.decode()
    assert "With a summary" in page(client, alice, "sessions").content.decode()
    assert "Evenings that work" not in page(client, carl, "sessions").content.decode()


def test_after_its_days_only_the_summary_is_left(client, room, say, nina, alice, at):
    say(alice, "The soup was too hot.")
    gate.close(room, by=nina, now=CLOSES)
    at(CLOSES + timedelta(days=1))
    gate.submit(author=nina, place=gate.NoticeOf(room, Notice.Kind.SUMMARY), words="We talked about soup.",
                client_key=uuid.uuid4(), screen=nothing)  # fmt: skip
    assert "The soup was too hot." in page(client, alice, "thread", room.thread_id).content.decode()
    at(CLOSES + timedelta(days=31))
    assert page(client, alice, "thread", room.thread_id).status_code == 404
    shown = page(client, alice, "session", room.pk).content.decode()
    assert "We talked about soup." in shown
    assert reverse("thread", args=[room.thread_id]) not in shown


def test_the_front_page_tells_of_the_next_session(client, session, alice, before):
    assert "The next live session" in page(client, alice, "home").content.decode()


def test_the_point_in_hand_is_said_by_who_leads(client, room, nina, alice):
    assert page(client, alice, "room_agenda", room.pk).status_code == 404
    answer = change(client, nina, "room_agenda", room.pk, body="What helps at noon?", client_key=uuid.uuid4())
    assert answer.url == reverse("thread", args=[room.thread_id])
    assert "What helps at noon?" in page(client, alice, "thread", room.thread_id).content.decode()
    assert "What helps at noon?" in page(client, nina, "room_agenda", room.pk).content.decode()


def test_who_was_sent_away_is_told_so_without_a_way_in(client, room, nina, bob):
    gate.remove(room, by=nina, person=bob, now=minute(7))
    shown = page(client, bob, "session", room.pk).content.decode()
    assert "A nurse asked you not to come to this session." in shown
    assert "Sign me up" not in shown
    assert send(client, bob, "session_place", room.pk, act="up").status_code == 404
