"""The site as a process of its own: real Daphne on a free port, with a database made for it."""

import contextlib
import copy
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg

ROOT = Path(__file__).resolve().parents[1]
OURS = (
    "MODE",
    "DATABASE_URL",
    "REDIS_URL",
    "DATA_DIR",
    "PORT",
    "DJANGO_SETTINGS_MODULE",
    "PROCESSES",
    "TLS",
    "ORIGINS",
)
KEY = "the same for a database and its copies"
# What the whole run is on: SQLite and doorbells in memory, or PostgreSQL and Redis.
POSTGRES = os.environ.get("DATABASE_URL", "") if os.environ.get("DATABASE_URL", "").startswith("postgres") else ""
REDIS = {"REDIS_URL": os.environ["REDIS_URL"]} if os.environ.get("REDIS_URL") else {}
NURSE = """
from demo.management.commands.seed import Command
from people.models import Centre, Person, Role
from people.verbs import grant
from django.utils import timezone
here = Centre.objects.get()
nurse = Person.objects.make(
    email=f"{NAME.lower()}@seed.example", pseudonym=NAME, centre=here, language="en", joined_at=timezone.now()
)
grant(person=nurse, role=Role.NURSE, by=None)
print(*Command()._sessions([nurse]))
"""
SESSION = """
import uuid
from datetime import timedelta
from django.utils import timezone
from forum.models import Board
from forum.sessions import Seat
from moderation import gate
from people.models import Person
by = Person.objects.with_roles().get(email="nina@seed.example")
now = timezone.now()
planned = gate.schedule(
    by=by, board=Board.objects.first(), language="en", host=by, capacity=8, opens=now - timedelta(minutes=1),
    closes=now + timedelta(minutes=59), title="Evenings", words="How we get through one.", client_key=uuid.uuid4(),
    now=now - timedelta(days=1),
)
people = [Person.objects.get(email=f"person{one}@seed.example") for one in range(1, MEMBERS + 1)]
Seat.objects.bulk_create(Seat(thread=planned.thread, person=one, role="patient") for one in people)
print(planned.thread_id, planned.thread.session.pk)
"""
STARTS_WITHIN = 60  # seconds; the machine may be busy


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def endpoint(port: int) -> str:
    """Where Daphne listens. Its own queue of newcomers holds 50: of a thousand at once some then wait for minutes."""
    return f"tcp:port={port}:interface=127.0.0.1:backlog=1024"


def environment(**values: str) -> dict[str, str]:
    """Nothing of the surrounding environment decides what runs."""
    return {name: value for name, value in os.environ.items() if name not in OURS} | values


class Base:
    """A migrated database of its own in `folder`, or beside the database that `postgres` points to, and some members.

    cookies: a Cookie header for each member; thread: the id of a conversation that all of them read. written: how many
    other conversations each of them began, on average: one's very first words also make a mail to a mentor.
    """

    def __init__(self, folder: Path, *, postgres: str = "", people: int = 20, written: int = 0) -> None:
        self.folder, self.postgres = folder, postgres
        folder.mkdir(parents=True, exist_ok=True)
        self.name = f"half_a_word_{uuid.uuid4().hex[:12]}"
        if postgres:
            self.admin(f'CREATE DATABASE "{self.name}"')
            self.url = urlunsplit(urlsplit(postgres)._replace(path=f"/{self.name}"))
        else:
            self.url = f"sqlite:///{folder / 'db.sqlite3'}"
        cookies = folder / "cookies"
        self.manage("migrate", "-v", "0")
        threads = str(1 + people * written)
        many = ("--people", str(people), "--sessions", str(people), "--threads", threads, "--posts", threads)
        self.manage("seed", *many, "--cookies", str(cookies))
        self.cookies = cookies.read_text(encoding="ascii").split("\n")[:-1]
        self.thread = str(uuid.UUID(str(self.rows("SELECT id FROM forum_thread")[0][0])))

    def copy(self, folder: Path) -> "Base":
        """The same in another database; nobody may be connected to this one."""
        made = copy.copy(self)
        made.folder, made.name = folder, f"half_a_word_{uuid.uuid4().hex[:12]}"
        if self.postgres:
            self.admin(f'CREATE DATABASE "{made.name}" TEMPLATE "{self.name}"')
            made.url = urlunsplit(urlsplit(self.postgres)._replace(path=f"/{made.name}"))
        else:
            made.url = f"sqlite:///{folder / 'db.sqlite3'}"
            self.rows("PRAGMA wal_checkpoint(TRUNCATE)")
            shutil.copyfile(self.folder / "db.sqlite3", folder / "db.sqlite3")
        return made

    def environment(self, **values: str) -> dict[str, str]:
        return environment(DATABASE_URL=self.url, DATA_DIR=str(self.folder), SECRET_KEY=KEY, **values)

    def manage(self, *command: str) -> str:
        done = subprocess.run(
            [sys.executable, "manage.py", *command],
            cwd=ROOT,
            env=self.environment(),
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def nurse(self, name: str = "Nina") -> str:
        """A Cookie header of somebody who rules on what waits."""
        return self.manage("shell", "-v", "0", "-c", f"NAME = {name!r}\n{NURSE}").strip()

    def session(self, members: int) -> str:
        """The id of a live session that runs, of the nurse and the first members; its room is then the base's `thread`.

        Places are given past the sign-up, so that a hall may be larger than any session is. Ask for the nurse first.
        """
        self.thread, session = self.manage("shell", "-v", "0", "-c", f"MEMBERS = {members}\n{SESSION}").split()
        return session

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Asked of the database itself, past every line of ours."""
        if self.postgres:
            with psycopg.connect(self.url) as there:
                return there.execute(query).fetchall()
        with contextlib.closing(sqlite3.connect(self.folder / "db.sqlite3", timeout=30)) as here:
            return here.execute(query).fetchall()

    def change(self, statement: str) -> None:
        """What a test needs to be so, written past every line of ours."""
        if self.postgres:
            with psycopg.connect(self.url) as there:
                there.execute(statement.encode())
            return
        with contextlib.closing(sqlite3.connect(self.folder / "db.sqlite3", timeout=30)) as here, here:
            here.execute(statement)

    def admin(self, command: str) -> None:
        with psycopg.connect(self.postgres, autocommit=True) as there:
            there.execute(command.encode())

    def drop(self) -> None:
        if self.postgres:
            self.admin(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)')


class Server:
    """One Daphne process on a base. Ends with `stop`, or by `kill`: SIGKILL, in the middle of anything."""

    def __init__(
        self,
        base: Base,
        *,
        port: int = 0,
        application: str = "config.asgi:application",
        prefix: tuple[str, ...] = (),
        flags: tuple[str, ...] = (),
        **env: str,
    ) -> None:
        """prefix: what the command is run by; flags: more of Daphne's; env: what the process finds in it."""
        self.base, self.port, self.application = base, port or free_port(), application
        self.prefix, self.flags = prefix, flags
        self.env = base.environment(**env)
        self.url = f"http://127.0.0.1:{self.port}"
        self.ws = f"ws://127.0.0.1:{self.port}"
        self.log = base.folder / f"server-{self.port}.log"

    def start(self) -> "Server":
        command = [*self.prefix, sys.executable, "-m", "daphne", "-e", endpoint(self.port), "-v", "0"]
        command += ["--websocket-max-message-size", "65536", "--websocket_connect_timeout", "60", *self.flags]
        command += [self.application]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(command, cwd=ROOT, env=self.env, stdout=log, stderr=subprocess.STDOUT)
        until = time.monotonic() + STARTS_WITHIN
        while time.monotonic() < until and self.process.poll() is None:
            if self.answers():
                return self
            time.sleep(0.05)
        raise AssertionError(f"The server did not start:\n{self.said()}")

    def answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/healthz", timeout=2):  # noqa: S310  our own address
                return True
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return False

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self) -> int:
        if self.process.poll() is None:
            self.process.terminate()
        try:
            return self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait()

    def said(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")
