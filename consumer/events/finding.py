"""What may be told of a finding outside the process that made it."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from pydantic import ConfigDict, Field, StringConstraints

from consumer.events.vocabulary import WIRE, Count, Id, Intent, Kind

Word = Annotated[str, StringConstraints(min_length=1, max_length=40)]


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedFinding:
    """A finding as it travels: where and what, never the detail itself.

    `start` and `end` are code points into the message's original text, `end` exclusive. `detail_hash` is the
    keyed hash (HMAC-SHA-256, hex) of the canonical detail, so that one address used by many accounts can be
    linked without being stored; it is absent when no detail was given, as in a request. `message_ids` names the
    earlier messages of the conversation that a split detail was put together from.
    """

    __pydantic_config__: ClassVar[ConfigDict] = WIRE

    kind: Kind
    intent: Intent
    start: Count
    end: Count
    confidence: Annotated[float, Field(ge=0, le=1)]
    network: Word | None = None
    techniques: Annotated[tuple[Word, ...], Field(max_length=32)] = ()
    detail_hash: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")] | None = None
    message_ids: Annotated[tuple[Id, ...], Field(max_length=64)] = ()
