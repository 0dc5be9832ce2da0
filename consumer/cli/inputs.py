"""What a line given to `scan` says: a message event, an action, a gig's approvals, or something unreadable."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import orjson

from consumer.cli.lines import MAX_LINE, Line
from consumer.events.approval import GigApprovals
from consumer.events.decode import Rejected, TimeBounds, decode_action, decode_approvals, decode_message
from consumer.events.message import MessageEvent
from consumer.events.moderation import ModeratorAction
from consumer.events.topics import BY_ROLE, Role

_ROLES: Final = {
    BY_ROLE[role].default_name: role for role in (Role.MESSAGE_EVENTS, Role.MODERATOR_ACTIONS, Role.GIG_APPROVALS)
}


@dataclass(frozen=True, slots=True)
class GigUpdate:
    """What is known of a gig from now on; no approvals: the gig is forgotten."""

    gig_id: str
    approvals: GigApprovals | None


@dataclass(frozen=True, slots=True)
class Unread:
    """A line that could not be read. `reason` is a dead letter's reason, `line_too_long` or `unknown_topic`."""

    line: int
    reason: str
    detail: str


Input = MessageEvent | ModeratorAction | GigUpdate | Unread


def read_line(line: Line, bounds: TimeBounds) -> Input:
    """Read one line; its topic is `message-events` unless it says otherwise."""
    if line.content is None:
        return Unread(line.number, "line_too_long", f"the line has more than {MAX_LINE} bytes")
    try:
        return _read(line, line.content, bounds)
    except Rejected as why:
        return Unread(line.number, why.reason, why.detail)


def _read(line: Line, content: bytes, bounds: TimeBounds) -> Input:
    # Most lines name no topic, and are parsed once.
    envelope = _envelope(content) if b'"topic"' in content else None
    if envelope is None:
        return _message(content, bounds)
    topic = envelope["topic"]
    role = _ROLES.get(topic) if isinstance(topic, str) else None
    if role is None:
        return Unread(line.number, "unknown_topic", f"topic must be one of {', '.join(_ROLES)}")
    if "value" not in envelope:
        value: bytes | None = content
    else:
        value = None if envelope["value"] is None else orjson.dumps(envelope["value"])
    if role is Role.MESSAGE_EVENTS:
        return _message(value, bounds)
    if role is Role.MODERATOR_ACTIONS:
        return decode_action(value)
    return _gig_update(envelope.get("key"), value)


def _envelope(content: bytes) -> dict[str, Any] | None:
    """The line as an object that names a topic; None leaves it to the decoder to say what it is."""
    try:
        parsed = orjson.loads(content)
    except orjson.JSONDecodeError:
        return None
    return parsed if isinstance(parsed, dict) and "topic" in parsed else None


def _message(value: bytes | None, bounds: TimeBounds) -> MessageEvent:
    event = decode_message(value)
    bounds.check(event.sent_at, bounds.latest(datetime.now(UTC)))
    return event


def _gig_update(key: object, value: bytes | None) -> GigUpdate:
    if value is not None:
        approvals = decode_approvals(value)
        return GigUpdate(approvals.gig_id, approvals)
    if not isinstance(key, str):
        raise Rejected("null_key", "a null value needs the gig's id under key")
    return GigUpdate(key, None)
