"""Search: finds published words in three languages at once, and of everything else not a trace, whatever is typed."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from forum.models import Post, SearchEntry
from forum.search import FOUND_A_PAGE, fold, search
from moderation import gate
from moderation.gate.importing import Conversation, Words
from moderation.models import Report, Ruling
from moderation.screen import Kind
from people.verbs import suspend
from tests.conftest import fresh
from tests.saying import nothing, says

V = Ruling.Verb


@pytest.fixture
def garden(bob, board, now):
    """Bob's conversation of 45 posts, all about one garden."""
    words = tuple(Words(bob, f"We sat in the garden, day {n}.", now - timedelta(hours=50 - n)) for n in range(1, 46))
    gate.import_published([Conversation(board, "A long summer", words)])


def texts(query, person, **more):
    return [post.text for post in search(query, person, **more).posts]


# What is found


@pytest.mark.parametrize(
    ("words", "query"),
    [
        ("My hands are stiff every morning.", "stiff"),
        ("My hands are stiff every morning.", "STIFF Hands"),
        ("Mijn vingers zijn ’s ochtends zo stijf als één plank.", "een plank"),
        ("Reünie met de kinderen, heel gezellig.", "reunie"),
        ("Reunie met de kinderen, heel gezellig.", "reünie"),
        ("Ma hanche est gelée et j’ai été réveillée tôt.", "ete reveillee gelee"),
        ("Ma hanche est gelée et j’ai été réveillée tôt.", "GELÉE"),
        ("Un cœur léger et une façade grise.", "facade"),
        ("Zoë loves Ångström and naïve ﬁgures.", "zoe angstrom naive figures"),
        ("I cycled 12 km on a Brompton-like bike.", "12 km brompton"),
        ("Das war groß.", "gross"),
    ],
)
def test_words_are_found_in_three_languages_with_accents_or_without(submit, alice, bob, thread, words, query):
    submit(bob, thread, words, screen=nothing)
    assert texts(query, alice) == [Post.objects.get(number=2).text]


def test_the_last_word_may_be_the_beginning_of_one_and_the_others_may_not(submit, alice, bob, thread):
    submit(bob, thread, "Gardening with sore knees.", screen=nothing)
    assert len(texts("gard", alice)) == 1
    assert len(texts("sore gard", alice)) == 1
    assert texts("gard sore", alice) == []
    assert texts("ardening", alice) == []


def test_all_words_must_be_there(submit, alice, bob, thread):
    submit(bob, thread, "Tea in the morning.", screen=nothing)
    submit(bob, thread, "Coffee in the morning.", screen=nothing)
    assert texts("morning coffee", alice) == ["Coffee in the morning."]
    assert texts("tea coffee", alice) == []


def test_the_title_is_found_with_the_first_post(alice, post, thread):
    found = search("cold hands", alice).posts
    assert found == [post]
    assert found[0].thread.title == "Cold hands"


def test_nothing_asked_finds_nothing(alice, post):
    for query in ("", "   ", "?!", "—", "🤷", "\x00", '"', "*", "' OR 1=1 --"):
        assert texts(query, alice) == [], query


def test_the_newest_stands_first(submit, alice, bob, thread, now):
    for number in range(3):
        submit(bob, thread, f"Bread number {number}.", screen=nothing, now=now + timedelta(minutes=number))
    assert texts("bread", alice) == ["Bread number 2.", "Bread number 1.", "Bread number 0."]


def test_before_goes_on_where_the_page_ended_and_loses_nothing(garden, alice):
    found, before = [], None
    for size in (FOUND_A_PAGE, FOUND_A_PAGE, 5):
        page = search("garden", alice, before=before)
        assert len(page.posts) == size
        found += [post.number for post in page.posts]
        before = page.older
    assert before is None
    assert found == list(range(45, 0, -1))


def test_a_new_post_does_not_shift_the_pages_behind(submit, garden, alice):
    first = search("garden", alice)
    submit(alice, Post.objects.get(number=1).thread, "Another garden.", screen=nothing)
    second = search("garden", alice, before=first.older)
    assert [post.number for post in second.posts] == list(range(25, 5, -1))


def test_a_full_last_page_promises_no_other(garden, alice, bob):
    for post in Post.objects.filter(number__gt=20):
        gate.withdraw(post, by=bob)
    page = search("garden", alice)
    assert (len(page.posts), page.older) == (FOUND_A_PAGE, None)


def test_what_is_shown_of_a_page_of_hits_costs_one_query(garden, alice, django_assert_num_queries):
    reader = fresh(alice)
    with django_assert_num_queries(1):
        shown = {
            (post.author.pseudonym, post.thread.title, post.thread.board.slug)
            for post in search("garden", reader).posts
        }
    assert shown == {("Bob", "A long summer", "medicines")}


# Fresh at once, gone at once


def test_a_post_is_found_as_soon_as_it_is_published(submit, alice, bob, thread):
    assert texts("walnut", alice) == []
    submit(bob, thread, "I cracked a walnut.", screen=nothing)
    assert texts("walnut", alice) == ["I cracked a walnut."]


def test_waiting_words_are_never_found_and_released_ones_at_once(submit, alice, bob, nina, thread):
    waiting = submit(bob, thread, "I cracked a walnut.", screen=says(Kind.M1))
    for person in (alice, bob, nina):
        assert texts("walnut", person) == []
    gate.rule(waiting, nurse=nina, outcome=V.PUBLISHED)
    assert texts("walnut", alice) == ["I cracked a walnut."]


@pytest.mark.parametrize("outcome", [V.RETURNED, V.REFUSED])
def test_words_that_did_not_pass_are_never_found(submit, bob, nina, thread, outcome):
    waiting = submit(bob, thread, "I cracked a walnut.", screen=says(Kind.M1))
    gate.rule(waiting, nurse=nina, outcome=outcome, reason="No.")
    assert texts("walnut", nina) == texts("walnut", bob) == []


def test_words_of_a_new_thread_that_waits_are_not_found_by_its_title(submit, alice, nina, board):
    submit(alice, board, "Words.", title="Walnuts at breakfast", screen=says(Kind.M1))
    assert texts("walnuts", nina) == texts("walnuts", alice) == []


def test_a_change_is_found_at_once_and_what_stood_there_is_not(submit, alice, bob, thread):
    reply = submit(bob, thread, "I cracked a walnut.", screen=nothing).post
    submit(bob, reply, "I cracked an almond.", screen=nothing)
    assert texts("walnut", alice) == []
    assert texts("almond", alice) == ["I cracked an almond."]


def test_a_change_of_the_title_is_found(submit, alice, post):
    submit(alice, post, "My hands are cold every morning.", title="Icy fingers", screen=nothing)
    assert search("icy", alice).posts == [post]
    assert texts("icy cold", alice) != []
    assert texts("hands cold", alice) != []  # the body says so still
    post.refresh_from_db()
    assert texts("icy hands fingers", alice) == [post.text]


def test_a_change_that_waits_leaves_what_is_found_as_it_was(submit, alice, bob, nina, thread):
    reply = submit(bob, thread, "I cracked a walnut.", screen=nothing).post
    change = submit(bob, reply, "I cracked an almond.", screen=says(Kind.M1))
    assert (texts("walnut", alice), texts("almond", alice)) == (["I cracked a walnut."], [])
    ruling = gate.rule(change, nurse=nina, outcome=V.PUBLISHED)
    assert (texts("walnut", alice), texts("almond", alice)) == ([], ["I cracked an almond."])
    gate.undo(ruling, by=nina)
    assert (texts("walnut", alice), texts("almond", alice)) == (["I cracked a walnut."], [])


def test_withdrawn_words_are_gone_at_once(alice, post):
    gate.withdraw(post, by=alice)
    assert texts("cold", alice) == texts("hands", alice) == []
    assert SearchEntry.objects.get().words == ""


def test_words_taken_down_are_gone_and_come_back_with_the_undoing(alice, nina, post):
    gate.withdraw(post, by=nina, reason="Please call us.")
    assert texts("cold", alice) == texts("cold", nina) == []
    gate.undo(Ruling.objects.get(verb=V.WITHDRAWN), by=nina)
    assert search("cold hands", alice).posts == [post]


def test_a_release_that_is_undone_is_gone(submit, alice, bob, nina, thread):
    waiting = submit(bob, thread, "I cracked a walnut.", screen=says(Kind.M1))
    ruling = gate.rule(waiting, nurse=nina, outcome=V.PUBLISHED)
    gate.undo(ruling, by=nina)
    assert texts("walnut", alice) == texts("walnut", nina) == []


def test_a_hidden_post_is_not_found_by_anybody_until_it_is_shown_again(alice, maya, nina, post):
    gate.report(post, by=maya, reason=Report.Reason.COULD_HARM)
    for person in (alice, maya, nina):
        assert texts("cold", person) == []
    gate.rule_report(post, nurse=nina, stays=True)
    assert search("cold hands", alice).posts == [post]


def test_masked_details_are_never_found_and_the_words_around_them_are(submit, alice, bob, thread):
    submit(bob, thread, "Ring me on 0478 12 34 56 about walnuts.", screen=says(Kind.I1, on="0478 12 34 56"))
    assert texts("0478", alice) == texts("34", bob) == []
    assert len(texts("walnuts", alice)) == 1


def test_words_in_markup_are_found_as_they_read(submit, alice, bob, thread):
    submit(bob, thread, "A **very** *stif*fy morning &amp; [tea](https://example.org/secretpath)", screen=nothing)
    assert len(texts("very stiffy", alice)) == 1
    assert texts("strong", alice) == texts("amp", alice) == []


# Whose


def test_another_centre_finds_nothing(stranger, their_nurse, post):
    assert texts("cold", stranger) == texts("cold", their_nurse) == []


def test_a_suspended_person_finds_nothing(bob, nina, post):
    assert len(texts("cold", bob)) == 1
    suspend(person=bob, by=nina, reason="For a test.")
    assert texts("cold", fresh(bob)) == []


# Whatever is typed


HOSTILE = [
    '"', '""', '"cold', 'cold"', "col*", "*", "col* hands*", "NEAR(cold hands)", "cold AND", "AND OR NOT", "NOT cold",
    "words:cold", "{words}:cold", "^cold", "cold + hands", "(cold", "cold)", "-cold", "'", "';--", "cold:*", "cold & ",
    "cold | !hands", "<->", "cold <2> hands", "\\", "\\'", "%", "%s", "%(a)s", "\x00cold", "\x1f", "\ufeff", "\u200b",
    "_", "___", "cold _", "_ cold", "a_b", "é", "e\u0301" * 300, "ﷺ" * 60, "x" * 10_000, "a " * 5_000, "½ ² ①",
    "𝕮𝖔𝖑𝖉", "İ", "ß", "日本語", "٣", "🙂", "\ud800",
]  # fmt: skip


@pytest.mark.parametrize("query", HOSTILE, ids=lambda query: repr(query[:12]))
def test_no_query_is_an_error(alice, post, query):
    assert set(search(query, alice).posts) <= {post}


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(query=st.text(max_size=60), before=st.none() | st.integers(-(2**60), 2**60))
def test_no_text_at_all_is_an_error(alice, post, query, before):
    assert set(search(query, alice, before=before).posts) <= {post}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(word=st.text(st.characters(categories=["L", "Nd"]), min_size=1, max_size=12))
def test_folding_twice_is_folding_once(word):
    assert fold(fold(word)) == fold(word)


def test_written_in_small_pieces_a_word_stays_findable(submit, alice, bob, thread):
    """What folds to the same letters is the same word: in whichever way a keyboard made the accent."""
    submit(bob, thread, "Cafe\u0301 au lait.", screen=nothing)
    assert len(texts("café", alice)) == len(texts("CAFE\u0301", alice)) == 1


def test_beyond_eight_words_more_says_no_more(submit, alice, bob, thread):
    submit(bob, thread, "One two three four five six seven eight.", screen=nothing)
    assert len(texts("one two three four five six seven eight nine ten", alice)) == 1
