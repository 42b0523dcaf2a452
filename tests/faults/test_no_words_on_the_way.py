"""Redis carries ids, and PostgreSQL's own log no values: no word stays on the way."""

import uuid

import pytest
from django.db import connection

from tests.faults.people import ask
from tests.serving import POSTGRES

ADVICE = "Just stop your methotrexate, you do not need it."
MARK = "zqwordzq"


def test_no_words_pass_through_redis_nor_stay_there_or_in_a_session(base, several, own_redis):
    server, *others = several(REDIS_URL=own_redis.url)
    nurse, (alice, bob, maya) = base.nurse(), base.cookies[:3]
    reply, said = f"/threads/{base.thread}/reply/", []

    def write(path: str, words: str, cookie: str = alice) -> None:
        form = {"body": f"{MARK}{len(said)} {words}", "title": f"{MARK} title", "client_key": str(uuid.uuid4())}
        said.append(ask([server, *others][len(said) % (1 + len(others))], cookie, path, form))

    with own_redis.listening() as heard:
        for words in ("My hands are cold every morning.", "It rains again.", ADVICE, ADVICE):
            write(reply, words)
        first, second = (
            str(uuid.UUID(str(one)))
            for (one,) in base.rows("SELECT id FROM forum_post WHERE text LIKE '%zq%' ORDER BY number")
        )
        write(f"/posts/{first}/edit/", "My feet are cold, too.")
        write(f"/posts/{first}/edit/", ADVICE)
        write("/boards/seeded-1/new/", "A question for everybody: how do you sleep?", bob)
        write(f"/drafts/reply:{base.thread}/save/", "Not handed in yet.", bob)
        said.append(ask(server, alice, f"/posts/{first}/withdraw/", {}))
        said.append(ask(server, maya, f"/posts/{second}/report/", {"reason": "could_harm"}))
        said.append(ask(server, bob, f"/posts/{second}/report/", {"reason": "unkind"}))
        said.append(ask(server, bob, f"/posts/{second}/mute/", {}))
        waiting = [
            uuid.UUID(str(one))
            for (one,) in base.rows("SELECT id FROM moderation_submission WHERE state = 'waiting' ORDER BY written_at")
        ]
        for one, verb in zip(waiting, ("published", "returned"), strict=False):
            form = {"outcome": verb, "reason": f"{MARK} reason"}
            said.append(ask(server, nurse, f"/desk/words/{one}/", form))
        said.append(ask(server, nurse, "/desk/reports/", {"post": second, "down": "1", "reason": f"{MARK} reason"}))
        said.append(ask(server, bob, f"/search/?q={MARK}"))
        said.append(ask(server, bob, "/accounts/logout/", {}))
    assert {status for status, _where in said} <= {200, 201, 202, 302}, [status for status, _where in said]
    assert len(waiting) >= 2
    texts = str(base.rows("SELECT text FROM moderation_submission"))
    assert texts.count(MARK) >= 6, "nothing was written: is this test blind?"
    assert sum(one.startswith("PUBLISH") for one in heard) >= 10, "no doorbell was heard: is this test deaf?"
    assert [one for one in heard if "zq" in one or "methotrexate" in one or "cold" in one] == []
    with own_redis.talk() as there:
        assert there.keys() == []
    sessions = base.manage(
        "shell", "-v", "0", "-c", "from django.contrib.sessions.models import Session as S\n"
        "print(*(one.get_decoded() for one in S.objects.all()))",
    )  # fmt: skip
    assert "_auth_user_id" in sessions
    assert "zq" not in sessions
    for one in (server, *others):
        assert "zq" not in one.said()


@pytest.mark.skipif(not POSTGRES, reason="SQLite keeps no log of its own")
@pytest.mark.django_db
def test_a_statement_reaches_postgresql_without_its_words():
    """Where one fails (the same key twice), PostgreSQL writes the statement into its log."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT query, %s::text FROM pg_stat_activity WHERE pid = pg_backend_pid()", [MARK])
        query, words = cursor.fetchone()
        cursor.execute("SHOW log_parameter_max_length_on_error")
        values = cursor.fetchone()
    assert words == MARK
    assert MARK not in query
    assert values == ("0",)
