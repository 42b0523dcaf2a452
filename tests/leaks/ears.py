"""Listens to every way on which the site speaks without being asked: log, signals, doorbells, mail."""

import copy
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest import mock

from channels.layers import get_channel_layer
from django.conf import settings
from django.core import mail
from django.dispatch import Signal

from config.logging import NoWords, PlainFormatter
from moderation import signals as of_words
from people import signals as of_people


@dataclass(slots=True)
class Heard:
    log: list[str] = field(default_factory=list)
    signals: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    doorbells: list[tuple[str, Any]] = field(default_factory=list)
    mail: list[str] = field(default_factory=list)


def own_signals() -> dict[str, Signal]:
    """Every signal of ours by its name."""
    named = [*vars(of_words).items(), *vars(of_people).items()]
    return {name: one for name, one in named if isinstance(one, Signal)}


@contextmanager
def listening() -> Iterator[Heard]:
    heard = Heard()
    with _log(heard), _signals(heard), _doorbells(heard):
        before = len(getattr(mail, "outbox", []))
        yield heard
        heard.mail += [one.message().as_string() for one in getattr(mail, "outbox", [])[before:]]


@contextmanager
def _log(heard: Heard) -> Iterator[None]:
    """Every record of every logger at every level, as the site's own formatter writes it."""
    formatter, no_words = PlainFormatter(settings.LOGGING["formatters"]["plain"]["format"]), NoWords()

    def hear(_logger: logging.Logger, record: logging.LogRecord) -> None:
        ours = copy.copy(record)
        ours.exc_text = None
        if no_words.filter(ours):
            heard.log.append(formatter.format(ours))

    with (
        mock.patch.object(logging.Logger, "isEnabledFor", return_value=True),
        mock.patch.object(logging.Logger, "callHandlers", hear),
    ):
        yield


@contextmanager
def _signals(heard: Heard) -> Iterator[None]:
    def ear(name: str) -> Any:
        def hear(sender: object, signal: Signal, **values: Any) -> None:
            heard.signals.append((name, values))

        return hear

    pairs = [(signal, ear(name)) for name, signal in own_signals().items()]
    for signal, hear in pairs:
        signal.connect(hear, weak=False)
    try:
        yield
    finally:
        for signal, hear in pairs:
            signal.disconnect(hear)


@contextmanager
def _doorbells(heard: Heard) -> Iterator[None]:
    async def hear(_layer: object, where: str, message: Any) -> None:
        heard.doorbells.append((where, message))

    layer = type(get_channel_layer())  # the one over Redis makes its verbs when they are asked for
    with mock.patch.object(layer, "send", hear, create=True), mock.patch.object(layer, "group_send", hear, create=True):
        yield
