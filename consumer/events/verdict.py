"""`flagged-messages`: the verdicts, keyed by account."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from pydantic import ConfigDict, Field, StringConstraints

from consumer.events.finding import PublishedFinding
from consumer.events.vocabulary import (
    MAX_TEXT,
    WIRE,
    Count,
    Decision,
    Id,
    Instant,
    Kind,
    Note,
    StandingName,
    Surface,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class StrikeEffect:
    """What the verdict did to the account.

    `counted` is true when this very verdict added a strike (one message is at most one strike, however often it
    is edited or delivered, and a policy may merge messages of a conversation into one). `weight` is what it added to
    the total weight in force, and `active_strikes` that total afterwards. `expires_at` is when the strike that this
    message is part of stops counting, absent when there is none.
    """

    __pydantic_config__: ClassVar[ConfigDict] = WIRE

    counted: bool
    weight: Count
    active_strikes: Count
    standing_before: StandingName
    standing_after: StandingName
    expires_at: Instant | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What was decided about one message, with the reasons, and without any contact detail in clear.

    `verdict_id` is derived from the incident (`ids.verdict_id`): a reader can deduplicate by it. A verdict with
    `corrects` replaces an earlier one (an appeal upheld); it repeats neither findings nor text. `exempted` lists
    the kinds that support's approval of the gig allowed.
    """

    __pydantic_config__: ClassVar[ConfigDict] = WIRE

    verdict_id: Id
    message_id: Id
    revision: Count
    account_id: Id
    decision: Decision
    sent_at: Instant
    decided_at: Instant
    strike: StrikeEffect
    reasons: Note
    policy_version: Id
    detector_version: Id | None = None
    incident_id: Id | None = None
    conversation_id: Id | None = None
    recipient_id: Id | None = None
    surface: Surface | None = None
    gig_id: Id | None = None
    order_id: Id | None = None
    findings: Annotated[tuple[PublishedFinding, ...], Field(max_length=256)] = ()
    exempted: Annotated[tuple[Kind, ...], Field(max_length=6)] = ()
    masked_text: Annotated[str, StringConstraints(max_length=MAX_TEXT)] | None = None
    corrects: Id | None = None
    action_id: Id | None = None
