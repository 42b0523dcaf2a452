"""Scripts ask for JSON and get the same answers as codes and ids, never words."""

import uuid

import pytest

from forum.models import Thread
from moderation.models import Submission
from moderation.screen import Kind
from tests.saying import nothing, says

JSON = {"Accept": "application/json"}


@pytest.fixture
def send(browser, bob, thread, quiet_screen):
    """Bob's script sends to Alice's conversation."""
    client = browser(bob)

    def post(body, **more):
        data = {"client_key": str(uuid.uuid4()), "body": body, **more}
        return client.post(f"/threads/{thread.pk}/reply/", data, headers=JSON)

    return post


def test_published_words_answer_with_their_post_and_address(send, thread):
    answer = send("Gloves help.")
    post = thread.posts.get(number=2)
    submission = Submission.objects.get(post=post)
    assert answer.status_code == 201
    assert answer.json() == {
        "submission": str(submission.pk),
        "state": "published",
        "thread": str(thread.pk),
        "post": str(post.pk),
        "url": f"/threads/{thread.pk}/?page=1#post-2",
        "care": False,
        "more": False,
    }


def test_waiting_words_answer_with_their_waiting_block(send, thread, screen_says):
    screen_says(says(Kind.M1))
    told = send("Take two.").json()
    assert (told["state"], told["post"]) == ("waiting", None)
    assert told["url"] == f"/threads/{thread.pk}/?page=1#waiting-{told['submission']}"


def test_refusals_are_codes(send, thread, now):
    key = str(uuid.uuid4())
    assert send("One.", client_key=key).status_code == 201
    for answer, status, code in (
        (send("   "), 400, "words_empty"),
        (send("x" * 10_001), 400, "words_too_long"),
        (send("Two.", client_key=key), 409, "SameKeyOtherWords"),
    ):
        assert (answer.status_code, answer.json()["error"]) == (status, code)
        assert "x" * 20 not in answer.content.decode()
    Thread.objects.update(closed_at=now)
    assert (send("Three.").status_code, send("Three.").json()["error"]) == (409, "Closed")


def test_used_keys_are_answered_with_a_fresh_one_that_works(send):
    key = str(uuid.uuid4())
    send("One.", client_key=key)
    fresh = send("Two.", client_key=key).json()["client_key"]
    assert fresh != key
    assert send("Two.", client_key=fresh).status_code == 201


def test_a_clinicians_second_look_is_confirmed_by_what_the_answer_gives(browser, nina, thread, screen_says):
    screen_says(says(Kind.M1))
    client, key = browser(nina), str(uuid.uuid4())

    def post(**more):
        data = {"client_key": key, "body": "Take it in the evening.", **more}
        return client.post(f"/threads/{thread.pk}/reply/", data, headers=JSON)

    asked = post()
    assert (asked.status_code, asked.json()["error"]) == (409, "WantsOwnCheck")
    assert post(checked=asked.json()["checked"]).status_code == 201


def test_a_browser_that_also_takes_json_gets_a_page(browser, bob, thread, screen_says):
    screen_says(nothing)
    response = browser(bob).post(
        f"/threads/{thread.pk}/reply/", {"body": "Hi."}, headers={"Accept": "text/html,application/json"}
    )
    assert response.status_code == 302
