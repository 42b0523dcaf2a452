"""The rules of the house, each with what to do about it when it is broken."""

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from django.core.management import call_command
from django.template import Library, engines
from django.urls import URLPattern, get_resolver, reverse

from moderation import gate
from tests.source import APPS, ROOT, Module, modules, templates, whole_chains

READERS_TABLES = {"Post", "Thread", "Event", "TaggedThread", "SearchEntry", "LiveSession", "Seat", "Notice", "SameHere"}
RELATED = {"posts", "threads", "events", "replies", "tags", "tagged_items"}
WRITES = {
    "create",
    "acreate",
    "bulk_create",
    "get_or_create",
    "update_or_create",
    "update",
    "aupdate",
    "bulk_update",
    "delete",
    "save",
    "set",
    "add",
    "remove",
    "clear",
}
GATE = "moderation/gate/"

# Where Post or Thread is asked without starting at who may see it, and why that is sound.
READS_WITHOUT_VISIBLE_TO = {
    "forum/models.py": "defines visible_to, and counts inside threads that are visible",
    "forum/search.py": "entries of posts that are visible, in one query",
    "forum/rows.py": "subqueries inside threads that are visible",
    "realtime/reading.py": "one reading for all who listen to a thread; each was let in through visible_to",
    "notifications/receivers.py": "ids, in the transaction that moved them; each is asked again at sending",
    "notifications/rounds.py": "who may have something to hear; what they may see is asked again at sending",
    "moderation/management/commands/rescreen.py": "the operator's command: reads all that is published, prints ids",
    "demo/": "makes the demo's community",
}
STARTS = {"visible_to", "known_to", "judged_by", "questions_for", "new_for"}

# The only arrows that rise: a page of the forum asks an upper app's tags for what stands beside its own.
RISERS = {
    "gate": {"waiting_words", "reply_form", "post_actions", "new_post_actions"},
    "follows": {"follow_button"},
}
LOADED_FROM_ABOVE = {"forum/thread.html": {"gate"}, "forum/_live.html": {"gate"}, "forum/board.html": {"follows"}}
FROM_DJANGO = {"i18n", "l10n", "static", "tz", "cache"}


def outside(*prefixes: str) -> list[Module]:
    return [one for one in modules() if not one.path.startswith(prefixes)]


def run(*command: str) -> str:
    """Output of a tool of this environment; fails the test with it when the tool complains."""
    tool = Path(sys.executable).with_name(command[0])
    done = subprocess.run([str(tool), *command[1:]], cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}{done.stderr}"
    return done.stdout


# Directions


def test_each_app_imports_only_what_stands_below_it():
    run("lint-imports", "--no-cache")


def test_every_app_has_its_place_in_the_contract():
    contract = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    layers = {one.strip() for layer in contract["contracts"][0]["layers"] for one in layer.split("|")}
    assert set(APPS) == set(contract["root_packages"]) == layers


def test_one_module_knows_how_words_become_html():
    for module in modules():
        if module.path != "moderation/render.py":
            found = [one for one in module.imports() if one.split(".")[0] in {"bleach", "markdown_it"}]
            assert not found, f"{module} imports {found}: ask moderation.render instead"


def test_pages_of_the_forum_load_only_the_tags_that_may_rise():
    loaded = {}
    for name, text in templates().items():
        own = set(" ".join(re.findall(r"{%\s*load ([\w ]+?)\s*%}", text)).split()) - FROM_DJANGO
        if own:
            loaded[name] = own
    risen = {name: own for name, own in loaded.items() if name.startswith("forum/") or "/" not in name}
    assert risen == LOADED_FROM_ABOVE, "a lower page asks an upper app: list the tag here, with at most one query"


def test_the_tags_that_rise_are_known_by_name():
    for name, tags in RISERS.items():
        library = engines["django"].engine.template_libraries[name]
        assert isinstance(library, Library)
        assert set(library.tags) == tags
        assert not library.filters


# Writing


def _writes_of(module: Module) -> list[str]:
    """Lines that write a readers' table: through the class, through a relation, or by making a row and saving it."""
    found = []
    for line, names in whole_chains(module):
        root, last = names[0], names[-1]
        if last not in WRITES:
            continue
        through_class = root in READERS_TABLES and "objects" in names
        through_relation = any(one in RELATED for one in names[:-1])
        a_row = last in {"save", "delete"} and any(
            re.fullmatch(r"(?:\w+_)?(?:post|thread|event)s?", one) for one in names[:-1]
        )
        if through_class or through_relation or a_row:
            found.append(f"{module}:{line} {'.'.join(names)}")
    return found


def test_only_the_gate_writes_posts_threads_and_events():
    found = [line for module in outside(GATE) for line in _writes_of(module)]
    assert not found, "words reach readers only through moderation.gate:\n" + "\n".join(found)


def test_only_the_gate_makes_posts_threads_and_events():
    found = []
    for module in outside(GATE):
        known = READERS_TABLES & {one.rsplit(".", 1)[-1] for one in module.imports() if one.startswith("forum.models.")}
        made = (node for node in ast.walk(module.tree) if isinstance(node, ast.Call))
        found += [
            f"{module}:{node.lineno}" for node in made if isinstance(node.func, ast.Name) and node.func.id in known
        ]
    assert not found, "words reach readers only through moderation.gate:\n" + "\n".join(found)


def test_the_search_for_writes_finds_them_in_the_gate():
    """The rule above would be worth nothing if it could not see."""
    seen = "\n".join(line for module in modules() if module.path.startswith(GATE) for line in _writes_of(module))
    for expected in (
        "Post.objects.create",
        "Thread.objects.create",
        "Event.objects.create",
        "post.save",
        "thread.save",
    ):
        assert expected in seen
    for expected in ("thread.tags.set", "thread.tags.clear", "Post.objects.bulk_create"):
        assert expected in seen


def test_nobody_speaks_sql_past_the_rules():
    spoken = {"config/views.py": "healthz asks SELECT 1", "forum/search.py": "full text; the query is a parameter"}
    for module in outside(*spoken):
        found = [line for line, names in whole_chains(module) if {"cursor", "raw", "executescript"} & set(names[1:])]
        found += [line for line, names in whole_chains(module) if names[-1] == "RawSQL"]
        assert not found, f"{module}:{found}: ask through the models"


def test_the_gates_verbs_are_all_there():
    assert set(gate.__all__) >= {"submit", "rule", "withdraw", "undo", "take_back", "import_published"}
    assert all(callable(getattr(gate, one)) for one in gate.__all__)


# Reading


def test_reading_starts_at_who_may_see_it():
    found = []
    for module in outside(GATE, *READS_WITHOUT_VISIBLE_TO):
        for line, names in whole_chains(module):
            if names[0] in {"Post", "Thread", "Board"} and names[1:2] == ["objects"] and names[2:3]:
                if names[2] not in STARTS:
                    found.append(f"{module}:{line} {'.'.join(names[:3])}")
            elif names[0] in {"Event", "TaggedThread", "SearchEntry"} and names[1:2] == ["objects"]:
                found.append(f"{module}:{line} {'.'.join(names[:3])}")
            elif {"posts", "threads", "events"} & set(names[1:-1]):
                found.append(f"{module}:{line} {'.'.join(names)}")
    assert not found, "start at visible_to(person), or list the file here with a reason:\n" + "\n".join(found)


def _patterns() -> list[URLPattern]:
    found = []

    def walk(patterns: list[object]) -> None:
        for one in patterns:
            if isinstance(one, URLPattern):
                found.append(one)
            else:
                walk(one.url_patterns)  # type: ignore[attr-defined]

    walk(get_resolver().url_patterns)
    return found


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_the_forums_pages_answer_only_to_reading(client, nina, board, thread, tags, method):
    known = {"slug": {"board": board.slug, "tag": tags[0]}, "thread_id": thread.pk}
    client.force_login(nina)
    views = [one for one in _patterns() if one.callback.__module__.startswith("forum.")]
    assert len(views) >= 5
    for one in views:
        values = {name: known[name] for name in one.pattern.converters}
        filled = {name: value[one.name] if isinstance(value, dict) else value for name, value in values.items()}
        address = reverse(one.name, kwargs=filled)
        assert getattr(client, method)(address).status_code == 405, f"{address}: @require_safe comes first"
        assert client.get(address).status_code == 200


# Templates


def test_no_script_and_no_style_stands_in_a_template():
    for name, text in templates().items():
        text = re.sub(r"{% comment %}.*?{% endcomment %}", "", text, flags=re.DOTALL)
        assert not re.search(r"<script(?![^>]*\ssrc=)", text), f"{name}: put the script into static/js"
        assert not re.search(r"<style|\sstyle\s*=", text), f"{name}: put the style into static/css"
        assert not re.search(r"<[^>]*\son[a-z]+\s*=", text), f"{name}: listen in static/js"
        assert "javascript:" not in text, name


def test_nothing_is_fetched_from_another_house():
    for name, text in templates().items():
        for address in re.findall(r"(?:src|href|action)=[\"'](https?:)?//[^\"']+", text):
            assert "src" not in address, name
        assert not re.search(r"<(?:script|link|img|iframe)[^>]+(?:src|href)=[\"'](?:https?:)?//", text), name


def test_only_html_that_the_gate_rendered_is_called_safe():
    safe = {(name, what) for name, text in templates().items() for what in re.findall(r"{{\s*([\w.]+)\|safe", text)}
    assert safe <= {
        ("_post.html", "post.html"),
        ("_post.html", "post.note_html"),
        ("_waiting.html", "item.html"),
        ("moderation/_present.html", "present.html"),
        ("moderation/words.html", "item.html"),
        ("room/_around.html", "agenda.html"),
        ("room/_around.html", "summary.html"),
        ("sessions/lobby.html", "about.html"),
        ("sessions/lobby.html", "summary.html"),
        ("desk/item.html", "submission.html"),
        ("desk/item.html", "submission.target.html"),
        ("desk/item.html", "hidden.html"),
        ("desk/reports.html", "source.html"),
        ("desk/reports.html", "was.html"),
    }, "words come out of moderation.render, and nothing else is html"
    for module in outside("moderation/spans.py"):
        found = [one for one in module.imports() if one.endswith(("mark_safe", "SafeString", "format_html"))]
        assert not found, f"{module}: html is made in templates"


# Tools


@pytest.mark.parametrize(
    "command", [("ruff", "check", "--output-format=concise", "."), ("ruff", "format", "--check", "."), ("mypy", ".")]
)
def test_the_tools_have_nothing_to_say(command):
    run(*command)


def test_the_migrations_are_the_models(db):
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_no_file_grows_beyond_four_hundred_lines():
    files = [ROOT / one.path for one in modules()]
    files += [*(ROOT / "templates").rglob("*.html"), *(ROOT / "static").rglob("*.js")]
    files += (ROOT / "tests").rglob("*.py")
    long = {str(one.relative_to(ROOT)): count for one in files if (count := len(one.read_text().splitlines())) > 400}
    assert not long, f"split by subject: {long}"


def test_no_module_is_called_after_nothing():
    vague = {"utils.py", "helpers.py", "services.py", "common.py", "misc.py"}
    assert not [str(one) for one in modules() if Path(one.path).name in vague]
