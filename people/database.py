"""What both databases can do, under one name."""

from typing import Any

from django.db.models import Aggregate, CharField

SEPARATOR = "\x1f"  # ASCII's own unit separator: no cleaned words and no JSON text can hold it


class JoinedText(Aggregate):
    """The values of a text column joined by SEPARATOR; NULL where there are none."""

    function = "GROUP_CONCAT"
    template = "%(function)s(%(expressions)s, char(31))"
    output_field = CharField()

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        there = self.copy()
        there.function, there.template = "STRING_AGG", "%(function)s((%(expressions)s)::text, chr(31))"
        return Aggregate.as_sql(there, compiler, connection, **extra)


def split(joined: str | None) -> list[str]:
    """The values that JoinedText joined."""
    return [one for one in (joined or "").split(SEPARATOR) if one]
