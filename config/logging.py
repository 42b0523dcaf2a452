"""Log lines hold ids and kinds of trouble, never what a person typed."""

import logging
import traceback
from typing import Any


class NoWords(logging.Filter):
    """Keeps query strings and request objects (whose form data are words) out of every record."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.__dict__.pop("request", None)
        if record.name.startswith("django.request") and isinstance(record.args, tuple):
            record.args = tuple(str(one).split("?", 1)[0] if isinstance(one, str) else one for one in record.args)
        return True


class PlainFormatter(logging.Formatter):
    """A traceback with the places in the code, and the exception's type without its message."""

    def formatException(self, ei: Any) -> str:
        kind, _value, trace = ei
        places = [f"  {one.filename}:{one.lineno} {one.name}" for one in traceback.extract_tb(trace)]
        name = kind.__name__ if kind else "?"
        return "\n".join([*places, f"  {name} (message left out: it may quote words)"])
