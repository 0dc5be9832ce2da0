"""A consumed message as the record it is: the library's types allow more than a consumer ever gets."""

from collections.abc import Iterable
from itertools import groupby
from typing import cast

from confluent_kafka import Message

from consumer.stream.records import Partition, Record


def place(message: Message) -> Partition:
    """Return the partition a message came from; every consumed message and partition event has one."""
    return Partition(cast("str", message.topic()), cast("int", message.partition()))


def by_partition(messages: Iterable[Message]) -> dict[Partition, list[Record]]:
    """Return messages without errors by partition, in order; they come in runs, which are cut in native code."""
    runs: dict[Partition, list[Record]] = {}
    for number, numbered in groupby(messages, Message.partition):
        for topic, run in groupby(numbered, Message.topic):
            here = Partition(cast("str", topic), cast("int", number))
            runs.setdefault(here, []).extend(cast("Iterable[Record]", run))
    return runs
