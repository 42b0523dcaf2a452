"""manage.py screen: texts as JSON lines in, labels, scores, findings and outcome out; no database anywhere."""

import io
import json

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from moderation.screen import VERSION
from moderation.screen.learned import LABELS, Learned, Telling
from moderation.screen.types import Kind, Label
from tests.commands.running import manage

ADVICE = "Just stop your methotrexate, you do not need it."
DANGER = "I cannot breathe and my chest hurts since an hour."


@pytest.fixture
def said(monkeypatch):
    """What the command answers to these rows (dictionaries, or lines as they are)."""

    def ask(*rows, **options):
        lines = (one if isinstance(one, str) else json.dumps(one) for one in rows)
        monkeypatch.setattr("sys.stdin", io.StringIO("\n".join(lines)))
        out = io.StringIO()
        call_command("screen", stdout=out, **options)
        return [json.loads(line) for line in out.getvalue().splitlines()]

    return ask


def test_it_needs_no_database_and_reads_and_writes_utf_8(tmp_path):
    rows = [
        {"id": 1, "text": "My hands are cold 🥶 every morning."},
        {"id": "deux", "text": "Arrête ton méthotrexate."},
        {"id": None, "text": ""},
    ]
    nowhere = "postgres://nobody:none@127.0.0.1:1/nothing"
    given = "\n".join(json.dumps(one, ensure_ascii=False) for one in rows) + "\n\n"
    ended = manage("screen", "--with-terms", data=tmp_path, given=given, DATABASE_URL=nowhere, LANG="C")
    assert (ended.returncode, ended.stderr) == (0, "")
    answers = [json.loads(line) for line in ended.stdout.splitlines()]
    assert [one["id"] for one in answers] == [1, "deux", None]
    assert "medication_advice" in answers[1]["labels"]
    assert "méthotrexate" in answers[1]["findings"][0]["term"]


def test_every_line_has_the_same_fields_and_a_score_for_every_label(said):
    harmless, advice = said({"id": 1, "text": "We sat in the garden."}, {"id": 2, "text": ADVICE})
    for one in (harmless, advice):
        assert set(one) == {"id", "labels", "scores", "outcome", "findings", "version"}
        assert set(one["scores"]) == {label.value for label in Label}
        assert all(0 <= score <= 1 for score in one["scores"].values())
        assert one["version"] == VERSION
    assert (harmless["labels"], harmless["findings"], harmless["outcome"]) == ([], [], "P")
    assert (advice["labels"], advice["outcome"]) == (["medication_advice"], "W")
    assert set(advice["findings"][0]) == {"label", "kind", "rule", "field", "start", "end", "why"}


@pytest.mark.parametrize("role", ["patient", "mentor", "nurse", "coordinator"])
@pytest.mark.parametrize("place", ["board", "live_alone", "private"])
def test_every_label_is_printed_whatever_the_outcome(said, role, place):
    (one,) = said({"id": 1, "text": ADVICE, "role": role, "place": place})
    assert one["labels"] == ["medication_advice"]


def test_role_and_place_change_the_outcome_and_nothing_else(said):
    patient, nurse, private = said(
        {"id": 1, "text": DANGER},
        {"id": 1, "text": DANGER, "role": "nurse"},
        {"id": 1, "text": DANGER, "place": "private"},
    )
    assert (patient["outcome"], nurse["outcome"], private["outcome"]) == ("W!", "P", "D")
    assert patient["labels"] == nurse["labels"] == private["labels"] == ["red_flag"]
    assert patient["findings"] == nurse["findings"]


def test_offsets_are_code_points_of_the_given_text(said):
    text = "🥶🥶 é ü. " + ADVICE
    (one,) = said({"id": 1, "text": text}, with_terms=True)
    assert one["findings"]
    for found in one["findings"]:
        assert text[found["start"] : found["end"]] == found["term"]
        assert "🥶" not in found["term"]


def test_terms_and_evidence_are_shown_when_asked_for(said):
    (plain,) = said({"id": 1, "text": DANGER})
    (explained,) = said({"id": 1, "text": DANGER}, explain=True)
    assert "term" not in plain["findings"][0]
    assert set(explained["findings"][0]) - set(plain["findings"][0]) == {"weight", "flag", "urgency"}
    assert explained["findings"][0]["kind"] == Kind.R1


def test_what_the_learned_part_saw_is_explained_word_by_word(said, monkeypatch):
    sure = {label: Telling(1.0, 0) for label in LABELS}
    monkeypatch.setattr(Learned, "judge", lambda self, passage: sure)
    (explained,) = said({"id": 1, "text": "I can't believe they still have you on Humira."}, explain=True)
    parts = next(one["parts"] for one in explained["findings"] if one["rule"] == "learned")
    assert 3 <= len(parts) <= 8
    assert all(" " in seen and weight for seen, weight in parts.items())


def test_the_title_is_screened_with_the_text(said):
    (one,) = said({"id": 1, "text": "What do you think?", "title": ADVICE})
    assert "medication_advice" in one["labels"]
    assert {found["field"] for found in one["findings"]} >= {"title"}


def test_an_empty_text_is_held(said):
    (one,) = said({"id": 1, "text": " \n"})
    assert (one["outcome"], [found["kind"] for found in one["findings"]]) == ("W", ["S"])


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("{", "line 2 is not JSON"),
        ("[" * 100_000, "line 2 is not JSON"),
        ("[]", 'line 2 needs "id" and "text"'),
        ('{"id": 1}', 'line 2 needs "id" and "text"'),
        ('{"text": "a"}', 'line 2 needs "id" and "text"'),
        ('{"id": 1, "text": 5}', 'line 2 needs "id" and "text"'),
        ('{"id": 1, "text": "a", "role": "king"}', "line 2: unknown role"),
        ('{"id": 1, "text": "a", "role": []}', "line 2: unknown role"),
        ('{"id": 1, "text": "a", "place": "moon"}', "line 2: unknown place"),
        ('{"id": 1, "text": "a", "place": {}}', "line 2: unknown place"),
    ],
)
def test_a_line_that_cannot_be_read_is_named(said, line, told):
    with pytest.raises(CommandError, match=told):
        said({"id": 1, "text": "We sat in the garden."}, line)


def test_surrogates_and_control_characters_break_nothing(said):
    (one,) = said('{"id": 1, "text": "cold \\ud800 \\u0000 hands"}', with_terms=True)
    assert one["outcome"] in {"P", "W"}
