"""A danger sign: its author sees at once whom to call, and can say what they did."""

import pytest

from moderation import gate
from moderation.models import Ruling, Submission
from moderation.screen import Kind, Urgency
from tests.page import filled, read
from tests.saying import nothing, says

VIOLENCE = "RF26"


@pytest.fixture
def send(browser, bob, thread, screen_says):
    """Bob sends words in which the screen sees something; the page that he lands on."""

    def sent(screen):
        screen_says(screen)
        form = read(browser(bob).get(f"/threads/{thread.pk}/")).composer
        return read(browser(bob).post(form.action, filled(form, body="I cannot lift my arm."), follow=True))

    return sent


def own(bob):
    return Submission.objects.get(author=bob)


def card(page):
    start = page.html.find('<section class="care')
    return read_part(page, start) if start >= 0 else ""


def read_part(page, start):
    from tests.page import Page

    return Page(page.html[start : page.html.index("</section>", start)]).text


def test_words_without_a_danger_sign_bring_no_card(send):
    assert card(send(nothing)) == ""


@pytest.mark.parametrize(
    ("urgency", "told"),
    [
        (Urgency.EMERGENCY, "Nobody here has read this yet. Call now."),
        (Urgency.SAME_DAY, "Nobody here has read this yet. Call today."),
    ],
)
def test_the_author_of_a_danger_sign_sees_the_card_of_its_urgency_at_once(send, bob, urgency, told):
    page = send(says(Kind.R1, urgency=urgency))
    assert told in card(page)
    assert "Call 112" in card(page)
    assert "Call 089 80 12 34" in card(page)
    assert f"waiting-{own(bob).pk}" in page.ids


def test_at_night_the_card_says_to_call_now_and_that_the_clinic_is_closed(send, clock):
    clock.forward(hours=12)
    told = card(send(says(Kind.R1, urgency=Urgency.SAME_DAY)))
    assert "Nobody here has read this yet. Call now." in told
    assert "The clinic is closed now." in told


def test_nobody_else_sees_the_card(send, browser, alice, thread):
    send(says(Kind.R1, urgency=Urgency.EMERGENCY))
    assert card(read(browser(alice).get(f"/threads/{thread.pk}/"))) == ""


def test_a_next_day_sign_is_published_with_a_soft_card_for_its_author(send, browser, bob, alice, thread):
    page = send(says(Kind.R3, urgency=Urgency.NEXT_WORKING_DAY))
    assert "Worth a call on the next working day." in card(page)
    assert own(bob).post is not None
    others = read(browser(alice).get(f"/threads/{thread.pk}/"))
    assert "I cannot lift my arm." in others.text
    assert card(others) == ""


@pytest.mark.parametrize(
    ("answer", "told", "stays"),
    [
        ("called", "The author says: I have called.", False),
        ("will_call", "The author says: I will call.", True),
        ("not_now", "The author says: this is not about me now.", False),
    ],
)
def test_one_tap_answers_the_card_and_the_nurse_reads_the_answer(send, browser, bob, nina, thread, answer, told, stays):
    page = send(says(Kind.R1, urgency=Urgency.EMERGENCY))
    form = page.form(f"/words/{own(bob).pk}/care/")
    assert [one.value for one in form.buttons] == ["called", "will_call", "not_now"]
    response = browser(bob).post(form.action, filled(form, answer=answer), follow=True)
    assert "Thank you for telling us." in read(response).text
    later = read(browser(bob).get(f"/words/{own(bob).pk}/"))
    assert bool(card(later)) is stays
    assert f"/words/{own(bob).pk}/care/" not in {one.action for one in later.forms}  # asked once
    assert told in read(browser(nina).get(f"/desk/words/{own(bob).pk}/")).text


def test_an_answer_that_the_card_does_not_offer_is_nothing(send, browser, bob):
    send(says(Kind.R1, urgency=Urgency.EMERGENCY))
    for answer in ("", "fine", "x" * 5_000):
        assert browser(bob).post(f"/words/{own(bob).pk}/care/", {"answer": answer}).status_code == 404
    assert own(bob).care_answer == ""


def test_who_writes_of_suicide_is_not_asked_to_tick_a_box(send):
    page = send(says(Kind.R2, urgency=Urgency.EMERGENCY))
    assert "Call 112" in card(page)
    assert not [one for one in page.forms if one.action.endswith("/care/")]


def test_a_card_about_violence_is_quiet_can_be_left_fast_and_does_not_stay(send, browser, bob, thread, clock):
    page = send(says(Kind.R2, flag=VIOLENCE, urgency=Urgency.SAME_DAY))
    assert "Nobody here has read this yet." in card(page)
    assert ("https://www.wikipedia.org/", "Leave this page fast") in page.links
    clock.forward(minutes=10)
    for address in (f"/threads/{thread.pk}/", f"/words/{own(bob).pk}/"):
        assert card(read(browser(bob).get(address))) == ""


def test_the_card_goes_when_a_nurse_has_read_the_words(send, browser, bob, nina, thread, now):
    assert card(send(says(Kind.R1, urgency=Urgency.EMERGENCY)))
    gate.rule(own(bob), nurse=nina, outcome=Ruling.Verb.PUBLISHED, now=now)
    assert card(read(browser(bob).get(f"/threads/{thread.pk}/"))) == ""


def test_a_danger_sign_in_a_new_conversation_brings_the_card_on_its_own_page(browser, bob, board, screen_says):
    screen_says(says(Kind.R1, urgency=Urgency.EMERGENCY))
    client = browser(bob)
    form = read(client.get("/boards/medicines/new/")).composer
    page = read(client.post(form.action, filled(form, title="Help", body="I cannot breathe."), follow=True))
    assert "Nobody here has read this yet. Call now." in card(page)
    assert page.form(f"/words/{own(bob).pk}/care/").buttons
