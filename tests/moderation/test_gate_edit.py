"""A change of a post is handed in like any words: the published text stays up until the new one passes."""

import pytest

from forum.models import Event, Post, Thread
from moderation import gate
from moderation.errors import AlreadyDecided, BadWords, Closed, NotHere
from moderation.models import Place, Ruling, State, Submission
from moderation.screen import Kind
from tests.saying import nothing, says

V = Ruling.Verb
COLD = {"title": "Cold hands"}  # the first post's title comes along with each change of it


def test_a_change_that_passes_is_shown_at_once_in_the_same_place(submit, alice, thread, post, now):
    changed = submit(alice, post, "My hands are warm now.", title="Warm hands", screen=nothing)
    post.refresh_from_db()
    thread.refresh_from_db()
    assert (post.text, post.number, post.revised_at) == ("My hands are warm now.", 1, now)
    assert (thread.title, thread.head_number, thread.head_seq) == ("Warm hands", 1, 2)
    assert thread.events.get(seq=2).kind == Event.Kind.REVISED
    assert (changed.place, changed.post, changed.target) == (Place.EDIT, post, post)


def test_a_change_that_is_held_leaves_the_published_text_as_it_is(submit, alice, thread, post):
    waiting = submit(alice, post, "marked phrase", title="marked title", screen=says(Kind.M1))
    assert waiting.state == State.WAITING
    post.refresh_from_db()
    thread.refresh_from_db()
    assert post.text == "My hands are cold every morning."
    assert (thread.title, thread.head_seq, post.revised_at) == ("Cold hands", 1, None)


def test_a_title_alone_is_a_change_and_is_screened(submit, alice, thread, post):
    submit(alice, post, "My hands are cold every morning.", title="Stop your methotrexate now")
    thread.refresh_from_db()
    assert thread.title == "Cold hands"


def test_a_released_change_takes_the_place_of_the_text(submit, alice, thread, post, nina, now):
    waiting = submit(alice, post, "New words.", **COLD, screen=says(Kind.M1))
    later = now.replace(hour=14)
    gate.rule(waiting, nurse=nina, outcome=V.PUBLISHED, now=later)
    post.refresh_from_db()
    assert (post.text, post.revised_at, post.number) == ("New words.", later, 1)
    assert thread.posts.count() == 1


def test_a_second_change_replaces_the_one_that_waits(submit, alice, post, nina):
    first = submit(alice, post, "First try.", **COLD, screen=says(Kind.M1))
    second = submit(alice, post, "Second try.", **COLD, screen=says(Kind.M1))
    first.refresh_from_db()
    assert (first.state, second.state) == (State.REPLACED, State.WAITING)
    with pytest.raises(AlreadyDecided):
        gate.rule(first, nurse=nina, outcome=V.PUBLISHED)


def test_a_change_that_passes_replaces_the_one_that_waits(submit, alice, post, nina):
    held = submit(alice, post, "Advice.", **COLD, screen=says(Kind.M1))
    submit(alice, post, "No advice.", **COLD, screen=nothing)
    held.refresh_from_db()
    assert held.state == State.REPLACED
    post.refresh_from_db()
    assert post.text == "No advice."


def test_tags_change_with_the_first_post_only(submit, alice, bob, thread, post, tags):
    submit(alice, post, "Cold.", **COLD, tags=["hands", "sleep"], screen=nothing)
    assert sorted(thread.tags.values_list("slug", flat=True)) == ["hands", "sleep"]
    submit(alice, post, "Cold.", **COLD, tags=["work"], screen=nothing)
    assert [one.slug for one in thread.tags.all()] == ["work"]
    reply = submit(bob, thread, "Mine too.", screen=nothing).post
    with pytest.raises(BadWords):
        submit(bob, reply, "Mine too!", title="A new title", screen=nothing)
    with pytest.raises(BadWords):
        submit(bob, reply, "Mine too!", tags=["hands"], screen=nothing)


def test_nobody_changes_the_post_of_another(submit, bob, nina, stranger, post):
    for person in (bob, nina, stranger):
        with pytest.raises(NotHere):
            submit(person, post, "Not mine.", **COLD, screen=nothing)


def test_a_post_that_was_taken_back_is_not_changed_from_an_old_page(submit, alice, post):
    opened = Post.objects.get(pk=post.pk)
    gate.withdraw(post, by=alice)
    for screen in (nothing, says(Kind.M1)):
        with pytest.raises(Closed):
            submit(alice, opened, "Back again.", **COLD, screen=screen)


def test_a_change_waiting_for_a_post_goes_with_it_when_it_is_taken_back(submit, alice, post, nina):
    waiting = submit(alice, post, "Change.", **COLD, screen=says(Kind.M1))
    gate.withdraw(post, by=alice)
    waiting.refresh_from_db()
    assert waiting.state == State.WITHDRAWN
    with pytest.raises(AlreadyDecided):
        gate.rule(waiting, nurse=nina, outcome=V.PUBLISHED)
    post.refresh_from_db()
    assert post.text == ""


def test_a_change_does_not_show_a_hidden_post_again(submit, alice, post):
    Post.objects.filter(pk=post.pk).update(state=Post.State.HIDDEN)
    submit(alice, post, "Harmless now.", **COLD, screen=nothing)
    post.refresh_from_db()
    assert post.is_hidden


def test_a_returned_text_is_handed_in_again_and_only_once(submit, bob, thread, nina):
    waiting = submit(bob, thread, "Advice.", screen=says(Kind.M1))
    gate.rule(waiting, nurse=nina, outcome=V.RETURNED, reason="Leave the advice out.")
    again = submit(bob, thread, "No advice.", replaces=waiting, screen=nothing)
    waiting.refresh_from_db()
    assert (waiting.state, again.state, again.replaces) == (State.REPLACED, State.PUBLISHED, waiting)
    with pytest.raises(AlreadyDecided):
        submit(bob, thread, "Once more.", replaces=waiting, screen=nothing)
    assert thread.posts.count() == 2


def test_what_a_nurse_has_published_is_not_replaced_from_an_old_page(submit, bob, thread, nina):
    waiting = submit(bob, thread, "Advice.", screen=says(Kind.M1))
    opened = Submission.objects.get(pk=waiting.pk)
    gate.rule(waiting, nurse=nina, outcome=V.PUBLISHED)
    with pytest.raises(AlreadyDecided) as late:
        submit(bob, thread, "Kinder.", replaces=opened, screen=nothing)
    assert late.value.submission.state == State.PUBLISHED
    assert thread.posts.count() == 2
    assert Submission.objects.of(bob).count() == 1


def test_nobody_replaces_the_words_of_another(submit, alice, bob, thread):
    waiting = submit(bob, thread, "Advice.", screen=says(Kind.M1))
    with pytest.raises(NotHere):
        submit(alice, thread, "Mine.", replaces=waiting, screen=nothing)
    waiting.refresh_from_db()
    assert waiting.is_waiting


def test_the_badge_and_the_first_hour_stay_when_a_post_is_changed(submit, alice, post):
    before = (post.role, post.written_at, post.published_at)
    submit(alice, post, "New words.", **COLD, screen=nothing)
    post.refresh_from_db()
    assert (post.role, post.written_at, post.published_at) == before


def test_a_closed_thread_takes_no_change(submit, alice, post, thread, now):
    Thread.objects.filter(pk=thread.pk).update(closed_at=now)
    with pytest.raises(Closed):
        submit(alice, post, "New words.", **COLD, screen=nothing)


def test_half_of_what_passes_after_a_change_of_held_words_is_looked_at(submit, bob, thread, nina):
    handed_in = []
    for number in range(12):
        held = submit(bob, thread, f"Held {number}.", screen=says(Kind.M1))
        handed_in.append(submit(bob, thread, f"Changed {number}.", replaces=held, screen=nothing))
        Submission.objects.update(written_at=thread.created_at)  # each at a calm pace
    drawn = [one for one in handed_in if one.pk.int % 2]
    assert {one.pk for one in Submission.objects.on_desk_of(nina).to_look_at()} == {one.pk for one in drawn}
    assert not submit(bob, thread, "Never held.", screen=nothing).second_reading
