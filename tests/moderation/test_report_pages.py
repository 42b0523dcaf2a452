"""Telling a nurse in two taps, muting, and the nurses' list: who is told what, and who never learns who told."""

import pytest

from forum.models import Post
from moderation import gate
from moderation.models import Report, Submission
from people.models import Act, Mute
from tests.browsing import browser, clock, counted
from tests.page import read
from tests.saying import nothing

__all__ = ["browser", "clock", "counted"]
R = Report.Reason


@pytest.fixture
def reply(submit, bob, thread) -> Post:
    """Bob's reply "marked phrase" in Alice's thread."""
    return submit(bob, thread, "marked phrase", screen=nothing).post


def url(post, act="report"):
    return f"/posts/{post.pk}/{act}/"


def page_of(client, thread):
    return read(client.get(f"/threads/{thread.pk}/?page=1"))


# Two taps


def test_two_taps_tell_a_nurse_and_the_answer_says_what_happens_now(browser, thread, reply, alice):
    client = browser(alice)
    assert dict(page_of(client, thread).links)[url(reply)] == "Tell a nurse #2"
    page = read(client.get(url(reply)))
    form = next(one for one in page.forms if one.method == "post" and any(b.name == "reason" for b in one.buttons))
    assert [one.value for one in form.buttons] == R.values
    answer = client.post(url(reply), {"reason": form.buttons[1].value})
    assert answer["Location"] == url(reply)
    page = read(client.get(answer["Location"]))
    assert page.headings[0] == "Thank you. A nurse reads this post."
    assert "Its author does not learn who told." in page.text
    assert not any(button.name == "reason" for one in page.forms for button in one.buttons)
    assert Report.objects.get().reason == R.UNKIND


def test_telling_twice_changes_nothing(browser, reply, alice):
    client = browser(alice)
    for reason in (R.UNKIND, R.COULD_HARM):
        assert client.post(url(reply), {"reason": reason}).status_code == 302
    assert Report.objects.get().reason == R.UNKIND


@pytest.mark.parametrize("reason", ["", "nonsense", "\x00", "x" * 5000])
def test_a_reason_that_is_none_of_the_list_shows_the_list_again(browser, reply, alice, reason):
    answer = browser(alice).post(url(reply), {"reason": reason})
    assert answer.status_code == 400
    assert "Choose what it is about." in read(answer).text
    assert not Report.objects.exists()


def test_there_is_nothing_to_tell_of_own_posts_and_of_what_one_does_not_see(browser, reply, bob, alice, stranger):
    assert url(reply) not in dict(page_of(browser(bob), reply.thread).links)
    for person in (bob, stranger):
        assert browser(person).get(url(reply)).status_code == 404
        assert browser(person).post(url(reply), {"reason": R.OTHER}).status_code == 404
    gate.withdraw(reply, by=bob)
    assert browser(alice).get(url(reply)).status_code == 404
    assert not Report.objects.exists()


def test_after_many_reports_one_is_asked_to_call(browser, reply, alice, monkeypatch):
    monkeypatch.setattr(gate.reporting, "REPORTS_A_DAY", 0)
    client = browser(alice)
    page = read(client.get(client.post(url(reply), {"reason": R.OTHER})["Location"]))
    assert "Please call the nurses." in page.text


# The author


def test_the_author_finds_it_among_the_news_and_is_not_told_who(browser, reply, thread, maya, bob, nina):
    browser(maya).post(url(reply), {"reason": R.COULD_HARM})
    own = Submission.objects.get(post=reply)
    client = browser(bob)
    home = read(client.get("/"))
    assert "A nurse reads this post of yours once more" in home.headings
    assert (f"/words/{own.pk}/", "marked phrase") in home.links
    words = read(client.get(f"/words/{own.pk}/"))
    assert words.headings[0] == "A nurse reads your post once more"
    assert "marked phrase" in words.text
    seen = [home, words, read(client.get("/me/")), page_of(client, thread)]
    assert "Hidden until a nurse has read it" in seen[2].text
    assert "Post 2 is hidden until a nurse has read it again." in seen[3].text
    for page in seen:
        assert "Maya" not in page.html
        assert "harm" not in page.text
    assert "A nurse reads this post of yours once more" not in read(client.get("/")).headings
    browser(nina).post("/desk/reports/", {"post": reply.pk})
    home = read(client.get("/"))
    assert "A nurse decided on your words" in home.headings
    assert read(client.get(f"/words/{own.pk}/")).headings[0] == "Your words are published"


# The nurses' list


def test_the_list_shows_the_words_the_reasons_and_who_told_to_nurses_alone(browser, request, reply, alice, maya, nina):
    gate.report(reply, by=alice, reason=R.UNKIND)
    gate.report(reply, by=maya, reason=R.COULD_HARM)
    page = read(browser(nina).get("/desk/reports/"))
    for said in ("marked phrase", "Bob", "It is unkind · Alice", "It could harm somebody · Maya", "Hidden until you"):
        assert said in page.text
    assert "Reported (1)" in page.text
    assert "Reported (1)" in read(browser(nina).get("/desk/")).text
    for name in ("alice", "bob", "maya", "fien", "carl", "cora", "stranger"):
        assert browser(request.getfixturevalue(name)).get("/desk/reports/").status_code == 404
    other = read(browser(request.getfixturevalue("their_nurse")).get("/desk/reports/"))
    assert "marked phrase" not in other.html
    assert "Reported (0)" in other.text


def test_reading_the_list_is_an_act_in_the_chain(browser, reply, alice, nina):
    browser(nina).get("/desk/reports/")
    assert not Act.objects.filter(verb="read_reported").exists()
    gate.report(reply, by=alice, reason=R.UNKIND)
    browser(nina).get("/desk/reports/")
    own = Submission.objects.get(post=reply)
    act = Act.objects.get(verb="read_reported")
    assert (act.actor, act.detail) == (str(nina.pk), {"shown": [str(own.pk)]})


def test_one_key_shows_a_hidden_post_again(browser, reply, maya, nina):
    gate.report(reply, by=maya, reason=R.COULD_HARM)
    client = browser(nina)
    answer = client.post("/desk/reports/", {"post": reply.pk, "reason": ""})
    assert answer["Location"] == "/desk/reports/"
    page = read(client.get("/desk/reports/"))
    assert "The post stays, and everybody can read it." in page.text
    assert "No post was reported." in page.text
    reply.refresh_from_db()
    assert (reply.state, reply.text) == (Post.State.VISIBLE, "marked phrase")


def test_taking_down_needs_a_reason_and_keeps_one_that_is_too_long(browser, reply, maya, nina, bob):
    gate.report(reply, by=maya, reason=R.COULD_HARM)
    client = browser(nina)
    for reason in ("", "x" * 2001):
        answer = client.post("/desk/reports/", {"post": reply.pk, "down": "1", "reason": reason})
        assert answer.status_code == 400
        assert [form.value("reason") for form in read(answer).forms if "reason" in form.values] == [reason]
    down = {"post": reply.pk, "down": "1", "reason": "Please call us."}
    assert client.post("/desk/reports/", down).status_code == 302
    reply.refresh_from_db()
    assert reply.is_withdrawn
    own = read(browser(bob).get(f"/words/{Submission.objects.get(post=reply).pk}/"))
    assert "Please call us." in own.text
    assert "Nina decided on" in own.text


def test_the_second_nurse_is_told_that_the_first_was_faster(browser, reply, alice, nina, omar):
    gate.report(reply, by=alice, reason=R.UNKIND)
    browser(nina).post("/desk/reports/", {"post": reply.pk})
    client = browser(omar)
    client.post("/desk/reports/", {"post": reply.pk, "down": "1", "reason": "No."})
    assert "Another nurse has decided this meanwhile." in read(client.get("/desk/reports/")).text
    reply.refresh_from_db()
    assert not reply.is_withdrawn


@pytest.mark.parametrize("post", ["", "x", "00000000-0000-4000-8000-000000000000"])
def test_a_post_that_is_not_there_is_nothing(browser, nina, post):
    assert browser(nina).post("/desk/reports/", {"post": post}).status_code == 404


def test_a_nurses_own_reported_post_is_the_other_nurses(browser, submit, thread, nina, omar, alice):
    own = submit(nina, thread, "Good morning.", screen=nothing).post
    gate.report(own, by=alice, reason=R.UNKIND)
    assert "Good morning." not in read(browser(nina).get("/desk/reports/")).text
    assert browser(nina).post("/desk/reports/", {"post": own.pk}).status_code == 404
    assert "Good morning." in read(browser(omar).get("/desk/reports/")).text


def test_a_nurses_first_page_counts_what_was_reported(browser, reply, alice, nina):
    assert "Members told you of" not in read(browser(nina).get("/")).text
    gate.report(reply, by=alice, reason=R.UNKIND)
    assert ("/desk/reports/", "Members told you of 1 post") in read(browser(nina).get("/")).links
    assert "Members told you of" not in read(browser(alice).get("/")).text


# Muting


def folded(client, thread):
    """The numbers of the posts that are folded away on the page."""
    html = page_of(client, thread).html
    pieces = [piece.split("</details>")[0] for piece in html.split('<details class="post--muted">')[1:]]
    # One of them is empty: the form in which the page's script folds a post that arrives.
    return [piece.split('id="post-')[1].split('"')[0] for piece in pieces if 'id="post-' in piece]


def test_a_muted_members_posts_are_folded_away_for_one_reader_alone(browser, submit, thread, reply, alice, bob, maya):
    submit(bob, thread, "One more.", screen=nothing)
    client = browser(alice)
    assert folded(client, thread) == []
    answer = client.post(url(reply, "mute"))
    assert answer["Location"] == f"/threads/{thread.pk}/?page=1"
    assert "folded away for you" in read(client.get(answer["Location"])).text
    assert folded(client, thread) == ["2", "3"]
    assert "marked phrase" in page_of(client, thread).text
    assert "A post by a member whom you muted" in page_of(client, thread).text
    for other in (bob, maya):
        assert folded(browser(other), thread) == []
    assert 'data-muted=""' in page_of(browser(bob), thread).html


def test_my_page_lists_the_muted_and_one_tap_shows_them_again(browser, thread, reply, alice, bob, maya):
    client = browser(alice)
    assert "Members whom you muted" not in read(client.get("/me/")).text
    client.post(url(reply, "mute"))
    client.post(url(reply, "mute"))
    page = read(client.get("/me/"))
    assert "Members whom you muted" in page.headings
    button = page.form("/me/unmute/").button("Unmute")
    assert button.label == "Unmute Bob"
    browser(maya).post("/me/unmute/", {"mute": button.value})
    assert Mute.objects.count() == 1
    assert client.post("/me/unmute/", {"mute": button.value})["Location"] == "/me/"
    assert folded(client, thread) == []


@pytest.mark.parametrize("mute", ["", "x", "-1", "9" * 400, "²", "\x00"])
def test_unmuting_nobody_changes_nothing(browser, reply, alice, mute):
    browser(alice).post(url(reply, "mute"))
    assert browser(alice).post("/me/unmute/", {"mute": mute}).status_code == 302
    assert Mute.objects.count() == 1


def test_clinicians_are_never_muted_and_mute_nobody(browser, submit, thread, reply, alice, nina):
    words = submit(nina, thread, "Good morning.", screen=nothing).post
    assert browser(alice).post(url(words, "mute")).status_code == 404
    assert browser(nina).post(url(reply, "mute")).status_code == 404
    assert not Mute.objects.exists()
    actions = {one.action for one in page_of(browser(alice), thread).forms}
    assert url(reply, "mute") in actions
    assert url(words, "mute") not in actions


def test_words_written_as_a_clinician_are_shown_even_of_somebody_muted(browser, submit, thread, alice, nina):
    words = submit(nina, thread, "Good morning.", screen=nothing).post
    Mute.objects.create(person=alice, muted=nina)
    assert folded(browser(alice), thread) == []
    Post.objects.filter(pk=words.pk).update(role="patient")
    assert folded(browser(alice), thread) == ["2"]


def test_nobody_mutes_themselves_or_whom_they_do_not_see(browser, reply, bob, stranger):
    for person in (bob, stranger):
        assert browser(person).post(url(reply, "mute")).status_code == 404
    assert browser(bob).get(url(reply, "mute")).status_code == 405


def test_who_is_muted_comes_without_a_query_more(browser, counted, thread, reply, alice, bob, maya):
    client = browser(alice)
    page_of(client, thread)
    _page, before = counted(lambda: page_of(client, thread))
    for one in (bob, maya):
        Mute.objects.create(person=alice, muted=one)
    _page, after = counted(lambda: page_of(client, thread))
    assert folded(client, thread) == ["2"]
    assert len(after.reads) == len(before.reads) <= 6, after.told
