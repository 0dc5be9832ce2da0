"""Group-less reading of partitions up to a mark.

The mark is the high watermark at the time of asking. The last stable offset, which a read_committed consumer calls
the end, will not do: a transaction can be committed, and its offsets be visible, before the last stable offset has
moved past it (KAFKA-10167), and state read to there would miss it.

A partition is done when the reader's position has reached its mark. Positions move over compacted records, aborted
records and transaction markers, which are never delivered; where such a tail ends the partition, the end-of-partition
event tells it. An end before the mark means that a transaction is open there: wait.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, KafkaException, Message, TopicPartition

from consumer.stream.kafka import clients
from consumer.stream.kafka.consumed import by_partition, place
from consumer.stream.kafka.errors import FatalClientError, describe, error_of
from consumer.stream.records import Partition, Record, Slices, rising

_MOVED = frozenset({KafkaError._AUTO_OFFSET_RESET, KafkaError.OFFSET_OUT_OF_RANGE})  # noqa: SLF001


class Reader:
    """Reads partitions from their beginning, in slices; `remaining` tells how far each is from its mark."""

    def __init__(self, connection: clients.Connection) -> None:
        self._consumer = Consumer(clients.reader(connection))
        self._marks: dict[Partition, int] = {}
        self._positions: dict[Partition, int] = {}
        self._delivered: dict[Partition, int] = {}

    def add(self, marks: Mapping[Partition, int]) -> None:
        """Start reading partitions from their beginning; each is done at its mark."""
        self._marks.update(marks)
        self._positions.update(dict.fromkeys(marks, 0))
        self._delivered.update(dict.fromkeys(marks, 0))
        self._consumer.incremental_assign([TopicPartition(*each, OFFSET_BEGINNING) for each in marks])

    def remove(self, partitions: Iterable[Partition]) -> None:
        """Stop reading partitions."""
        known = [each for each in partitions if each in self._marks]
        for each in known:
            del self._marks[each], self._positions[each], self._delivered[each]
        if known:
            self._consumer.incremental_unassign([TopicPartition(*each) for each in known])

    def restart(self, partition: Partition) -> None:
        """Read a partition again from its beginning, when what was to be read next is gone."""
        mark = self._marks[partition]
        self.remove([partition])
        self.add({partition: mark})

    def read(self, limit: int, seconds: float) -> tuple[Slices, list[Partition]]:
        """Read a slice: records by partition, and the partitions whose next records no longer exist.

        Raises FatalClientError.
        """
        gone: list[Partition] = []
        messages = self._consumer.consume(limit, seconds)
        for message in [each for each in messages if each.error() is not None]:
            self._note(message, gone)
        slices = by_partition(each for each in messages if each.error() is None)
        self._look()
        return {each: new for each, records in slices.items() if (new := self._new(each, records))}, gone

    def remaining(self, partition: Partition) -> int:
        """Return how many offsets lie before the mark; 0 means done."""
        return max(0, self._marks[partition] - self._positions[partition])

    def done(self) -> Iterator[Partition]:
        """Iterate over the partitions that have reached their mark."""
        return (each for each, mark in self._marks.items() if self._positions[each] >= mark)

    def close(self) -> None:
        """Stop reading altogether."""
        self._consumer.close()

    def _new(self, partition: Partition, records: Sequence[Record]) -> Sequence[Record]:
        """Return the records that were not delivered before: a client that went back would put old entries over new.

        See `Owned.unprocessed` on how it does.
        """
        position = self._delivered.get(partition)
        new = () if position is None else rising(position, records)
        if new:
            self._delivered[partition] = new[-1].offset() + 1
        return new

    def _note(self, message: Message, gone: list[Partition]) -> None:
        error, partition = message.error(), place(message)
        if error is None or partition not in self._marks:
            return
        if error.code() == KafkaError._PARTITION_EOF:  # noqa: SLF001 - the library's name
            self._advance(partition, message.offset() or 0)
        elif error.code() in _MOVED:
            gone.append(partition)
        elif error.fatal() or not error.retriable():
            raise FatalClientError(f"{partition.topic}[{partition.number}]: {describe(error)}")

    def _look(self) -> None:
        try:
            for each in self._consumer.position([TopicPartition(*partition) for partition in self._marks]):
                if each.offset >= 0:
                    self._advance(Partition(each.topic, each.partition), each.offset)
        except KafkaException as exception:
            raise FatalClientError(describe(error_of(exception))) from exception

    def _advance(self, partition: Partition, position: int) -> None:
        self._positions[partition] = max(self._positions[partition], position)
