"""One batch's outputs and offsets, all or nothing.

Invariants: at most one transaction is open, and only inside `commit`; it returns after the commit, raises
BatchAbortedError after an abort, and anything else is a FatalClientError after which nothing is known and nothing in
memory may be believed. Whether a transaction that ended in a fatal error was committed is for the next process to
find out, from the committed offsets.
"""

from collections.abc import Callable, Sequence
from time import perf_counter
from typing import NoReturn

from confluent_kafka import KafkaException, Producer, TopicPartition

from consumer.stream.kafka import clients
from consumer.stream.kafka.errors import (
    BatchAbortedError,
    BrokerUnavailableError,
    FatalClientError,
    describe,
    error_of,
    reaction,
)
from consumer.stream.kafka.source import Membership
from consumer.stream.records import Offsets, OutRecord

INIT_SECONDS = 15.0
"""One attempt to take over the transactional id; a crashed predecessor's transaction is aborted meanwhile."""
FULL_QUEUE_SECONDS = 0.1
ABORT_FLUSH_SECONDS = 2.0


class Transactor:
    """The worker's transactional producer."""

    def __init__(self, connection: clients.Connection, beat: Callable[[], None]) -> None:
        self._producer = Producer(clients.producer(connection))
        self._beat = beat
        self.produce_seconds = 0.0
        """What handing over the outputs of the last batch took."""

    def init(self, attempts: int = 4) -> None:
        """Take over the transactional id, fencing and cleaning up after a predecessor.

        Raises BrokerUnavailableError when no broker answers, FatalClientError when it is refused.
        """
        for attempt in range(1, attempts + 1):
            self._beat()
            try:
                self._producer.init_transactions(INIT_SECONDS)
            except KafkaException as exception:
                error = error_of(exception)
                if not error.retriable() or error.fatal():
                    raise FatalClientError(f"transactions cannot be used: {describe(error)}") from exception
                if attempt == attempts:
                    raise BrokerUnavailableError(f"transactions cannot be started: {describe(error)}") from exception
            else:
                return

    def commit(self, outputs: Sequence[OutRecord], offsets: Offsets, membership: Membership | None) -> None:
        """Publish the outputs and the offsets in one transaction.

        Without membership nothing is sent and BatchAbortedError is raised: an offset commit without a member would
        be accepted from a worker that owns nothing any more.
        """
        if membership is None:
            raise BatchAbortedError("not a member of the group")
        try:
            self._producer.begin_transaction()
            started = perf_counter()
            self._produce(outputs)
            self.produce_seconds = perf_counter() - started
            self._send_offsets(offsets, membership)
            self._finish(self._producer.commit_transaction)
            self._producer.poll(0)
        except KafkaException as exception:
            self._abort(exception)

    def close(self) -> None:
        """Abort nothing, flush nothing: between batches there is nothing."""
        self._producer.poll(0)

    def _produce(self, outputs: Sequence[OutRecord]) -> None:
        produce: Callable[..., None] = self._producer.produce
        for record in outputs:
            partition = -1 if record.partition is None else record.partition
            while True:
                try:
                    produce(record.topic, record.value, record.key, partition, headers=record.headers or None)
                except BufferError:
                    self._beat()
                    self._producer.poll(FULL_QUEUE_SECONDS)
                else:
                    break

    def _send_offsets(self, offsets: Offsets, membership: Membership) -> None:
        positions = [TopicPartition(topic, number, offset) for (topic, number), offset in offsets.items()]
        # Retriable but not resumable: each try must be the same call.
        self._finish(lambda: self._producer.send_offsets_to_transaction(positions, membership.token))

    def _finish(self, call: Callable[[], None]) -> None:
        """Repeat a call that may be tried again; without a time limit of our own it resumes where it was."""
        while True:
            self._beat()
            try:
                call()
            except KafkaException as exception:
                if reaction(error_of(exception)) != "retry":
                    raise
            else:
                return

    def _abort(self, cause: KafkaException) -> NoReturn:
        error = error_of(cause)
        if reaction(error) == "stop":
            raise FatalClientError(describe(error)) from cause
        # An abort purges what is still in flight, and the gap in sequence numbers it leaves costs the next transactions
        # seconds (seen with librdkafka 2.16: OUT_OF_ORDER_SEQUENCE_NUMBER, then a new epoch). Deliver it first.
        try:
            self._producer.flush(ABORT_FLUSH_SECONDS)
            self._finish(self._producer.abort_transaction)
        except KafkaException as exception:
            raise FatalClientError(f"abort failed: {describe(error_of(exception))}") from exception
        raise BatchAbortedError(describe(error)) from cause
