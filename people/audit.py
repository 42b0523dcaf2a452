"""The chain of acts: each row's hash covers the one before, so that a changed, removed or swapped row is found."""

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from people.models import Act, ChainHead

START = "0" * 64


def hash_of(*, prev_hash: str, at: datetime, actor: str, verb: str, subject: str, detail: dict[str, Any]) -> str:
    """SHA-256 over the previous hash and the row as canonical JSON, the moment in UTC as the database gives it back."""
    row = {"at": at.astimezone(UTC).isoformat(), "actor": actor, "verb": verb, "subject": subject, "detail": detail}
    canonical = json.dumps(row, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256((prev_hash + canonical).encode()).hexdigest()


def record(*, actor: str, verb: str, subject: str, at: datetime | None = None, **detail: Any) -> Act:
    """Appends one act inside the caller's transaction. `actor` and `subject` are ids ("post:<uuid>"), never words.

    Takes the lock of the chain's head: call it last in the transaction.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("an act is recorded in the transaction that it belongs to")
    head, _ = ChainHead.objects.select_for_update().get_or_create(pk=1, defaults={"hash": START})
    moment = at or timezone.now()
    new = hash_of(prev_hash=head.hash, at=moment, actor=actor, verb=verb, subject=subject, detail=detail)
    act = Act.objects.create(
        at=moment, actor=actor, verb=verb, subject=subject, detail=detail, prev_hash=head.hash, hash=new
    )
    ChainHead.objects.filter(pk=1).update(hash=new, moved_at=moment)
    return act


def faults(expected_head: str = "") -> Iterator[str]:
    """Yields what is wrong with the chain, as `table:id`, in order; nothing when it is whole.

    expected_head: a head that was exported earlier; it must still be one of the chain's hashes, or the end was cut off.
    """
    before, known = START, expected_head in {"", START}
    for act in Act.objects.order_by("id").iterator():
        computed = hash_of(
            prev_hash=before, at=act.at, actor=act.actor, verb=act.verb, subject=act.subject, detail=act.detail
        )
        if act.prev_hash != before or act.hash != computed:
            yield f"people_act:{act.pk}"
        before = act.hash
        known = known or before == expected_head
    head = ChainHead.objects.filter(pk=1).first()
    if (head.hash if head else START) != before or not known:
        yield f"people_chainhead:{head.pk if head else 1}"
