"""A gig's history of approvals, and how a new approval or a revocation changes it. No Kafka here.

Past approvals stay in it after they end, because a message is judged by those in force at its own time.
"""

from dataclasses import replace
from datetime import datetime
from typing import Final

from consumer.cli.errors import CommandError, ExitCode
from consumer.events.approval import Approval, GigApprovals
from consumer.events.vocabulary import Kind
from consumer.policy.exemption import in_force

MAX_APPROVALS: Final = 256
"""What one record holds (`events.approval`); beyond it, the approvals that ended first are left out."""


def approve(history: GigApprovals, approval: Approval, now: datetime) -> GigApprovals:
    """The history with one more approval, or the very same if it has it already.

    CommandError if the id belongs to another approval, or if the gig has too many in force.
    """
    for known in history.approvals:
        if known.approval_id == approval.approval_id:
            if _granted(known) == _granted(approval):
                return history
            raise CommandError(
                f"{approval.approval_id} is the id of another approval of {history.gig_id}; give a new --id",
                ExitCode.USAGE,
            )
    return _bounded(replace(history, approvals=(*history.approvals, approval)), now)


def revoke(
    history: GigApprovals, kinds: frozenset[Kind] | None, actor: str, reason: str, now: datetime
) -> tuple[GigApprovals, tuple[Approval, ...]]:
    """The history in which, from `now` on, none of the kinds is approved (None: no kind), and what was ended by it.

    An approval that also covers other kinds is ended and goes on for those, under an id of its own. When nothing in
    force covers the kinds, the history is the very same.
    """
    ended: list[Approval] = []
    rest: list[Approval] = []
    approvals = list(history.approvals)
    for place, approval in enumerate(approvals):
        covered = frozenset(approval.kinds) if kinds is None else kinds.intersection(approval.kinds)
        if not covered or not (in_force(approval, now) or _begins_later(approval, now)):
            continue
        # An approval that has not begun yet is revoked before it begins.
        approvals[place] = replace(approval, revoked_at=now, revoked_by=actor, revoke_reason=reason)
        ended.append(approvals[place])
        left = tuple(kind for kind in approval.kinds if kind not in covered)
        if left:
            began = max(now, approval.approved_at)
            rest.append(replace(approval, approval_id=_split(approval, history), kinds=left, approved_at=began))
    if not ended:
        return history, ()
    return _bounded(replace(history, approvals=(*approvals, *rest)), now), tuple(ended)


def _granted(approval: Approval) -> tuple[object, ...]:
    """What an approval grants and who granted it; the instant differs when a command is run again."""
    return (frozenset(approval.kinds), approval.approved_by, approval.expires_at)


def _begins_later(approval: Approval, now: datetime) -> bool:
    return approval.revoked_at is None and now < approval.approved_at


def _split(approval: Approval, history: GigApprovals) -> str:
    taken = {known.approval_id for known in history.approvals}
    stem = approval.approval_id[:120]
    return next(name for number in range(2, len(taken) + 3) if (name := f"{stem}.{number}") not in taken)


def _bounded(history: GigApprovals, now: datetime) -> GigApprovals:
    excess = len(history.approvals) - MAX_APPROVALS
    if excess <= 0:
        return history
    over = [(end, place) for place, each in enumerate(history.approvals) if (end := _ended(each)) and end <= now]
    if len(over) < excess:
        raise CommandError(f"{history.gig_id} has {MAX_APPROVALS} approvals in force; revoke some", ExitCode.USAGE)
    going = {place for _, place in sorted(over)[:excess]}
    kept = tuple(each for place, each in enumerate(history.approvals) if place not in going)
    return replace(history, approvals=kept)


def _ended(approval: Approval) -> datetime | None:
    ends = [end for end in (approval.expires_at, approval.revoked_at) if end is not None]
    return min(ends, default=None)
