"""When contact exchange is allowed: on the order page, for a gig and the kinds that support approved.

Approval is judged at the message's own time: granting it later does not excuse the past, and ending it later
does not spoil it. It covers giving and asking alike, and never the kinds of `document.NEVER_EXEMPT`.
"""

from datetime import datetime

from consumer.events.account import Incident
from consumer.events.approval import Approval, GigApprovals
from consumer.events.vocabulary import Kind
from consumer.policy.policy import Policy

NO_KINDS: frozenset[Kind] = frozenset()


def in_force(approval: Approval, at: datetime) -> bool:
    """Whether an approval holds at an instant: from its time on, and before it expires or is revoked."""
    return (
        approval.approved_at <= at
        and (approval.expires_at is None or at < approval.expires_at)
        and (approval.revoked_at is None or at < approval.revoked_at)
    )


def exempt_kinds(incident: Incident, approvals: GigApprovals | None, policy: Policy) -> frozenset[Kind]:
    """The kinds that this message may exchange."""
    on_order_page = incident.surface == "order" and incident.order_id is not None
    if approvals is None or not on_order_page or incident.gig_id != approvals.gig_id:
        return NO_KINDS
    return policy.exemptible.intersection(
        kind
        for approval in approvals.approvals
        if _role(approval.approved_by) in policy.approvers and in_force(approval, incident.sent_at)
        for kind in approval.kinds
    )


def _role(approver: str) -> str:
    return approver.partition(":")[0]
