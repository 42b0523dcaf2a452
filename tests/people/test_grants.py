"""Roles are grants: who gave which, when, and when it ended."""

import pytest
from django.db import IntegrityError, transaction

from people.models import Act, Grant, Person, Role
from people.rights import RIGHTS, Right
from people.signals import access_changed
from people.verbs import NotAllowed, grant, lift_suspension, revoke, suspend
from tests.conftest import fresh

EVERYBODY = {"patient", "mentor", "nurse", "rheumatologist", "physiotherapist", "coach", "coordinator"}

# contract.md, "Who may do what", copied by hand.
EXPECTED = {
    Right.READ: EVERYBODY,
    Right.WRITE: EVERYBODY,
    Right.SEE_UNANSWERED: {"mentor", "nurse", "rheumatologist", "coach"},
    Right.OPEN_DESK: {"nurse", "rheumatologist", "physiotherapist"},
    Right.READ_WAITING: {"nurse", "rheumatologist"},
    Right.RULE: {"nurse", "rheumatologist"},
    Right.WITHDRAW_OTHERS: {"nurse", "rheumatologist"},
    Right.SUSPEND: {"nurse", "rheumatologist"},
    Right.ANSWER: {"nurse", "rheumatologist", "physiotherapist"},
    Right.CHANGE_TERMS: {"nurse", "rheumatologist"},
    Right.SCHEDULE: {"nurse", "rheumatologist", "coordinator"},
}


@pytest.fixture
def heard():
    """The persons of whom `access_changed` has told."""
    told: list[str] = []

    def listen(person_id: str, **_: object) -> None:
        told.append(person_id)

    access_changed.connect(listen)
    yield told
    access_changed.disconnect(listen)


def test_the_rights_table_is_the_contracts():
    assert {right: set(RIGHTS[right]) for right in Right} == EXPECTED


@pytest.mark.parametrize("role", list(Role))
def test_each_role_may_exactly_what_the_table_says(role, alice, cora):
    revoke(person=alice, role=Role.PATIENT, by=cora)
    grant(person=alice, role=role, by=cora)
    assert {right for right in Right if fresh(alice).may(right)} == {
        right for right, roles in EXPECTED.items() if role in roles
    }


def test_a_person_without_a_role_may_nothing_and_writes_as_nobody(alice, cora):
    revoke(person=alice, role=Role.PATIENT, by=cora)
    assert not any(fresh(alice).may(right) for right in Right)
    with pytest.raises(LookupError):
        _ = fresh(alice).writes_as


def test_a_role_given_counts_in_the_same_request(alice, cora):
    assert not alice.may(Right.SEE_UNANSWERED)
    grant(person=alice, role=Role.MENTOR, by=cora)
    assert alice.may(Right.SEE_UNANSWERED)


def test_with_several_roles_one_writes_under_the_most_responsible(alice, cora):
    grant(person=alice, role=Role.MENTOR, by=cora)
    assert fresh(alice).writes_as == Role.MENTOR


def test_a_role_at_another_centre_gives_no_right_here(alice, other_centre):
    Grant.objects.create(person=alice, centre=other_centre, role=Role.NURSE)
    assert fresh(alice).roles == {Role.PATIENT}
    assert Person.objects.get(pk=alice.pk).roles == {Role.PATIENT}


def test_a_grant_says_who_gave_it_and_a_revoked_one_who_ended_it(alice, cora, nina):
    given = grant(person=alice, role=Role.MENTOR, by=cora)
    assert given.given_by == cora
    assert revoke(person=alice, role=Role.MENTOR, by=nina)
    given.refresh_from_db()
    assert given.revoked_by == nina
    assert given.revoked_at is not None
    assert fresh(alice).roles == {Role.PATIENT}


def test_a_role_is_given_once_and_can_be_given_again_after_its_end(alice, cora):
    first = grant(person=alice, role=Role.MENTOR, by=cora)
    assert grant(person=alice, role=Role.MENTOR, by=cora) == first
    revoke(person=alice, role=Role.MENTOR, by=cora)
    assert not revoke(person=alice, role=Role.MENTOR, by=cora)
    assert grant(person=alice, role=Role.MENTOR, by=cora) != first


def test_nobody_gives_themselves_a_role(cora):
    with pytest.raises(NotAllowed):
        grant(person=cora, role=Role.NURSE, by=cora)
    with pytest.raises(IntegrityError), transaction.atomic():
        Grant.objects.create(person=cora, centre=cora.centre, role=Role.NURSE, given_by=cora)


def test_the_database_holds_one_open_grant_of_a_role(alice):
    with pytest.raises(IntegrityError), transaction.atomic():
        Grant.objects.create(person=alice, centre=alice.centre, role=Role.PATIENT)


def test_each_change_of_rights_is_told_after_commit_and_chained(
    alice, cora, nina, heard, django_capture_on_commit_callbacks
):
    before = Act.objects.count()
    with django_capture_on_commit_callbacks(execute=True):
        grant(person=alice, role=Role.MENTOR, by=cora)
        assert heard == []
    with django_capture_on_commit_callbacks(execute=True):
        revoke(person=alice, role=Role.MENTOR, by=cora)
        suspend(person=alice, by=nina, reason="For a test.")
        lift_suspension(person=alice, by=nina)
    assert heard == [str(alice.pk)] * 4
    chained = list(Act.objects.order_by("id")[before:].values_list("verb", "subject", "actor"))
    subject = f"person:{alice.pk}"
    assert chained == [
        ("granted", subject, str(cora.pk)),
        ("revoked", subject, str(cora.pk)),
        ("suspended", subject, str(nina.pk)),
        ("suspension_lifted", subject, str(nina.pk)),
    ]


def test_what_changes_nothing_is_neither_told_nor_chained(alice, cora, nina, heard, django_capture_on_commit_callbacks):
    before = Act.objects.count()
    with django_capture_on_commit_callbacks(execute=True):
        grant(person=alice, role=Role.PATIENT, by=cora)
        revoke(person=alice, role=Role.MENTOR, by=cora)
        lift_suspension(person=alice, by=nina)
    assert heard == []
    assert Act.objects.count() == before


def test_a_suspension_takes_every_right_at_once_and_gives_them_back(alice, nina):
    assert suspend(person=alice, by=nina, reason="For a test.")
    assert not any(alice.may(right) for right in Right)
    assert not any(fresh(alice).may(right) for right in Right)
    assert not suspend(person=alice, by=nina, reason="Twice.")
    assert fresh(alice).suspended_because == "For a test."
    assert lift_suspension(person=alice, by=nina)
    assert fresh(alice).may(Right.WRITE)
    assert fresh(alice).suspended_because == ""


def test_nobody_suspends_or_restores_themselves(nina):
    with pytest.raises(NotAllowed):
        suspend(person=nina, by=nina, reason="No.")
    with pytest.raises(NotAllowed):
        lift_suspension(person=nina, by=nina)


def test_the_chain_keeps_the_reason_of_a_suspension_out(alice, nina):
    suspend(person=alice, by=nina, reason="marked phrase")
    assert "marked" not in str(list(Act.objects.values()))


def test_roles_come_with_the_person_in_one_query(alice, cora, django_assert_num_queries):
    grant(person=alice, role=Role.MENTOR, by=cora)
    with django_assert_num_queries(1):
        person = fresh(alice)
        assert person.roles == {Role.PATIENT, Role.MENTOR}
        assert person.centre.country == "BE"
