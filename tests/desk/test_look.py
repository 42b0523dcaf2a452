"""What was published at once and wants a second pair of eyes: seen, or taken down with a reason."""

import pytest

from forum.models import Post
from moderation import gate
from moderation.models import Submission
from moderation.screen import Kind
from people.models import Act
from tests.page import filled, read
from tests.saying import nothing, says


@pytest.fixture
def published(submit, bob, thread):
    """Bob's warning about a therapy: published, and to be looked at."""
    return submit(bob, thread, "The bracelet did nothing.", screen=says(Kind.A4, on="bracelet"))


def seen_form(page, submission):
    return next(one for one in page.forms if one.value("submission") == str(submission.pk))


def test_it_is_listed_with_what_the_screen_saw_until_somebody_has_seen_it(
    browser, nina, omar, published, submit, bob, thread
):
    submit(bob, thread, "Good morning.", screen=nothing)
    client = browser(nina)
    page = read(client.get("/desk/look/"))
    assert '<mark class="span span--alternative_therapy">bracelet</mark>' in page.html
    assert "Alternative therapy: A test saw it." in page.text
    assert "Good morning." not in page.text
    form = seen_form(page, published)
    assert client.post("/desk/look/", filled(form))["Location"] == "/desk/look/"
    assert "Nothing to look at." in read(browser(omar).get("/desk/look/")).text
    act = Act.objects.order_by("id").last()
    assert (act.verb, act.actor, act.subject) == ("looked_at", str(nina.pk), f"submission:{published.pk}")


def test_a_clinicians_own_words_are_read_by_another(browser, nina, omar, submit, thread):
    own = submit(nina, thread, "Tablets are better than injections.", screen=says(Kind.M2))
    assert own.post is not None
    assert "Nothing to look at." in read(browser(nina).get("/desk/look/")).text
    assert browser(nina).post("/desk/look/", {"submission": str(own.pk)}).status_code == 404
    assert "Tablets are better than injections." in read(browser(omar).get("/desk/look/")).text
    assert browser(omar).post("/desk/look/", {"submission": str(own.pk)}).status_code == 302


@pytest.mark.parametrize("asked", ["", "x", "00000000-0000-4000-8000-000000000000", "\x00"])
def test_what_is_not_there_cannot_be_seen(browser, nina, published, asked):
    assert browser(nina).post("/desk/look/", {"submission": asked}).status_code == 404
    assert Submission.objects.get(pk=published.pk).looked_at is None


def test_seen_by_two_is_seen_once(browser, nina, omar, published):
    data = {"submission": str(published.pk)}
    assert browser(nina).post("/desk/look/", data).status_code == 302
    assert browser(omar).post("/desk/look/", data).status_code == 404
    assert Act.objects.filter(verb="looked_at").count() == 1


@pytest.fixture
def down(published):
    return f"/desk/posts/{published.post_id}/take-down/"


def test_taking_down_needs_a_reason_and_the_author_is_told(browser, nina, alice, bob, published, down, thread):
    client = browser(nina)
    page = read(client.get(down))
    assert "The bracelet did nothing." in page.text
    empty = client.post(down, filled(page.composer, reason="  "))
    assert empty.status_code == 400
    assert "Say in a sentence why" in read(empty).text
    assert not Post.objects.get(pk=published.post_id).is_withdrawn
    response = client.post(down, filled(page.composer, reason="It names a shop."))
    assert response["Location"] == "/desk/decided/"
    others = read(browser(alice).get(f"/threads/{thread.pk}/")).text
    assert "Post 2 was taken back." in others
    assert "It names a shop." not in others
    told = read(browser(bob).get("/"))
    assert "A nurse decided on your words" in told.headings
    assert "It names a shop." in read(browser(bob).get(f"/words/{published.pk}/")).text


def test_an_over_long_reason_comes_back_whole(browser, nina, published, down):
    response = browser(nina).post(down, {"reason": "y" * 2_001})
    assert response.status_code == 400
    assert read(response).composer.value("reason") == "y" * 2_001
    assert browser(nina).post(down, {"reason": "y" * 2_000}).status_code == 302


def test_one_does_not_take_down_twice_nor_ones_own_here_nor_another_centres(
    browser, nina, omar, their_nurse, published, down, submit, thread
):
    own = submit(nina, thread, "Good morning.", screen=nothing).post
    assert browser(nina).get(f"/desk/posts/{own.pk}/take-down/").status_code == 404
    assert browser(omar).get(f"/desk/posts/{own.pk}/take-down/").status_code == 200
    assert browser(their_nurse).post(down, {"reason": "No."}).status_code == 404
    gate.withdraw(published.post, by=nina, reason="It names a shop.")
    assert browser(omar).post(down, {"reason": "Again."}).status_code == 404
