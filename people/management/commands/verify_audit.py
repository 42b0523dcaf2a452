"""manage.py verify_audit: is the chain of acts whole?"""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from people.audit import START, faults
from people.models import ChainHead


class Command(BaseCommand):
    help = (
        "Exit 0 when no act was changed, removed, inserted or swapped; else exit 1 and table:id of the first bad row."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--head", metavar="FILE", help="a head kept outside the database, to compare with")

    def handle(self, *args: Any, **options: Any) -> None:
        first = next(faults(expected_head=self._kept(options["head"])), None)
        if first is not None:
            self.stdout.write(first)
            raise SystemExit(1)
        head = ChainHead.objects.filter(pk=1).first()
        self.stdout.write(head.hash if head else START)

    def _kept(self, file: str | None) -> str:
        return Path(file).read_text(encoding="ascii").strip() if file else ""
