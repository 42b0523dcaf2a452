"""manage.py demo, as a process of its own: it starts, serves, keeps what it holds, and stops."""

import http.cookiejar
import signal
import socket
import sqlite3
import urllib.error
import urllib.parse
import urllib.request

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from tests.commands.running import Demo, free_port, listening
from tests.page import Page, filled

WORD = "a word of this test"


class Visitor:
    """A browser without scripts."""

    def __init__(self, demo, host="127.0.0.1"):
        self.demo, self.host = demo, host
        self.opener = urllib.request.build_opener(
            urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()), urllib.request.ProxyHandler({})
        )

    def get(self, path):
        with self.opener.open(self.demo.url(path, self.host), timeout=30) as answer:
            return Page(answer.read().decode())

    def send(self, form, **typed):
        request = urllib.request.Request(  # noqa: S310
            self.demo.url(form.action, self.host),
            data=urllib.parse.urlencode(filled(form, **typed), doseq=True).encode(),
            headers={"Origin": f"http://{self.host}:{self.demo.port}"},
        )
        with self.opener.open(request, timeout=30) as answer:
            return Page(answer.read().decode())

    def log_in(self, name, password):
        form = self.get("/accounts/login/").form("/accounts/login/")
        return self.send(form, login=f"{name}@demo.example", password=password)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("demo") / "data"


@pytest.fixture(scope="module")
def demo(folder):
    """One demo for all tests that only read it; it must end well, too."""
    running = Demo(folder, DEMO_PASSWORD=WORD).ready()
    yield running
    if running.process.poll() is None:
        assert running.stop() == 0


def test_it_prints_the_address_the_password_and_every_account(demo):
    assert f"http://127.0.0.1:{demo.port}/" in demo.said
    assert WORD in demo.said
    assert "invented" in demo.said
    for name in ("alice", "bob", "maya", "nina", "omar", "rhea", "fien", "carl", "cora"):
        assert f"{name}@demo.example" in demo.said
    assert "Traceback" not in demo.said


def test_it_prints_a_code_with_which_somebody_new_joins(demo):
    visitor = Visitor(demo)
    code = demo.said.rpartition("with the code ")[2].split()[0]
    page = visitor.send(next(one for one in visitor.get("/join/").forms if "code" in one.values), code=code)
    page = visitor.send(next(one for one in page.forms if "text" in one.values))
    form = next(one for one in page.forms if "email" in one.values)
    page = visitor.send(form, email="somebody@example.org", password="seven quiet herons", adult="on")
    assert page.composer.value("body") == ""
    assert "Welcome, " in page.text


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_people_log_in_by_the_form_under_both_names(demo, host):
    visitor = Visitor(demo, host)
    assert "Half a word is enough" in visitor.get("/").headings
    assert any(one.startswith("Hello, ") for one in visitor.log_in("alice", WORD).headings)
    assert "Choose a theme" in visitor.get("/boards/").headings


def test_a_wrong_password_is_told_and_opens_nothing(demo):
    visitor = Visitor(demo)
    assert "That did not work" in visitor.log_in("alice", "half-a-word").headings
    assert "Half a word is enough" in visitor.get("/").headings


def test_it_says_on_every_page_that_it_is_a_demo(demo):
    for path in ("/", "/policy/", "/accounts/login/"):
        assert "This is a demo. All people and posts are invented." in Visitor(demo).get(path).text


def test_boards_conversations_and_the_desk_are_full_of_life(demo):
    nina = Visitor(demo)
    home = nina.log_in("nina", WORD)
    boards = [to for to, _said in home.links if to.startswith("/boards/") and to != "/boards/"]
    assert len(boards) > 4
    threads = [to for to, _said in nina.get(boards[0]).links if to.startswith("/threads/")]
    assert threads
    assert "post-1" in nina.get(threads[0]).ids
    assert [to for to, _said in nina.get("/desk/").links if to.startswith("/desk/words/")]


def test_it_is_honest_about_other_hosts_and_unknown_pages(demo):
    for path, headers, status in (("/", {"Host": "evil.example"}, 400), ("/nothing/", {}, 404)):
        request = urllib.request.Request(demo.url(path), headers=headers)  # noqa: S310
        with pytest.raises(urllib.error.HTTPError) as answer:
            urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=30)
        assert answer.value.code == status
        answer.value.close()


def test_five_megabytes_and_broken_bytes_get_a_page_from_the_real_server_too(demo):
    alice = Visitor(demo)
    alice.log_in("alice", WORD)
    form = alice.get(next(to for to, _said in alice.get("/boards/").links if to.count("/") == 3) + "new/").composer
    for body, status, told in (
        ("y" * 5_000_000, 413, "We have not kept it."),
        ("y" * 1_000_000, 400, "This is longer than 10,000 characters."),
        ("\x00\u200b", 400, "Write something first."),
    ):
        with pytest.raises(urllib.error.HTTPError) as answer:
            alice.send(form, title="Jars", body=body)
        assert answer.value.code == status
        assert told in Page(answer.value.read().decode()).text
        answer.value.close()


def test_its_pages_have_their_styles(demo):
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(
        demo.url("/static/css/base.css"), timeout=30
    ) as answer:
        assert answer.status == 200
        assert answer.headers["Content-Type"].startswith("text/css")


def test_it_runs_on_this_machine_only(demo):
    own = socket.gethostbyname(socket.gethostname())
    if own.startswith("127."):
        own = "127.0.0.2"
    with socket.socket() as probe:
        probe.settimeout(2)
        assert probe.connect_ex((own, demo.port)) != 0


@pytest.fixture
def refused(tmp_path):
    """Why the demo does not start (in this process: it says so before it touches anything)."""

    def start(**options):
        with pytest.raises(CommandError) as refusal:
            call_command("demo", **({"data": str(tmp_path / "other")} | options))
        return str(refusal.value)

    return start


def test_a_port_in_use_is_a_clear_word(demo, refused):
    assert refused(port=demo.port).startswith(f"Port {demo.port} cannot be used here.")


def test_a_port_that_is_none_is_a_clear_word(refused, monkeypatch):
    assert refused(port=70_000).startswith("Port 70000 cannot be used here.")
    monkeypatch.setenv("PORT", "eight")
    assert refused() == "PORT must be a number."


def test_a_folder_with_another_database_is_left_alone_even_when_asked_to_start_over(refused, tmp_path):
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "db.sqlite3").write_bytes(b"letters")
    assert "holds a database that the demo did not make" in refused(port=free_port(), data=str(folder), fresh=True)
    assert {one.name: one.read_bytes() for one in folder.iterdir()} == {"db.sqlite3": b"letters"}


def test_it_keeps_its_data_over_a_restart_takes_a_new_password_and_starts_over_when_asked(demo, folder):
    """The last of this file: it stops the shared demo and starts it again: by SIGTERM, then as by Ctrl+C."""
    alice = Visitor(demo)
    alice.log_in("alice", WORD)
    form = alice.get("/boards/").links
    board = next(to for to, _said in form if to.startswith("/boards/") and to != "/boards/")
    composer = alice.get(f"{board}new/").composer
    alice.send(composer, title="The blue chair", body="We sat in the garden this morning.")
    assert demo.stop(signal.SIGTERM) == 0
    assert not listening(demo.port)

    again = Demo(folder, port=demo.port, DEMO_PASSWORD="another word").ready()
    try:
        alice = Visitor(again)
        assert "That did not work" in alice.log_in("alice", WORD).headings
        alice.log_in("alice", "another word")
        assert "The blue chair" in alice.get(board).text
    finally:
        code = again.stop(signal.SIGINT)
    assert code == 0
    assert not listening(again.port)
    assert "Traceback" not in again.said

    (folder / "my-notes.txt").write_text("mine", encoding="utf-8")
    fresh = Demo(folder, "--fresh", port=demo.port)
    fresh.until("Making a small community")  # the old one is gone; making the new one again would only take time
    assert fresh.stop(signal.SIGTERM) != 0
    with sqlite3.connect(folder / "db.sqlite3") as database:
        (people,) = database.execute("SELECT count(*) FROM people_person").fetchone()
    database.close()
    assert people == 0  # interrupted: no half community
    assert (folder / "my-notes.txt").read_text(encoding="utf-8") == "mine"
