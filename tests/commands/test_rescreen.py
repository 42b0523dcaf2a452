"""manage.py rescreen: what the present screen would hold of what is published; ids, and never a word."""

import io
import json
import uuid
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from forum.models import Post
from moderation import gate, terms
from moderation.management.commands import rescreen
from moderation.models import Ruling, Submission, Term
from moderation.screen import VERSION, Kind
from people.models import Act
from tests.conftest import fresh
from tests.saying import nothing, says

ADVICE = "Just stop your methotrexate, you do not need it."


def said(**options):
    """The rows, and what was told on the way."""
    out, err = io.StringIO(), io.StringIO()
    call_command("rescreen", stdout=out, stderr=err, **options)
    return [json.loads(line) for line in out.getvalue().splitlines()], err.getvalue()


@pytest.fixture
def past(submit, bob, thread):
    """Advice that was published when the screen knew less."""
    return submit(bob, thread, ADVICE, screen=nothing).post


def test_advice_that_passed_once_is_told_with_label_kind_and_rule(past, post):
    rows, told = said()
    (row,) = rows
    assert (row["post"], row["thread"], row["outcome"]) == (str(past.pk), str(past.thread_id), "W")
    assert {(one["label"], one["kind"]) for one in row["findings"]} == {("medication_advice", "M1")}
    assert all(one["rule"] for one in row["findings"])
    assert (row["ruled_in"], row["looked_at"], row["version"]) == (False, False, VERSION)
    assert "2 posts read: 1 would wait now, 0 of them were let in by a clinician" in told


def test_nothing_is_hidden_and_nothing_is_changed(past):
    before = [list(table.objects.order_by("pk").values()) for table in (Post, Submission, Ruling, Act)]
    assert len(said()[0]) == 1
    assert [list(table.objects.order_by("pk").values()) for table in (Post, Submission, Ruling, Act)] == before


def test_no_word_of_a_member_or_of_the_desk_is_printed(past, nina, submit, bob, thread):
    submit(bob, thread, "A flarestop and a walk.", screen=nothing)
    terms.add(nurse=nina, words="flarestop", what=Term.What.STEERS, reason="It is sold at the door.")
    rows, told = said()
    printed = json.dumps(rows) + told
    assert len(rows) == 2
    assert not [one for one in ("methotrexate", "stop your", "flarestop", "Cold hands", "Bob") if one in printed]


def test_what_a_nurse_let_in_is_told_apart(submit, bob, thread, nina, now):
    held = submit(bob, thread, ADVICE, screen=says(Kind.M1))
    gate.rule(held, nurse=nina, outcome=Ruling.Verb.PUBLISHED, now=now)
    (row,), told = said()
    assert row["ruled_in"]
    assert "1 of them were let in" in told


def test_words_changed_since_a_nurse_let_them_in_are_not_hers(submit, bob, thread, nina, now):
    held = submit(bob, thread, "Take two a day.", screen=says(Kind.M1))
    gate.rule(held, nurse=nina, outcome=Ruling.Verb.PUBLISHED, now=now)
    held.refresh_from_db()
    submit(bob, held.post, ADVICE, screen=nothing, now=now + timedelta(minutes=1))
    (row,), _told = said()
    assert not row["ruled_in"]


def test_what_a_nurse_has_looked_at_is_told(submit, bob, thread, nina):
    seen = submit(bob, thread, ADVICE, screen=says(Kind.R6))
    gate.looked_at(seen, by=nina)
    (row,), _told = said()
    assert (row["ruled_in"], row["looked_at"]) == (False, True)


def test_each_centre_is_read_with_its_own_terms(submit, nina, bob, thread, stranger, their_board):
    submit(bob, thread, "A flarestop and a walk.", screen=nothing)
    submit(stranger, their_board, "A flarestop and a walk.", screen=nothing)
    terms.add(nurse=nina, words="flarestop", what=Term.What.STEERS, reason="It is sold at the door.")
    (row,), _told = said()
    assert (row["centre"], row["findings"][0]["rule"]) == (nina.centre_id, f"own-{Term.objects.get().pk}")


def test_the_title_is_read_with_the_first_post_and_with_no_other(submit, bob, board):
    first = submit(bob, board, "What do you think?", title="Stop your methotrexate, you do not need it", screen=nothing)
    submit(bob, first.thread, "Good morning to you all.", screen=nothing)
    rows, _told = said()
    assert [one["post"] for one in rows] == [str(first.post_id)]


def test_only_one_centre(past, stranger, their_board, submit, centre, other_centre):
    submit(stranger, their_board, ADVICE, screen=nothing)
    assert len(said()[0]) == 2
    assert [one["centre"] for one in said(centre=other_centre.pk)[0]] == [other_centre.pk]
    assert [one["post"] for one in said(centre=centre.pk)[0]] == [str(past.pk)]


def test_only_what_was_published_since(past, submit, bob, thread, now):
    submit(bob, thread, ADVICE, screen=nothing, now=now - timedelta(days=30))
    assert len(said()[0]) == 2
    assert [one["post"] for one in said(since="2026-03-11")[0]] == [str(past.pk)]
    assert said(since="2026-03-11T09:00:01Z")[0] == []


def test_taken_back_words_are_gone_and_hidden_ones_are_read(past, submit, bob, thread, maya):
    hidden = submit(bob, thread, ADVICE, screen=nothing).post
    gate.report(hidden, by=maya, reason="could_harm")
    gate.withdraw(past, by=bob)
    assert [one["post"] for one in said()[0]] == [str(hidden.pk)]


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"since": "yesterday"}, "not a day or a moment: yesterday"),
        ({"since": "2026-02-30T10:00"}, "no such day: 2026-02-30T10:00"),
        ({"centre": 999}, "there is no centre 999"),
    ],
)
def test_a_wrong_option_is_told_plainly(centre, wrong, told):
    with pytest.raises(CommandError, match=told):
        said(**wrong)


def test_a_screen_that_fails_counts_as_a_hold(past, nina, monkeypatch):
    terms.add(nurse=fresh(nina), words="flarestop", what=Term.What.STEERS, reason="It is sold at the door.")
    Term.objects.update(what="nonsense")
    type(nina.centre).objects.update(terms_version="changed")
    rows, _told = said()
    assert {finding["kind"] for row in rows for finding in row["findings"]} == {"S"}
    assert len(rows) == 2


def test_all_is_read_once_in_pages_and_progress_is_told(
    submit, alice, board, monkeypatch, django_assert_max_num_queries
):
    monkeypatch.setattr(rescreen, "A_PAGE", 7)
    monkeypatch.setattr(rescreen, "TOLD_EVERY", -1)
    call_command("seed", stdout=io.StringIO(), people=4, threads=10, posts=60)
    with django_assert_max_num_queries(2 + 4 * 10):
        rows, told = said()
    assert [line.split(",")[0] for line in told.splitlines()][:3] == [f"{one} of 60 posts read" for one in (7, 14, 21)]
    assert "60 posts read: 0 would wait now" in told
    assert rows == []


def test_pages_meet_every_post_once(submit, bob, thread, monkeypatch, now):
    monkeypatch.setattr(rescreen, "A_PAGE", 3)
    texts = [submit(bob, thread, f"{ADVICE} {n}", screen=nothing, now=now + timedelta(minutes=n)) for n in range(8)]
    rows, _told = said()
    assert [one["post"] for one in rows] == sorted(str(one.post_id) for one in texts)
    assert {uuid.UUID(one["post"]) for one in rows} == {one.post_id for one in texts}
