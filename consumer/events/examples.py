"""One realistic record of every kind, for the schemas: a short story of one account.

A freelancer gives an e-mail address in the inbox, is struck, appeals, and wins.
"""

import hmac
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import orjson

from consumer.events.account import Incident
from consumer.events.approval import Approval, GigApprovals
from consumer.events.conversation import ConversationMemory, Fragment, OpenRequest
from consumer.events.dead_letter import DeadLetter
from consumer.events.finding import PublishedFinding
from consumer.events.ids import corrected_verdict_id, incident_id, talk_digest, verdict_id
from consumer.events.ledger import AccountLedger, Case
from consumer.events.message import MessageEvent
from consumer.events.moderation import ModeratorAction
from consumer.events.standing import AccountStanding
from consumer.events.topics import Role
from consumer.events.verdict import StrikeEffect, Verdict
from consumer.events.vocabulary import to_millis

_DETAIL: Final = "ana@example.org"
_TEXT: Final = f"Sure! Write me at {_DETAIL} and we skip the fees."
_START: Final = _TEXT.index(_DETAIL)
_END: Final = _START + len(_DETAIL)
_MASKED: Final = _TEXT.replace(_DETAIL, "■" * len(_DETAIL))
_ACCOUNT: Final = "acc-ana"
_MESSAGE: Final = "msg-1001"
_CONVERSATION: Final = "conv-77"
_GIG: Final = "gig-42"
_POLICY: Final = "sha256:d80d7be40729"
_SENT: Final = datetime(2026, 3, 2, 9, 30, 0, tzinfo=UTC)
_APPENDED: Final = datetime(2026, 3, 2, 9, 30, 1, tzinfo=UTC)
_DECIDED: Final = datetime(2026, 3, 2, 9, 30, 1, 250_000, tzinfo=UTC)
_EXPIRES: Final = datetime(2026, 5, 31, 9, 30, 0, tzinfo=UTC)
_APPEALED: Final = datetime(2026, 3, 3, 14, 0, 0, tzinfo=UTC)
_FIRST: Final = verdict_id(_ACCOUNT, _MESSAGE, 0)
_ACTION: Final = "act-9"


@dataclass(frozen=True, slots=True)
class Example:
    """A record's value, or a dead letter's header fields; `name` is unique among all examples."""

    name: str
    role: Role
    value: Any

    def plain(self) -> Any:  # noqa: ANN401 - any JSON
        """The value as JSON reads it back."""
        return orjson.loads(orjson.dumps(self.value))


_finding = PublishedFinding(
    kind="email",
    intent="provide",
    start=_START,
    end=_END,
    confidence=0.99,
    detail_hash=hmac.new(b"a key for examples", _DETAIL.encode(), "sha256").hexdigest(),
)

_message = MessageEvent(
    message_id=_MESSAGE,
    conversation_id=_CONVERSATION,
    sender_id=_ACCOUNT,
    recipient_id="acc-bo",
    sent_at=_SENT,
    surface="inbox",
    gig_id=_GIG,
    text=_TEXT,
    locale="en",
)

_incident = Incident(
    incident_id=incident_id(_ACCOUNT, _MESSAGE, 0),
    account_id=_ACCOUNT,
    message_id=_MESSAGE,
    revision=0,
    conversation_id=_CONVERSATION,
    sent_at=_SENT,
    received_at=_APPENDED,
    surface="inbox",
    findings=(_finding,),
    masked_text=_MASKED,
    detector_version="1",
    recipient_id="acc-bo",
    gig_id=_GIG,
    locale="en",
)

_appeal = ModeratorAction(
    action_id=_ACTION,
    action="appeal",
    account_id=_ACCOUNT,
    actor="support:dana",
    at=_APPEALED,
    message_id=_MESSAGE,
    outcome="upheld",
    reason="The address belongs to the business card that was ordered.",
)

_approvals = GigApprovals(
    gig_id=_GIG,
    approvals=(
        Approval(
            approval_id="apr-3",
            kinds=("email", "phone"),
            approved_at=datetime(2026, 3, 4, 8, 0, tzinfo=UTC),
            approved_by="support:dana",
            reason="House visits have to be arranged by telephone.",
        ),
    ),
)

_violation = Verdict(
    verdict_id=_FIRST,
    message_id=_MESSAGE,
    revision=0,
    account_id=_ACCOUNT,
    decision="violation",
    sent_at=_SENT,
    decided_at=_DECIDED,
    strike=StrikeEffect(
        counted=True,
        weight=1,
        active_strikes=1,
        standing_before="good",
        standing_after="warned",
        expires_at=_EXPIRES,
    ),
    reasons=(
        "This message breaks our rules. Do not give or ask for contact details; on an order page only kinds approved "
        "by support are allowed. Found by an automated check: an e-mail address given. In the message, with details "
        "blanked out: “Sure! Write me at ■■■■■■■■■■■■■■■ and we skip the fees.”. It counts as a strike until "
        "2026-05-31. Your account is warned; total weight of active strikes: 1. If you think this is wrong, ask "
        "support to look at it again and name this message."
    ),
    policy_version=_POLICY,
    detector_version="1",
    incident_id=_incident.incident_id,
    conversation_id=_CONVERSATION,
    recipient_id="acc-bo",
    surface="inbox",
    gig_id=_GIG,
    findings=(_finding,),
    masked_text=_MASKED,
)

_overturned = Verdict(
    verdict_id=corrected_verdict_id(_FIRST, _ACTION),
    message_id=_MESSAGE,
    revision=0,
    account_id=_ACCOUNT,
    decision="overturned",
    sent_at=_SENT,
    decided_at=_APPEALED,
    strike=StrikeEffect(
        counted=False,
        weight=0,
        active_strikes=0,
        standing_before="warned",
        standing_after="good",
    ),
    reasons=(
        "Support has set aside the decision on this message. It does not count as a strike. Your account is in good "
        "standing. There is nothing you need to do."
    ),
    policy_version=_POLICY,
    corrects=_FIRST,
    action_id=_ACTION,
)

_standing = AccountStanding(
    account_id=_ACCOUNT,
    standing="warned",
    previous="good",
    active_strikes=1,
    as_of=_DECIDED,
    cause="verdict",
    policy_version=_POLICY,
    next_expiry=_EXPIRES,
)

_dead_letter = DeadLetter(
    reason="missing_field",
    detail="sender_id is required",
    origin_topic="message-events",
    origin_partition=3,
    origin_offset=120_451,
    origin_timestamp=to_millis(_APPENDED),
    worker_version="0.1.0",
)

_memory = ConversationMemory(
    requests=(OpenRequest(kind="phone", asker="acc-bo", at=to_millis(_SENT) - 60_000, message_id="msg-1000"),),
    fragments=(Fragment(sender=_ACCOUNT, text="555", at=to_millis(_SENT), message_id="msg-1002"),),
)

_ledger = AccountLedger(
    cases=(
        Case(
            message_id=_MESSAGE,
            revision=0,
            decision="violation",
            at=to_millis(_SENT),
            judged=to_millis(_DECIDED),
            expires=to_millis(_EXPIRES),
            weight=1,
            kinds=("email",),
            policy=_POLICY,
            talk=talk_digest(_CONVERSATION),
            merges=180_000,
            language="en",
        ),
    ),
    standing="warned",
    active=1,
    due=to_millis(_EXPIRES),
)

EXAMPLES: Final[tuple[Example, ...]] = (
    Example("message-event", Role.MESSAGE_EVENTS, _message),
    Example("account-event.incident", Role.ACCOUNT_EVENTS, _incident),
    Example("account-event.action", Role.ACCOUNT_EVENTS, _appeal),
    Example("moderator-action", Role.MODERATOR_ACTIONS, _appeal),
    Example("gig-approvals", Role.GIG_APPROVALS, _approvals),
    Example("verdict.violation", Role.FLAGGED_MESSAGES, _violation),
    Example("verdict.overturned", Role.FLAGGED_MESSAGES, _overturned),
    Example("account-standing", Role.ACCOUNT_STANDING, _standing),
    Example("dead-letter", Role.DEAD_LETTERS, _dead_letter),
    Example("conversation-memory", Role.CONVERSATION_MEMORY, _memory),
    Example("account-ledger", Role.ACCOUNT_LEDGER, _ledger),
)
