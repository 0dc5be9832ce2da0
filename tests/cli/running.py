"""Running commands and writing their input."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from typer.testing import CliRunner

from consumer.cli import app

MAIL = "ana.b@gmail.com"
LEAK = f"write to {MAIL} ok"
NO_SETTINGS: Mapping[str, str | None] = {"BACKCHANNEL_CONFIG": None, "BACKCHANNEL_HASH_KEY": None}


@dataclass(frozen=True, slots=True)
class Ran:
    """How a command ended."""

    code: int
    out: bytes
    err: str

    @property
    def lines(self) -> list[dict[str, Any]]:
        """Standard output, each line parsed."""
        return [orjson.loads(line) for line in self.out.splitlines()]


def run(*arguments: str, given: bytes = b"", env: Mapping[str, str | None] = NO_SETTINGS) -> Ran:
    """Run a command in this process; an exception that is not an exit fails the test."""
    result = CliRunner().invoke(app, arguments, input=given, env=env)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Ran(result.exit_code, result.stdout_bytes, result.stderr)


def message(message_id: str = "m1", text: object = LEAK, **more: object) -> dict[str, Any]:
    """A message event; the sender and the conversation are the same for all unless said otherwise."""
    return {
        "message_id": message_id,
        "conversation_id": "c1",
        "sender_id": "ana",
        "sent_at": "2025-03-02T09:30:00Z",
        "surface": "inbox",
        "text": text,
    } | more


def json_lines(*values: object) -> bytes:
    """Values as JSON lines; bytes stand for themselves."""
    return b"".join((value if isinstance(value, bytes) else orjson.dumps(value)) + b"\n" for value in values)


def scan(*values: object, options: Iterable[str] = ()) -> Ran:
    """Scan these values from standard input."""
    return run("scan", *options, given=json_lines(*values))
