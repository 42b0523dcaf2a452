"""What waits, and why: the policy, for everybody to read."""

from moderation.screen import Kind
from tests.page import read


def test_a_stranger_reads_the_whole_table_as_for_a_patient(browser, db):
    page = read(browser().get("/policy/"))
    assert page.headings[0] == "What waits, and why"
    told = {one for one in page.ids if one.startswith("kind-") and not one.endswith("-title")}
    assert told >= {f"kind-{kind}" for kind in Kind if kind is not Kind.S}
    assert "For a patient:" in page.text
    assert "The usual ones are Monday to Friday at 8:30 and 15:30." in page.text


def test_a_member_reads_what_holds_for_their_own_role_and_the_next_reading_moment(browser, alice, nina):
    text = read(browser(alice).get("/policy/")).text
    assert "For you (Patient):" in text
    assert "11 Mar 2026, 15:30" in text
    assert "089 80 12 34" in text
    assert "For you (Nurse):" in read(browser(nina).get("/policy/")).text


def test_a_centre_without_reading_days_promises_no_date(browser, alice, centre):
    centre.reading_days = []
    centre.save()
    text = read(browser(alice).get("/policy/")).text
    assert "No reading moment is planned at your centre." in text
    assert "Next time" not in text


def test_the_page_takes_nothing(browser, alice):
    assert browser(alice).post("/policy/").status_code == 405
