"""`message-events.dead-letter`: input that could not be processed, as it came, with the reason.

The record's key and value are those of the rejected record, byte for byte. What this module describes travels
in the headers, because a value that could not be read cannot be wrapped.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Annotated, ClassVar

from pydantic import ConfigDict, Field, StringConstraints

from consumer.events.decode import Reason
from consumer.events.vocabulary import Id, Millis

HEADER_PREFIX = "backchannel_"
"""Before every field's name in a header, so that the rejected record's own headers can travel beside them."""

TopicName = Annotated[str, StringConstraints(min_length=1, max_length=249)]
Offset = Annotated[int, Field(ge=0, le=2**63 - 1)]
Number = Annotated[int, Field(ge=0, le=2**31 - 1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """The headers of a dead letter: why it was rejected and where it came from.

    `detail` says what is wrong and in which field, never what the field held. The origin names the rejected
    record; `origin_timestamp` is its Kafka timestamp in milliseconds since the epoch. `truncated_from` is the
    length of the rejected value in bytes if it was too long to be kept whole. Every header's value is the
    field's text in UTF-8; a field without a value has no header.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="ignore")

    reason: Reason
    detail: Annotated[str, StringConstraints(max_length=500)]
    origin_topic: TopicName
    origin_partition: Number
    origin_offset: Offset
    origin_timestamp: Millis
    worker_version: Id
    truncated_from: Number | None = None

    def headers(self) -> list[tuple[str, bytes]]:
        """The headers to produce the dead letter with."""
        fields = asdict(self).items()
        return [(HEADER_PREFIX + name, str(value).encode()) for name, value in fields if value is not None]


def header_fields(headers: Iterable[tuple[str, bytes | None]]) -> dict[str, str]:
    """The fields of a DeadLetter found among a record's headers, still to be validated (numbers are text)."""
    return {
        name.removeprefix(HEADER_PREFIX): value.decode()
        for name, value in headers
        if name.startswith(HEADER_PREFIX) and value is not None
    }
