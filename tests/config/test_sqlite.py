"""Writers of one SQLite file wait for each other; nobody is told "locked" while the others work."""

import threading

import pytest
from django.db import OperationalError, connection, transaction

from people.models import Centre

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL lets many write"),
]
WRITERS, TURNS = 8, 20


def in_threads(act, count: int) -> list[object]:
    """What went wrong in each of `count` threads with a connection of its own."""
    wrong: list[object] = []

    def run() -> None:
        try:
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA busy_timeout = 0")  # SQLite's own patience is not what is tried
            act()
        except Exception as error:
            wrong.append(error)
        finally:
            connection.close()

    workers = [threading.Thread(target=run) for _ in range(count)]
    for one in workers:
        one.start()
    for one in workers:
        one.join(60)
    return wrong


def test_eight_who_write_at_once_all_get_their_turn(centre: Centre) -> None:
    def write() -> None:
        for _ in range(TURNS):
            with transaction.atomic():
                held = Centre.objects.get(pk=centre.pk)
                held.name = str(int(held.name) + 1)
                held.save(update_fields=["name"])

    Centre.objects.filter(pk=centre.pk).update(name="0")
    assert in_threads(write, WRITERS) == []
    centre.refresh_from_db()
    assert centre.name == str(WRITERS * TURNS)


def test_a_turn_ends_with_its_transaction_however_that_ends(centre: Centre) -> None:
    def breaks() -> None:
        with transaction.atomic():
            Centre.objects.filter(pk=centre.pk).update(name="x")
            raise ValueError

    def leaves() -> None:
        with transaction.atomic():
            Centre.objects.filter(pk=centre.pk).update(name="y")
            connection.close()

    assert [type(one) for one in in_threads(breaks, 1)] == [ValueError]
    in_threads(leaves, 1)
    with transaction.atomic():
        assert Centre.objects.filter(pk=centre.pk).update(name="z") == 1


def test_who_waits_too_long_is_told(centre: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(connection.settings_dict["OPTIONS"], "timeout", 0.1)

    def write() -> None:
        with transaction.atomic():
            Centre.objects.filter(pk=centre.pk).update(name="second")

    with transaction.atomic():
        Centre.objects.filter(pk=centre.pk).update(name="first")
        assert [type(one) for one in in_threads(write, 1)] == [OperationalError]
    centre.refresh_from_db()
    assert centre.name == "first"
