"""Sends what is due, at least once: a worker takes a row by a conditional UPDATE, sends, and marks it.

A worker that dies in between leaves a row that is due again when its lease ends. The mail then goes out a second time
with the same Message-ID; losing it would be worse. A mail server that is away loses nothing: rows wait, with back-off.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from smtplib import SMTPRecipientsRefused
from threading import Event
from time import sleep

from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import close_old_connections, connection
from django.db.models import F
from django.utils import timezone

from moderation import gate
from notifications import rounds
from notifications.letters import letter
from notifications.models import Mail, State

log = logging.getLogger(__name__)

Clock = Callable[[], datetime]

LEASE = timedelta(minutes=5)  # longer than a server may take to answer (settings.EMAIL_TIMEOUT)
BATCH = 50
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(minutes=15)
TRIES = 8  # at an address that the mail server refuses for good
EVERY, WHEN_AWAY = 5.0, 30.0  # seconds between two passes
BETWEEN = 0.02  # seconds between two mails of the worker: it shares its process with people who wait for a page


@dataclass(slots=True)
class Pass:
    """What a pass did. away: the mail server does not take mails now."""

    planned: int = 0
    sent: int = 0
    dropped: int = 0
    postponed: int = 0
    away: bool = False


def work(clock: Clock = timezone.now, between: float = 0) -> Pass:
    """Closes rooms past their hour, plans what the clock brings, and sends until nothing is due or the server is away.

    between: seconds of rest after each mail.
    """
    try:
        gate.keep_time(clock())
    except Exception as error:  # the next pass tries again; mails go out meanwhile
        log.error("sessions: %s", type(error).__name__)
    done = Pass(planned=rounds.plan(clock()))
    server = get_connection()
    try:
        while not done.away and (batch := list(Mail.objects.due(clock()).order_by("due_at", "at")[:BATCH])):
            for mail in batch:
                if not done.away and take(mail, clock()):
                    _deliver(mail, clock, server, done)
                    sleep(between)
    finally:
        server.close()
    return done


def take(mail: Mail, now: datetime) -> bool:
    """Leases the row to this worker if it is due and as it was seen; False where another was earlier."""
    lease = now + LEASE
    if not Mail.objects.due(now).filter(pk=mail.pk, tries=mail.tries).update(tries=F("tries") + 1, due_at=lease):
        return False
    mail.tries, mail.due_at = mail.tries + 1, lease
    return True


def _mark(mail: Mail, **changes: object) -> None:
    """Only while the lease is ours: another worker may have taken the row over."""
    Mail.objects.filter(pk=mail.pk, state=State.PENDING, tries=mail.tries).update(**changes)


def _deliver(mail: Mail, clock: Clock, server: BaseEmailBackend, done: Pass) -> None:
    """1. What is to be told now, if anything? 2. Send. 3. Mark. Between 2 and 3 a crash means a second mail."""
    try:
        written = letter(mail, clock())
    except Exception as error:  # one mail that cannot be written does not hold up the others
        _postpone(mail, clock(), error, done)
        return
    if written is None:
        _mark(mail, state=State.DROPPED, done_at=clock())
        done.dropped += 1
        return
    try:
        server.send_messages([written])
    except Exception as error:
        done.away = isinstance(error, OSError) and not isinstance(error, SMTPRecipientsRefused)
        if mail.tries >= TRIES and _for_good(error):
            log.error("mail %s: the mail server refuses the address", mail.pk)
            _mark(mail, state=State.REFUSED, done_at=clock())
            done.dropped += 1
        else:
            _postpone(mail, clock(), error, done)
    else:
        _mark(mail, state=State.SENT, done_at=clock())
        done.sent += 1


def _for_good(error: Exception) -> bool:
    """The address is the trouble, not the server or the moment."""
    if isinstance(error, SMTPRecipientsRefused):
        return all(code >= 500 for code, _said in error.recipients.values())
    return isinstance(error, ValueError)  # not an address at all


def _postpone(mail: Mail, now: datetime, error: Exception, done: Pass) -> None:
    log.warning("mail %s, try %s: %s", mail.pk, mail.tries, type(error).__name__)
    wait = min(FIRST_WAIT * 2 ** min(mail.tries - 1, 10), LONGEST_WAIT)
    _mark(mail, due_at=now + wait)
    done.postponed += 1


def run(stop: Event, clock: Clock = timezone.now) -> None:
    """Works until `stop` is set. An error costs a pass, never the worker."""
    pause = 0.0
    while not stop.wait(pause):
        pause = EVERY
        close_old_connections()
        try:
            if work(clock, BETWEEN).away:
                pause = WHEN_AWAY
        except Exception as error:
            log.error("mail: %s", type(error).__name__)
            pause = WHEN_AWAY
    connection.close()
