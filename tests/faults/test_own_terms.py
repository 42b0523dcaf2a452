"""A nurse's own term, added at one process, holds at the other at once; taken away by two people, it is gone there."""

import time
import uuid

from tests.faults.people import ask, post
from tests.serving import Base, Server

AT_ONCE = 5  # seconds: the promise
WORDS = "I have a flarestop at home, number"
CLINICIANS = """
from demo.management.commands.seed import Command
from people.models import Centre, Person, Role
from people.verbs import grant
here, made = Centre.objects.get(), []
for name in ("nina", "omar"):
    made.append(Person.objects.make(email=f"{name}@seed.example", pseudonym=name, centre=here, language="en"))
    grant(person=made[-1], role=Role.NURSE, by=None)
print(*Command()._sessions(made), sep="\\n")
"""


def _says(server: Server, base: Base, number: int) -> tuple[str, str]:
    """A member hands the words in at this process: what became of them, under which version."""
    status = post(server, base.cookies[number], base.thread, f"{WORDS} {number}.", uuid.uuid4())
    assert status in {201, 202}, status
    asked = f"SELECT state, screen_version FROM moderation_submission WHERE text = '{WORDS} {number}.'"  # noqa: S608
    found = base.rows(asked)
    return str(found[0][0]), str(found[0][1])


def test_a_term_added_at_one_process_holds_at_the_other_and_goes_there_too(base, serve):
    nina, omar = base.manage("shell", "-v", "0", "-c", CLINICIANS).split("\n")[-3:-1]
    here, there = serve(), serve()
    assert _says(there, base, 1)[0] == "published"  # the other process knows the centre without the term

    term = {"words": "flarestop", "what": "M1", "reason": "It is sold at the door."}
    _status, page = ask(here, nina, "/desk/terms/", term)
    checked = page.split('name="checked" value="')[1].split('"')[0]
    assert ask(here, nina, "/desk/terms/", {**term, "checked": checked})[0] == 302
    added = time.monotonic()
    state, version = _says(there, base, 2)
    assert time.monotonic() - added < AT_ONCE
    assert state == "waiting"
    assert "+" in version
    assert _says(here, base, 3) == (state, version)

    one = base.rows("SELECT id FROM moderation_term")[0][0]
    assert ask(here, nina, f"/desk/terms/{one}/", {"act": "propose", "reason": "The shop is gone."})[0] == 302
    assert _says(there, base, 4) == (state, version)
    assert ask(here, omar, f"/desk/terms/{one}/", {"act": "agree"})[0] == 302
    assert [_says(server, base, 5 + number)[0] for number, server in enumerate((there, here))] == ["published"] * 2
