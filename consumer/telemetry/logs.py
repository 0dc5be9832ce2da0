"""Logs: one JSON object a line, or plain lines for a person at a terminal; never a message's text.

An exception is told as its type and the places it passed through. Its own words are told only when the code
that raised it is known to keep user input out of them: ours, the operating system's and librdkafka's.
pydantic's words quote the input they refuse.
"""

import logging
import sys
from datetime import UTC, datetime
from traceback import extract_tb
from types import TracebackType
from typing import Any, Literal, TextIO

import orjson

LogFormat = Literal["json", "text"]
LogLevel = Literal["debug", "info", "warning", "error"]

_ORDINARY = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
"""What every record has; anything beside these was passed as `extra`."""
_TRUSTED_MODULES = ("consumer", "cimpl", "confluent_kafka")
_MAX_FRAMES = 20


class JsonFormatter(logging.Formatter):
    """A record as one JSON object: `ts`, `level`, `logger`, `message`, the extra fields, `error` if any."""

    def format(self, record: logging.LogRecord) -> str:
        """Encode the record; an extra value JSON does not know is told by its type's name alone."""
        line: dict[str, Any] = {
            "ts": _timestamp(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **_extra(record),
        }
        if record.exc_info and record.exc_info[1] is not None:
            line["error"] = describe_exception(record.exc_info[1])
        return orjson.dumps(line, default=_type_name, option=orjson.OPT_NON_STR_KEYS).decode()


class TextFormatter(logging.Formatter):
    """The same, for a person: time, level, message, then `name=value` for each extra field."""

    def format(self, record: logging.LogRecord) -> str:
        """One line, and one more for each exception of a chain."""
        fields = "".join(f" {name}={value}" for name, value in _extra(record).items())
        head = f"{_timestamp(record)} {record.levelname:<7} {record.name}: {record.getMessage()}{fields}"
        if record.exc_info and record.exc_info[1] is not None:
            chain = describe_exception(record.exc_info[1])
            return "\n".join([head, *(f"  {_as_text(error)}" for error in chain)])
        return head


def configure_logs(level: LogLevel, fmt: LogFormat, stream: TextIO | None = None) -> None:
    """Send every logger's records to `stream`, standard output unless given, and nowhere else."""
    handler = logging.StreamHandler(sys.stdout if stream is None else stream)
    handler.setFormatter(JsonFormatter() if fmt == "json" else TextFormatter())
    root = logging.getLogger()
    for old in root.handlers[:]:
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(level.upper())


def describe_exception(error: BaseException) -> list[dict[str, Any]]:
    """The exception and those it came from, the outermost first: type, trusted words, and the way it took."""
    described: list[dict[str, Any]] = []
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        told: dict[str, Any] = {"type": type(current).__name__, "at": _places(current.__traceback__)}
        if _is_trusted(current):
            told["text"] = str(current)
        described.append(told)
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)
    return described


def _is_trusted(error: BaseException) -> bool:
    module = type(error).__module__.split(".")[0]
    return module in _TRUSTED_MODULES or isinstance(error, OSError)


def _places(trace: TracebackType | None) -> list[str]:
    frames = extract_tb(trace)[-_MAX_FRAMES:]
    return [f"{frame.filename.rpartition('site-packages/')[2]}:{frame.lineno} {frame.name}" for frame in frames]


def _as_text(error: dict[str, Any]) -> str:
    words = f": {error['text']}" if "text" in error else ""
    return f"{error['type']}{words} at {' > '.join(error['at']) or 'an unknown place'}"


def _extra(record: logging.LogRecord) -> dict[str, Any]:
    return {name: value for name, value in vars(record).items() if name not in _ORDINARY}


def _timestamp(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")


def _type_name(value: object) -> str:
    return f"<{type(value).__name__}>"
