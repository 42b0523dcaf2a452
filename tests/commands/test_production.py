"""MODE=production starts only with every value given and safe; development starts with nothing."""

import json
import subprocess
import sys

import pytest

from tests.commands.running import ROOT, environment, manage

SAFE = {
    "MODE": "production",
    "SECRET_KEY": "k9-" + "vR7!pQ2xZ" * 7,
    "ALLOWED_HOSTS": "forum.example.org",
    "ORIGINS": "https://forum.example.org",
    "DATABASE_URL": "postgres://half:word@db.example.org:5432/half",
    "EMAIL_HOST": "mail.example.org",
    "MAIL_FROM": "forum@example.org",
}
UNSAFE = {
    "no key": ({"SECRET_KEY": ""}, "SECRET_KEY of 50 characters or more"),
    "a short key": ({"SECRET_KEY": "k" * 49}, "SECRET_KEY of 50 characters or more"),
    "no host": ({"ALLOWED_HOSTS": ""}, "ALLOWED_HOSTS, without *"),
    "blank hosts": ({"ALLOWED_HOSTS": " , ,"}, "ALLOWED_HOSTS, without *"),
    "any host": ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS, without *"),
    "any host below": ({"ALLOWED_HOSTS": "forum.example.org,*.example.org"}, "ALLOWED_HOSTS, without *"),
    "no origin": ({"ORIGINS": ""}, "ORIGINS, each https://"),
    "a plain origin": ({"ORIGINS": "https://forum.example.org,http://forum.example.org"}, "ORIGINS, each https://"),
    "any origin": ({"ORIGINS": "https://*.example.org"}, "ORIGINS, each https://"),
    "no database": ({"DATABASE_URL": ""}, "DATABASE_URL"),
    "no mail host": ({"EMAIL_HOST": ""}, "EMAIL_HOST"),
    "no sender": ({"MAIL_FROM": " "}, "MAIL_FROM"),
    "no encryption": ({"TLS": "false"}, "TLS=true"),
    "encryption unclear": ({"TLS": "perhaps"}, "TLS must be true or false"),
    "another database": ({"DATABASE_URL": "mysql://db/half"}, "DATABASE_URL must start with"),
    "a mode that is none": ({"MODE": "prod"}, "MODE must be development or production"),
}
TRY = """
import importlib, json, os, sys
for given in json.load(sys.stdin):
    os.environ.update({name: "" for name in %r} | {"TLS": ""} | given["env"])
    if not os.environ["TLS"]:
        del os.environ["TLS"]
    for name in [one for one in sys.modules if one.startswith("config")]:
        del sys.modules[name]
    try:
        told = importlib.import_module("config.settings")
        print(json.dumps([given["name"], "started", told.DEBUG]))
    except Exception as error:
        print(json.dumps([given["name"], type(error).__name__, str(error)]))
"""


@pytest.fixture(scope="module")
def starts(tmp_path_factory):
    """What the settings say in each environment: name -> (outcome, words)."""
    given = [{"name": "safe", "env": SAFE}, {"name": "empty", "env": {"MODE": "development"}}]
    given += [{"name": name, "env": SAFE | change} for name, (change, _told) in UNSAFE.items()]
    ended = subprocess.run(
        [sys.executable, "-c", TRY % (list(SAFE),)],
        cwd=ROOT,
        env=environment(tmp_path_factory.mktemp("settings")),
        input=json.dumps(given),
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return {name: tuple(rest) for name, *rest in map(json.loads, ended.stdout.splitlines())}


def test_with_every_value_given_and_safe_it_starts(starts):
    assert starts["safe"] == ("started", False)


def test_development_starts_with_nothing_and_shows_no_insides_either(starts):
    assert starts["empty"] == ("started", False)


@pytest.mark.parametrize("name", UNSAFE)
def test_it_refuses_to_start_with(starts, name):
    outcome, told = starts[name]
    assert outcome == "ImproperlyConfigured"
    assert UNSAFE[name][1] in told
    for value in UNSAFE[name][0].values():
        assert len(value) < 10 or value not in told  # the name, never the content


@pytest.fixture(scope="module")
def production(tmp_path_factory):
    folder = tmp_path_factory.mktemp("production")
    return folder, SAFE | {"DATABASE_URL": f"sqlite:///{folder}/db.sqlite3"}


def test_a_well_set_production_passes_every_check(production):
    folder, env = production
    ended = manage("check", "--deploy", "--fail-level", "WARNING", data=folder, **env)
    assert ended.returncode == 0, ended.stderr
    assert "no issues" in ended.stdout


def test_the_demo_does_not_run_there(production):
    folder, env = production
    ended = manage("demo", "--data", str(folder / "demo"), data=folder, **env)
    assert ended.returncode == 1
    assert ended.stderr.strip() == "CommandError: The demo does not run with MODE=production."
    assert not (folder / "demo").exists()


def test_an_unsafe_production_ends_with_one_clear_line(tmp_path):
    ended = manage("check", data=tmp_path, MODE="production")
    assert ended.returncode != 0
    assert (
        ended.stderr.strip()
        .splitlines()[-1]
        .endswith(
            "MODE=production needs: SECRET_KEY of 50 characters or more; ALLOWED_HOSTS, without *; "
            "ORIGINS, each https://; DATABASE_URL; EMAIL_HOST; MAIL_FROM"
        )
    )
