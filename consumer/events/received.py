"""A message event as the loop first sees it: read and checked in one native pass, and nothing more made of it.

Almost every message is clean, and of a clean one only the text, the conversation and the time are looked at.
`MessageEvent` is made of those that are looked at closely.

Invariant: `receive` accepts what `decode.decode_message` accepts, with the same values, and rejects the rest for the
same reason. So whatever the native reader refuses, or would read more generously, is left to the latter.
"""

from datetime import UTC, datetime
from typing import Annotated, Final

import msgspec
from pydantic import TypeAdapter, ValidationError

from consumer.events.decode import decode_message
from consumer.events.message import MessageEvent
from consumer.events.vocabulary import MAX_COUNT, MAX_ID, MAX_TEXT, Instant, Surface

MAX_DEPTH = 200
"""Levels of nesting that pydantic's parser reads; the native reader goes deeper in fields that nobody knows."""

_Id = Annotated[str, msgspec.Meta(min_length=1, max_length=MAX_ID)]


class ReceivedMessage(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The fields of `MessageEvent` within their bounds; `sent_at` is as it was written, and is checked by `receive`."""

    message_id: _Id
    conversation_id: _Id
    sender_id: _Id
    sent_at: str
    surface: Surface
    text: Annotated[str, msgspec.Meta(max_length=MAX_TEXT)]
    recipient_id: _Id | None = None
    gig_id: _Id | None = None
    order_id: _Id | None = None
    locale: _Id | None = None
    revision: Annotated[int, msgspec.Meta(ge=0, le=MAX_COUNT)] = 0

    def event(self) -> MessageEvent:
        """The event of a message that `receive` let in."""
        return MessageEvent(
            message_id=self.message_id,
            conversation_id=self.conversation_id,
            sender_id=self.sender_id,
            sent_at=_instant(self.sent_at),
            surface=self.surface,
            text=self.text,
            recipient_id=self.recipient_id,
            gig_id=self.gig_id,
            order_id=self.order_id,
            locale=self.locale,
            revision=self.revision,
        )


_read: Final = msgspec.json.Decoder(ReceivedMessage).decode
_instant: Final = TypeAdapter(Instant).validator.validate_python


def receive(value: bytes) -> tuple[ReceivedMessage | MessageEvent, datetime]:
    """A `message-events` value and its `sent_at`; raises Rejected. Bounds on time are the caller's."""
    if _is_plain(value):
        try:
            received = _read(value)
            return received, _instant(received.sent_at)
        except (msgspec.DecodeError, ValidationError):
            pass  # pydantic says what is wrong, if anything is
    event = decode_message(value)
    return event, event.sent_at


def same_zone(instant: datetime) -> datetime:
    """The instant in the zone that `receive` gives UTC in: comparing two zones costs more than reading a message."""
    zoned: datetime = _instant(instant.astimezone(UTC).isoformat())
    return zoned


def _is_plain(value: bytes) -> bool:
    """Whether fields that nobody knows cannot hold what the native reader passes over: bad UTF-8, endless nesting.

    So many brackets, each with its partner, do not fit into a value that is short.
    """
    if not value.isascii():
        try:
            value.decode()
        except UnicodeDecodeError:
            return False
    return len(value) <= 2 * MAX_DEPTH or value.count(b"[") + value.count(b"{") <= MAX_DEPTH
