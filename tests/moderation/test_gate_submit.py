"""submit(): words come in, and wait or are published."""

import uuid
from datetime import timedelta

import pytest
from django.apps import apps

from forum.models import Event, Post, Thread
from moderation import gate, signals
from moderation.errors import Closed, NotHere, WantsOwnCheck
from moderation.models import Danger, Place, Ruling, State, Submission
from moderation.screen import VERSION, Kind, Urgency
from people.models import Role
from people.verbs import suspend
from tests.saying import nothing, says

ADVICE = "Just stop your methotrexate, you do not need it."


@pytest.fixture
def heard():
    """Every signal of the gate, as (name, values)."""
    told: list[tuple[str, dict]] = []

    def listener(name):
        def listen(sender, signal, **values):
            told.append((name, values))

        return listen

    pairs = [(getattr(signals, name), listener(name)) for name in ("happened", "desk_changed", "own_words_changed")]
    for signal, listen in pairs:
        signal.connect(listen)
    yield told
    for signal, listen in pairs:
        signal.disconnect(listen)


def test_ordinary_words_open_a_thread_at_once(submit, alice, board, tags, now):
    handed_in = submit(
        alice, board, "My hands are *cold* in the morning.", title="  Cold \n hands ", tags=["hands", "sleep", "hands"]
    )
    assert handed_in.state == State.PUBLISHED
    thread = Thread.objects.get()
    post = thread.posts.get()
    assert (thread.title, thread.board, thread.author) == ("Cold hands", board, alice)
    assert sorted(thread.tags.values_list("slug", flat=True)) == ["hands", "sleep"]
    assert (thread.head_number, thread.head_seq, thread.created_at, thread.active_at) == (1, 1, now, now)
    assert (post.number, post.role, post.author, post.released) == (1, Role.PATIENT, alice, False)
    assert post.html == "<p>My hands are <em>cold</em> in the morning.</p>"
    assert post.text == "My hands are cold in the morning."
    assert (post.written_at, post.published_at) == (now, now)
    assert (handed_in.thread, handed_in.post, handed_in.screen_version) == (thread, post, VERSION)


def test_a_reply_comes_at_the_end_and_answers_a_post(submit, bob, thread, post, now):
    submit(bob, thread, "Mine too.", reply_to=post)
    reply = thread.posts.get(number=2)
    assert (reply.reply_to, reply.author) == (post, bob)
    thread.refresh_from_db()
    assert (thread.head_number, thread.head_seq, thread.active_at) == (2, 2, now)
    assert [(one.seq, one.kind, one.post_id) for one in thread.events.order_by("seq")] == [
        (1, Event.Kind.PUBLISHED, post.pk),
        (2, Event.Kind.PUBLISHED, reply.pk),
    ]


@pytest.mark.parametrize("kind", [Kind.M1, Kind.M2, Kind.M3, Kind.M7, Kind.A1, Kind.A2, Kind.R1, Kind.R2, Kind.R5])
def test_held_words_are_nowhere_in_the_readers_tables(submit, bob, thread, kind):
    waiting = submit(bob, thread, "marked phrase", screen=says(kind))
    assert waiting.state == State.WAITING
    assert waiting.post is None
    for model in apps.get_app_config("forum").get_models():
        assert "marked" not in str(list(model.objects.values())), model
    thread.refresh_from_db()
    assert (thread.head_number, thread.head_seq) == (1, 1)


def test_a_held_new_thread_is_no_thread(submit, alice, board):
    waiting = submit(alice, board, "marked phrase", screen=says(Kind.M1))
    assert not Thread.objects.exists()
    assert waiting.thread is None


def test_advice_waits_and_a_question_goes_on_the_questions_list_with_the_real_screen(submit, bob, thread, nina):
    assert submit(bob, thread, ADVICE).state == State.WAITING
    asked = submit(bob, thread, "Does methotrexate make anybody else tired?")
    assert (asked.state, asked.outcome) == (State.PUBLISHED, "Q")
    assert list(Post.objects.questions_for(nina)) == [asked.post]


def test_title_body_and_tags_are_judged_as_one_text(submit, alice, board):
    waiting = submit(alice, board, "What do you all think of it?", title=ADVICE)
    assert waiting.state == State.WAITING
    assert {one.field for one in waiting.findings.all()} & {"title"}


def test_findings_are_kept_with_span_and_reason_and_the_verdict_is_a_ruling_of_nobody(submit, bob, thread, now):
    waiting = submit(bob, thread, "I am fine but stop it now.", screen=says(Kind.M1, on="stop it"))
    found = waiting.findings.get()
    assert waiting.text[found.start : found.end] == "stop it"
    assert (found.kind, found.label, found.why) == ("M1", "medication_advice", "A test saw it.")
    ruling = waiting.rulings.get()
    assert (ruling.verb, ruling.decider, ruling.author, ruling.at) == (Ruling.Verb.WAITS, None, bob.pk, now)
    assert (waiting.screen_version, len(waiting.policy_version)) == ("test", 12)


def test_what_waits_is_promised_the_next_reading_moment(submit, bob, thread, now):
    waiting = submit(bob, thread, "x", screen=says(Kind.M1))
    assert waiting.promised_at == now + timedelta(hours=5, minutes=30)
    assert (waiting.decided_at, waiting.told_at) == (None, None)


def test_where_nobody_reads_no_moment_is_promised_and_the_words_still_wait(submit, bob, thread, centre):
    centre.reading_days = []
    centre.save()
    bob.centre.refresh_from_db()
    waiting = submit(bob, thread, "x", screen=says(Kind.M1))
    assert (waiting.state, waiting.promised_at) == (State.WAITING, None)


@pytest.mark.parametrize(
    ("kind", "urgency", "danger"),
    [
        (Kind.R1, Urgency.EMERGENCY, Danger.EMERGENCY),
        (Kind.R1, Urgency.SAME_DAY, Danger.SAME_DAY),
        (Kind.R1, None, Danger.EMERGENCY),
        (Kind.R2, Urgency.NEXT_WORKING_DAY, Danger.SAME_DAY),
        (Kind.R3, None, Danger.SOFT),
        (Kind.M1, None, Danger.NONE),
    ],
)
def test_danger_is_as_near_as_the_nearest_sign(submit, bob, thread, kind, urgency, danger):
    assert submit(bob, thread, "x", screen=says(kind, urgency=urgency)).danger == danger


def test_the_desk_is_in_order_of_danger_then_first_words_then_promise(submit, alice, bob, maya, thread, nina, now):
    later = now + timedelta(hours=6)
    advice_late = submit(alice, thread, "x", screen=says(Kind.M1), now=later)
    advice = submit(alice, thread, "y", screen=says(Kind.M1))
    first = submit(bob, thread, "x", screen=says(Kind.M1), now=later)
    played_down = submit(alice, thread, "z", screen=says(Kind.R5), now=later)
    danger = submit(maya, thread, "x", screen=says(Kind.R1), now=later)
    assert list(Submission.objects.on_desk_of(nina).waiting().in_order()) == [
        danger,
        played_down,
        first,
        advice,
        advice_late,
    ]


def test_a_clinicians_finding_asks_for_an_own_check_and_stores_nothing_before(submit, nina, thread):
    with pytest.raises(WantsOwnCheck) as asked:
        submit(nina, thread, "Take it on Monday.", screen=says(Kind.M1))
    assert not Submission.objects.of(nina).exists()
    confirmed = asked.value.fingerprint
    with pytest.raises(WantsOwnCheck):  # a confirmation of other words confirms nothing
        submit(nina, thread, "Take it on Tuesday.", screen=says(Kind.M1), checked=confirmed)
    published = submit(nina, thread, "Take it on Monday.", screen=says(Kind.M1), checked=confirmed)
    assert (published.state, published.second_reading, published.post.role) == (State.PUBLISHED, True, Role.NURSE)


def test_mentors_and_staff_who_are_no_clinicians_are_screened_as_patients_are(submit, maya, carl, cora, fien, thread):
    for person in (maya, carl, cora, fien):
        assert submit(person, thread, "x", screen=says(Kind.M1)).state == State.WAITING


def test_the_badge_is_the_role_at_the_time_of_writing(submit, maya, thread):
    assert submit(maya, thread, "Hello.", screen=nothing).post.role == Role.MENTOR


def test_own_use_of_a_therapy_passes_once_trust_is_earned(submit, bob, thread, now):
    for day in (40, 35, 31):
        submit(bob, thread, "Hello.", screen=nothing, now=now - timedelta(days=day))
    assert submit(bob, thread, "I take oil.", screen=says(Kind.A2)).outcome == "P+"


def test_trust_is_not_earned_in_less_than_a_month_or_three_posts(submit, bob, maya, thread, now):
    for day in (20, 15, 10):
        submit(bob, thread, "Hello.", screen=nothing, now=now - timedelta(days=day))
    assert submit(bob, thread, "I take oil.", screen=says(Kind.A2)).outcome == "W"
    submit(bob, thread, "Hello.", screen=nothing, now=now - timedelta(days=40))
    assert submit(bob, thread, "I take oil.", screen=says(Kind.A2)).outcome == "P+"


def test_trust_is_lost_by_a_refusal_and_comes_back_when_it_is_undone(submit, bob, nina, thread, now):
    for day in (40, 35, 31):
        submit(bob, thread, "Hello.", screen=nothing, now=now - timedelta(days=day))
    held = submit(bob, thread, "Advice.", screen=says(Kind.M1))
    ruling = gate.rule(held, nurse=nina, outcome=Ruling.Verb.RETURNED, reason="No advice, please.")
    assert submit(bob, thread, "I take oil.", screen=says(Kind.A2)).outcome == "W"
    gate.undo(ruling, by=nina)
    assert submit(bob, thread, "I take oil.", screen=says(Kind.A2)).outcome == "P+"


def test_an_answer_by_a_clinician_closes_the_question_and_one_by_a_patient_waits(submit, alice, bob, nina, thread):
    asked = submit(alice, thread, "Is it safe?", screen=says(Kind.M6)).post
    assert asked.question == Post.Question.OPEN
    assert submit(bob, thread, "Yes, I always did.", screen=says(Kind.M7)).state == State.WAITING
    answer = submit(nina, thread, "Ask us on Monday.", screen=nothing, answers=asked).post
    asked.refresh_from_db()
    assert (asked.question, asked.answer) == (Post.Question.ANSWERED, answer)


def test_a_patient_cannot_close_a_question(submit, alice, bob, thread):
    asked = submit(alice, thread, "Is it safe?", screen=says(Kind.M6)).post
    submit(bob, thread, "Hello.", screen=nothing, answers=asked)
    asked.refresh_from_db()
    assert asked.question == Post.Question.OPEN


def test_the_screen_is_given_what_stands_around_the_words(submit, alice, bob, thread, post, now):
    asked = submit(alice, thread, "Is it safe?", screen=says(Kind.M6)).post
    submit(bob, thread, "First line.", screen=nothing, now=now - timedelta(minutes=5))
    given = []

    def curious(text, *, deadline):
        given.append(text)
        return nothing(text)

    submit(bob, thread, "Yes.", reply_to=post, screen=curious)
    text = given[0]
    assert (text.body, text.reply_to) == ("Yes.", post.text)
    assert (text.open_question, text.previous_line) == (asked.text, "First line.")


def test_an_innocent_line_after_held_advice_does_not_wait_for_it(submit, bob, thread):
    assert submit(bob, thread, ADVICE).state == State.WAITING
    assert submit(bob, thread, "I had a nice walk this morning.").state == State.PUBLISHED


def test_what_two_lines_say_together_waits(submit, bob, thread):
    assert submit(bob, thread, "About your methotrexate.", screen=nothing).state == State.PUBLISHED
    assert submit(bob, thread, "Just stop.", screen=says(Kind.M1, field="context")).state == State.WAITING


def test_a_line_of_yesterday_is_no_context(submit, bob, thread, now):
    submit(bob, thread, "Old line.", screen=nothing, now=now - timedelta(days=1))
    given = []

    def curious(text, *, deadline):
        given.append(text)
        return nothing(text)

    submit(bob, thread, "New line.", screen=curious)
    assert given[0].previous_line == ""


def test_nobody_writes_to_another_centre_and_it_looks_as_if_nothing_were_there(
    submit, stranger, alice, board, thread, post, their_board
):
    for place in (board, thread, post):
        with pytest.raises(NotHere):
            submit(stranger, place, "Hello.", screen=nothing)
    with pytest.raises(NotHere):
        submit(alice, their_board, "Hello.", screen=nothing)
    assert Submission.objects.count() == 1  # the thread's own


def test_a_suspended_person_writes_nothing(submit, bob, thread, nina):
    submit(bob, thread, "Hello.", screen=nothing)
    suspend(person=bob, by=nina, reason="For a test.")
    with pytest.raises(NotHere):
        submit(bob, thread, "Hello.", screen=nothing)


def test_a_closed_thread_takes_no_more_words(submit, bob, alice, thread, post, now):
    Thread.objects.filter(pk=thread.pk).update(closed_at=now)
    for person, place in ((bob, thread), (alice, post)):
        with pytest.raises(Closed):
            submit(person, place, "Hello.", screen=nothing, title="" if place is thread else "Cold hands")


def test_words_reply_to_and_answer_only_what_stands_in_their_own_thread(submit, alice, bob, board, thread, post):
    elsewhere = submit(alice, board, "Another one.", screen=nothing)
    for around in ({"reply_to": elsewhere.post}, {"answers": elsewhere.post}):
        with pytest.raises(NotHere):
            submit(bob, thread, "Hello.", screen=nothing, **around)
    with pytest.raises(NotHere):
        submit(bob, board, "Hello.", screen=nothing, reply_to=post)


def test_listeners_hear_ids_after_commit_and_no_words(submit, bob, thread, heard, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        submit(bob, thread, "marked phrase", screen=nothing)
        assert heard == []
    assert heard == [("happened", {"thread_id": str(thread.pk), "seq": 2})]
    heard.clear()
    with django_capture_on_commit_callbacks(execute=True):
        submit(bob, thread, "marked phrase", screen=says(Kind.M1))
    assert heard == [("desk_changed", {"centre_id": bob.centre_id})]


def test_the_desk_hears_of_what_is_to_be_looked_at(submit, bob, thread, heard, django_capture_on_commit_callbacks):
    for kind in (Kind.R3, Kind.M6):
        with django_capture_on_commit_callbacks(execute=True):
            submit(bob, thread, "x", screen=says(kind))
    assert [name for name, _ in heard].count("desk_changed") == 2


def test_the_first_words_of_a_person_are_marked_until_something_of_theirs_was_published(submit, bob, thread):
    assert submit(bob, thread, "x", screen=says(Kind.M1)).first_words
    assert submit(bob, thread, "Hello.", screen=nothing).first_words
    assert not submit(bob, thread, "Hello again.", screen=nothing).first_words


def test_a_mentors_word_of_comfort_is_marked_as_one_persons_experience(submit, maya, bob, thread):
    assert submit(maya, thread, "Soup helps me.", screen=says(Kind.A5)).post.one_experience
    assert not submit(bob, thread, "Soup helps me.", screen=says(Kind.A5)).post.one_experience


def test_a_reply_has_no_title(submit, bob, thread):
    handed_in = submit(bob, thread, "Hello.", screen=nothing)
    assert (handed_in.place, handed_in.title, handed_in.tags) == (Place.REPLY, "", [])


def test_a_key_may_come_from_two_authors(submit, alice, bob, thread):
    key = uuid.uuid4()
    first = submit(alice, thread, "Hello.", screen=nothing, client_key=key)
    assert submit(bob, thread, "Hello.", screen=nothing, client_key=key) != first
