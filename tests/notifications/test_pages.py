"""Following and choosing: the buttons, and that looking changes nothing."""

import pytest

from notifications.following import follow, follows
from notifications.models import Follow, Wanted
from notifications.stopping import choose
from tests.page import read
from tests.saying import nothing

THREADS, BOARDS = "/me/follows/threads/", "/me/follows/boards/"


def buttons(response) -> list[str]:
    return [button.label for form in read(response).forms for button in form.buttons if "ollow" in button.label]


def test_a_conversation_is_followed_and_left_with_one_button(browser, thread, bob):
    client, address = browser(bob), f"{THREADS}{thread.pk}/"
    assert buttons(client.get(address)) == ["Follow"]
    answer = client.post(address, {"follow": "yes"})
    assert answer["Location"] == f"/threads/{thread.pk}/"
    assert follows(bob, thread)
    assert buttons(client.get(address)) == ["Stop following"]
    client.post(address, {"follow": "no"})
    assert not follows(bob, thread)
    assert Follow.objects.of(bob).count() == 1


def test_a_theme_is_followed_and_left_with_one_button(browser, board, bob):
    client, address = browser(bob), f"{BOARDS}{board.slug}/"
    assert buttons(client.get(address)) == ["Follow"]
    client.post(address, {"follow": "yes"})
    assert follows(bob, board)
    client.post(address, {"follow": "no"})
    assert not follows(bob, board)


def test_looking_changes_nothing(browser, thread, board, bob):
    client = browser(bob)
    for address in (f"{THREADS}{thread.pk}/?follow=yes", f"{BOARDS}{board.slug}/?follow=yes", "/me/follows/"):
        assert client.get(address).status_code == 200
        assert client.head(address).status_code == 200
    assert not Follow.objects.of(bob).exists()


def test_what_one_follows_stands_on_one_page(browser, submit, thread, board, alice, bob):
    follow(bob, board, wanted=True)
    follow(bob, thread, wanted=True)
    left = submit(alice, board, "Another.", title="Left again", screen=nothing).thread
    follow(bob, left, wanted=False)
    page = read(browser(bob).get("/me/follows/"))
    assert "Cold hands" in page.text
    assert "Medicines" in page.text
    assert "Left again" not in page.text
    choose(bob, Wanted.OWN)
    assert "You have turned the daily mail off." in read(browser(bob).get("/me/follows/")).text


def test_what_one_may_not_see_cannot_be_followed(browser, thread, board, their_board, stranger, bob):
    for who, address in (
        (stranger, f"{THREADS}{thread.pk}/"),
        (bob, f"{BOARDS}elsewhere/"),
        (bob, f"{THREADS}00000000-0000-4000-8000-000000000000/"),
    ):
        for method in ("get", "post"):
            assert getattr(browser(who), method)(address, {"follow": "yes"}).status_code == 404
    assert not Follow.objects.of(stranger).exists()


def test_what_one_followed_and_may_not_see_any_more_is_not_listed(browser, thread, stranger):
    follow(stranger, thread, wanted=True)
    assert "Cold hands" not in read(browser(stranger).get("/me/follows/")).html


@pytest.mark.parametrize("address", ["/me/follows/", "/me/mail/", f"{BOARDS}medicines/"])
def test_a_signed_out_person_is_sent_to_log_in(browser, board, address):
    for method in ("get", "post"):
        answer = getattr(browser(), method)(address)
        assert answer.status_code == 302
        assert answer["Location"].startswith("/accounts/login/")
