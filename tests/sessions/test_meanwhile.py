"""Two who plan or lead one session at once: the second is shown what the first one did, and keeps what was typed."""

import re
import uuid
from datetime import timedelta

import pytest
from django.urls import reverse

from forum.sessions import Notice
from moderation import gate
from moderation.errors import ChangedMeanwhile, Overtaken
from moderation.models import Ruling, State, Submission
from moderation.screen.types import Kind
from tests.saying import says
from tests.sessions.conftest import WALL, again, minute

SEEN = re.compile(r'name="seen" value="([^"]*)"')
TYPED = {
    "language": "nl",
    "capacity": 6,
    "day": "2026-03-11",
    "opens": "19:15",
    "closes": "20:45",
}


def seen_in(answer):
    return SEEN.search(answer.content.decode())[1]


@pytest.fixture
def before(at):
    at(minute(-60))


# Hours, places, people


def test_facts_that_were_changed_since_they_were_seen_are_not_changed_again_unseen(session, nina, cora, maya, now):
    seen = gate.facts_seen(session)
    gate.change_session(session, by=nina, capacity=5, seen=seen, now=now)
    for facts in ({"capacity": 7}, {"opens": WALL + timedelta(minutes=15)}, {"mentors": [maya]}):
        with pytest.raises(ChangedMeanwhile):
            gate.change_session(session, by=cora, seen=seen, now=now, **facts)
    assert again(session).capacity == 5
    gate.change_session(session, by=cora, mentors=[maya], seen=gate.facts_seen(again(session)), now=now)
    with pytest.raises(ChangedMeanwhile):
        gate.change_session(session, by=nina, capacity=7, seen=gate.facts_seen(session), now=now)


def test_a_place_taken_meanwhile_is_no_change_of_facts(session, nina, alice, now):
    seen = gate.facts_seen(session)
    gate.sign_up(session, by=alice, now=now)
    gate.change_session(session, by=nina, capacity=5, seen=seen, now=now)
    assert again(session).capacity == 5


def test_the_second_planner_sees_what_stands_there_and_keeps_what_was_typed(client, session, nina, cora, before):
    where = reverse("session_change", args=[session.pk])
    client.force_login(cora)
    typed = TYPED | {"host": str(nina.pk), "seen": seen_in(client.get(where))}
    gate.change_session(session, by=nina, closes=WALL + timedelta(minutes=75), capacity=5)
    answer = client.post(where, typed)
    shown = answer.content.decode()
    assert answer.status_code == 409
    assert "Somebody else changed this meanwhile" in shown
    assert "19:00–20:15" in shown
    assert "5 places" in shown
    for value in ("19:15", "20:45", 'value="6"'):
        assert value in shown
    assert again(session).capacity == 5
    assert client.post(where, typed | {"seen": seen_in(answer)}).status_code == 302
    assert (again(session).capacity, again(session).language) == (6, "nl")


def test_a_form_that_does_not_say_what_it_showed_changes_nothing(client, session, nina, before):
    client.force_login(nina)
    answer = client.post(reverse("session_change", args=[session.pk]), TYPED | {"host": str(nina.pk)})
    assert answer.status_code == 409
    assert again(session).capacity == 8


# Words: what it is about, the point in hand, the summary


@pytest.mark.parametrize("kind", [Notice.Kind.AGENDA, Notice.Kind.ABOUT])
def test_words_that_were_put_up_since_they_were_seen_are_not_replaced_unseen(room, submit, nina, omar, kind):
    title = {"title": "Evenings"} if kind == Notice.Kind.ABOUT else {}
    notice = gate.NoticeOf(room, kind, seen=gate.notice_seen(room, kind))
    key = uuid.uuid4()
    first = submit(nina, notice, "Hands first.", client_key=key, now=minute(6), **title)
    with pytest.raises(ChangedMeanwhile):
        submit(omar, notice, "Feet first.", now=minute(7), **title)
    assert Notice.objects.get(session=room, kind=kind).text == "Hands first."
    assert not Submission.objects.filter(author=omar).exists()
    assert submit(nina, notice, "Hands first.", client_key=key, now=minute(8), **title) == first  # sent twice
    seen = gate.NoticeOf(room, kind, seen=gate.notice_seen(room, kind))
    submit(omar, seen, "Feet first.", now=minute(8), **title)
    assert Notice.objects.get(session=room, kind=kind).text == "Feet first."


def test_words_that_waited_do_not_come_over_newer_ones(room, submit, cora, nina, omar):
    about = gate.NoticeOf(room, Notice.Kind.ABOUT)
    held = submit(cora, about, "Stop it.", title="Other", now=minute(6), screen=says(Kind.M1))
    submit(nina, about, "How evenings go.", title="Evenings", now=minute(7))
    with pytest.raises(Overtaken):
        gate.rule(held, nurse=omar, outcome=Ruling.Verb.PUBLISHED, now=minute(8))
    held.refresh_from_db()
    assert (held.state, again(room).title) == (State.WAITING, "Evenings")
    gate.rule(held, nurse=omar, outcome=Ruling.Verb.RETURNED, reason="Nina was first.", now=minute(8))


def test_the_desk_says_why_it_can_only_return_them(client, room, submit, cora, nina, omar):
    about = gate.NoticeOf(room, Notice.Kind.ABOUT)
    held = submit(cora, about, "Stop it.", title="Other", now=minute(6), screen=says(Kind.M1))
    submit(nina, about, "How evenings go.", title="Evenings", now=minute(7))
    client.force_login(omar)
    answer = client.post(reverse("desk_item", args=[held.pk]), {"outcome": "published"})
    assert answer.status_code == 409
    assert "Newer words were put up in this place meanwhile." in answer.content.decode()


def test_the_second_writer_of_a_summary_sees_the_first_and_keeps_the_own_words(client, room, submit, nina, omar):
    gate.close(room, by=nina, now=minute(9))
    where = reverse("session_summary", args=[room.pk])
    client.force_login(omar)
    typed = {"body": "Mine: warm water helps many.", "client_key": uuid.uuid4(), "seen": seen_in(client.get(where))}
    submit(nina, gate.NoticeOf(room, Notice.Kind.SUMMARY), "Hers: we spoke of hands.", now=minute(9))
    answer = client.post(where, typed)
    shown = answer.content.decode()
    assert answer.status_code == 409
    assert "Somebody else changed this meanwhile" in shown
    assert "Hers: we spoke of hands." in shown
    assert typed["body"] in shown
    assert Notice.objects.get(kind=Notice.Kind.SUMMARY).text == "Hers: we spoke of hands."
    assert client.post(where, typed | {"seen": seen_in(answer)}).status_code == 302
    assert Notice.objects.get(kind=Notice.Kind.SUMMARY).text == typed["body"]


def test_a_draft_older_than_what_was_put_up_meanwhile_says_so(client, room, submit, nina, omar, at):
    client.force_login(omar)
    where = reverse("room_agenda", args=[room.pk])
    client.post(reverse("draft_save", args=[f"agenda:{room.pk}"]), {"body": "Feet first."})
    assert "Somebody else changed this meanwhile" not in client.get(where).content.decode()
    at(minute(12))
    submit(nina, gate.NoticeOf(room, Notice.Kind.AGENDA), "Hands first.", now=minute(12))
    shown = client.get(where).content.decode()
    assert "Somebody else changed this meanwhile" in shown
    assert "Hands first." in shown
    assert "Feet first." in shown
