"""What every answer says to browsers, caches and search engines."""

import pytest
from django.db import connection

from moderation.screen import Kind
from tests.page import read
from tests.saying import says


@pytest.fixture
def everywhere(submit, board, thread, post, tags, alice, bob, now):
    """Addresses of all kinds of pages, with what each answers to Nina."""
    waiting = submit(bob, thread, "Take two a day.", screen=says(Kind.M1))
    return {
        "/": 200,
        "/me/": 200,
        "/boards/": 200,
        "/boards/medicines/": 200,
        "/boards/medicines/new/": 200,
        f"/threads/{thread.pk}/": 200,
        f"/threads/{thread.pk}/reply/": 200,
        "/tags/hands/": 200,
        "/unanswered/": 200,
        "/policy/": 200,
        "/desk/": 200,
        f"/desk/words/{waiting.pk}/": 200,
        "/desk/questions/": 200,
        "/desk/look/": 200,
        "/desk/decided/": 200,
        f"/desk/posts/{post.pk}/take-down/": 200,
        f"/desk/members/{bob.pk}/": 200,
        "/accounts/logout/": 200,
        "/nothing/here/": 404,
        f"/words/{waiting.pk}/": 404,
        "/me/appearance/": 405,
        "/healthz": 200,
        "/robots.txt": 200,
    }


def test_nothing_is_indexed_framed_or_kept_by_anybody_on_the_way(browser, everywhere, nina):
    for client, stranger in ((browser(nina), False), (browser(), True)):
        for address, status in everywhere.items():
            response = client.get(address)
            assert stranger or response.status_code == status, address
            assert response["X-Robots-Tag"] == "noindex, nofollow, noarchive", address
            assert "no-store" in response["Cache-Control"], address
            assert "private" in response["Cache-Control"], address
            assert response["X-Frame-Options"] == "DENY", address
            assert response["Referrer-Policy"] == "same-origin", address
            assert response["X-Content-Type-Options"] == "nosniff", address
            policy = response["Content-Security-Policy"]
            assert "unsafe" not in policy, address
            assert "default-src 'none'" in policy, address
            assert "frame-ancestors 'none'" in policy, address
            if response.content and response["Content-Type"].startswith("text/html"):
                assert "noindex" in read(response).meta["robots"], address


def test_no_page_carries_a_script_or_style_of_its_own(browser, everywhere, nina):
    for address in everywhere:
        html = browser(nina).get(address).content.decode()
        assert " style=" not in html, address
        assert "<style" not in html, address
        assert "javascript:" not in html, address
        assert " onclick=" not in html, address
        for script in html.split("<script")[1:]:
            assert "src=" in script.split(">", 1)[0], address


def test_robots_are_told_to_stay_away(browser, db):
    assert browser().get("/robots.txt").content.decode() == "User-agent: *\nDisallow: /\n"


def test_health_says_no_more_than_that_the_database_answers(browser, db, monkeypatch):
    response = browser().get("/healthz")
    assert (response.status_code, response.json()["ok"], set(response.json())) == (200, True, {"ok", "at"})

    def away():
        raise ConnectionError("words that nobody should see")

    with monkeypatch.context() as broken:
        broken.setattr(connection, "cursor", away)
        response = browser().get("/healthz")
    assert (response.status_code, response.json()) == (503, {"ok": False})


def test_a_wrong_method_is_told_in_words_in_the_persons_language(browser, alice, board):
    response = browser(alice).get("/me/appearance/")
    assert (response.status_code, response["Allow"]) == (405, "POST")
    page = read(response)
    assert "Please go back and try again. Nothing was changed." in page.text
    assert ("/", "Go to the first page") in page.links
    assert browser(alice).post("/boards/")["Allow"] == "GET, HEAD"


def test_a_page_that_breaks_says_so_without_a_word_of_what_broke(browser, alice, monkeypatch):
    from forum import views

    def broken(*args, **kwargs):
        raise RuntimeError("My hands are cold")

    client = browser(alice, raise_request_exception=False)
    assert client.get("/boards/").status_code == 200
    monkeypatch.setattr(views, "render", broken)
    response = client.get("/boards/")
    assert response.status_code == 500
    assert "It is not your fault." in read(response).text
    assert "My hands are cold" not in read(response).text
