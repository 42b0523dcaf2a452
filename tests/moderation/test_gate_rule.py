"""rule(): a nurse decides on exactly the words that were read."""

import pytest
from django.db import IntegrityError, transaction

from forum.models import Event, Post, Thread
from moderation import gate
from moderation.errors import AlreadyDecided, BadWords, Closed, NotHere, OwnWords, WantsOwnCheck
from moderation.models import Place, Ruling, RulingText, State, Submission
from moderation.screen import Kind
from people import audit
from people.models import Act, Person, Role
from people.verbs import grant
from tests.saying import nothing, says

V = Ruling.Verb


@pytest.fixture
def waiting(submit, bob, thread) -> Submission:
    """Bob's reply "marked phrase", which waits."""
    return submit(bob, thread, "marked phrase", screen=says(Kind.M1))


def test_a_released_reply_comes_at_the_end_once_and_says_that_it_waited(submit, waiting, alice, thread, nina, now):
    submit(alice, thread, "In between.", screen=nothing)
    later = now.replace(hour=14)
    gate.rule(waiting, nurse=nina, outcome=V.PUBLISHED, now=later)
    post = thread.posts.get(number=3)
    assert (post.text, post.released, post.written_at, post.published_at) == ("marked phrase", True, now, later)
    assert thread.events.order_by("seq").last().post == post
    waiting.refresh_from_db()
    assert (waiting.state, waiting.post, waiting.decided_at, waiting.told_at) == (State.PUBLISHED, post, later, None)


def test_a_released_new_thread_is_opened_with_its_tags(submit, alice, board, tags, nina):
    waiting = submit(alice, board, "x", title="Hello", tags=["hands"], screen=says(Kind.M1))
    gate.rule(waiting, nurse=nina, outcome=V.PUBLISHED)
    thread = Thread.objects.get()
    assert (thread.title, [one.slug for one in thread.tags.all()]) == ("Hello", ["hands"])
    waiting.refresh_from_db()
    assert (waiting.thread, waiting.post) == (thread, thread.posts.get())


@pytest.mark.parametrize(("verb", "state"), [(V.RETURNED, State.RETURNED), (V.REFUSED, State.REFUSED)])
def test_words_not_published_reach_nobody_and_the_author_is_owed_the_reason(waiting, thread, nina, verb, state):
    ruling = gate.rule(waiting, nurse=nina, outcome=verb, reason="Please leave the advice out.")
    waiting.refresh_from_db()
    assert (waiting.state, waiting.post, waiting.told_at) == (state, None, None)
    assert waiting.last_ruling == ruling
    assert ruling.text.reason == "Please leave the advice out."
    assert thread.posts.count() == 1


@pytest.mark.parametrize("verb", [V.RETURNED, V.REFUSED])
@pytest.mark.parametrize("reason", ["", "  \n ", "x" * 2001])
def test_a_reason_is_wanted_and_has_a_length(waiting, nina, verb, reason):
    with pytest.raises(BadWords) as refused:
        gate.rule(waiting, nurse=nina, outcome=verb, reason=reason)
    assert refused.value.field == "reason"
    waiting.refresh_from_db()
    assert waiting.is_waiting


@pytest.mark.parametrize("verb", [V.WAITS, V.WITHDRAWN, V.UNDONE])
def test_only_three_things_can_be_decided(waiting, nina, verb):
    with pytest.raises(NotHere):
        gate.rule(waiting, nurse=nina, outcome=verb, reason="x")


def test_the_second_decision_changes_nothing_and_is_told_the_first(waiting, nina, omar, thread):
    first = gate.rule(waiting, nurse=nina, outcome=V.REFUSED, reason="No advice here.")
    stale = Submission.objects.get(pk=waiting.pk)
    with pytest.raises(AlreadyDecided) as late:
        gate.rule(stale, nurse=omar, outcome=V.PUBLISHED)
    assert late.value.ruling == first
    assert late.value.ruling.decider == nina
    assert thread.posts.count() == 1
    assert waiting.rulings.exclude(decider=None).count() == 1


def test_words_taken_back_meanwhile_are_not_published(waiting, nina, bob, thread):
    opened = Submission.objects.get(pk=waiting.pk)
    gate.take_back(waiting, by=bob)
    with pytest.raises(AlreadyDecided) as late:
        gate.rule(opened, nurse=nina, outcome=V.PUBLISHED)
    assert late.value.submission.state == State.WITHDRAWN
    assert thread.posts.count() == 1


def test_words_changed_meanwhile_are_not_published(submit, waiting, nina, bob, thread):
    opened = Submission.objects.get(pk=waiting.pk)
    newer = submit(bob, thread, "Kinder words.", screen=says(Kind.M1), replaces=waiting)
    with pytest.raises(AlreadyDecided) as late:
        gate.rule(opened, nurse=nina, outcome=V.PUBLISHED)
    assert late.value.submission.state == State.REPLACED
    gate.rule(newer, nurse=nina, outcome=V.PUBLISHED)
    assert thread.posts.get(number=2).text == "Kinder words."


@pytest.mark.parametrize("who", ["alice", "maya", "fien", "carl", "cora"])
def test_only_nurses_and_rheumatologists_rule(waiting, who, request):
    with pytest.raises(NotHere):
        gate.rule(waiting, nurse=request.getfixturevalue(who), outcome=V.PUBLISHED)
    waiting.refresh_from_db()
    assert waiting.is_waiting


def test_a_rheumatologist_rules_as_a_nurse_does(waiting, rhea):
    assert gate.rule(waiting, nurse=rhea, outcome=V.PUBLISHED).decider == rhea


def test_a_nurse_of_another_centre_finds_nothing_to_rule_on(waiting, their_nurse):
    with pytest.raises(NotHere):
        gate.rule(waiting, nurse=their_nurse, outcome=V.PUBLISHED)
    assert not Submission.objects.on_desk_of(their_nurse).exists()


def test_nobody_rules_on_their_own_words(waiting, bob, cora):
    grant(person=bob, role=Role.NURSE, by=cora)
    with pytest.raises(OwnWords):
        gate.rule(waiting, nurse=bob, outcome=V.PUBLISHED)
    assert waiting not in Submission.objects.on_desk_of(bob)


def test_the_database_refuses_a_ruling_on_own_words(waiting, bob):
    with pytest.raises(IntegrityError), transaction.atomic():
        Ruling.objects.create(submission=waiting, author=bob.pk, decider=bob, verb=V.PUBLISHED)


def test_what_the_thread_closed_over_is_not_published_and_still_waits(waiting, nina, thread, now):
    Thread.objects.filter(pk=thread.pk).update(closed_at=now)
    with pytest.raises(Closed):
        gate.rule(waiting, nurse=nina, outcome=V.PUBLISHED)
    waiting.refresh_from_db()
    assert waiting.is_waiting
    gate.rule(waiting, nurse=nina, outcome=V.RETURNED, reason="The conversation has ended.")


def test_a_ruling_is_chained_with_a_hash_of_its_reason_and_no_words(waiting, nina):
    ruling = gate.rule(waiting, nurse=nina, outcome=V.REFUSED, reason="secret reason")
    act = Act.objects.order_by("id").last()
    assert (act.verb, act.actor, act.subject) == ("ruled_refused", str(nina.pk), f"submission:{waiting.pk}")
    assert (act.detail["ruling"], act.detail["screen"]) == (ruling.pk, "test")
    whole = str(list(Act.objects.values()))
    assert "secret" not in whole
    assert "marked" not in whole
    assert list(audit.faults()) == []
    RulingText.objects.filter(ruling=ruling).delete()  # the text can be erased
    assert list(audit.faults()) == []


def test_a_refused_ruling_leaves_no_row_and_no_link(waiting, nina, omar):
    gate.rule(waiting, nurse=nina, outcome=V.PUBLISHED)
    rulings, acts = Ruling.objects.count(), Act.objects.count()
    with pytest.raises(AlreadyDecided):
        gate.rule(waiting, nurse=omar, outcome=V.REFUSED, reason="x")
    assert (Ruling.objects.count(), Act.objects.count()) == (rulings, acts)


def test_a_note_stands_under_the_post_with_the_clinicians_name_and_badge(waiting, nina):
    gate.rule(waiting, nurse=nina, outcome=V.PUBLISHED, note="Talk to *us* first.")
    post = Post.objects.get(number=2)
    assert post.note_html == "<p>Talk to <em>us</em> first.</p>"
    assert (post.note_by, post.note_role) == (nina, Role.NURSE)
    assert Submission.objects.of(nina).get().place == Place.NOTE


def test_a_note_that_advises_asks_for_an_own_check_and_publishes_nothing_before(waiting, nina, thread):
    note = "Just stop your methotrexate."
    with pytest.raises(WantsOwnCheck) as asked:
        gate.rule(waiting, nurse=nina, outcome=V.PUBLISHED, note=note)
    waiting.refresh_from_db()
    assert waiting.is_waiting
    assert thread.posts.count() == 1
    gate.rule(waiting, nurse=nina, outcome=V.PUBLISHED, note=note, note_checked=asked.value.fingerprint)
    assert Submission.objects.of(nina).get().second_reading


def test_a_note_cannot_be_put_by_who_may_not_rule(submit, alice, post, maya):
    for person in (alice, maya):
        with pytest.raises(NotHere):
            submit(person, post, "A note.", screen=nothing, note=True)


def test_a_question_is_asked_again_once_it_is_released(submit, bob, thread, nina):
    asked = submit(bob, thread, "Is it safe, and stop yours.", screen=says(Kind.M6, Kind.M1))
    assert not Post.objects.questions_for(nina).exists()
    gate.rule(asked, nurse=nina, outcome=V.PUBLISHED)
    assert Post.objects.filter(thread=thread).count() == 2


def test_the_author_turns_a_wait_into_a_question_to_the_nurse(waiting, bob, alice, nina):
    gate.ask_nurse(waiting, by=bob)
    assert Submission.objects.get(pk=waiting.pk).for_nurse
    with pytest.raises(NotHere):
        gate.ask_nurse(waiting, by=alice)
    gate.rule(waiting, nurse=nina, outcome=V.RETURNED, reason="Call us, please.")
    with pytest.raises(AlreadyDecided):
        gate.ask_nurse(waiting, by=bob)


def test_published_words_to_look_at_are_looked_at_once_by_somebody_else(submit, bob, thread, nina, omar, alice):
    seen = submit(bob, thread, "x", screen=says(Kind.R3))
    assert seen in Submission.objects.to_look_at()
    with pytest.raises(NotHere):
        gate.looked_at(seen, by=alice)
    assert gate.looked_at(seen, by=nina)
    assert not gate.looked_at(seen, by=omar)
    assert seen not in Submission.objects.to_look_at()


def test_a_clinicians_own_words_are_read_again_by_another(submit, nina, omar, thread):
    own = submit(nina, thread, "x", screen=says(Kind.M2))
    assert own in Submission.objects.to_look_at()
    with pytest.raises(OwnWords):
        gate.looked_at(own, by=nina)
    assert gate.looked_at(own, by=omar)


def test_the_answer_to_a_care_card_changes_nothing_but_itself(submit, bob, alice, thread, nina):
    danger = submit(bob, thread, "x", screen=says(Kind.R1))
    before = Submission.objects.filter(pk=danger.pk).values("danger", "state", "promised_at").get()
    gate.answer_care_card(danger, by=bob, answer="called")
    assert Submission.objects.get(pk=danger.pk).care_answer == "called"
    assert Submission.objects.filter(pk=danger.pk).values("danger", "state", "promised_at").get() == before
    for person, answer in ((alice, "called"), (bob, "nonsense")):
        with pytest.raises(NotHere):
            gate.answer_care_card(danger, by=person, answer=answer)


def test_no_danger_no_card_to_answer(waiting, bob):
    with pytest.raises(NotHere):
        gate.answer_care_card(waiting, by=bob, answer="called")


def test_a_nurse_suspends_a_member_with_a_reason_and_only_of_the_own_centre(alice, nina, stranger):
    with pytest.raises(BadWords):
        gate.suspend(alice, by=nina)
    gate.suspend(alice, by=nina, reason="A pause.")
    assert not Person.objects.get(pk=alice.pk).roles
    gate.suspend(alice, by=nina, lift=True)
    assert Person.objects.get(pk=alice.pk).roles
    for person, by in ((stranger, nina), (nina, nina), (nina, alice)):
        with pytest.raises(NotHere):
            gate.suspend(person, by=by, reason="x")


def test_events_of_a_thread_are_numbered_without_a_gap(submit, waiting, alice, thread, nina):
    submit(alice, thread, "One.", screen=nothing)
    gate.rule(waiting, nurse=nina, outcome=V.PUBLISHED)
    gate.withdraw(thread.posts.get(number=2), by=alice)
    events = list(thread.events.order_by("seq").values_list("seq", "kind"))
    assert events == [(1, "published"), (2, "published"), (3, "published"), (4, "withdrawn")]
    assert set(Event.objects.values_list("kind", flat=True)) <= set(Event.Kind.values)
