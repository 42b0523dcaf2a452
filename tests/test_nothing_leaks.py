"""Nothing that a person writes reaches another member unscreened: every address, every role, every exit."""

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from unittest import mock
from urllib.parse import urlencode
from uuid import UUID

import pytest
from django.contrib.sessions.models import Session
from django.core.cache import caches
from django.db import models, transaction
from django.http import HttpResponse
from django.test import override_settings
from django.urls import path, reverse
from django.utils import timezone

from config.logging import NoWords, PlainFormatter
from forum.models import ThreadQuerySet
from moderation import gate, limits
from moderation.models import SubmissionQuerySet
from notifications.sending import work
from tests.leaks.addresses import SENT, TABLE_ROWS, Row, trouble
from tests.leaks.ears import listening, own_signals
from tests.leaks.planting import plant
from tests.leaks.sweep import patterns, sweep, told
from tests.leaks.world import EVERYBODY, OUT, World, phrases_in, rows

pytestmark = pytest.mark.django_db

# Beside the readers' own tables, these alone hold words; everything else holds ids.
HOLD_WORDS = {
    "moderation_submission": "words as handed in",
    "moderation_draft": "words not yet handed in",
    "moderation_rulingtext": "a nurse's reasons",
    "moderation_term": "a centre's own terms, and why",
    "people_person": "why somebody is suspended",
}


@pytest.fixture(scope="module")
def planted(django_db_setup: None, django_db_blocker) -> Iterator[World]:
    """The world, planted once; what a test changes in it is taken back after it."""
    quick = override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"])
    unhurried = mock.patch.object(limits, "PACE", ((10_000, timedelta(seconds=1)),))  # all is written within seconds
    with django_db_blocker.unblock(), quick, unhurried, transaction.atomic():
        yield plant()
        transaction.set_rollback(True)


@pytest.fixture
def world(planted: World, db: None) -> World:
    return planted


def named(world: World, phrases: set[str]) -> list[str]:
    return sorted(world.what(one) for one in phrases)


# Every address, every role


def test_every_address_has_its_rows_and_every_row_its_address():
    assert trouble(patterns(), TABLE_ROWS) == []


def test_an_address_without_a_row_is_told_by_name():
    new = path("secrets/", lambda request: HttpResponse(), name="secrets")
    said = "\n".join(trouble([*patterns(), new], TABLE_ROWS))
    assert "“secrets” has no GET row" in said
    assert "“secrets” has no POST row" in said


def test_a_row_without_an_address_is_told_by_name():
    left = [one for one in patterns() if one.name != "policy"]
    assert trouble(left, TABLE_ROWS) == ["“policy” has a row and no address: take the row out."]


@pytest.mark.parametrize("row", TABLE_ROWS, ids=str)
def test_each_address_answers_each_person_as_its_row_says(world, row: Row):
    thing = world.people[row.thing].pk if row.thing in world.people else world.things.get(row.thing)
    address = reverse(row.name, args=[] if row.thing == "-" else [thing])
    before = rows() if row.method == "POST" else {}
    got = {who: _status(world, who, row.method, address, before) for who, _status_wanted in row.statuses}
    assert got == dict(row.statuses), address


def _status(world: World, who: str, method: str, address: str, before: dict[str, list[str]]) -> str:
    """The status; with it the proof that a refused form has changed nothing."""
    with transaction.atomic():
        response = world.client(who).generic(method, address, urlencode(SENT), "application/x-www-form-urlencoded")
        away = response.status_code == 302 and response.headers["Location"].startswith("/accounts/login/")
        if method == "POST" and (away or response.status_code in {404, 405}):
            assert _changed(before) == [], f"{who} was refused at {address}, and something changed all the same"
        transaction.set_rollback(True)
    if response.status_code == 302:
        return "in" if away else "go"
    return str(response.status_code)


def _changed(before: dict[str, list[str]]) -> list[str]:
    after = rows()
    return [table for table in after if after[table] != before[table] and table != "django_session"]


@pytest.mark.parametrize("who", EVERYBODY)
def test_each_person_sees_exactly_the_words_that_are_theirs_to_read(world, who):
    seen, refusals = sweep(world, who)
    assert told(world, seen) == []
    missed = {one.phrase for one in world.marks.values() if who in one.readers} - {one.phrase for one in seen}
    assert named(world, missed) == [], "The sweep did not find what this person may read: is it blind?"
    assert {key: len(pages) for key, pages in refusals.items() if len(pages) > 1} == {}, "Refusals can be told apart."


# The readers' tables, and all other places where words could stay behind


def test_the_readers_tables_hold_exactly_the_words_that_passed(world):
    held = phrases_in(str([lines for table, lines in rows().items() if table.startswith("forum_")]))
    passed = {one.phrase for one in world.marks.values() if one.passed}
    assert named(world, held - passed) == []
    assert named(world, passed - held) == [], "Words that passed are not found: is this test blind?"


def test_words_stand_in_no_other_table_than_those_named_here(world):
    tables = {table for table, lines in rows().items() if phrases_in(str(lines)) and not table.startswith("forum_")}
    assert tables == set(HOLD_WORDS)


def test_the_chain_of_acts_holds_no_words(world):
    acts = rows()["people_act"]
    assert len(acts) > 20
    assert named(world, phrases_in(str(acts))) == []


def test_a_session_holds_words_only_while_their_writer_is_signed_out(world):
    sessions = [one.get_decoded() for one in Session.objects.all()]
    held = {phrase: one for one in sessions for phrase in phrases_in(str(one))}
    assert named(world, set(held)) == ["kept, and nobody logged in"]
    assert all("_auth_user_id" not in one for one in held.values())


def test_the_cache_holds_no_words(world):
    assert phrases_in(repr(getattr(caches["default"], "_cache", {}))) == set()


# What the site says without being asked


def test_no_log_line_holds_words(world):
    assert any("screen failed: ValueError" in line for line in world.heard.log)
    assert named(world, phrases_in("\n".join(world.heard.log))) == []


def test_no_log_line_holds_words_that_somebody_reads(world):
    with listening() as heard:
        for name in ("me", "desk", "desk_look", "desk_decided"):
            world.get("nina" if name.startswith("desk") else "alice", name)
        world.get("alice", "words", world.things["returned"])
        world.get("nina", "desk_item", world.things["waiting"])
        world.get("bob", "thread", world.things["thread"])
    assert heard.log, "nothing was logged: is this test deaf?"
    assert named(world, phrases_in("\n".join(heard.log))) == []


@pytest.mark.parametrize("raiser", ["gate.submit", "template"])
def test_an_error_that_quotes_words_is_logged_without_them_and_answers_without_them(world, monkeypatch, raiser):
    phrase = world.mark("words in an error", set())

    def broken(*args, **kwargs):
        raise RuntimeError(f"cannot take {phrase}")

    if raiser == "gate.submit":
        monkeypatch.setattr(gate, "submit", broken)
    else:
        monkeypatch.setattr("moderation.composing.render", broken)
    client = world.client("alice", raise_request_exception=False)
    with listening() as heard:
        data = {"body": "" if raiser == "template" else phrase, "title": phrase, "checked": phrase}
        answer = client.post(reverse("new_thread", args=[world.things["board"]]), data)
    del world.marks[phrase]
    log = "\n".join(heard.log)
    assert answer.status_code == 500
    assert phrase not in answer.content.decode()
    assert "Internal Server Error: /boards/waking/new/" in log
    assert "RuntimeError (message left out: it may quote words)" in log
    assert phrase not in log


def test_every_handler_of_every_logger_leaves_words_out():
    loggers = [logging.getLogger(), *map(logging.getLogger, logging.root.manager.loggerDict)]
    handlers = {handler for logger in loggers for handler in logger.handlers}
    ours = [one for one in handlers if not type(one).__module__.startswith(("_pytest", "logging.config"))]
    open_ones = [
        one
        for one in ours
        if not isinstance(one, logging.NullHandler)
        and not (isinstance(one.formatter, PlainFormatter) and any(isinstance(rule, NoWords) for rule in one.filters))
    ]
    assert open_ones == []


def test_signals_carry_ids_and_no_rows_and_no_words(world):
    assert {name for name, _values in world.heard.signals} == set(own_signals())
    carried = [value for _name, values in world.heard.signals for value in values.values()]
    assert [one for one in carried if isinstance(one, models.Model)] == []
    assert {type(one) for one in carried} <= {str, int, bool, UUID, datetime}
    assert named(world, phrases_in(str(carried))) == []


def test_doorbells_hold_no_words(world):
    assert world.heard.doorbells, "no doorbell rang: is this test deaf?"
    assert named(world, phrases_in(str(world.heard.doorbells))) == []


def test_mail_holds_no_words(world):
    """Neither what left while it was written, nor what the outbox has to tell in the days after."""
    started = timezone.now()
    with listening() as heard:
        for hours in range(0, 96, 6):
            work(partial(started.__add__, timedelta(hours=hours)))
    assert len(heard.mail) > 5, "nothing was told: is this test deaf?"
    assert named(world, phrases_in("\n".join([*world.heard.mail, *heard.mail]))) == []


# The sweep itself can fail


def test_the_sweep_reports_own_words_that_are_shown_to_all(world, monkeypatch):
    monkeypatch.setattr(SubmissionQuerySet, "of", lambda self, author: self.all())
    said = "\n".join(told(world, sweep(world, "bob", ["thread"])[0]))
    assert "bob reads “reply that waits” at /threads/" in said


def test_the_sweep_reports_words_that_cross_to_another_centre(world, monkeypatch):
    monkeypatch.setattr(ThreadQuerySet, "visible_to", lambda self, person: self.all())
    said = "\n".join(told(world, sweep(world, "stranger", ["thread"])[0]))
    assert "stranger reads “title, published at once” at /threads/" in said


def test_the_sweep_reports_words_in_a_header(world, monkeypatch):
    phrase = next(one.phrase for one in world.marks.values() if one.what == "reply that waits")
    monkeypatch.setattr("config.views.HttpResponse", lambda *args, **more: HttpResponse(headers={"X-Title": phrase}))
    assert told(world, sweep(world, OUT, ["robots"])[0]) == ["out reads “reply that waits” at /robots.txt"]
