"""Configurations of the clients: what the guarantees need, over what the operator passes through."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from confluent_kafka import KafkaError

_LOG = logging.getLogger("librdkafka")
"""The library's own lines join ours instead of going to standard error, handed over inside poll and consume."""

_OF_A_MEMBER = frozenset(
    {"partition.assignment.strategy", "max.poll.interval.ms", "heartbeat.interval.ms", "group.remote.assignor"}
)
"""Options of the group's consumer that mean nothing to a reader without a group, or contradict its defaults."""

Config = dict[str, Any]
Option = str | bool | int | float


@dataclass(frozen=True, slots=True)
class Connection:
    """How to reach the cluster and who we are in it; `options` may hold secrets and is never printed."""

    options: Mapping[str, Option]
    consumer_options: Mapping[str, Option]
    producer_options: Mapping[str, Option]
    group_id: str
    transactional_id: str
    group_protocol: str
    static_member: str | None
    session_timeout_ms: int
    transaction_timeout_ms: int
    on_error: Callable[[KafkaError], None]

    def __repr__(self) -> str:
        """Leave the options out: they may hold secrets."""
        return f"Connection(group_id={self.group_id!r}, transactional_id={self.transactional_id!r})"


def admin(connection: Connection) -> Config:
    """Configure an AdminClient."""
    return {**connection.options, "error_cb": connection.on_error, "logger": _LOG}


def group_consumer(connection: Connection) -> Config:
    """Configure the consumer of the two hops.

    Offsets travel in transactions only, so nothing is committed or stored here. An offset out of range is an error,
    never a silent jump. Cooperative rebalancing keeps the partitions that stay, and their state, in service.
    """
    config: Config = {
        "queued.max.messages.kbytes": 65_536,
        "fetch.wait.max.ms": 50,
        "heartbeat.interval.ms": min(3_000, connection.session_timeout_ms // 3),
        **connection.options,
        **connection.consumer_options,
        "group.id": connection.group_id,
        "enable.auto.commit": False,
        "enable.auto.offset.store": False,
        "isolation.level": "read_committed",
        "auto.offset.reset": "error",
        "error_cb": connection.on_error,
        "logger": _LOG,
    }
    if connection.static_member is not None:
        config["group.instance.id"] = connection.static_member
    if connection.group_protocol == "consumer":
        # KIP-848: the broker owns the assignor, the session and the heartbeat.
        config["group.protocol"] = "consumer"
        config.pop("heartbeat.interval.ms")
    else:
        config["partition.assignment.strategy"] = "cooperative-sticky"
        config["session.timeout.ms"] = connection.session_timeout_ms
    return config


def producer(connection: Connection) -> Config:
    """Configure the transactional producer.

    Java's default hash of keys (murmur2), so that an account's partition does not depend on who produced.
    """
    return {
        "linger.ms": 5,
        "compression.type": "lz4",
        "queue.buffering.max.messages": 500_000,
        **connection.options,
        **connection.producer_options,
        "acks": "all",
        "enable.idempotence": True,
        "partitioner": "murmur2_random",
        "transactional.id": connection.transactional_id,
        "transaction.timeout.ms": connection.transaction_timeout_ms,
        "error_cb": connection.on_error,
        "logger": _LOG,
    }


def single_producer(connection: Connection) -> Config:
    """Configure a producer of single records, as the platform would use: no transaction, the same hash of keys."""
    return {
        **connection.options,
        **connection.producer_options,
        "acks": "all",
        "enable.idempotence": True,
        "partitioner": "murmur2_random",
        "error_cb": connection.on_error,
        "logger": _LOG,
    }


def exclusive_producer(connection: Connection, name: str) -> Config:
    """Configure a transactional producer whose id, below the group's, stands for what is being changed."""
    return {
        **single_producer(connection),
        "transactional.id": f"{connection.group_id}-{name}",
        "transaction.timeout.ms": connection.transaction_timeout_ms,
    }


def reader(connection: Connection) -> Config:
    """Configure a group-less reader of changelogs and tables.

    `group.id` is required by the library and used for nothing: the reader assigns itself and never commits. The end
    of a partition is reported, because a tail of aborted or compacted records yields no message to see it by.
    """
    own = {name: value for name, value in connection.consumer_options.items() if name not in _OF_A_MEMBER}
    return {
        "fetch.wait.max.ms": 20,
        "fetch.queue.backoff.ms": 5,
        "queued.max.messages.kbytes": 131_072,
        **connection.options,
        **own,
        "group.id": f"{connection.transactional_id}-reader",
        "enable.auto.commit": False,
        "enable.auto.offset.store": False,
        "enable.partition.eof": True,
        "isolation.level": "read_committed",
        "auto.offset.reset": "error",
        "error_cb": connection.on_error,
        "logger": _LOG,
    }
