"""One thing to decide: what the nurse sees, each of the decisions, and what the author is told."""

import pytest

from forum.models import Post
from moderation import gate
from moderation.models import Ruling, State, Submission
from moderation.phrases import by_id
from moderation.screen import Kind
from people.models import Person
from tests.page import filled, read
from tests.saying import nothing, says

WORDS = "Good morning. Take two a day. Call 0470 12 34 56."


def two_things(text, *, deadline=None):
    """Advice and a personal detail."""
    from dataclasses import replace

    advice = says(Kind.M1, on="Take two a day")(text)
    detail = says(Kind.I1, on="0470 12 34 56")(text)
    return replace(advice, findings=advice.findings + detail.findings, labels=advice.labels | detail.labels)


@pytest.fixture
def held(submit, bob, thread, post):
    return submit(bob, thread, WORDS, reply_to=post, screen=two_things)


@pytest.fixture
def address(held):
    return f"/desk/words/{held.pk}/"


@pytest.fixture
def form(browser, nina, address, quiet_screen):
    """The decision's form as Nina has it open."""
    return read(browser(nina).get(address)).form(address)


def decide(client, form, label, **typed):
    return client.post(form.action, filled(form, outcome=form.button(label).value, **typed))


def state(submission):
    return Submission.objects.get(pk=submission.pk).state


def test_the_words_stand_whole_with_every_span_marked_and_every_reason_beside(browser, nina, address):
    page = read(browser(nina).get(address))
    assert '<mark class="span span--medication_advice">Take two a day</mark>' in page.html
    assert '<mark class="span span--personal_details">0470 12 34 56</mark>' in page.html
    assert "Advice on a medicine Take two a day A test saw it. M1 · test.M1" in page.text
    assert "Personal details 0470 12 34 56 A test saw it. I1 · test.I1" in page.text
    assert "Call •••." in page.text  # as others would see it


def test_hostile_words_are_shown_as_they_were_typed(browser, nina, submit, bob, thread):
    hostile = submit(bob, thread, "<script>alert(1)</script> & <b>two</b>", screen=says(Kind.M1, on="<b>two</b>"))
    html = browser(nina).get(f"/desk/words/{hostile.pk}/").content.decode()
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; <mark" in html
    assert ">&lt;b&gt;two&lt;/b&gt;</mark>" in html


def test_what_stands_before_it_and_whom_it_answers_is_shown(browser, nina, address):
    page = read(browser(nina).get(address))
    assert "My hands are cold every morning." in page.text
    assert "Answers post 1 by Alice" in page.text
    assert "This author so far: 0 published, 0 returned, 0 refused." in page.text


def test_publishing_releases_exactly_what_others_may_see_and_leads_back_with_an_undo(browser, nina, form, thread, held):
    client = browser(nina)
    response = decide(client, form, "Publish")
    ruling = Ruling.objects.get(submission=held, decider=nina)
    assert response["Location"] == f"/desk/?done={ruling.pk}"
    post = thread.posts.get(number=2)
    assert (post.released, post.text) == (True, "Good morning. Take two a day. Call •••.")
    page = read(client.get(response["Location"]))
    assert "Done: Published." in page.text
    assert f"/desk/rulings/{ruling.pk}/undo/" in {one.action for one in page.forms}


def test_only_the_nurse_who_decided_is_offered_the_undo(browser, nina, omar, form):
    location = decide(browser(nina), form, "Publish")["Location"]
    assert "Done:" not in read(browser(omar).get(location)).text


def test_publishing_with_a_note_puts_it_under_the_post(browser, nina, form, thread, alice):
    decide(browser(nina), form, "Publish", note="Ask us first. *Always.*")
    page = read(browser(alice).get(f"/threads/{thread.pk}/"))
    assert "Nina adds" in page.part("post-2")
    assert "<em>Always.</em>" in page.part("post-2")


def test_a_note_in_which_the_screen_sees_something_is_asked_for_once_more_and_then_goes(
    browser, nina, form, thread, held, screen_says
):
    screen_says(says(Kind.M1))
    client = browser(nina)
    response = decide(client, form, "Publish", note="Take one a day.")
    page = read(response)
    assert "Please look at your note once more" in page.headings
    assert (state(held), thread.posts.count()) == (State.WAITING, 1)
    again = page.form(form.action)
    assert again.value("note") == "Take one a day."
    response = decide(client, again, "Publish", note="Take three a day.")
    assert "Please look at your note once more" in read(response).headings  # another note, another look
    again = read(response).form(form.action)
    assert decide(client, again, "Publish").status_code == 302
    assert thread.posts.get(number=2).note_html == "<p>Take three a day.</p>"


@pytest.mark.parametrize(
    ("label", "after"), [("Return with the reason", State.RETURNED), ("Refuse with the reason", State.REFUSED)]
)
def test_a_decision_against_words_needs_a_reason_and_keeps_the_note_meanwhile(
    browser, nina, bob, form, held, label, after
):
    client = browser(nina)
    response = decide(client, form, label, note="A note that was half written.", reason=" \u200b ")
    page = read(response)
    assert response.status_code == 400
    assert "Say in a sentence why, so that the author understands." in page.text
    assert state(held) == State.WAITING
    again = page.form(form.action)
    assert again.value("note") == "A note that was half written."
    assert decide(client, again, label, reason="Please leave out how many.").status_code == 302
    assert state(held) == after
    assert "Please leave out how many." in read(browser(bob).get(f"/words/{held.pk}/")).text


def test_the_reason_is_for_its_author_alone(browser, nina, alice, form, thread, held):
    decide(browser(nina), form, "Return with the reason", reason="Please leave out how many.")
    assert "leave out how many" not in read(browser(alice).get(f"/threads/{thread.pk}/")).text
    assert browser(alice).get(f"/words/{held.pk}/").status_code == 404


@pytest.mark.parametrize(("field", "label"), [("reason", "Return with the reason"), ("note", "Publish")])
def test_over_long_texts_come_back_whole(browser, nina, form, held, field, label):
    words = "y" * 10_001
    response = decide(browser(nina), form, label, **{field: words})
    assert response.status_code == 400
    again = read(response).form(form.action)
    assert again.value(field) == words
    assert state(held) == State.WAITING
    assert decide(browser(nina), again, label, **{field: "Shorter."}).status_code == 302


def test_ready_texts_are_in_the_authors_language_and_stand_before_what_is_typed(
    browser, nina, bob, held, address, quiet_screen
):
    Person.objects.filter(pk=bob.pk).update(language="nl")
    page = read(browser(nina).get(address))
    assert by_id("return-dose", "nl")[:40] in page.text
    assert by_id("return-dose", "en")[:40] not in page.text
    form = page.form(address)
    decide(browser(nina), form, "Return with the reason", ready_reason="return-dose", reason="Groeten, Nina")
    told = Ruling.objects.get(submission=held, decider=nina).text.reason
    assert told == by_id("return-dose", "nl") + "\n\nGroeten, Nina"


def test_ready_texts_for_the_labels_that_were_found_come_first(form):
    assert form.options["ready_reason"][1] in {"refuse-sharing", "refuse-cure", "return-dose", "refuse-about-someone"}
    assert "return-dose" in form.options["ready_reason"]
    assert not any(one.startswith("return") for one in form.options["ready_note"])


@pytest.mark.parametrize("outcome", [None, "", "waits", "withdrawn", "undone", "x"])
def test_a_decision_that_is_none_decides_nothing_and_keeps_the_words(browser, nina, form, held, outcome):
    response = browser(nina).post(form.action, filled(form, outcome=outcome, reason="Half a reason"))
    assert response.status_code == 400
    assert read(response).form(form.action).value("reason") == "Half a reason"
    assert state(held) == State.WAITING


def test_the_second_nurse_is_told_who_was_faster_keeps_her_words_and_overwrites_nothing(
    browser, nina, omar, form, held, bob, now
):
    gate.rule(held, nurse=omar, outcome=Ruling.Verb.RETURNED, reason="Please soften it.", now=now)
    response = decide(browser(nina), form, "Refuse with the reason", reason="We cannot say this here.")
    page = read(response)
    assert response.status_code == 409
    assert "Somebody was faster" in page.headings
    assert "Omar has decided: Returned. Nothing of yours was written over it." in page.text
    assert "We cannot say this here." in page.text
    assert state(held) == State.RETURNED
    told = read(browser(bob).get(f"/words/{held.pk}/")).text
    assert "Please soften it." in told
    assert "We cannot say this here." not in told
    assert Ruling.objects.filter(submission=held, decider=nina).count() == 0


@pytest.mark.parametrize("label", ["Publish", "Refuse with the reason"])
def test_the_author_who_took_the_words_back_was_faster(browser, nina, bob, form, held, thread, label, now):
    gate.take_back(held, by=bob, now=now)
    response = decide(browser(nina), form, label, reason="My long reason.", note="My note.")
    page = read(response)
    assert response.status_code == 409
    assert "The author changed these words or took them back. You decided nothing." in page.text
    assert "My long reason." in page.text
    assert "Take two a day" not in page.text  # taken back: no longer hers to read
    assert (state(held), thread.posts.count()) == (State.WITHDRAWN, 1)


def test_the_author_who_changed_the_words_was_faster_and_the_new_ones_are_one_step_away(
    browser, nina, bob, form, held, submit, thread
):
    changed = submit(bob, thread, "Take one a day.", replaces=held, screen=says(Kind.M1))
    response = decide(browser(nina), form, "Publish")
    assert response.status_code == 409
    assert (f"/desk/words/{changed.pk}/", "Read the changed words") in read(response).links
    assert (state(held), thread.posts.count()) == (State.REPLACED, 1)


def test_words_for_a_conversation_closed_meanwhile_can_still_be_returned(browser, nina, form, held, thread, now):
    type(thread).objects.filter(pk=thread.pk).update(closed_at=now)
    response = decide(browser(nina), form, "Publish", note="With a note.")
    page = read(response)
    assert response.status_code == 409
    assert "The post or conversation is gone meanwhile." in page.text
    assert state(held) == State.WAITING
    again = page.form(form.action)
    assert again.value("note") == "With a note."
    assert decide(browser(nina), again, "Return with the reason", reason="It was closed.").status_code == 302
    assert state(held) == State.RETURNED


def test_a_change_is_shown_beside_the_text_that_is_published_now(browser, nina, submit, alice, post):
    change = submit(alice, post, "Take two a day.", title="Cold hands", screen=says(Kind.M1))
    address = f"/desk/words/{change.pk}/"
    page = read(browser(nina).get(address))
    assert "Change of a post" in page.text
    assert "The text that is published now" in page.text
    assert "My hands are cold every morning." in page.text
    decide(browser(nina), page.form(address), "Publish")
    post.refresh_from_db()
    assert (post.text, Post.objects.count()) == ("Take two a day.", 1)


def test_everything_that_happened_is_listed(browser, nina, omar, form, address):
    decide(browser(nina), form, "Return with the reason", reason="Please soften it.")
    text = read(browser(omar).get(address)).text
    assert "the policy: Waits for a nurse" in text
    assert "Nina: Returned Please soften it." in text
    assert "This does not wait any more: Returned to you." in text or "This does not wait any more" in text


def test_unknown_words_are_nothing(browser, nina, address):
    assert browser(nina).get(address).status_code == 200
    for unknown in ("/desk/words/00000000-0000-4000-8000-000000000000/", "/desk/words/x/"):
        assert browser(nina).get(unknown).status_code == 404
        assert browser(nina).post(unknown, {"outcome": "published"}).status_code == 404
    for method in ("put", "patch", "delete"):
        assert getattr(browser(nina), method)(address).status_code == 405


def test_the_screen_that_sees_nothing_holds_nothing(submit, bob, thread):
    assert submit(bob, thread, WORDS, screen=nothing).state == State.PUBLISHED
