"""Log lines hold ids and kinds of trouble, never what a person typed."""

import logging


class NoWords(logging.Filter):
    """Keeps query strings and request objects (whose form data are words) out of every record."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.__dict__.pop("request", None)
        if record.name.startswith("django.request") and isinstance(record.args, tuple):
            record.args = tuple(str(one).split("?", 1)[0] if isinstance(one, str) else one for one in record.args)
        return True


class PlainFormatter(logging.Formatter):
    """A traceback with the places in the code, and the exception's type without its message."""

    def formatException(self, ei: object) -> str:
        kind, _value, trace = ei  # type: ignore[misc]
        places = []
        while trace is not None:
            code = trace.tb_frame.f_code
            places.append(f"  {code.co_filename}:{trace.tb_lineno} {code.co_name}")
            trace = trace.tb_next
        return "\n".join([*places, f"  {kind.__name__ if kind else '?'} (message left out: it may quote words)"])
