"""`message-events`: what the platform's messaging tells us."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from pydantic import ConfigDict, StringConstraints

from consumer.events.vocabulary import MAX_TEXT, WIRE, Count, Id, Instant, Surface


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageEvent:
    """One message, or one edit of it, as the platform delivered it.

    `message_id` names the message for ever; an edit keeps it and raises `revision`. `sent_at` is the message's
    own time: strikes count from it. `surface` is where it was written; `order` is the order page. The acting
    account is always `sender_id`.
    """

    __pydantic_config__: ClassVar[ConfigDict] = WIRE

    message_id: Id
    conversation_id: Id
    sender_id: Id
    sent_at: Instant
    surface: Surface
    text: Annotated[str, StringConstraints(max_length=MAX_TEXT)]
    recipient_id: Id | None = None
    gig_id: Id | None = None
    order_id: Id | None = None
    locale: Id | None = None
    revision: Count = 0
