"""The page "What waits, and why": every kind, in plain words, for whoever asks."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from moderation import policy
from moderation.policy import FLAGS, Outcome
from moderation.policy_page import reading_of, sections
from moderation.policy_words import ADDITIONS, EARNED, KINDS, OUTCOMES, PARTS
from moderation.screen import Kind
from people.models import AwayDate, Role
from people.verbs import suspend

ADDRESS = "/policy/"


def test_every_kind_outcome_and_addition_has_its_words_and_its_place():
    assert set(KINDS) == set(Kind)
    assert sorted(kind for part in PARTS for kind in part.kinds) == sorted(Kind)
    assert set(OUTCOMES) == {*Outcome, None}
    assert set(ADDITIONS) == FLAGS
    table = policy.current()
    assert {cell.earned for cell in table.cells.values()} - {None} <= set(EARNED)


def test_sentences_are_short():
    told = [one.what for one in KINDS.values()] + [one.example for one in KINDS.values()]
    told += [*OUTCOMES.values(), *ADDITIONS.values(), *EARNED.values()]
    for words in told:
        for sentence in re.split(r"[.!?]", str(words)):
            assert len(sentence.split()) < 20, sentence


@pytest.mark.parametrize("role", list(Role))
def test_each_role_reads_what_the_table_says_of_it(role):
    table = policy.current()
    for section in sections(table, role):
        for row in section.rows:
            cell = table.cell(place="board", kind=row.kind, role=role)
            assert row.mine.sentences[0] == str(OUTCOMES[cell.outcome])
            assert role in row.mine.roles
            everybody = [one for said in (row.mine, *row.others) for one in said.roles]
            assert sorted(everybody) == sorted(Role)


def test_it_is_open_to_people_who_are_signed_out(client, db):
    page = client.get(ADDRESS).content.decode()
    assert "For a patient:" in page
    assert "Monday to Friday at 8:30 and 15:30" in page
    for kind in Kind:
        assert f'id="kind-{kind}"' in page


def test_a_member_reads_the_own_role_and_the_own_centres_moments(client, maya):
    client.force_login(maya)
    page = client.get(ADDRESS).content.decode()
    assert "For you (Trained mentor):" in page
    assert "089 80 12 34" in page
    assert "Friday" in page
    assert "Saturday" not in page


def test_a_suspended_member_can_still_read_it(client, bob, nina):
    suspend(person=bob, by=nina, reason="For a test.")
    client.force_login(bob)
    assert "For you (Patient):" in client.get(ADDRESS).content.decode()


def test_where_no_moment_is_in_sight_none_is_promised(client, bob, centre):
    today = timezone.now().date()
    AwayDate.objects.create(centre=centre, first=today, last=today + timedelta(days=365), why=AwayDate.Why.HOLIDAY)
    client.force_login(bob)
    page = client.get(ADDRESS).content.decode()
    assert "No reading moment is planned" in page
    assert "Next time" not in page


def test_the_next_moment_is_the_centres(centre, now):
    reading = reading_of(centre, now)
    assert reading.next is not None
    assert reading.next.strftime("%d %H:%M") == "11 15:30"


def test_it_answers_only_to_reading(client, db):
    for method in ("post", "put", "patch", "delete"):
        assert getattr(client, method)(ADDRESS).status_code == 405
    assert client.head(ADDRESS).status_code == 200
