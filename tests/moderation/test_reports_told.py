"""Reports: what the author and the nurses are told of them, also of a post that was changed meanwhile."""

from datetime import timedelta

import pytest

from forum.models import Post
from forum.search import search
from moderation import gate
from moderation.errors import NotHere
from moderation.models import Report, Submission
from moderation.screen import Kind
from notifications.models import Kind as Mailed
from notifications.models import Mail
from people.models import Act, Role
from people.verbs import grant, suspend
from tests.browsing import browser, clock
from tests.conftest import fresh
from tests.page import read
from tests.saying import nothing, says

__all__ = ["browser", "clock"]
R = Report.Reason


@pytest.fixture
def reply(submit, bob, thread) -> Post:
    """Bob's reply "marked phrase" in Alice's thread."""
    return submit(bob, thread, "marked phrase", screen=nothing).post


@pytest.fixture
def hidden(reply, maya, now) -> Post:
    """The same, hidden by Maya's report."""
    gate.report(reply, by=maya, reason=R.COULD_HARM, now=now)
    reply.refresh_from_db()
    return reply


# Who


def test_a_suspended_nurse_rules_on_no_report(hidden, nina, omar):
    suspend(person=nina, by=omar, reason="For a test.")
    for stays in (True, False):
        with pytest.raises(NotHere):
            gate.rule_report(hidden, nurse=fresh(nina), stays=stays, reason="Because.")
    assert Report.objects.filter(closed_at=None).exists()
    assert gate.rule_report(hidden, nurse=omar, stays=True)


def test_a_mentor_who_is_also_a_patient_hides_as_mentor(reply, alice):
    grant(person=alice, role=Role.MENTOR, by=None)
    assert fresh(alice).roles == {Role.PATIENT, Role.MENTOR}
    gate.report(reply, by=fresh(alice), reason=R.COULD_HARM)
    reply.refresh_from_db()
    assert reply.is_hidden


# What the author is told by mail: one row a step, written with it


def mails(person) -> list[str]:
    return list(Mail.objects.filter(recipient=person).order_by("at", "kind").values_list("kind", flat=True))


def test_the_author_is_mailed_when_a_post_is_hidden_and_when_it_is_shown_again(hidden, bob, nina, now):
    assert mails(bob) == [Mailed.HIDDEN]
    gate.rule_report(hidden, nurse=nina, stays=True, now=now + timedelta(hours=1))
    assert mails(bob) == [Mailed.HIDDEN, Mailed.SHOWN]
    assert {one.post_id for one in Mail.objects.filter(recipient=bob)} == {hidden.pk}


def test_the_author_is_mailed_when_a_hidden_post_is_taken_down(hidden, bob, nina, now):
    gate.rule_report(hidden, nurse=nina, stays=False, reason="Please call us.", now=now + timedelta(hours=1))
    assert mails(bob) == [Mailed.HIDDEN, Mailed.RULING]


def test_a_report_that_hides_nothing_is_no_news_for_the_author(reply, alice, bob, nina):
    gate.report(reply, by=alice, reason=R.UNKIND)
    gate.rule_report(reply, nurse=nina, stays=True)
    assert mails(bob) == []


def test_hidden_a_second_time_is_told_a_second_time(hidden, alice, bob, cora, nina, now):
    gate.rule_report(hidden, nurse=nina, stays=True, now=now + timedelta(hours=1))
    for person in (alice, cora):
        gate.report(hidden, by=person, reason=R.OTHER, now=now + timedelta(hours=2))
    assert mails(bob) == [Mailed.HIDDEN, Mailed.SHOWN, Mailed.HIDDEN]


def test_the_page_of_own_words_says_that_a_nurse_has_shown_them_again(browser, hidden, bob, nina):
    own = f"/words/{Submission.objects.get(post=hidden).pk}/"
    said = "A nurse has read your post once more. Everybody can read it again."
    client = browser(bob)
    assert said not in read(client.get(own)).text
    gate.rule_report(hidden, nurse=nina, stays=True)
    assert said in read(client.get(own)).text


# What the nurse sees


def test_a_nurse_sees_what_was_told_of_and_what_its_author_made_of_it(browser, submit, hidden, bob, nina, now):
    change = submit(bob, hidden, "changed phrase", screen=nothing, now=now + timedelta(minutes=5))
    page = read(browser(nina).get("/desk/reports/"))
    assert "What was told of" in page.headings
    assert page.text.index("marked phrase") < page.text.index("changed phrase")
    reported = Report.objects.get().source
    act = Act.objects.get(verb="read_reported")
    assert set(act.detail["shown"]) == {str(reported.pk), str(change.pk)}


def test_words_that_were_not_changed_are_shown_once(browser, hidden, alice, nina):
    gate.report(hidden, by=alice, reason=R.UNKIND)
    page = read(browser(nina).get("/desk/reports/"))
    assert page.text.count("marked phrase") == 1
    assert "What was told of" not in page.headings


def test_two_reports_of_different_words_show_all_three(browser, submit, reply, alice, cora, bob, nina, now):
    gate.report(reply, by=alice, reason=R.UNKIND, now=now)
    submit(bob, reply, "second phrase", screen=nothing, now=now + timedelta(minutes=1))
    gate.report(reply, by=cora, reason=R.UNKIND, now=now + timedelta(minutes=2))
    submit(bob, reply, "third phrase", screen=nothing, now=now + timedelta(minutes=3))
    text = read(browser(nina).get("/desk/reports/")).text
    places = [text.index(words) for words in ("marked phrase", "second phrase", "third phrase")]
    assert places == sorted(places)


def test_a_change_that_waits_stands_beside_the_hidden_words(browser, submit, hidden, bob, nina, now):
    change = submit(bob, hidden, "changed phrase", screen=says(Kind.M1), now=now + timedelta(minutes=5))
    reported = Report.objects.get().source
    page = read(browser(nina).get(f"/desk/words/{change.pk}/"))
    assert "The text that members told of, hidden until a nurse decides" in page.text
    assert page.text.index("marked phrase") < page.text.index("changed phrase")
    assert Act.objects.latest("id").detail == {"shown": [str(change.pk), str(reported.pk)]}


# Search


def test_a_post_shown_again_stands_where_it_stood_among_what_search_finds(submit, hidden, thread, alice, nina, now):
    later = submit(alice, thread, "another marked phrase", screen=nothing, now=now + timedelta(minutes=5)).post
    assert search("marked", alice).posts == [later]
    gate.rule_report(hidden, nurse=nina, stays=True, now=now + timedelta(minutes=10))
    assert search("marked", alice).posts == [later, hidden]
