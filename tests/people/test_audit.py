"""The chain of acts finds a row that was changed, removed, put in or swapped."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction

from people import audit
from people.models import Act, ChainHead


@pytest.fixture
def chain(db, now) -> list[Act]:
    """Five acts, a minute apart."""
    with transaction.atomic():
        return [
            audit.record(actor="nina", verb="ruled", subject=f"submission:{n}", at=now + timedelta(minutes=n), n=n)
            for n in range(5)
        ]


def faults() -> list[str]:
    return list(audit.faults())


def test_an_untouched_chain_is_whole(chain):
    assert faults() == []


def test_an_empty_chain_is_whole(db):
    assert faults() == []


@pytest.mark.parametrize(
    "changed", [{"verb": "other"}, {"subject": "x"}, {"actor": "omar"}, {"detail": {"n": 9}}, {"hash": "0" * 64}]
)
def test_a_changed_row_is_named(chain, changed):
    Act.objects.filter(pk=chain[2].pk).update(**changed)
    assert faults()[0] == f"people_act:{chain[2].pk}"


def test_a_changed_moment_is_named(chain):
    Act.objects.filter(pk=chain[2].pk).update(at=chain[2].at + timedelta(seconds=1))
    assert faults() == [f"people_act:{chain[2].pk}"]


def test_a_changed_row_whose_hash_was_computed_again_is_found_at_the_next(chain):
    changed = chain[2]
    again = audit.hash_of(
        prev_hash=changed.prev_hash, at=changed.at, actor="omar", verb="ruled", subject=changed.subject, detail={"n": 2}
    )
    Act.objects.filter(pk=changed.pk).update(actor="omar", hash=again)
    assert faults() == [f"people_act:{chain[3].pk}"]


def test_a_changed_row_is_found_at_the_next_even_when_that_one_names_it_anew(chain):
    changed = chain[2]
    again = audit.hash_of(
        prev_hash=changed.prev_hash, at=changed.at, actor="omar", verb="ruled", subject=changed.subject, detail={"n": 2}
    )
    Act.objects.filter(pk=changed.pk).update(actor="omar", hash=again)
    Act.objects.filter(pk=chain[3].pk).update(prev_hash=again)
    assert faults() == [f"people_act:{chain[3].pk}"]


def test_a_row_that_names_another_before_it_is_named(chain):
    Act.objects.filter(pk=chain[3].pk).update(prev_hash=chain[1].hash)
    assert faults() == [f"people_act:{chain[3].pk}"]


def test_a_removed_row_is_found_at_the_next(chain):
    chain[1].delete()
    assert faults() == [f"people_act:{chain[2].pk}"]


def test_removed_last_rows_are_found_at_the_head(chain):
    Act.objects.filter(pk__gte=chain[3].pk).delete()
    assert faults() == ["people_chainhead:1"]


def test_all_rows_removed_is_found_at_the_head(chain):
    Act.objects.all().delete()
    assert faults() == ["people_chainhead:1"]


def test_an_inserted_row_is_found(chain, now):
    last = chain[-1]
    digest = audit.hash_of(prev_hash=last.hash, at=now, actor="omar", verb="ruled", subject="submission:9", detail={})
    Act.objects.create(
        at=now, actor="omar", verb="ruled", subject="submission:9", detail={}, prev_hash=last.hash, hash=digest
    )
    assert faults() == ["people_chainhead:1"]


def test_two_swapped_rows_are_found(chain):
    first, second = chain[1], chain[2]
    whole = {one.pk: {"actor": one.actor, "subject": one.subject, "at": one.at, "detail": one.detail} for one in chain}
    Act.objects.filter(pk=first.pk).update(**whole[second.pk])
    Act.objects.filter(pk=second.pk).update(**whole[first.pk])
    assert faults() == [f"people_act:{first.pk}", f"people_act:{second.pk}"]


def test_a_head_moved_by_hand_is_found(chain):
    ChainHead.objects.update(hash=chain[0].hash)
    assert faults() == ["people_chainhead:1"]


def test_an_act_recorded_in_another_time_zone_verifies(db, now):
    with transaction.atomic():
        audit.record(actor="nina", verb="ruled", subject="x", at=now.astimezone(ZoneInfo("Europe/Brussels")))
        audit.record(actor="nina", verb="ruled", subject="y", at=datetime(2026, 7, 1, tzinfo=ZoneInfo("Asia/Tokyo")))
    assert faults() == []


@pytest.mark.django_db(transaction=True)
def test_an_act_outside_its_transaction_is_refused():
    with pytest.raises(RuntimeError):
        audit.record(actor="nina", verb="ruled", subject="x")
    assert not Act.objects.exists()


def test_an_act_that_is_rolled_back_leaves_the_chain_whole(chain):
    def fail() -> None:
        with transaction.atomic():
            audit.record(actor="nina", verb="ruled", subject="x")
            raise ValueError

    with pytest.raises(ValueError):
        fail()
    assert Act.objects.count() == len(chain)
    assert faults() == []
