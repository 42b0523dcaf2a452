"""manage.py demo: a small community with everything in this process; no service, nothing to set up."""

import os
import socket
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connections
from django.utils import timezone

from config import env
from demo.community import DOMAIN, NAMED, Community, set_password
from moderation import judge
from people.joining import invite
from people.models import Person

PASSWORD = "half-a-word"  # noqa: S105  printed at every start: a demo's, on this machine only
JOINS = 200  # how many people may join with the code of one start
PATIENCE = 20.0  # seconds the screen may take while the demo is made: a busy machine changes nothing
MADE_HERE = ("db.sqlite3", "db.sqlite3-wal", "db.sqlite3-shm", ".demo")


class Command(BaseCommand):
    help = "Starts the demo: seeds a small community once, prints address and accounts, and serves it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=None, help="default: $PORT, else 8000")
        parser.add_argument("--data", default=str(settings.ROOT / "var" / "demo"), help="folder of the demo's database")
        parser.add_argument("--fresh", action="store_true", help="start over: removes what the demo made there")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("The demo does not run with MODE=production.")
        port = options["port"] if options["port"] is not None else self._port()
        data = Path(options["data"]).resolve()
        self._must_be_free(port)
        self._folder(data, fresh=options["fresh"])
        self._settings(data, port)
        password = os.environ.get("DEMO_PASSWORD") or PASSWORD
        self._seed(password)
        self._serve(port, password)

    def _port(self) -> int:
        asked = os.environ.get("PORT", "8000")
        if not asked.isdecimal():
            raise CommandError("PORT must be a number.")
        return int(asked)

    def _must_be_free(self, port: int) -> None:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except (OSError, OverflowError) as error:
                raise CommandError(f"Port {port} cannot be used here. Try --port with another number.") from error

    def _folder(self, data: Path, *, fresh: bool) -> None:
        """A folder with another database than the demo's is left alone."""
        data.mkdir(parents=True, exist_ok=True)
        marker = data / ".demo"
        if (data / "db.sqlite3").exists() and not marker.exists():
            raise CommandError(f"{data} holds a database that the demo did not make. Choose another --data.")
        if fresh:
            for name in MADE_HERE:
                (data / name).unlink(missing_ok=True)
            for mail in (data / "mail").glob("*.log"):
                mail.unlink()
        marker.touch()

    def _settings(self, data: Path, port: int) -> None:
        """The demo's own database and mails, in this process alone, whatever the environment says."""
        connections.settings["default"].update(env.sqlite(str(data / "db.sqlite3")))
        if hasattr(connections._connections, "default"):  # type: ignore[attr-defined]
            connections["default"].close()
            del connections["default"]
        settings.DEMO = settings.MAIL_EMBEDDED = True
        settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"  # nobody at demo.example reads them
        settings.EMAIL_FILE_PATH = data / "mail"
        settings.SITE_URL = f"http://127.0.0.1:{port}"
        settings.ALLOWED_HOSTS = ["127.0.0.1", "localhost"]

    def _seed(self, password: str) -> None:
        call_command("migrate", verbosity=0)
        if Person.objects.exists():
            set_password(password)
            return
        self.stdout.write("Making a small community (a few seconds, once) ...")
        self.stdout.flush()  # through a pipe, too: who waits is told for what
        usual, judge.DEADLINE = judge.DEADLINE, PATIENCE
        try:
            Community(now=timezone.now()).build(password)
        finally:
            judge.DEADLINE = usual

    def _serve(self, port: int, password: str) -> None:
        from daphne.server import Server

        from config.asgi import application

        code = invite(centre=Person.objects.get(email=f"cora@{DOMAIN}").centre, by=None, uses=JOINS)
        connections.close_all()
        Server(
            application=application,
            endpoints=[f"tcp:port={port}:interface=127.0.0.1:backlog=1024"],  # Daphne's 50 makes a crowd wait
            ready_callable=lambda: self._welcome(port, password, code),
            websocket_max_message_size=64 * 1024,
            websocket_handshake_timeout=60,  # a thousand at once wait for each other
            server_name="half-a-word",
            verbosity=0,
        ).run()

    def _welcome(self, port: int, password: str, code: str) -> None:
        lines = [
            "",
            f"Half a Word, the demo: http://127.0.0.1:{port}/",
            "All people and posts are invented. No second factor is asked. Ctrl+C stops it; the data stay.",
            "",
            f"Password of every account: {password}",
            *(f"  {name}@{DOMAIN}  ({role})" for name, role in NAMED.items()),
            "",
            f"To join as somebody new: http://127.0.0.1:{port}/join/ with the code {code}",
            "",
        ]
        self.stdout.write("\n".join(lines))
        self.stdout.flush()
