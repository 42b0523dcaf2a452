"""Undo: from the desk at once, from "Decided today" within the day, and not once something happened since."""

from datetime import timedelta

import pytest

from forum.models import Post
from moderation import gate
from moderation.models import Ruling, State, Submission
from moderation.screen import Kind
from tests.page import read
from tests.saying import nothing, says


@pytest.fixture
def held(submit, bob, thread):
    return submit(bob, thread, "Take two a day.", screen=says(Kind.M1))


@pytest.fixture
def ruled(held, nina, now):
    def rule(outcome, **more):
        return gate.rule(held, nurse=nina, outcome=outcome, now=now, **more)

    return rule


def press(client, page, ruling):
    return client.post(page.form(f"/desk/rulings/{ruling.pk}/undo/").action, follow=True)


def state(submission):
    return Submission.objects.get(pk=submission.pk).state


def test_a_publication_is_undone_from_the_desk_and_the_words_wait_again(browser, nina, alice, ruled, held, thread):
    ruling, client = ruled(Ruling.Verb.PUBLISHED), browser(nina)
    assert "Take two a day." in read(browser(alice).get(f"/threads/{thread.pk}/")).text
    page = press(client, read(client.get(f"/desk/?done={ruling.pk}")), ruling)
    assert "Undone." in read(page).text
    assert state(held) == State.WAITING
    others = read(browser(alice).get(f"/threads/{thread.pk}/")).text
    assert "Take two a day." not in others
    assert "Post 2 was taken back." in others


def test_a_refusal_is_undone_from_the_page_of_what_was_decided(browser, nina, ruled, held):
    ruling, client = ruled(Ruling.Verb.REFUSED, reason="No."), browser(nina)
    page = read(client.get("/desk/decided/"))
    assert (f"/desk/words/{held.pk}/", "Cold hands") in page.links
    press(client, page, ruling)
    assert state(held) == State.WAITING
    later = read(client.get("/desk/decided/"))
    assert "Undone" in later.text
    assert f"/desk/rulings/{ruling.pk}/undo/" not in {one.action for one in later.forms}


def test_only_ones_own_rulings_of_the_last_day_are_listed(browser, nina, omar, ruled, clock):
    ruling = ruled(Ruling.Verb.REFUSED, reason="No.")

    def undos(person):
        return {one.action for one in read(browser(person).get("/desk/decided/")).forms}

    assert f"/desk/rulings/{ruling.pk}/undo/" in undos(nina)
    assert f"/desk/rulings/{ruling.pk}/undo/" not in undos(omar)
    clock.forward(hours=25)
    assert f"/desk/rulings/{ruling.pk}/undo/" not in undos(nina)


def test_nobody_undoes_what_another_decided(browser, nina, omar, alice, ruled, held):
    ruling = ruled(Ruling.Verb.REFUSED, reason="No.")
    for person in (omar, alice):
        assert browser(person).post(f"/desk/rulings/{ruling.pk}/undo/").status_code == 404
    assert state(held) == State.REFUSED
    assert browser(nina).get(f"/desk/rulings/{ruling.pk}/undo/").status_code == 405
    assert browser(nina).post("/desk/rulings/0/undo/").status_code == 404


def test_what_its_author_went_on_with_is_not_undone(browser, nina, bob, submit, ruled, held, thread):
    ruling = ruled(Ruling.Verb.RETURNED, reason="Please soften it.")
    submit(bob, thread, "I drink tea.", replaces=held, screen=nothing)
    response = browser(nina).post(f"/desk/rulings/{ruling.pk}/undo/", follow=True)
    assert "That cannot be undone any more" in read(response).text
    assert state(held) == State.REPLACED


def test_undoing_twice_undoes_once(browser, nina, ruled, held):
    ruling = ruled(Ruling.Verb.REFUSED, reason="No.")
    browser(nina).post(f"/desk/rulings/{ruling.pk}/undo/")
    response = browser(nina).post(f"/desk/rulings/{ruling.pk}/undo/", follow=True)
    assert "That cannot be undone any more" in read(response).text
    assert Ruling.objects.filter(verb=Ruling.Verb.UNDONE).count() == 1


def test_the_second_ruling_after_an_undo_stands(browser, nina, ruled, held, thread):
    ruling, client = ruled(Ruling.Verb.PUBLISHED), browser(nina)
    client.post(f"/desk/rulings/{ruling.pk}/undo/")
    page = read(client.get(f"/desk/words/{held.pk}/"))
    form = page.form(f"/desk/words/{held.pk}/")
    client.post(form.action, {"outcome": "published"})
    assert [(one.number, one.state) for one in thread.posts.order_by("number")][1:] == [
        (2, Post.State.WITHDRAWN),
        (3, Post.State.VISIBLE),
    ]


def test_a_post_taken_down_is_shown_again(browser, nina, alice, submit, bob, thread, now):
    post = submit(bob, thread, "Gloves help.", screen=nothing, now=now - timedelta(minutes=5)).post
    gate.withdraw(post, by=nina, reason="By mistake.", now=now)
    client = browser(nina)
    assert "Gloves help." not in read(browser(alice).get(f"/threads/{thread.pk}/")).text
    press(client, read(client.get("/desk/decided/")), Ruling.objects.get(verb=Ruling.Verb.WITHDRAWN))
    assert "Gloves help." in read(browser(alice).get(f"/threads/{thread.pk}/")).part("post-2")
