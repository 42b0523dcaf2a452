"""manage.py invite: codes for the cards that a centre hands out. They are shown here, once; only hashes are kept."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from people.joining import VALID_FOR, invite
from people.models import Centre

MOST = 500


class Command(BaseCommand):
    help = f"Prints invitation codes of a centre, each good for {VALID_FOR.days} days."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--centre", type=int, required=True, help="the centre's number")
        parser.add_argument("--uses", type=int, default=1, help="how many people may join with one code (default: 1)")
        parser.add_argument("--codes", type=int, default=1, help=f"how many codes (default: 1, at most {MOST})")

    def handle(self, *args: Any, **options: Any) -> None:
        centre = Centre.objects.filter(pk=options["centre"]).first()
        if centre is None:
            known = ", ".join(f"{one.pk} ({one.name})" for one in Centre.objects.order_by("pk"))
            raise CommandError(f"No centre has this number. Known are: {known or 'none'}.")
        if not 0 < options["uses"] <= MOST or not 0 < options["codes"] <= MOST:
            raise CommandError(f"--uses and --codes are numbers from 1 to {MOST}.")
        for _number in range(options["codes"]):
            self.stdout.write(invite(centre=centre, by=None, uses=options["uses"]))
