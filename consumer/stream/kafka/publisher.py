"""Single records published by a command as the platform would, without headers, each confirmed before it goes on.

An append to a compacted record is read, changed and written back; two of them at once would lose one. `Exclusive`
holds them apart with what Kafka has for it: whoever begins later takes over the transactional id, and the earlier one
is refused at its commit.
"""

from types import TracebackType
from typing import Self

from confluent_kafka import KafkaError, KafkaException, Message, Producer

from consumer.stream.kafka import clients
from consumer.stream.kafka.errors import BrokerError, BrokerUnavailableError, describe, error_of
from consumer.stream.records import OutRecord

CONFIRM_SECONDS = 15.0


class OvertakenError(BrokerError):
    """Somebody else began the same change meanwhile; nothing was written."""


def publish(connection: clients.Connection, record: OutRecord) -> None:
    """Publish one record and wait until the cluster has it; raises BrokerUnavailableError if it does not say so.

    After that error the record may be there or not: publishing it again must be harmless.
    """
    producer = Producer(clients.single_producer(connection))
    problems: list[KafkaError] = []

    def delivered(error: KafkaError | None, _message: Message) -> None:
        if error is not None:
            problems.append(error)

    producer.produce(record.topic, record.value, record.key, on_delivery=delivered)
    if producer.flush(CONFIRM_SECONDS):
        raise BrokerUnavailableError(f"{record.topic}: not confirmed within {CONFIRM_SECONDS:.0f} s")
    if problems:
        raise BrokerUnavailableError(f"{record.topic}: not confirmed: {describe(problems[0])}")


class Exclusive:
    """The right to change what `name` stands for, from entering the block on.

    Raises BrokerUnavailableError when no broker answers, OvertakenError from `publish` when the right was lost. After a
    BrokerUnavailableError from `publish` the record may be there or not.
    """

    def __init__(self, connection: clients.Connection, name: str) -> None:
        self._producer = Producer(clients.exclusive_producer(connection, name))

    def __enter__(self) -> Self:
        try:
            # Waits until what a predecessor left open is aborted: what is read afterwards is the last word.
            self._producer.init_transactions(CONFIRM_SECONDS)
        except KafkaException as exception:
            raise BrokerUnavailableError(describe(error_of(exception))) from exception
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Leave; what was not published is not there."""

    def publish(self, record: OutRecord) -> None:
        """Publish one record, unless the right was lost."""
        producer = self._producer
        try:
            producer.begin_transaction()
            producer.produce(record.topic, record.value, record.key)
            producer.commit_transaction(CONFIRM_SECONDS)
        except KafkaException as exception:
            error = error_of(exception)
            if error.code() in _OVERTAKEN:
                raise OvertakenError("the same was being changed by somebody else; nothing was written") from exception
            raise BrokerUnavailableError(f"{record.topic}: not confirmed: {describe(error)}") from exception


_OVERTAKEN = frozenset(
    {
        KafkaError._FENCED,  # noqa: SLF001 - the library's name
        KafkaError.PRODUCER_FENCED,
        KafkaError.INVALID_PRODUCER_EPOCH,
    }
)
