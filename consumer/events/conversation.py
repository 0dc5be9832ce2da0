"""`backchannel.conversation-memory`: what screening remembers of one conversation. Internal changelog."""

from dataclasses import dataclass, field
from typing import Annotated, ClassVar

from pydantic import ConfigDict, Field, StringConstraints

from consumer.events.finding import Word
from consumer.events.vocabulary import WIRE, Count, Id, Kind, Millis

MAX_REQUESTS = 8
"""Open requests kept for a conversation; the oldest go first."""
MAX_FRAGMENTS = 16
"""Fragments kept for a conversation; the oldest go first."""
MAX_FRAGMENT = 80
"""Code points in a fragment: a piece of a detail with some words around it. Of a longer message the end is kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenRequest:
    """`asker` asked for a detail of this kind at `at`; an answer may be nothing but the detail.

    `refused`: somebody else said no, so that pleading asks once more.
    """

    __pydantic_config__: ClassVar[ConfigDict] = WIRE

    kind: Kind
    asker: Id
    at: Millis
    message_id: Id
    network: Word | None = None
    refused: bool = False
    revision: Count = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Fragment:
    """A short message that says nothing by itself: perhaps a piece of a detail that `sender` splits.

    One that `opens` gave reason to remember it and what follows it. `spent` fragments belong to a detail already
    found. They stay until they age out, so that a second delivery of their message does not start a new one.
    """

    __pydantic_config__: ClassVar[ConfigDict] = WIRE

    sender: Id
    text: Annotated[str, StringConstraints(max_length=MAX_FRAGMENT)] = field(repr=False)
    at: Millis
    message_id: Id
    revision: Count = 0
    opens: bool = False
    spent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationMemory:
    """What may still become a finding together with a later message; both lists in order of time."""

    __pydantic_config__: ClassVar[ConfigDict] = WIRE

    requests: Annotated[tuple[OpenRequest, ...], Field(max_length=MAX_REQUESTS)] = ()
    fragments: Annotated[tuple[Fragment, ...], Field(max_length=MAX_FRAGMENTS)] = ()
