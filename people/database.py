"""What both databases can do, under one name."""

from typing import Any

from django.db.models import Aggregate, CharField


class JoinedText(Aggregate):
    """Distinct values of a text column joined by commas; NULL where there are none. No value may hold a comma."""

    function = "GROUP_CONCAT"
    output_field = CharField()
    allow_distinct = False

    def as_sql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        return super().as_sql(compiler, connection, template="%(function)s(DISTINCT %(expressions)s)", **extra)

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        return super().as_sql(
            compiler,
            connection,
            function="STRING_AGG",
            template="%(function)s(DISTINCT %(expressions)s, ',')",
            **extra,
        )
