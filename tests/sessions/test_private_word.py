"""A private word beside a room: for the two, and for the care team only what is in danger or was told of."""

import pytest
from django.urls import reverse

from forum.models import Post, Thread
from moderation import gate
from moderation.errors import Closed, NotHere, OwnWords
from moderation.models import Report, State, Submission
from moderation.reports import reported
from moderation.screen.types import Kind, Urgency
from people.models import Act
from tests.conftest import fresh
from tests.saying import nothing, says
from tests.sessions.conftest import minute, reads


def test_a_private_word_is_for_the_two_of_them(room, nina, alice, bob, omar, submit):
    aside = gate.private_word(room, by=nina, person=alice, now=minute(7))
    assert aside.kind == Thread.Kind.PRIVATE
    assert {one: reads(one, aside) for one in (nina, alice, bob, omar)} == {
        nina: True, alice: True, bob: False, omar: False,
    }  # fmt: skip
    assert gate.private_word(room, by=nina, person=alice, now=minute(8)) == aside
    assert gate.private_word(room, by=nina, person=bob, now=minute(8)) != aside
    assert submit(nina, aside, "Shall we ring you?", now=minute(8), screen=nothing).state == State.PUBLISHED
    mine = submit(alice, aside, "I stop it.", now=minute(8), screen=says(Kind.M1))
    assert (mine.state, mine.outcome) == (State.PUBLISHED, "D")
    assert submit(alice, aside, "And?", now=minute(8), screen=says(Kind.S)).state == State.WAITING


def test_a_private_word_is_with_somebody_of_the_session(room, nina, carl, stranger):
    for who in (carl, stranger, nina):
        with pytest.raises(NotHere):
            gate.private_word(room, by=nina, person=who, now=minute(7))


def test_a_private_word_ends_with_the_session(room, nina, alice, submit):
    aside = gate.private_word(room, by=nina, person=alice, now=minute(7))
    gate.close(room, by=nina, now=minute(20))
    aside.refresh_from_db()
    assert aside.closed_at == minute(20)
    assert reads(alice, aside)
    with pytest.raises(Closed):
        submit(alice, aside, "Are you there?", now=minute(21), screen=nothing)


# What the care team reads of it


@pytest.fixture
def aside(room, nina, alice):
    return gate.private_word(room, by=nina, person=alice, now=minute(7))


@pytest.fixture
def unkind(submit, aside, nina):
    return submit(nina, aside, "You talk too much.", now=minute(8), screen=nothing).post


def get(client, person, name, *args):
    client.force_login(person)
    return client.get(reverse(name, args=args)).content.decode()


@pytest.mark.parametrize("kind", [Kind.R1, Kind.R2])
def test_a_danger_sign_is_delivered_at_once_and_is_on_every_clinicians_desk(client, submit, aside, alice, omar, kind):
    said = submit(alice, aside, "Nothing helps.", now=minute(8), screen=says(kind, urgency=Urgency.EMERGENCY))
    assert (said.state, said.outcome, said.post.text) == (State.PUBLISHED, "D", "Nothing helps.")
    assert list(Submission.objects.on_desk_of(omar).to_look_at()) == [said]
    shown = get(client, omar, "desk_look")
    assert "Nothing helps." in shown
    assert "Danger sign" in shown
    assert reverse("desk_person", args=[alice.pk]) in shown
    assert reverse("desk_withdraw", args=[said.post_id]) not in shown
    read = Act.objects.get(verb="read_waiting", actor=str(omar.pk))
    assert read.detail["shown"] == [str(said.pk)]
    assert not reads(omar, aside)
    assert client.get(reverse("thread", args=[aside.pk])).status_code == 404


def test_it_stays_on_the_desk_after_the_session_until_somebody_has_seen_it(submit, room, aside, alice, nina, omar):
    said = submit(alice, aside, "Nothing helps.", now=minute(8), screen=says(Kind.R2))
    gate.close(room, by=nina, now=minute(20))
    assert Submission.objects.on_desk_of(omar).to_look_at().exists()
    assert gate.looked_at(said, by=omar, now=minute(21))
    assert not Submission.objects.on_desk_of(nina).to_look_at().exists()


def test_all_else_that_is_delivered_is_for_the_two_alone(client, submit, aside, alice, omar):
    for kind in (Kind.M1, Kind.R3):
        submit(alice, aside, f"Words of {kind}.", now=minute(8), screen=says(kind))
    assert not Submission.objects.on_desk_of(omar).to_look_at().exists()
    assert "Words of" not in get(client, omar, "desk_look") + get(client, omar, "desk_reports")


def test_danger_stands_first_among_what_is_to_look_at(client, submit, room, aside, alice, bob, nina, omar):
    submit(bob, room.thread, "Ginger is no use.", now=minute(6), screen=says(Kind.A4))
    submit(alice, aside, "Nothing helps.", now=minute(8), screen=says(Kind.R2))
    gate.close(room, by=nina, now=minute(20))
    shown = get(client, omar, "desk_look")
    assert shown.index("Nothing helps.") < shown.index("Ginger is no use.")


def test_what_one_of_the_two_tells_of_is_read_by_another_clinician_and_nothing_around_it(
    client, submit, aside, unkind, alice, nina, omar, rhea
):
    submit(alice, aside, "Why do you say so?", now=minute(9), screen=nothing)
    assert not reported(omar).exists()
    gate.report(unkind, by=alice, reason=Report.Reason.UNKIND, now=minute(9))
    assert [list(reported(one)) for one in (nina, omar, rhea)] == [[], [unkind], [unkind]]
    shown = get(client, omar, "desk_reports")
    assert "You talk too much." in shown
    assert "Why do you say so?" not in shown
    assert reverse("thread", args=[aside.pk]) not in shown
    assert Act.objects.get(verb="read_reported").actor == str(omar.pk)
    assert not Post.objects.visible_to(fresh(omar)).filter(thread=aside).exists()


def test_another_clinician_takes_it_down_or_lets_it_stand(client, aside, unkind, alice, omar, rhea):
    gate.report(unkind, by=alice, reason=Report.Reason.UNKIND, now=minute(9))
    client.force_login(omar)
    where = reverse("desk_reports")
    told = client.post(where, {"post": unkind.pk}, follow=True).content.decode()
    assert "The words stay." in told
    assert "everybody can read" not in told
    assert not reported(rhea).exists()
    gate.report(unkind, by=alice, reason=Report.Reason.COULD_HARM)
    assert client.post(where, {"post": unkind.pk, "down": "1", "reason": ""}).status_code == 400
    assert client.post(where, {"post": unkind.pk, "down": "1", "reason": "Be kind."}).status_code == 302
    unkind.refresh_from_db()
    assert (unkind.is_withdrawn, unkind.text) == (True, "")
    assert Submission.objects.get(words="You talk too much.").last_ruling.text.reason == "Be kind."


def test_nobody_else_rules_on_it_and_nothing_is_ruled_on_that_nobody_told_of(
    client, unkind, alice, bob, cora, nina, omar, their_nurse
):
    client.force_login(omar)
    assert client.post(reverse("desk_reports"), {"post": unkind.pk}).status_code == 404
    with pytest.raises(NotHere):
        gate.withdraw(unkind, by=omar, reason="Mine to take.", now=minute(9))
    assert not gate.rule_report(unkind, nurse=omar, stays=False, reason="No.", now=minute(9))
    gate.report(unkind, by=alice, reason=Report.Reason.UNKIND, now=minute(9))
    for who in (bob, cora, their_nurse):
        with pytest.raises(NotHere):
            gate.rule_report(unkind, nurse=who, stays=True, now=minute(9))
    with pytest.raises(OwnWords):
        gate.rule_report(unkind, nurse=nina, stays=True, now=minute(9))
    unkind.refresh_from_db()
    assert not unkind.is_withdrawn


def test_its_page_says_who_reads_it_and_so_does_the_way_to_tell(client, aside, unkind, alice):
    assert "Only the two of you read this. The care team reads" in get(client, alice, "thread", aside.pk)
    shown = get(client, alice, "report", unkind.pk)
    assert "Somebody else of the care team reads this post, and nothing around it." in shown
    assert "does not learn who told" not in shown
