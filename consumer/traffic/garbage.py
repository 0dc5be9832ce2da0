"""Records that nobody should send and somebody will: each a valid message event broken in one way."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from consumer.events.decode import Reason
from consumer.events.vocabulary import MAX_ID, MAX_TEXT

Broken = tuple[bytes | None, bytes | None]
"""Key and value."""


@dataclass(frozen=True, slots=True)
class Parts:
    """A valid message event in the pieces that get broken; `head` runs up to the text's opening quote."""

    key: bytes
    message_id: bytes
    head: bytes
    sent_at: bytes
    text: bytes

    @property
    def value(self) -> bytes:
        """The whole event."""
        return self.head + self.text + b'"}'

    def sent(self, at: bytes) -> bytes:
        """The event with another `sent_at`."""
        return self.value.replace(self.sent_at, at, 1)


FORMS: Final[tuple[tuple[Reason, Callable[[Parts], Broken]], ...]] = (
    ("null_key", lambda parts: (None, parts.value)),
    ("null_value", lambda parts: (parts.key, None)),
    ("invalid_utf8", lambda parts: (parts.key, parts.head + b"caf\xe9 au lait" + b'"}')),
    ("invalid_utf8", lambda parts: (parts.key, b"\xff\xfe\x00" + parts.value)),
    ("invalid_json", lambda parts: (parts.key, parts.head + parts.text)),
    ("invalid_json", lambda parts: (parts.key, b"")),
    ("invalid_json", lambda parts: (parts.key, b"message=" + parts.message_id)),
    ("invalid_json", lambda parts: (parts.key, b"[" * 5_000)),
    ("wrong_type", lambda parts: (parts.key, parts.head[: -len(b'"')] + b"17}")),
    ("wrong_type", lambda parts: (parts.key, b"[" + parts.value + b"]")),
    ("wrong_type", lambda parts: (parts.key, b"null")),
    ("wrong_type", lambda parts: (parts.key, parts.sent(b"2026-03-01T12:00:00"))),
    ("missing_field", lambda parts: (parts.key, b'{"message_id":"' + parts.message_id + b'"}')),
    ("missing_field", lambda parts: (parts.key, b"{}")),
    (
        "invalid_value",
        lambda parts: (parts.key, parts.value.replace(parts.message_id, b"m" * (MAX_ID + 1), 1)),
    ),
    ("invalid_value", lambda parts: (parts.key, parts.value.replace(parts.message_id, b"", 1))),
    ("invalid_value", lambda parts: (parts.key, parts.sent(b"yesterday at noon"))),
    ("text_too_long", lambda parts: (parts.key, parts.head + b"la " * (MAX_TEXT // 3 + 1) + b'"}')),
    ("sent_in_future", lambda parts: (parts.key, parts.sent(b"2999-12-31T23:59:59Z"))),
    ("sent_too_long_ago", lambda parts: (parts.key, parts.sent(b"0001-01-01T00:00:00Z"))),
)
"""The reason each is to be rejected with, and how a valid event is turned into it."""
