"""From a record's bytes to an event, or to the reason why not.

A rejection never quotes the input: its detail names a field and a rule, because it travels in headers and logs.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Literal, get_args

from pydantic import TypeAdapter, ValidationError

from consumer.events.account import AccountEvent, Incident
from consumer.events.approval import GigApprovals
from consumer.events.message import MessageEvent
from consumer.events.moderation import ModeratorAction

Reason = Literal[
    "null_value",
    "null_key",
    "invalid_utf8",
    "invalid_json",
    "missing_field",
    "wrong_type",
    "invalid_value",
    "text_too_long",
    "sent_in_future",
    "sent_too_long_ago",
    "wrong_key",
    "refused_action",
    "processing_failed",
]
REASONS: Final[tuple[Reason, ...]] = get_args(Reason)


class Rejected(ValueError):
    """Input that cannot be processed: `reason` is one of a closed set, `detail` a short line free of user content."""

    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason: Reason = reason
        self.detail = detail


@dataclass(frozen=True, slots=True)
class TimeBounds:
    """Which `sent_at` are believable: not before `oldest`, not more than `tolerance` after the clock."""

    oldest: datetime
    tolerance: timedelta

    def latest(self, now: datetime) -> datetime:
        """The last instant that is not in the future, clocks being what they are."""
        return now + self.tolerance

    def check(self, sent_at: datetime, latest: datetime) -> None:
        """Raise Rejected when `sent_at` lies outside the bounds."""
        if sent_at > latest:
            raise Rejected("sent_in_future", "sent_at is later than the clock allows")
        if sent_at < self.oldest:
            raise Rejected("sent_too_long_ago", "sent_at is older than this service accepts")


_message: Final = TypeAdapter(MessageEvent).validator.validate_json
_account: Final = TypeAdapter[Incident | ModeratorAction](AccountEvent).validator.validate_json
_action: Final = TypeAdapter(ModeratorAction).validator.validate_json
_approvals: Final = TypeAdapter(GigApprovals).validator.validate_json


def _decode(validate: Callable[[bytes], Any], value: bytes | None) -> Any:  # noqa: ANN401 - each caller names the type
    if value is None:
        raise Rejected("null_value", "the record has no value")
    try:
        return validate(value)
    except ValidationError as error:
        raise _rejection(error, value) from None


def decode_message(value: bytes | None) -> MessageEvent:
    """A `message-events` value; raises Rejected. Bounds on time are the caller's (`TimeBounds`).

    For many messages use `received.receive`, which is the same and faster.
    """
    event: MessageEvent = _decode(_message, value)
    return event


def decode_account_event(value: bytes | None) -> Incident | ModeratorAction:
    """An `account-events` value; raises Rejected."""
    event: Incident | ModeratorAction = _decode(_account, value)
    return event


def decode_action(value: bytes | None) -> ModeratorAction:
    """A `moderator-actions` value; raises Rejected."""
    action: ModeratorAction = _decode(_action, value)
    return action


def decode_approvals(value: bytes | None) -> GigApprovals:
    """A `gig-approvals` value; raises Rejected."""
    approvals: GigApprovals = _decode(_approvals, value)
    return approvals


def _rejection(error: ValidationError, value: bytes) -> Rejected:
    """The first problem of a failed validation, in our words and without the input that caused it."""
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    where = ".".join(str(step) for step in first["loc"]) or "value"
    kind = first["type"]
    if kind == "json_invalid":
        return _not_json(value)
    if kind in {"missing", "union_tag_not_found"}:
        return Rejected("missing_field", f"{where} is required")
    if kind == "string_too_long":
        reason: Reason = "text_too_long" if where == "text" else "invalid_value"
        return Rejected(reason, f"{where} is longer than its bound")
    if kind.endswith("_type") or kind == "timezone_aware":
        return Rejected("wrong_type", f"{where} has the wrong type ({kind})")
    return Rejected("invalid_value", f"{where} breaks a rule ({kind})")


def _not_json(value: bytes) -> Rejected:
    try:
        value.decode()
    except UnicodeDecodeError as error:
        return Rejected("invalid_utf8", f"byte {error.start} is not UTF-8")
    return Rejected("invalid_json", "the value is not one JSON document")
