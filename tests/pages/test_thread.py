"""The page of a conversation: its posts by position, what stands with each, and how far one has read."""

from datetime import timedelta

import pytest

from forum.models import ReadMark, Thread
from moderation import gate
from moderation.gate.importing import Conversation, Words
from moderation.models import Ruling
from moderation.screen import Kind
from tests.page import read
from tests.saying import nothing, says

READS, WRITES = 6, 1  # contract of the page: queries for a member


@pytest.fixture
def long(bob, board, now):
    """Bob's conversation of 45 posts: two full pages and one of five."""
    words = tuple(Words(bob, f"We sat in the garden, day {n}.", now - timedelta(hours=50 - n)) for n in range(1, 46))
    gate.import_published([Conversation(board, "The garden", words)])
    return Thread.objects.get(title="The garden")


def url(thread, **query):
    return f"/threads/{thread.pk}/" + ("?" + "&".join(f"{key}={value}" for key, value in query.items()))


def numbers(response):
    return [int(one.removeprefix("post-")) for one in read(response).ids if one.startswith("post-")]


def mark(person, thread):
    return ReadMark.objects.filter(person=person, thread=thread).values_list("number", flat=True).first()


def test_one_starts_with_the_first_page_and_goes_on_with_the_newest(browser, long, alice):
    client = browser(alice)
    assert numbers(client.get(url(long))) == list(range(1, 21))
    assert numbers(client.get(url(long))) == list(range(41, 46))


def test_pages_are_ranges_of_numbers(browser, long, alice):
    client = browser(alice)
    assert numbers(client.get(url(long, page=1))) == list(range(1, 21))
    assert numbers(client.get(url(long, page=2))) == list(range(21, 41))
    response = client.get(url(long, page=3))
    assert numbers(response) == list(range(41, 46))
    assert "Page 3 of 3" in read(response).text


def test_a_page_that_cannot_be_shows_one_that_can(browser, long, alice):
    client = browser(alice)
    expected = {
        "0": 1,
        "99": 41,
        "99999999": 41,
        "000002": 21,
        "٢": 21,  # a digit of another script
    }
    for asked, first in expected.items():
        assert numbers(client.get(url(long, page=asked)))[0] == first, asked
    for asked in ("-1", "x", "", "1e3", "9" * 400, "%00", "2.0", "²", "%FF"):
        ReadMark.objects.all().delete()
        assert numbers(client.get(url(long, page=asked)))[0] == 1, asked


def test_the_reading_mark_only_moves_forward(browser, long, alice):
    client = browser(alice)
    client.get(url(long, page=2))
    assert mark(alice, long) == 40
    client.get(url(long, page=1))
    assert mark(alice, long) == 40
    client.get(url(long, page=3))
    assert mark(alice, long) == 45


def test_reading_moves_nobody_elses_mark(browser, long, alice, bob):
    browser(alice).get(url(long, page=3))
    assert (mark(alice, long), mark(bob, long)) == (45, None)


def test_a_post_taken_back_keeps_its_place_and_loses_its_words(browser, long, alice, bob):
    client = browser(alice)
    assert "garden, day 7." in read(client.get(url(long, page=1))).text
    gate.withdraw(long.posts.get(number=7), by=bob)
    response = client.get(url(long, page=1))
    assert numbers(response) == list(range(1, 21))
    assert "Post 7 was taken back." in read(response).text
    assert "garden, day 7." not in read(response).text
    assert numbers(client.get(url(long, page=2))) == list(range(21, 41))


def test_a_conversation_without_its_first_words_has_no_title(browser, long, alice, bob):
    client = browser(alice)
    assert read(client.get(url(long))).headings[0] == "The garden"
    gate.withdraw(long.posts.get(number=1), by=bob)
    page = read(client.get(url(long)))
    assert page.headings[0] == "A conversation whose first words were taken back"
    assert "The garden" not in page.text


def test_a_quote_leads_to_its_post_and_vanishes_with_it(browser, submit, long, alice, bob):
    submit(alice, long, "How lovely.", reply_to=long.posts.get(number=7), screen=nothing)
    client = browser(alice)
    page = read(client.get(url(long, page=3)))
    assert ("?page=1#post-7", "Answers post 7 by Bob") in page.links
    assert "We sat in the garden, day 7." in page.text
    gate.withdraw(long.posts.get(number=7), by=bob)
    page = read(client.get(url(long, page=3)))
    assert "We sat in the garden, day 7." not in page.text
    assert "These words are no longer here." in page.text


def test_a_quote_follows_the_change_of_its_post(browser, submit, long, alice, bob):
    quoted = long.posts.get(number=45)
    submit(alice, long, "How lovely.", reply_to=quoted, screen=nothing)
    submit(bob, quoted, "We sat on the roof.", screen=nothing)
    page = read(browser(alice).get(url(long, page=3)))
    assert page.text.count("We sat on the roof.") == 2
    assert "day 45" not in page.text
    assert ("#post-45", "Answers post 45 by Bob") in page.links


def test_a_released_post_says_when_it_was_written_and_when_it_was_released(
    browser, submit, bob, nina, alice, thread, now
):
    waiting = submit(bob, thread, "I take mine at night.", screen=says(Kind.M3), now=now - timedelta(hours=2))
    gate.rule(waiting, nurse=nina, outcome=Ruling.Verb.PUBLISHED, now=now - timedelta(minutes=30))
    text = read(browser(alice).get(url(thread))).text
    assert "written 11 Mar 2026, 08:00 and released 11 Mar 2026, 09:30" in text
    assert text.count("and released") == 1  # Alice's own first post went out at once


def test_a_clinicians_note_stands_under_the_post_with_name_and_role(browser, submit, bob, nina, alice, thread, now):
    waiting = submit(bob, thread, "I take mine at night.", screen=says(Kind.M3))
    gate.rule(waiting, nurse=nina, outcome=Ruling.Verb.PUBLISHED, note="Ask us before you change the hour.", now=now)
    page = read(browser(alice).get(url(thread)))
    note = page.part("post-2")
    assert "Ask us before you change the hour." in note
    assert "Nina adds" in note
    assert "Nurse" in note
    assert "adds" not in page.part("post-1")


def test_a_mentors_comfort_is_marked_as_one_persons_experience_and_a_patients_is_not(
    browser, submit, bob, maya, thread
):
    submit(bob, thread, "A warm bath does me good.", screen=says(Kind.A5))
    submit(maya, thread, "Tea helps me along.", screen=says(Kind.A5))
    page = read(browser(bob).get(url(thread)))
    assert page.text.count("One person’s experience") == 1
    assert "One person’s experience" in page.part("post-3")


def test_a_question_says_that_a_nurse_answers_until_one_has(browser, submit, bob, nina, alice, board):
    question = submit(bob, board, "May I drink with it?", title="Wine", screen=says(Kind.M6)).post
    client = browser(alice)
    assert "A nurse answers this question" in read(client.get(url(question.thread))).text
    submit(nina, question.thread, "A glass is fine.", answers=question, reply_to=question, screen=nothing)
    assert "A nurse answers this question" not in read(client.get(url(question.thread))).text


def test_each_post_shows_name_and_role_in_words(browser, submit, thread, maya, nina, rhea, bob):
    for person in (maya, nina, rhea):
        submit(person, thread, "Good morning.", screen=nothing)
    page = read(browser(bob).get(url(thread)))
    for number, name, role in (
        (1, "Alice", "Patient"),
        (2, "Maya", "Trained mentor"),
        (3, "Nina", "Nurse"),
        (4, "Rhea", "Rheumatologist"),
    ):
        part = page.part(f"post-{number}")
        assert f">{name}<" in part
        assert f">{role}<" in part


def test_tags_lead_to_their_conversations(browser, submit, alice, board, tags):
    tagged = submit(alice, board, "Words.", title="Jars", tags=["hands", "work"], screen=nothing).thread
    page = read(browser(alice).get(url(tagged)))
    assert ("/tags/hands/", "Hands") in page.links
    assert ("/tags/work/", "Work") in page.links
    assert "/tags/sleep/" not in dict(page.links)


def test_what_one_may_do_with_a_post_depends_on_whose_it_is(browser, thread, post, alice, bob, nina):
    def offered(person):
        page = read(browser(person).get(url(thread)))
        return {
            "change": f"/posts/{post.pk}/edit/" in dict(page.links),
            "take back": any(one.action == f"/posts/{post.pk}/withdraw/" for one in page.forms),
            "take down": f"/desk/posts/{post.pk}/take-down/" in dict(page.links),
        }

    assert offered(alice) == {"change": True, "take back": True, "take down": False}
    assert offered(bob) == {"change": False, "take back": False, "take down": False}
    assert offered(nina) == {"change": False, "take back": False, "take down": True}


def test_answering_a_post_quotes_it_in_the_form(browser, thread, post, bob):
    client = browser(bob)
    assert read(client.get(url(thread))).composer.value("reply_to") == ""
    page = read(client.get(url(thread, page=1, answer=1)))
    assert page.composer.value("reply_to") == str(post.pk)
    assert "You answer post 1 by Alice" in page.text
    for hostile in ("2", "0", "-1", "x", "9" * 400, "%00"):
        assert read(client.get(url(thread, page=1, answer=hostile))).composer.value("reply_to") == ""


def test_a_closed_conversation_is_read_and_not_written_in(browser, thread, bob, now):
    client = browser(bob)
    assert read(client.get(url(thread))).composer.action == f"/threads/{thread.pk}/reply/"
    Thread.objects.filter(pk=thread.pk).update(closed_at=now)
    page = read(client.get(url(thread)))
    assert not [one for one in page.forms if one.textareas]
    assert "This conversation is closed." in page.text
    assert "My hands are cold every morning." in page.text


def test_unknown_and_forbidden_are_both_nothing(browser, thread, alice, stranger):
    assert browser(alice).get(url(thread)).status_code == 200
    forbidden = browser(stranger).get(url(thread))
    unknown = browser(stranger).get("/threads/00000000-0000-4000-8000-000000000000/")
    malformed = browser(stranger).get("/threads/not-an-id/")
    assert [one.status_code for one in (forbidden, unknown, malformed)] == [404, 404, 404]
    assert read(forbidden).text == read(unknown).text.replace("/threads/00000000", "/threads/00000000")
    assert "Cold hands" not in read(forbidden).text


def test_a_stranger_is_sent_to_log_in_and_back(browser, thread):
    response = browser().get(url(thread))
    assert response.status_code == 302
    assert response["Location"].startswith(f"/accounts/login/?next=/threads/{thread.pk}/")


def test_the_page_takes_no_words_itself(browser, thread, alice):
    for method in ("post", "put", "patch", "delete"):
        assert getattr(browser(alice), method)(url(thread)).status_code == 405


def test_a_members_page_costs_six_reads_and_one_write(browser, counted, submit, long, alice, tags):
    submit(alice, long, "How lovely.", reply_to=long.posts.get(number=7), screen=nothing)
    client = browser(alice)
    response, first = counted(lambda: client.get(url(long, page=1)))
    assert numbers(response) == list(range(1, 21))
    assert len(first.reads) <= READS, first.told
    response, again = counted(lambda: client.get(url(long, page=3)))
    assert "How lovely." in read(response).text
    assert len(again.reads) <= READS, again.told
    assert len(again.writes) <= WRITES, again.told
    _response, third = counted(lambda: client.get(url(long, page=3)))
    assert third.writes == [], third.told


def test_own_waiting_words_cost_one_query_more_however_many_wait(browser, counted, submit, thread, bob):
    client = browser(bob)
    client.get(url(thread))
    submit(bob, thread, "Take two.", screen=says(Kind.M1))
    _response, one = counted(lambda: client.get(url(thread)))
    submit(bob, thread, "Take three.", screen=says(Kind.M1))
    submit(bob, thread, "Take four.", screen=says(Kind.M1))
    response, three = counted(lambda: client.get(url(thread)))
    assert read(response).html.count("A nurse reads again on") == 3
    assert len(one.reads) == len(three.reads) <= READS + 1, three.told
