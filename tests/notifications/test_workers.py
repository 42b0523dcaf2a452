"""Workers: each mail goes to one of them, none is lost, and what a crash may double is known."""

import os
import signal
import threading
from collections.abc import Iterator
from datetime import timedelta
from smtplib import SMTPRecipientsRefused, SMTPServerDisconnected
from typing import Any

import pytest
from django.core import mail as django_mail
from django.core.mail.backends.base import BaseEmailBackend
from django.core.management import call_command
from django.db import connection

from notifications import embedded, sending
from notifications.models import Kind, Mail, Round, State
from notifications.sending import FIRST_WAIT, LEASE, LONGEST_WAIT, TRIES, take, work
from tests.saying import nothing

MINUTE = timedelta(minutes=1)


class Away(BaseEmailBackend):
    """A mail server that cannot be reached."""

    def send_messages(self, messages: Any) -> int:
        raise ConnectionRefusedError


class Refusing(BaseEmailBackend):
    """A mail server that does not know one address, and takes all others."""

    unknown = "alice@demo.example"
    code = 550

    def send_messages(self, messages: Any) -> int:
        for one in messages:
            if one.to == [self.unknown]:
                raise SMTPRecipientsRefused({self.unknown: (self.code, b"who?")})
        django_mail.outbox += messages
        return len(messages)


class Busy(Refusing):
    code = 450


@pytest.fixture
def replied(submit, bob, thread):
    """One mail is due: alice hears of bob's reply."""
    return submit(bob, thread, "How lovely.", screen=nothing).post


def row(person) -> Mail:
    return Mail.objects.get(recipient=person, kind=Kind.FIRST_REPLY)


def letters(person) -> list[Any]:
    return [one for one in django_mail.outbox if one.to == [person.email]]


# The mail server


def test_a_mail_server_that_is_away_loses_nothing(replied, alice, now, settings):
    working, settings.EMAIL_BACKEND = settings.EMAIL_BACKEND, f"{__name__}.Away"
    assert work(lambda: now).away
    at, waits = now, []
    for _try in range(8):
        later = row(alice).due_at
        waits.append(later - at)
        at = later
        work(lambda at=at: at)
    assert waits[:3] == [FIRST_WAIT, 2 * FIRST_WAIT, 4 * FIRST_WAIT]
    assert waits[-1] == LONGEST_WAIT
    assert row(alice).state == State.PENDING
    settings.EMAIL_BACKEND = working
    assert letters(alice) == []
    assert work(lambda: row(alice).due_at).sent >= 1
    assert len(letters(alice)) == 1


def test_a_server_that_is_away_is_asked_once_a_pass(replied, submit, bob, maya, board, thread, now, settings):
    settings.EMAIL_BACKEND = f"{__name__}.Away"
    submit(maya, thread, "Yes.", screen=nothing)
    before = Mail.objects.due(now).count()
    assert work(lambda: now).postponed == 1
    assert Mail.objects.due(now).count() >= before - 1


def test_an_address_that_the_server_refuses_for_good_is_given_up_and_holds_up_nobody(
    replied, submit, alice, bob, maya, board, now, settings
):
    settings.EMAIL_BACKEND = f"{__name__}.Refusing"
    asked = submit(bob, board, "And I?", title="Mine", screen=nothing).thread
    submit(maya, asked, "You too.", screen=nothing)
    at = now
    for _try in range(TRIES):
        work(lambda at=at: at)
        at += LONGEST_WAIT
    assert row(alice).state == State.REFUSED
    assert len(letters(bob)) == 1


def test_an_address_that_is_refused_for_now_is_tried_on(replied, alice, now, settings):
    working, settings.EMAIL_BACKEND = settings.EMAIL_BACKEND, f"{__name__}.Busy"
    at = now
    for _try in range(TRIES + 2):
        work(lambda at=at: at)
        at += LONGEST_WAIT
    assert row(alice).state == State.PENDING
    settings.EMAIL_BACKEND = working
    work(lambda: at)
    assert len(letters(alice)) == 1


def test_a_mail_that_cannot_be_written_holds_up_no_other(replied, submit, alice, bob, maya, board, now, monkeypatch):
    written = sending.letter
    broken = row(alice).pk

    def letter(mail, at):
        if mail.pk == broken:
            raise ZeroDivisionError
        return written(mail, at)

    monkeypatch.setattr(sending, "letter", letter)
    asked = submit(bob, board, "And I?", title="Mine", screen=nothing).thread
    submit(maya, asked, "You too.", screen=nothing)
    work(lambda: now)
    assert len(letters(bob)) == 1
    assert row(alice).state == State.PENDING
    monkeypatch.undo()
    work(lambda: now + FIRST_WAIT)
    assert len(letters(alice)) == 1


# A crash


class Killed(BaseException):
    """The process ends here."""


def test_a_worker_killed_between_sending_and_marking_sends_again_under_the_same_id(replied, alice, now, monkeypatch):
    with monkeypatch.context() as dying:
        dying.setattr(sending, "_mark", _killed_at(alice))
        with pytest.raises(Killed):
            work(lambda: now)
    assert len(letters(alice)) == 1
    assert work(lambda: now + LEASE - MINUTE).sent == 0  # the lease is still the dead worker's
    assert work(lambda: now + LEASE).sent == 1
    first, second = letters(alice)
    assert first.message()["Message-ID"] == second.message()["Message-ID"]
    assert work(lambda: now + 2 * LEASE).sent == 0


@pytest.mark.django_db(transaction=True)
def test_a_process_ended_by_kill_9_after_sending_sends_again(replied, alice, now, settings, tmp_path):
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = tmp_path
    Mail.objects.exclude(pk=row(alice).pk).delete()
    connection.close()  # no connection crosses the fork
    child = os.fork()
    if child == 0:
        try:
            sending._mark = lambda mail, **changes: os.kill(os.getpid(), signal.SIGKILL)
            sending.rounds.plan = lambda now: 0
            work(lambda: now)
        finally:
            os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    assert (row(alice).state, row(alice).tries) == (State.PENDING, 1)
    work(lambda: now + LEASE)
    assert row(alice).state == State.SENT
    told = [line for file in tmp_path.iterdir() for line in file.read_text().splitlines() if "Message-ID" in line]
    assert told.count(f"Message-ID: <{row(alice).pk}@forum.example>") == 2


def test_a_worker_killed_before_sending_loses_nothing(replied, alice, now, monkeypatch):
    with monkeypatch.context() as dying:
        dying.setattr(sending, "letter", _killed)
        with pytest.raises(Killed):
            work(lambda: now)
    assert letters(alice) == []
    assert work(lambda: now + LEASE).sent >= 1
    assert len(letters(alice)) == 1


def _killed(*_about, **_changes):
    raise Killed


def _killed_at(person):
    """Marks every mail but that of this person's reply."""
    mark = sending._mark

    def marking(mail, **changes):
        if mail.pk == row(person).pk:
            raise Killed
        mark(mail, **changes)

    return marking


def test_a_slow_worker_does_not_mark_what_another_has_taken_over(replied, alice, now):
    slow = row(alice)
    assert take(slow, now)
    other = row(alice)
    assert take(other, now + LEASE)
    sending._mark(slow, state=State.DROPPED)
    assert row(alice).state == State.PENDING
    sending._mark(other, state=State.SENT)
    assert row(alice).state == State.SENT


# Two at once


def at_once(count: int, act: Any) -> list[Any]:
    start, results = threading.Barrier(count, timeout=20), []

    def run() -> None:
        try:
            start.wait()
            results.append(act())
        except Exception as error:  # shown by the assertion that follows
            results.append(repr(error))
        finally:
            connection.close()

    workers = [threading.Thread(target=run) for _one in range(count)]
    for one in workers:
        one.start()
    for one in workers:
        one.join(60)
    return results


@pytest.mark.django_db(transaction=True)
def test_of_many_workers_at_the_same_time_each_mail_is_sent_by_one(submit, alice, bob, maya, nina, board, now):
    """Thirty mails and the day's rounds; four workers; every recipient gets each once."""
    writers = [alice, bob, maya]
    for number in range(30):
        minute = now - timedelta(hours=2) + number * MINUTE
        opened = submit(
            writers[number % 3], board, f"Question {number}", title=f"Number {number}", screen=nothing, now=minute
        )
        Mail.objects.create(
            recipient=alice, kind=Kind.ANSWER, event=f"answer:{number}", post=_answer(submit, nina, opened, minute),
            at=minute, due_at=minute,
        )  # fmt: skip
    Mail.objects.filter(recipient__in=[maya, bob]).delete()
    alice.read_marks.all().delete()
    results = at_once(4, lambda: work(lambda: now).sent)
    assert not [one for one in results if isinstance(one, str)], results
    sent = Mail.objects.filter(state=State.SENT).count()
    ids = [one.message()["Message-ID"] for one in django_mail.outbox]
    assert len(ids) == len(set(ids)) == sent >= 30
    assert not Mail.objects.due(now).exists()
    assert Round.objects.filter(event__startswith="digest:").count() == 1


def _answer(submit, nina, opened, at):
    return submit(nina, opened.thread, "It can.", screen=nothing, now=at).post


@pytest.mark.django_db(transaction=True)
def test_one_row_is_taken_by_one_of_many(replied, alice, now):
    for number in range(10):
        at = now + number * LEASE
        seen = [row(alice) for _worker in range(4)]
        taken = at_once(4, lambda at=at, seen=seen: take(seen.pop(), at))
        assert sorted(taken) == [False, False, False, True]


# The command and the embedded worker


def test_the_command_sends_once_and_says_what_it_did(replied, alice, clock, capsys, monkeypatch):
    monkeypatch.setattr(sending.rounds, "plan", lambda now: 0)  # whatever the hour at which this runs
    call_command("send_mail", "--once")
    assert "sent 1" in capsys.readouterr().out
    assert len(letters(alice)) == 1


@pytest.fixture
def stopped(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """The embedded worker of this test alone; ended with it."""
    stop = threading.Event()
    monkeypatch.setattr(embedded, "_stop", stop)
    monkeypatch.setattr(embedded, "_worker", None)
    yield stop
    stop.set()
    if embedded._worker is not None:
        embedded._worker.join(20)


def test_the_embedded_worker_is_off_where_the_setting_is(stopped, settings):
    settings.MAIL_EMBEDDED = False
    embedded.start()
    assert embedded._worker is None


@pytest.mark.django_db(transaction=True)
def test_the_embedded_worker_is_one_a_process_and_survives_an_error(replied, alice, stopped, settings, monkeypatch):
    settings.MAIL_EMBEDDED = True
    passes, done = [], threading.Event()

    def passing(clock, between):
        passes.append(threading.current_thread().name)
        if len(passes) == 1:
            raise SMTPServerDisconnected
        done.set()
        return sending.Pass()

    monkeypatch.setattr(sending, "work", passing)
    monkeypatch.setattr(sending, "WHEN_AWAY", 0.01)
    at_once(4, embedded.start)
    assert done.wait(20)
    stopped.set()
    assert embedded._worker is not None
    embedded._worker.join(20)
    assert set(passes) == {"mail"}
    assert [one.name for one in threading.enumerate()].count("mail") == 0
