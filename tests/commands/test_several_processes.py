"""What several server processes cannot share is refused by the system checks."""

import pytest

from tests.commands.running import manage

SHARED = {"DATABASE_URL": "postgres://half:word@db.example.org/half", "REDIS_URL": "redis://redis.example.org"}


@pytest.mark.parametrize(
    ("env", "refusals"),
    [
        ({"PROCESSES": "1"}, set()),
        ({"PROCESSES": "2"}, {"halfaword.E001", "halfaword.E002"}),
        ({"PROCESSES": "2", "DATABASE_URL": SHARED["DATABASE_URL"]}, {"halfaword.E001"}),
        ({"PROCESSES": "2", "REDIS_URL": SHARED["REDIS_URL"]}, {"halfaword.E002"}),
        ({"PROCESSES": "2", **SHARED}, set()),
    ],
)
def test_a_file_and_a_memory_of_ones_own_are_refused_to_several(tmp_path, env, refusals):
    told = manage("check", data=tmp_path, **env)
    assert told.returncode == (1 if refusals else 0), told.stderr
    assert {one for one in ("halfaword.E001", "halfaword.E002") if one in told.stderr} == refusals
