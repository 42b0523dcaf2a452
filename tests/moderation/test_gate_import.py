"""import_published(): volume passes the same screen and policy; what would be held is not written at all."""

import pytest

from forum.models import Event, Post, Thread
from moderation import gate, judge, terms
from moderation.gate.importing import Conversation, NotInProduction, Words
from moderation.models import State, Submission, Term

ADVICE = "Just stop your methotrexate, you do not need it."


@pytest.fixture
def talk(board, alice, bob, now):
    def conversation(*words: str, title: str = "A walk", writer=None) -> Conversation:
        writers = [writer or alice, writer or bob]
        posts = (Words(writers[number % 2], one, now) for number, one in enumerate(words))
        return Conversation(board, title, tuple(posts))

    return conversation


def test_ordinary_talk_is_written_with_numbers_and_events_without_a_gap(talk, board):
    count = gate.import_published([talk("It was a nice walk.", "Good for you.", "And you?"), talk("Rain today.")])
    assert (count.threads, count.posts, count.held) == (2, 4, 0)
    for thread in Thread.objects.all():
        numbers = list(thread.posts.order_by("number").values_list("number", flat=True))
        assert numbers == [*range(1, thread.head_number + 1)]
        assert list(thread.events.order_by("seq").values_list("seq", flat=True)) == [*range(1, thread.head_seq + 1)]
    assert Submission.objects.filter(state=State.PUBLISHED).count() == Post.objects.count() == 4
    assert set(Event.objects.values_list("kind", flat=True)) == {"published"}


def test_what_the_policy_holds_is_left_out_and_the_rest_stands_without_a_gap(talk):
    count = gate.import_published([talk("It was a nice walk.", ADVICE, "And you?")])
    assert (count.posts, count.held) == (2, 1)
    assert list(Post.objects.order_by("number").values_list("number", "text")) == [
        (1, "It was a nice walk."),
        (2, "And you?"),
    ]
    assert not Submission.objects.filter(words=ADVICE).exists()


def test_the_own_terms_of_the_centre_hold_here_too(talk, nina, board):
    terms.add(nurse=nina, words="flarestop", what=Term.What.STEERS, reason="It is sold at the door.")
    board.centre.refresh_from_db()
    count = gate.import_published([talk("It was a nice walk.", "A flarestop and a walk.")])
    assert (count.posts, count.held) == (1, 1)


def test_a_thread_whose_first_words_or_title_would_be_held_is_left_out_whole(talk):
    gate.import_published([talk(ADVICE, "Good for you."), talk("Hello.", "Good.", title=ADVICE)])
    assert not Thread.objects.exists()


def test_personal_details_are_not_imported(talk):
    assert gate.import_published([talk("Call me on 0470 12 34 56.")]).posts == 0


def test_a_broken_screen_imports_nothing_not_even_of_a_clinician(talk, nina, monkeypatch):
    monkeypatch.setattr(judge, "DEADLINE", -1.0)
    count = gate.import_published([talk("Hello."), talk("Hello.", writer=nina)])
    assert (count.threads, count.held) == (0, 2)


def test_a_clinicians_advice_wants_an_own_check_and_so_is_not_imported(talk, nina):
    assert gate.import_published([talk(ADVICE, writer=nina)]).posts == 0


def test_production_has_one_way_in(talk, settings):
    settings.PRODUCTION = True
    with pytest.raises(NotInProduction):
        gate.import_published([talk("Hello.")])
    assert not Thread.objects.exists()
