"""`gig-approvals`: which gigs support has approved for contact exchange, compacted, one record a gig."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from pydantic import ConfigDict, Field

from consumer.events.vocabulary import WIRE, Actor, Id, Instant, Kind, Note


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """One approval of a gig: from `approved_at` until `expires_at` or `revoked_at`, whichever comes first.

    `approved_by` is the role that granted it, optionally with a person: `support` or `support:dana`. The policy
    says which roles count.
    """

    __pydantic_config__: ClassVar[ConfigDict] = WIRE

    approval_id: Id
    kinds: Annotated[tuple[Kind, ...], Field(min_length=1, max_length=6)]
    approved_at: Instant
    approved_by: Actor
    expires_at: Instant | None = None
    revoked_at: Instant | None = None
    revoked_by: Actor | None = None
    reason: Note | None = None
    revoke_reason: Note | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GigApprovals:
    """A gig's whole history of approvals.

    A message is judged by the approvals in force at the message's own time, so past approvals must stay in the
    record after they end: a compacted topic keeps only the last record of a key.
    """

    __pydantic_config__: ClassVar[ConfigDict] = WIRE

    gig_id: Id
    approvals: Annotated[tuple[Approval, ...], Field(max_length=256)]
