"""The nurse's side of a room: what waits and why, and ruling on it line by line."""

import html
import uuid

import pytest
from django.urls import reverse

from forum.models import Post
from moderation import gate, phrases
from moderation.errors import WantsOwnCheck
from moderation.models import Ruling, State, Submission
from moderation.screen.types import Kind
from tests.saying import says
from tests.sessions.conftest import minute

ADVICE = "Just stop your methotrexate, you do not need it."


@pytest.fixture
def here(room, nina, at):
    gate.come(room.thread, nina, now=minute(10))
    return room


@pytest.fixture
def held(here, say, alice, bob, maya):
    """Three lines that wait, in the order in which they came; the room slows nobody here."""
    return [
        say(who, f"{ADVICE} {who.pseudonym}", now=minute(9 + place / 100), screen=says(Kind.M1))
        for place, who in enumerate((alice, bob, maya))
    ]


def opened(client, nurse, here):
    client.force_login(nurse)
    return client.get(reverse("room_panel", args=[here.pk]))


def rule(client, nurse, here, submission, act="release", **more):
    client.force_login(nurse)
    data = {"submission": submission.pk, "act": act, "outcome": "published"} | more
    return client.post(reverse("room_panel", args=[here.pk]), data)


def test_lines_that_wait_stand_in_order_with_marks_and_reasons(client, here, held, nina):
    page = opened(client, nina, here).content.decode()
    spots = [page.index(f'data-held="{one.pk}"') for one in held]
    assert spots == sorted(spots)
    assert '<mark class="span' in page
    assert "Advice on a medicine" in page
    assert "Lines that wait (3)" in " ".join(page.split())


def test_the_room_itself_carries_the_panel_for_clinicians_alone(client, here, held, nina, alice, maya):
    room = reverse("thread", args=[here.thread_id])
    client.force_login(nina)
    assert "data-panel" in client.get(room).content.decode()
    for person in (alice, maya):
        client.force_login(person)
        assert "data-panel" not in client.get(room).content.decode()
        assert opened(client, person, here).status_code == 404
        assert rule(client, person, here, held[0]).status_code == 404
    assert Submission.objects.waiting().count() == 3


def test_a_released_line_stands_at_the_end_and_one_goes_on_to_the_next(client, here, held, nina):
    answer = rule(client, nina, here, held[0])
    assert answer.url == f"{reverse('thread', args=[here.thread_id])}#held-{held[1].pk}"
    post = Post.objects.get(thread=here.thread_id)
    assert post.released
    page = client.get(reverse("thread", args=[here.thread_id])).content.decode()
    assert "written 19:09 and released 19:10" in page
    rule(client, nina, here, held[2])
    assert rule(client, nina, here, held[1]).url.endswith("#panel")


def test_a_line_is_sent_back_with_the_ready_reason(client, here, held, nina):
    ready = opened(client, nina, here).context["held"][0].form["ready_reason"].value()
    assert ready.startswith("return-")
    answer = rule(client, nina, here, held[0], outcome="returned", ready_reason=ready)
    assert answer.status_code == 302
    held[0].refresh_from_db()
    assert held[0].state == State.RETURNED
    assert held[0].last_ruling.text.reason


def test_a_line_sent_back_without_a_reason_stays_with_what_was_typed(client, here, held, nina):
    answer = rule(client, nina, here, held[0], outcome="returned", note="Half a note")
    assert answer.status_code == 400
    page = answer.content.decode()
    assert "Say in a sentence why" in page
    assert "Half a note" in page
    held[0].refresh_from_db()
    assert held[0].state == State.WAITING


def test_a_release_with_a_note_puts_the_note_under_the_line(client, here, held, nina):
    shown = opened(client, nina, here)
    ready = shown.context["held"][0].form["ready_note"].value()
    assert phrases.by_id(ready, "en")[:90] in html.unescape(shown.content.decode()).split("<details")[0]
    assert rule(client, nina, here, held[0], act="note", ready_note=ready).status_code == 302
    assert Post.objects.get(thread=here.thread_id).note_html


NOTES = [(one.id, language) for one in phrases.phrases() if one.use == "note" for language in one.text]


@pytest.mark.parametrize(("note", "language"), NOTES)
def test_a_ready_note_needs_no_second_look_whatever_the_screen_sees_in_it(held, nina, note, language):
    gate.rule(held[0], nurse=nina, outcome=Ruling.Verb.PUBLISHED, note=phrases.by_id(note, language), now=minute(10))
    held[0].refresh_from_db()
    assert held[0].post.note_html


def test_what_she_adds_to_it_does(held, nina, omar):
    advice = phrases.by_id("note-own-story", "en")
    with pytest.raises(WantsOwnCheck):
        gate.rule(held[0], nurse=nina, outcome=Ruling.Verb.PUBLISHED, note=f"{advice}\n\n{ADVICE}", now=minute(10))
    gate.rule(held[0], nurse=nina, outcome=Ruling.Verb.PUBLISHED, note=advice, now=minute(10))
    assert Submission.objects.on_desk_of(omar).to_look_at().get().words == advice


def test_the_ready_reason_is_the_one_made_for_what_was_found(client, here, alice, bob, submit, nina):
    kinds = {alice: Kind.M1, bob: Kind.A1}
    for place, (who, kind) in enumerate(kinds.items()):
        submit(who, here.thread, f"{ADVICE} {place}", now=minute(9 + place / 100), screen=says(kind))
    forms = [one.form for one in opened(client, nina, here).context["held"]]
    assert [one["ready_reason"].value() for one in forms] == ["return-dose", "return-therapy"]


def test_a_reason_is_said_once(client, here, alice, submit, nina):
    submit(alice, here.thread, f"{ADVICE} {ADVICE}", now=minute(10), screen=says(Kind.M1, Kind.M1))
    assert len(opened(client, nina, here).context["held"][0].line.reasons) == 1


def test_release_alone_leaves_a_chosen_note_out(client, here, held, nina):
    ready = opened(client, nina, here).context["held"][0].form["ready_note"].value()
    rule(client, nina, here, held[0], ready_note=ready)
    assert not Post.objects.get(thread=here.thread_id).note_html


def test_a_second_nurse_is_told_that_somebody_was_faster(client, here, held, nina, omar):
    gate.rule(held[0], nurse=omar, outcome=Ruling.Verb.PUBLISHED, now=minute(10))
    answer = rule(client, nina, here, held[0], outcome="returned", reason="Please not.")
    assert "Somebody was faster" in client.get(answer.url).content.decode()
    held[0].refresh_from_db()
    assert held[0].state == State.PUBLISHED


def test_lines_older_than_three_minutes_stand_apart(client, here, held, nina, at):
    at(minute(13.5))
    page = " ".join(opened(client, nina, here).content.decode().split())
    assert "Older than three minutes (3)" in page
    rule(client, nina, here, held[0])
    assert Post.objects.get(thread=here.thread_id).is_open_question


def test_a_passed_line_with_a_doubt_is_ticked_off(client, here, say, alice, nina):
    asked = say(alice, "Can I drink wine with it?", now=minute(9), screen=says(Kind.M6))
    page = opened(client, nina, here).content.decode()
    assert "Medicine questions, for you to answer" in page
    assert rule(client, nina, here, asked, act="seen").status_code == 302
    assert "Medicine questions, for you to answer" not in opened(client, nina, here).content.decode()


def test_a_line_of_elsewhere_is_not_ruled_on_here(client, here, nina, alice, submit, board):
    elsewhere = submit(alice, board, ADVICE, screen=says(Kind.M1))
    assert rule(client, nina, here, elsewhere).status_code == 404
    assert rule(client, nina, here, Submission(pk=uuid.uuid4())).status_code == 404


def test_a_hand_is_seen_and_lowered(client, here, alice, nina):
    gate.raise_hand(here, by=alice, now=minute(9))
    assert "Had the word" in opened(client, nina, here).content.decode()
    client.post(reverse("room_lead", args=[here.pk]), {"act": "lower", "person": alice.pk})
    assert "Had the word" not in opened(client, nina, here).content.decode()


def test_a_nurse_of_another_centre_finds_nothing(client, here, held, their_nurse):
    assert opened(client, their_nurse, here).status_code == 404
    assert rule(client, their_nurse, here, held[0]).status_code == 404


def test_a_closed_room_has_no_nurses_side(client, here, held, nina):
    gate.close(here, by=nina, now=minute(10))
    page = opened(client, nina, here).content.decode()
    assert "This session is over." in page
    assert "data-held" not in page
