"""Policies, incidents and approvals to judge by, each with what a test leaves unsaid filled in."""

import tomllib
from datetime import UTC, datetime, timedelta
from importlib import resources
from typing import Any

from consumer.events.account import Incident
from consumer.events.approval import Approval, GigApprovals
from consumer.events.finding import PublishedFinding
from consumer.events.ids import incident_id
from consumer.events.vocabulary import Intent, Kind, Surface
from consumer.policy import Policy, load_policy
from consumer.policy.document import PolicyDocument
from consumer.policy.policy import compile_policy

START = datetime(2031, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
ACCOUNT = "seller-7"
GIG = "gig-3"
DEFAULT = load_policy(None)


def default_content() -> dict[str, Any]:
    """The packaged policy as TOML reads it, free to be changed."""
    return tomllib.loads((resources.files("consumer.policy") / "default.toml").read_text(encoding="utf-8"))


def policy(*, surfaces: tuple[Surface, ...] | None = None, **tables: dict[str, object]) -> Policy:
    """The default policy on other surfaces, or with some keys of some tables replaced."""
    content = default_content()
    if surfaces is not None:
        content["surfaces"] = surfaces
    for name, changes in tables.items():
        content[name] = {**content[name], **changes}
    return compile_policy(PolicyDocument.model_validate(content), DEFAULT.statements)


def finding(
    kind: Kind = "email", intent: Intent = "provide", confidence: float = 0.99, techniques: tuple[str, ...] = ()
) -> PublishedFinding:
    return PublishedFinding(kind=kind, intent=intent, start=0, end=4, confidence=confidence, techniques=techniques)


def incident(
    *findings: PublishedFinding,
    message_id: str = "m1",
    revision: int = 0,
    conversation_id: str = "talk-1",
    sent_at: datetime = START,
    surface: Surface = "inbox",
    gig_id: str | None = None,
    order_id: str | None = None,
    locale: str | None = None,
) -> Incident:
    return Incident(
        incident_id=incident_id(ACCOUNT, message_id, revision),
        account_id=ACCOUNT,
        message_id=message_id,
        revision=revision,
        conversation_id=conversation_id,
        sent_at=sent_at,
        received_at=sent_at,
        surface=surface,
        findings=findings or (finding(),),
        masked_text="reach me: ■■■■",
        detector_version="plain-1",
        gig_id=gig_id,
        order_id=order_id,
        locale=locale,
    )


def on_order_page(
    *findings: PublishedFinding,
    message_id: str = "m1",
    sent_at: datetime = START,
    gig_id: str | None = GIG,
    order_id: str | None = "order-9",
) -> Incident:
    return incident(
        *findings, message_id=message_id, sent_at=sent_at, surface="order", gig_id=gig_id, order_id=order_id
    )


def approval(
    *kinds: Kind,
    approved_at: datetime = START - DAY,
    approved_by: str = "support",
    expires_at: datetime | None = None,
    revoked_at: datetime | None = None,
) -> Approval:
    return Approval(
        approval_id="ok-1",
        kinds=kinds,
        approved_at=approved_at,
        approved_by=approved_by,
        expires_at=expires_at,
        revoked_at=revoked_at,
    )


def approvals(*history: Approval) -> GigApprovals:
    return GigApprovals(gig_id=GIG, approvals=history)
