"""A consumed message as the record it is: the library's types allow more than a consumer ever gets."""

from collections.abc import Iterable
from typing import cast

from confluent_kafka import Message

from consumer.stream.records import Partition, Record


def place(message: Message) -> Partition:
    """Return the partition a message came from; every consumed message and partition event has one."""
    return Partition(cast("str", message.topic()), cast("int", message.partition()))


def as_record(message: Message) -> Record:
    """Return the message as a batch reads it."""
    return cast("Record", message)


def by_partition(messages: Iterable[Message]) -> dict[Partition, list[Record]]:
    """Return messages without errors by partition, in order; they come in runs, so a run is looked up once."""
    runs: dict[Partition, list[Record]] = {}
    topic: str | None = None
    number: int | None = None
    run: list[Record] = []
    for message in messages:
        if message.partition() != number or message.topic() != topic:
            here = place(message)
            topic, number = here
            run = runs.setdefault(here, [])
        run.append(as_record(message))
    return runs
