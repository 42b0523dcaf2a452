"""The themes, the list of one theme's conversations, and conversations by tag."""

from datetime import timedelta

import pytest

from forum.models import Board, Thread
from moderation import gate
from moderation.gate.importing import Conversation, Words
from tests.page import read
from tests.saying import nothing


@pytest.fixture
def themes(centre):
    return [
        Board.objects.create(
            centre=centre,
            slug=f"theme-{n}",
            name={"en": f"Theme {n}", "nl": f"Thema {n}"},
            about={"en": "-"},
            order=n,
            front=n < 4,
        )
        for n in range(7)
    ]


@pytest.fixture
def many(bob, board, now):
    """45 conversations, ten minutes apart; "Talk 44" moved last."""
    gate.import_published(
        Conversation(board, f"Talk {n}", (Words(bob, "We sat in the garden.", now - timedelta(minutes=10 * (45 - n))),))
        for n in range(45)
    )
    return list(Thread.objects.order_by("created_at"))


def titles(page):
    return [words for address, words in page.links if address.startswith("/threads/")]


def test_four_themes_stand_open_and_the_others_are_one_click_away(browser, themes, alice):
    html = browser(alice).get("/boards/").content.decode()
    open_, folded = html.split('<details class="more">')
    assert [f"Theme {n}" in open_ for n in range(7)] == [True] * 4 + [False] * 3
    assert [f"Theme {n}" in folded for n in range(7)] == [False] * 4 + [True] * 3


def test_boards_of_another_centre_do_not_exist_here(browser, board, their_board, alice, stranger):
    assert "Theirs" in read(browser(stranger).get("/boards/medicines/")).text
    assert "Theirs" not in read(browser(alice).get("/boards/")).text
    assert "Medicines" in read(browser(alice).get("/boards/medicines/")).headings
    assert browser(alice).get("/boards/nowhere/").status_code == 404


def test_an_empty_theme_says_who_will_read(browser, board, alice):
    assert "Nobody has written here yet." in read(browser(alice).get("/boards/medicines/")).text


def test_all_conversations_come_by_once_page_after_page_even_those_that_moved_at_the_same_moment(
    browser, many, alice, board
):
    Thread.objects.filter(board=board).update(active_at=many[0].active_at)
    client, address, seen, pages = browser(alice), "/boards/medicines/", [], 0
    while address:
        page = read(client.get(address))
        seen += titles(page)
        pages += 1
        older = [to for to, words in page.links if words == "Older"]
        address = f"/boards/medicines/{older[0]}" if older else ""
    assert pages == 3
    assert len(seen) == len(set(seen)) == 45


def test_the_conversation_that_moved_last_comes_first(browser, many, submit, alice, clock):
    assert titles(read(browser(alice).get("/boards/medicines/")))[-1] == "Talk 25"
    submit(alice, many[0], "Me too.", screen=nothing)
    assert titles(read(browser(alice).get("/boards/medicines/")))[0] == "Talk 0"


def test_what_others_wrote_since_is_marked_as_new_and_ones_own_words_and_tombstones_are_not(
    browser, submit, alice, bob, board, clock
):
    talk = submit(alice, board, "Words.", title="Jars", screen=nothing).thread

    def marked(person):
        return "New for you" in read(browser(person).get("/boards/medicines/")).text

    assert (marked(alice), marked(bob)) == (False, True)
    browser(bob).get(f"/threads/{talk.pk}/")
    assert marked(bob) is False
    answer = submit(bob, talk, "With a cloth.", screen=nothing)
    assert (marked(alice), marked(bob)) == (True, False)
    gate.withdraw(answer.post, by=bob)
    assert (marked(alice), marked(bob)) == (False, False)


def test_a_place_in_the_list_that_nobody_knows_shows_the_first_page(browser, many, alice):
    client = browser(alice)
    for after in ("", "x", "%00", "00000000-0000-0000-0000-000000000000", "1" * 400, "%F0%9F"):
        response = client.get(f"/boards/medicines/?after={after}")
        assert response.status_code == 200, after
        assert len(titles(read(response))) == 20, after


def test_a_tag_gathers_conversations_of_all_themes(browser, submit, alice, bob, board, moving, tags):
    submit(bob, board, "Words.", title="Jars", tags=["hands"], screen=nothing)
    submit(bob, moving, "Words.", title="Gloves", tags=["hands", "sport"], screen=nothing)
    submit(bob, moving, "Words.", title="Naps", tags=["sleep"], screen=nothing)
    page = read(browser(alice).get("/tags/hands/"))
    assert page.headings == ["Conversations about “Hands”"]
    assert sorted(titles(page)) == ["Gloves", "Jars"]
    assert "Medicines" in page.text
    assert "Moving" in page.text
    assert browser(alice).get("/tags/nothing/").status_code == 404


def test_a_tag_shows_no_conversation_of_another_centre(browser, submit, bob, stranger, board, tags):
    submit(bob, board, "Words.", title="Jars", tags=["hands"], screen=nothing)
    assert titles(read(browser(bob).get("/tags/hands/"))) == ["Jars"]
    assert "No conversation has this tag yet." in read(browser(stranger).get("/tags/hands/")).text


def test_a_conversation_of_which_nothing_is_left_is_not_listed(browser, submit, alice, bob, board):
    gone = submit(bob, board, "Words.", title="Jars", screen=nothing)
    assert titles(read(browser(alice).get("/boards/medicines/"))) == ["Jars"]
    gate.withdraw(gone.post, by=bob)
    assert titles(read(browser(alice).get("/boards/medicines/"))) == []


@pytest.mark.parametrize("address", ["/boards/", "/boards/medicines/", "/tags/hands/", "/unanswered/"])
def test_reading_pages_take_no_words(browser, board, tags, alice, maya, address):
    assert browser(maya).get(address).status_code == 200
    for method in ("post", "put", "patch", "delete"):
        assert getattr(browser(maya), method)(address).status_code == 405
