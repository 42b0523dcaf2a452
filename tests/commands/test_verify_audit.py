"""manage.py verify_audit: 0 and the head when the chain of acts is whole, else 1 and the first bad row."""

import io

import pytest
from django.core.management import call_command

from people.audit import START
from people.models import Act, ChainHead


@pytest.fixture
def acts(alice, bob, nina):
    """The chain as the cast's grants made it."""
    return list(Act.objects.order_by("id"))


def verify(**options):
    """Exit code, and what was printed."""
    out = io.StringIO()
    try:
        call_command("verify_audit", stdout=out, **options)
    except SystemExit as ended:
        return ended.code, out.getvalue().strip()
    return 0, out.getvalue().strip()


def test_an_empty_chain_is_whole(db):
    assert verify() == (0, START)


def test_a_whole_chain_gives_its_head(acts):
    assert len(acts) == 3
    assert verify() == (0, acts[-1].hash)


@pytest.mark.parametrize(
    "change",
    [
        {"verb": "revoked"},
        {"actor": "somebody"},
        {"subject": "person:other"},
        {"detail": {"role": "rheumatologist"}},
        {"hash": "0" * 64},
        {"prev_hash": "0" * 64},
    ],
)
def test_a_changed_row_is_named(acts, change):
    Act.objects.filter(pk=acts[1].pk).update(**change)
    assert verify() == (1, f"people_act:{acts[1].pk}")


def test_a_missing_row_is_noticed_at_the_next(acts):
    Act.objects.filter(pk=acts[1].pk).delete()
    assert verify() == (1, f"people_act:{acts[2].pk}")


def test_a_missing_end_is_noticed_by_the_head(acts):
    Act.objects.filter(pk=acts[2].pk).delete()
    assert verify() == (1, "people_chainhead:1")


def test_a_chain_shortened_together_with_its_head_is_noticed_by_a_head_kept_elsewhere(acts, tmp_path):
    kept = tmp_path / "head"
    kept.write_text(acts[2].hash + "\n", encoding="ascii")
    assert verify(head=str(kept)) == (0, acts[2].hash)
    Act.objects.filter(pk=acts[2].pk).delete()
    ChainHead.objects.update(hash=acts[1].hash)
    assert verify() == (0, acts[1].hash)
    assert verify(head=str(kept)) == (1, "people_chainhead:1")


def test_an_older_head_is_still_one_of_the_chain(acts, tmp_path):
    kept = tmp_path / "head"
    kept.write_text(acts[0].hash, encoding="ascii")
    assert verify(head=str(kept)) == (0, acts[2].hash)
