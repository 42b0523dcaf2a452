"""manage.py send_mail: the mail worker. Several may run; each mail is taken by one."""

import signal
from argparse import ArgumentParser
from threading import Event
from typing import Any

from django.core.management.base import BaseCommand

from notifications.sending import run, work


class Command(BaseCommand):
    help = "Plans and sends what is due, over and over until stopped. --once: one pass."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="one pass, then end")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["once"]:
            done = work()
            self.stdout.write(f"sent {done.sent}, nothing left to tell {done.dropped}, postponed {done.postponed}")
            return
        stop = Event()
        for one in (signal.SIGTERM, signal.SIGINT):
            signal.signal(one, lambda *_: stop.set())
        run(stop)
