"""The types shared by the broker's side and the domain's side."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from operator import lt
from typing import NamedTuple, Protocol

Headers = list[tuple[str, bytes]]


class Partition(NamedTuple):
    """One partition of one topic."""

    topic: str
    number: int


class Record(Protocol):
    """The part of a consumed Kafka record that a batch reads; confluent_kafka.Message satisfies it."""

    def key(self) -> bytes | None:
        """Return the key's bytes."""
        ...

    def value(self) -> bytes | None:
        """Return the value's bytes."""
        ...

    def offset(self) -> int:
        """Return the offset in the partition."""
        ...

    def timestamp(self) -> tuple[int, int]:
        """Return the timestamp's type and the milliseconds since the epoch (-1 when there is none)."""
        ...

    def headers(self) -> list[tuple[str, bytes | None]] | None:
        """Return the headers, None when there are none."""
        ...


@dataclass(frozen=True, slots=True)
class OutRecord:
    """A record to produce. `partition` None leaves the choice to the key's hash."""

    topic: str
    key: bytes | None
    value: bytes | None
    headers: Headers
    partition: int | None = None


Slices = dict[Partition, Sequence[Record]]
"""Consumed records by partition, in offset order within each."""
Offsets = dict[Partition, int]
"""Next offset to read, by partition."""


def rising(position: int, records: Sequence[Record]) -> Sequence[Record]:
    """Return the records of one partition from a position on, each once: their offsets only rise."""
    offsets = [record.offset() for record in records]
    if offsets[0] >= position and all(map(lt, offsets, islice(offsets, 1, None))):
        return records
    kept = []
    for record, offset in zip(records, offsets, strict=True):
        if offset >= position:
            kept.append(record)
            position = offset + 1
    return kept
