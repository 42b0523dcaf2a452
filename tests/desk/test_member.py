"""A member as the nurse knows them; to suspend one, and to end that."""

import pytest

from moderation.models import State
from people.models import Act, Person
from tests.conftest import fresh
from tests.page import filled, read
from tests.saying import nothing


@pytest.fixture
def address(bob):
    return f"/desk/members/{bob.pk}/"


def test_name_roles_and_counts_and_neither_mail_nor_words(browser, nina, bob, submit, thread, address):
    submit(bob, thread, "Gloves help me.", screen=nothing)
    page = read(browser(nina).get(address))
    assert page.headings[0] == "Bob"
    assert "Patient" in page.text
    assert "1 published, 0 waiting, 0 returned, 0 refused" in page.text
    assert bob.email not in page.html
    assert "Gloves help me." not in page.text


def test_a_suspended_person_loses_every_page_at_once_and_reads_why(browser, nina, bob, submit, thread, address):
    submit(bob, thread, "Gloves help me.", screen=nothing)
    theirs = browser(bob)
    conversation = f"/threads/{thread.pk}/"
    assert theirs.get(conversation).status_code == 200
    nurse = browser(nina)
    form = read(nurse.get(address)).composer
    assert nurse.post(address, filled(form, reason="You sold something here."))["Location"] == address
    assert "You sold something here." in read(nurse.get(address)).text
    assert theirs.get(conversation).status_code == 404
    assert theirs.post(f"{conversation}reply/", {"body": "But I"}).status_code == 404
    assert theirs.get("/boards/medicines/").status_code == 404
    assert "You sold something here." in read(theirs.get("/")).text
    for address in ("/", "/boards/", "/search/?q=gloves"):
        page = read(theirs.get(address))
        assert page.headings == ["Your access is paused"]
        assert "089 80 12 34" in page.text
    act = Act.objects.get(verb="suspended")
    assert (act.actor, act.subject) == (str(nina.pk), f"person:{bob.pk}")


def test_ending_it_gives_every_page_back(browser, nina, bob, thread, address):
    nurse = browser(nina)
    nurse.post(address, filled(read(nurse.get(address)).composer, reason="Enough."))
    assert browser(bob).get(f"/threads/{thread.pk}/").status_code == 404
    lift = next(one for one in read(nurse.get(address)).forms if any("End the" in two.label for two in one.buttons))
    button = lift.button("End the suspension")
    nurse.post(address, filled(lift, **{button.name: button.value}))
    assert browser(bob).get(f"/threads/{thread.pk}/").status_code == 200
    assert fresh(bob).suspended_because == ""
    assert Act.objects.filter(verb="suspension_lifted").count() == 1


@pytest.mark.parametrize(("reason", "told"), [("  ", "Say in a sentence why"), ("y" * 2_001, "longer than 2,000")])
def test_a_suspension_needs_a_reason_of_bearable_length(browser, nina, bob, address, reason, told):
    response = browser(nina).post(address, {"reason": reason})
    assert response.status_code == 400
    assert told in read(response).text
    assert read(response).composer.value("reason") == reason
    assert fresh(bob).suspended_at is None
    assert browser(nina).post(address, {"reason": "Enough."}).status_code == 302
    assert fresh(bob).suspended_at is not None


def test_nobody_suspends_themselves_or_a_member_of_another_centre(browser, nina, their_nurse, bob, address):
    own = f"/desk/members/{nina.pk}/"
    assert not [one for one in read(browser(nina).get(own)).forms if one.textareas]
    assert browser(nina).post(own, {"reason": "Tired."}).status_code == 404
    assert browser(their_nurse).get(address).status_code == 404
    assert browser(their_nurse).post(address, {"reason": "No."}).status_code == 404
    assert not Person.objects.filter(suspended_at__isnull=False).exists()
    assert browser(nina).get("/desk/members/00000000-0000-4000-8000-000000000000/").status_code == 404


def test_words_that_wait_stay_on_the_desk_when_their_author_is_suspended(browser, nina, bob, submit, thread, address):
    from moderation.screen import Kind
    from tests.saying import says

    waiting = submit(bob, thread, "Take two.", screen=says(Kind.M1))
    browser(nina).post(address, {"reason": "Enough."})
    page = read(browser(nina).get(f"/desk/words/{waiting.pk}/"))
    form = page.form(f"/desk/words/{waiting.pk}/")
    browser(nina).post(form.action, filled(form, outcome="refused", reason="Suspended."))
    waiting.refresh_from_db()
    assert waiting.state == State.REFUSED
