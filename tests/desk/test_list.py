"""The desk: what waits, in the order in which it is to be read, and for whom it exists at all."""

from datetime import timedelta

import pytest

from moderation import desk, gate
from moderation.models import State
from moderation.screen import Kind, Urgency
from people.models import Act
from tests.page import read
from tests.saying import nothing, says

HELD = says(Kind.M1)
MOST = 10  # queries of a page of the desk, the act of reading included


@pytest.fixture
def waiting(submit, alice, bob, thread, now):
    """Bob's first words and words of Alice, who has published before; two of danger."""

    def hand_in(person, words, screen, **ago):
        return submit(person, thread, words, screen=screen, now=now - timedelta(**ago))

    return {
        "advice": hand_in(alice, "Advice of this morning.", HELD, minutes=20),
        "older": hand_in(alice, "Advice of yesterday.", HELD, days=1),
        "first": hand_in(bob, "First words.", HELD, minutes=10),
        "played": hand_in(alice, "It is nothing.", says(Kind.R5), minutes=5),
        "today": hand_in(alice, "A swollen leg.", says(Kind.R1, urgency=Urgency.SAME_DAY), minutes=4),
        "now": hand_in(alice, "No breath.", says(Kind.R1, urgency=Urgency.EMERGENCY), minutes=3),
    }


def rows(page):
    """The ids of what the list shows, in its order."""
    return [to.split("/")[3] for to, _said in page.links if to.startswith("/desk/words/")]


def test_danger_comes_first_then_first_words_then_the_promised_moment(browser, nina, waiting):
    page = read(browser(nina).get("/desk/"))
    order = ["now", "today", "played", "first", "older", "advice"]
    assert rows(page) == [str(waiting[name].pk) for name in order]
    assert "6 texts wait" in page.text
    for said in ("Danger now", "Danger today", "First post", "Promised, now late", "Promised by"):
        assert said in page.text


def test_a_row_says_who_where_and_how_it_begins(browser, nina, waiting):
    text = read(browser(nina).get("/desk/")).text
    assert "Cold hands First words. Bob, Patient Reply · Medicines" in text


def test_a_nurses_own_waiting_words_are_on_the_other_nurses_desk_and_not_on_the_own(
    browser, submit, nina, omar, thread
):
    from people.models import Role
    from people.verbs import grant, revoke

    grant(person=nina, role=Role.PATIENT, by=omar)
    revoke(person=nina, role=Role.NURSE, by=omar)
    own = submit(nina, thread, "Take two.", screen=HELD)  # written as a patient, before she became a nurse again
    grant(person=nina, role=Role.NURSE, by=omar)
    assert own.state == State.WAITING
    assert rows(read(browser(omar).get("/desk/"))) == [str(own.pk)]
    assert rows(read(browser(nina).get("/desk/"))) == []
    assert browser(omar).get(f"/desk/words/{own.pk}/").status_code == 200
    assert browser(nina).get(f"/desk/words/{own.pk}/").status_code == 404
    assert browser(nina).post(f"/desk/words/{own.pk}/", {"outcome": "published"}).status_code == 404
    own.refresh_from_db()
    assert own.state == State.WAITING


def test_a_desk_reads_its_own_centre_only(browser, their_nurse, nina, waiting):
    assert len(rows(read(browser(nina).get("/desk/")))) == 6
    assert rows(read(browser(their_nurse).get("/desk/"))) == []
    assert browser(their_nurse).get(f"/desk/words/{waiting['now'].pk}/").status_code == 404


@pytest.mark.parametrize("name", ["alice", "maya", "carl", "cora", "stranger"])
def test_for_who_is_no_clinician_there_is_no_desk(browser, request, waiting, nina, name, post):
    person = request.getfixturevalue(name)
    addresses = [
        "/desk/",
        "/desk/questions/",
        "/desk/look/",
        "/desk/decided/",
        f"/desk/words/{waiting['now'].pk}/",
        f"/desk/posts/{post.pk}/take-down/",
        f"/desk/members/{waiting['now'].author_id}/",
    ]
    for address in addresses:
        assert browser(nina).get(address).status_code == 200, address
        assert browser(person).get(address).status_code == 404, address
    ruling = {"outcome": "published", "reason": "Because."}
    assert browser(person).post(addresses[4], ruling).status_code == 404
    assert browser(person).post(addresses[5], ruling).status_code == 404
    assert browser(person).post(addresses[6], ruling).status_code == 404
    waiting["now"].refresh_from_db()
    assert waiting["now"].state == State.WAITING


def test_a_physiotherapist_finds_questions_and_no_waiting_words(browser, fien, waiting):
    client = browser(fien)
    assert client.get("/desk/")["Location"] == "/desk/questions/"
    for address in (f"/desk/words/{waiting['now'].pk}/", "/desk/look/", "/desk/decided/"):
        assert client.get(address).status_code == 404
    assert "No breath." not in read(client.get("/desk/questions/")).text


def test_reading_is_an_act_in_the_chain(browser, nina, waiting):
    browser(nina).get("/desk/")
    act = Act.objects.order_by("id").last()
    assert (act.actor, act.verb, act.subject) == (str(nina.pk), "read_waiting", "desk")
    assert set(act.detail["shown"]) == {str(one.pk) for one in waiting.values()}
    browser(nina).get(f"/desk/words/{waiting['now'].pk}/")
    act = Act.objects.order_by("id").last()
    assert (act.verb, act.detail["shown"]) == ("read_waiting", [str(waiting["now"].pk)])


def test_what_was_taken_back_is_no_longer_there_to_be_read(browser, nina, bob, waiting, now):
    one = waiting["first"]
    assert str(one.pk) in rows(read(browser(nina).get("/desk/")))
    gate.take_back(one, by=bob, now=now)
    assert str(one.pk) not in rows(read(browser(nina).get("/desk/")))
    assert browser(nina).get(f"/desk/words/{one.pk}/").status_code == 404


def test_words_that_went_out_at_once_are_not_opened_on_the_desk(browser, submit, nina, alice, thread, post):
    source = post.sources.get()
    assert browser(nina).get(f"/desk/words/{source.pk}/").status_code == 404


def test_an_empty_desk_says_what_will_come(browser, nina):
    assert "Nothing waits." in read(browser(nina).get("/desk/")).text


def test_the_list_has_pages_and_every_text_stands_on_one(browser, submit, nina, bob, thread, now, monkeypatch):
    monkeypatch.setattr(desk, "ITEMS_A_PAGE", 4)
    for n in range(7):
        submit(bob, thread, f"Line {n}.", screen=HELD, now=now - timedelta(minutes=100 - n))
    client = browser(nina)
    first = read(client.get("/desk/"))
    assert len(rows(first)) == 4
    further = next(to for to, said in first.links if said == "Next page")
    second = read(client.get(further))
    assert len(set(rows(first)) | set(rows(second))) == 7
    for hostile in ("x", "-1", "9" * 400, "%00"):
        assert rows(read(client.get(f"/desk/?from={hostile}"))) == rows(first)


def test_list_and_item_cost_ten_queries_however_much_waits(browser, counted, nina, waiting, submit, bob, thread):
    client = browser(nina)
    _response, few = counted(lambda: client.get("/desk/"))
    for n in range(12):
        submit(bob, thread, f"Line {n}.", screen=HELD)
    response, many = counted(lambda: client.get("/desk/"))
    assert len(rows(read(response))) == 18
    assert len(few.reads) + len(few.writes) <= MOST, few.told
    assert len(many.reads) == len(few.reads), many.told
    _response, item = counted(lambda: client.get(f"/desk/words/{waiting['now'].pk}/"))
    assert len(item.reads) + len(item.writes) <= MOST, item.told


def test_what_is_published_is_not_on_the_desk(browser, submit, nina, bob, thread):
    submit(bob, thread, "Good morning.", screen=nothing)
    assert rows(read(browser(nina).get("/desk/"))) == []
