"""`backchannel.conversation-memory`: what screening remembers of one conversation. Internal changelog."""

from dataclasses import dataclass, field
from typing import Annotated, ClassVar

from pydantic import ConfigDict, Field, StringConstraints

from consumer.events.finding import Word
from consumer.events.vocabulary import WIRE, Id, Kind, Millis

MAX_REQUESTS = 8
"""Open requests kept for a conversation; the oldest go first."""
MAX_FRAGMENTS = 16
"""Fragments kept for a conversation; the oldest go first."""
MAX_FRAGMENT = 24
"""Code points in a fragment: a telephone number has at most 15 digits (ITU-T E.164), separators come on top."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenRequest:
    """`asker` asked for a detail of this kind at `at`; an answer may be nothing but the detail."""

    __pydantic_config__: ClassVar[ConfigDict] = WIRE

    kind: Kind
    asker: Id
    at: Millis
    message_id: Id
    network: Word | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fragment:
    """A message that was nothing but a few digits: perhaps a piece of a number that `sender` splits.

    `spent` fragments belong to a number already found. They stay until they age out, so that a second delivery
    of their message does not start a new number.
    """

    __pydantic_config__: ClassVar[ConfigDict] = WIRE

    sender: Id
    text: Annotated[str, StringConstraints(max_length=MAX_FRAGMENT)] = field(repr=False)
    at: Millis
    message_id: Id
    spent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationMemory:
    """What may still become a finding together with a later message; both lists in order of time."""

    __pydantic_config__: ClassVar[ConfigDict] = WIRE

    requests: Annotated[tuple[OpenRequest, ...], Field(max_length=MAX_REQUESTS)] = ()
    fragments: Annotated[tuple[Fragment, ...], Field(max_length=MAX_FRAGMENTS)] = ()
