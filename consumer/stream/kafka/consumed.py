"""A consumed message as the record it is: the library's types allow more than a consumer ever gets."""

from typing import cast

from confluent_kafka import Message

from consumer.stream.records import Partition, Record


def place(message: Message) -> Partition:
    """Return the partition a message came from; every consumed message and partition event has one."""
    return Partition(cast("str", message.topic()), cast("int", message.partition()))


def as_record(message: Message) -> Record:
    """Return the message as a batch reads it."""
    return cast("Record", message)
