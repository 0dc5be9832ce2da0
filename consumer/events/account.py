"""`account-events`: what concerns one account, keyed by it. Internal: only this worker writes and reads it."""

from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from pydantic import ConfigDict, Field, StringConstraints

from consumer.events.finding import PublishedFinding
from consumer.events.moderation import ModeratorAction
from consumer.events.vocabulary import MAX_TEXT, WIRE, Count, Id, Instant, Surface


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """One message's findings, addressed to the account that acted.

    `incident_id` is derived from account, message and revision (`ids.incident_id`), so a message delivered twice
    makes the same incident twice. `received_at` is the time the platform appended the message to its topic:
    event-to-verdict latency counts from it.
    """

    __pydantic_config__: ClassVar[ConfigDict] = WIRE

    type: Literal["incident"] = "incident"
    incident_id: Id
    account_id: Id
    message_id: Id
    revision: Count
    conversation_id: Id
    sent_at: Instant
    received_at: Instant
    surface: Surface
    findings: Annotated[tuple[PublishedFinding, ...], Field(min_length=1, max_length=256)]
    masked_text: Annotated[str, StringConstraints(max_length=MAX_TEXT)]
    detector_version: Id
    recipient_id: Id | None = None
    gig_id: Id | None = None
    order_id: Id | None = None
    locale: Id | None = None


AccountEvent = Annotated[Incident | ModeratorAction, Field(discriminator="type")]
"""Any record of the topic; `type` tells which."""
