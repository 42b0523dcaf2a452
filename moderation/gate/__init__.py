"""The only way in. Whatever members read was written into the readers' tables by these verbs."""

from moderation.gate.importing import import_published
from moderation.gate.reporting import report, rule_report
from moderation.gate.ruling import answer_care_card, ask_nurse, looked_at, rule, suspend, take_back, undo, withdraw
from moderation.gate.submitting import submit

__all__ = [
    "answer_care_card",
    "ask_nurse",
    "import_published",
    "looked_at",
    "report",
    "rule",
    "rule_report",
    "submit",
    "suspend",
    "take_back",
    "undo",
    "withdraw",
]
