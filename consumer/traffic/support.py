"""What support does: approvals of gigs and actions on accounts, as records."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from random import Random
from typing import Final

import orjson

from consumer.events.approval import Approval, GigApprovals
from consumer.events.moderation import Action, ModeratorAction, Outcome
from consumer.events.topics import Role
from consumer.traffic.item import TrafficItem, Truth
from consumer.traffic.market import NewApproval

_DECISIONS: Final[Mapping[tuple[Action, Outcome | None], int]] = {
    ("appeal", "upheld"): 8,
    ("appeal", "rejected"): 7,
    ("appeal", "pending"): 2,
    ("confirm_review", None): 2,
    ("clear_account", None): 1,
}
"""What support decides, and how often against the others."""
_AGENTS: Final = ("support:dana", "support:ilir", "support:wen")


def approval_record(new: NewApproval, now: datetime) -> TrafficItem:
    """A gig's approvals as they stand at `now`, the current one granted some hours before."""
    gig_id = new.gig_id.decode()
    granted = now - timedelta(hours=6)
    over = now - timedelta(hours=1) if new.state in {"expired", "revoked"} else None
    revoked = new.state == "revoked"
    approvals = [
        Approval(
            approval_id=f"{gig_id}-ok2",
            kinds=new.kinds,
            approved_at=granted,
            approved_by=_AGENTS[0],
            expires_at=None if revoked else over,
            revoked_at=over if revoked else None,
            revoked_by=_AGENTS[1] if revoked else None,
            reason="the gig changed its scope" if revoked else None,
        )
    ]
    if new.state == "renewed":
        earlier = Approval(
            approval_id=f"{gig_id}-ok1",
            kinds=new.kinds,
            approved_at=granted - timedelta(days=40),
            approved_by=_AGENTS[2],
            expires_at=granted - timedelta(days=10),
        )
        approvals.insert(0, earlier)
    value = orjson.dumps(GigApprovals(gig_id=gig_id, approvals=tuple(approvals)))
    return TrafficItem(Role.GIG_APPROVALS, new.gig_id, value, Truth(label="approval", topic=new.state))


def action_record(number: int, message_id: bytes, account: bytes, now: datetime, rng: Random) -> TrafficItem:
    """Support's decision on an earlier message, or on the account that wrote it."""
    kind, outcome = rng.choices(tuple(_DECISIONS), tuple(_DECISIONS.values()))[0]
    named = message_id.decode()
    action = ModeratorAction(
        action_id=f"{named}-act{number}",
        action=kind,
        account_id=account.decode(),
        actor=rng.choice(_AGENTS),
        at=now,
        message_id=None if kind == "clear_account" else named,
        outcome=outcome,
    )
    truth = Truth(label="action", topic=f"{kind}_{outcome}" if outcome else kind)
    return TrafficItem(Role.MODERATOR_ACTIONS, account, orjson.dumps(action), truth)
