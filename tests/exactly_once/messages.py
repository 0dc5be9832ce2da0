"""Single input records for tests that need to know exactly what goes in."""

from datetime import UTC, datetime, timedelta
from typing import Any

import orjson

from consumer.events.approval import Approval, GigApprovals
from consumer.events.ledger import AccountLedger, Case
from consumer.events.moderation import ModeratorAction
from consumer.events.topics import Role
from consumer.traffic import TrafficItem, Truth

OFFENCE = "write to me at mira.stone@stonepost.net"
"""One e-mail address given: one finding, one strike."""


def now() -> datetime:
    """Return the present."""
    return datetime.now(UTC)


def message(account: str, number: int, text: str = OFFENCE, **fields: Any) -> TrafficItem:  # noqa: ANN401
    """Return a message of an account; `fields` go over the defaults."""
    event = {
        "message_id": f"{account}-m{number}",
        "conversation_id": f"{account}-c",
        "sender_id": account,
        "sent_at": now(),
        "surface": "inbox",
        "text": text,
        **fields,
    }
    key = str(event["conversation_id"]).encode()
    return TrafficItem(Role.MESSAGE_EVENTS, key, orjson.dumps(event), Truth(label="contact", topic="message"))


def appeal(account: str, message_id: str, outcome: str = "upheld") -> TrafficItem:
    """Return support's decision on an appeal."""
    action = ModeratorAction(
        action_id=f"appeal-{message_id}-{outcome}",
        action="appeal",
        account_id=account,
        actor="support:dana",
        at=now(),
        message_id=message_id,
        outcome=outcome,  # type: ignore[arg-type]
    )
    return TrafficItem(
        Role.MODERATOR_ACTIONS, account.encode(), orjson.dumps(action), Truth(label="action", topic=outcome)
    )


def approval(gig: str, kinds: tuple[Any, ...]) -> TrafficItem:
    """Return support's approval of a gig, an hour old."""
    history = GigApprovals(
        gig_id=gig,
        approvals=(
            Approval(
                approval_id=f"approval-{gig}",
                kinds=kinds,
                approved_at=now() - timedelta(hours=1),
                approved_by="support",
            ),
        ),
    )
    return TrafficItem(
        Role.GIG_APPROVALS, gig.encode(), orjson.dumps(history), Truth(label="approval", topic="approved")
    )


def ledger_with_strikes(count: int, policy: str = "sha256:000000000000") -> AccountLedger:
    """Return a ledger that already has strikes, as a predecessor would have committed it."""
    at = int((now() - timedelta(days=1)).timestamp() * 1000)
    window = 90 * 86_400_000
    cases = tuple(
        Case(
            message_id=f"earlier-{number}",
            revision=0,
            decision="violation",
            at=at,
            judged=at,
            expires=at + window,
            weight=1,
            kinds=("email",),
            policy=policy,
        )
        for number in range(count)
    )
    return AccountLedger(cases=cases, standing="warned", active=count, due=at + window)
