"""manage.py screen: what the screen says of texts, as JSON lines. Needs no database."""

import json
import sys
from argparse import ArgumentParser
from typing import Any, TextIO

from django.core.management.base import BaseCommand, CommandError

from moderation import policy
from moderation.judge import judge
from moderation.screen.judge import ready
from moderation.screen.types import Finding, Label, Text
from people.models import Role

MOST_PARTS = 8  # of what the learned part saw; the rest weighs little


class Command(BaseCommand):
    help = 'Reads {"id", "text", "title"?, "role"?, "place"?, "reply_to"?} a line; writes labels, findings, outcome.'
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--with-terms", action="store_true", help="also the words that each finding covers")
        parser.add_argument(
            "--explain", action="store_true", help="also what each finding weighs, and of what the sum is made"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        for number, line in enumerate(_lines(sys.stdin), start=1):
            if line.strip():
                row = self._row(line, number)
                self.stdout.write(json.dumps(self._said(row, options), ensure_ascii=False))

    def _row(self, line: str, number: int) -> dict[str, Any]:
        try:
            row = json.loads(line)
        except (json.JSONDecodeError, RecursionError) as error:
            raise CommandError(f"line {number} is not JSON") from error
        if not isinstance(row, dict) or "id" not in row or not isinstance(row.get("text"), str):
            raise CommandError(f'line {number} needs "id" and "text"')
        if row.get("role", "patient") not in Role.values:
            raise CommandError(f"line {number}: unknown role")
        if row.get("place", "board") not in policy.PRESENT_PLACES:
            raise CommandError(f"line {number}: unknown place")
        return row

    def _said(self, row: dict[str, Any], options: dict[str, Any]) -> dict[str, Any]:
        text = Text(body=row["text"], title=str(row.get("title") or ""), reply_to=str(row.get("reply_to") or ""))
        found = judge(text, role=row.get("role", "patient"), place=row.get("place", "board"))
        verdict = found.verdict
        return {
            "id": row["id"],
            "labels": sorted(verdict.labels),
            "scores": {label.value: round(float(verdict.scores.get(label, 0.0)), 4) for label in Label},
            "outcome": found.decision.outcome.value,
            "findings": [self._finding(one, text, options) for one in verdict.findings],
            "version": verdict.version,
        }

    def _finding(self, one: Finding, text: Text, options: dict[str, Any]) -> dict[str, Any]:
        row: dict[str, Any] = {
            "label": one.label,
            "kind": one.kind,
            "rule": one.rule,
            "field": one.field,
            "start": one.start,
            "end": one.end,
            "why": one.why,
        }
        if options["with_terms"]:
            row["term"] = {"body": text.body, "title": text.title}.get(one.field, "")[one.start : one.end]
        if options["explain"]:
            row |= {"weight": round(one.weight, 3), "flag": one.flag, "urgency": one.urgency}
        if options["explain"] and one.rule == "learned" and one.label:
            passage, learned = ready().read(text), ready().learned
            parts = learned.parts(passage, one.label, learned.judge(passage)[one.label].sentence)
            row["parts"] = dict(parts[:MOST_PARTS])
        return row


def _lines(stream: TextIO) -> TextIO:
    """Standard input as UTF-8, whatever the locale says; broken bytes become replacement characters."""
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure:
        reconfigure(encoding="utf-8", errors="replace")
    return stream
