"""The group consumer: batches of records, the book of assignments, membership, rewinding.

Rebalance callbacks run inside `consume()` and only write in the book; the loop reads it afterwards. They never raise
(the binding would drop the batch it had already fetched), never block and never commit.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, NamedTuple

from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, KafkaException, Message, TopicPartition

from consumer.stream.kafka import clients
from consumer.stream.kafka.consumed import by_partition
from consumer.stream.kafka.errors import FatalClientError, InputLostError, describe, error_of
from consumer.stream.records import Offsets, Partition, Slices

LINGER_SECONDS = 0.005
"""How long a batch gathers once it has its first record: it bounds the cost of transactions, and adds to latency."""

Change = Literal["assigned", "revoked", "lost"]

_PASSING = frozenset(
    {
        KafkaError._MAX_POLL_EXCEEDED,  # noqa: SLF001 - the library's names for its own errors
        KafkaError._PARTITION_EOF,  # noqa: SLF001
        KafkaError._TRANSPORT,  # noqa: SLF001
        KafkaError._ALL_BROKERS_DOWN,  # noqa: SLF001
        KafkaError._TIMED_OUT,  # noqa: SLF001
    }
)
_LOST = frozenset({KafkaError._AUTO_OFFSET_RESET, KafkaError.OFFSET_OUT_OF_RANGE})  # noqa: SLF001


class Membership(NamedTuple):
    """Proof of being a live member of the group, read after a batch was consumed."""

    token: object
    member_id: str


class Source:
    """One worker's consumer of all input topics."""

    def __init__(self, connection: clients.Connection, topics: Sequence[str]) -> None:
        self._consumer = Consumer(clients.group_consumer(connection))
        self._topics = list(topics)
        self._book: list[tuple[Change, tuple[Partition, ...]]] = []
        self._failure: KafkaError | None = None

    def subscribe(self) -> None:
        """Join the group."""
        self._consumer.subscribe(
            self._topics, on_assign=self._on_assign, on_revoke=self._on_revoke, on_lost=self._on_lost
        )

    def consume(self, limit: int, seconds: float) -> Slices:
        """Wait at most `seconds` for a record, gather more for `LINGER_SECONDS`; return at most `limit` by partition.

        Raises FatalClientError, and InputLostError when records to be read no longer exist.
        """
        messages = self._consumer.consume(1, seconds)
        if messages and limit > 1:
            # The client waits its full timeout for a full batch, so a single call would make every message wait.
            messages += self._consumer.consume(limit - 1, LINGER_SECONDS)
        if self._failure is not None:
            raise FatalClientError(f"a rebalance could not be followed: {describe(self._failure)}")
        faulty = [message for message in messages if message.error() is not None]
        if faulty:
            for message in faulty:
                self._note(message)
            messages = [message for message in messages if message.error() is None]
        return dict(by_partition(messages))

    def changes(self) -> list[tuple[Change, tuple[Partition, ...]]]:
        """Take what the callbacks wrote in the book since last time, in order."""
        book, self._book = self._book, []
        return book

    def membership(self) -> Membership | None:
        """Return proof of membership, None when there is none.

        The token is read before the id. The client blanks both when it loses the group; a non-empty id read second
        means the token read first was not blank either. Blank tokens must never be sent: the broker accepts a
        transactional offset commit without a member from anybody.
        """
        token = self._consumer.consumer_group_metadata()
        member_id = self._consumer.memberid()
        return Membership(token, member_id) if member_id else None

    def committed(self, partitions: Iterable[Partition], seconds: float) -> dict[Partition, int | None] | None:
        """Return the group's committed offsets, None each where there is none.

        Returns None while an open transaction may still move one of them (the client asks for stable offsets only),
        or while the coordinator cannot be reached.
        """
        asked = [TopicPartition(topic, number) for topic, number in partitions]
        try:
            answered = self._consumer.committed(asked, timeout=seconds)
        except KafkaException as exception:
            if error_of(exception).fatal():
                raise FatalClientError(describe(error_of(exception))) from exception
            return None
        if any(answer.error is not None for answer in answered):
            return None
        return {
            Partition(answer.topic, answer.partition): answer.offset if answer.offset >= 0 else None
            for answer in answered
        }

    def rewind(self, offsets: Mapping[Partition, int]) -> None:
        """Make the next records of each partition those from the given offset on."""
        for (topic, number), offset in offsets.items():
            try:
                self._consumer.seek(TopicPartition(topic, number, offset))
            except KafkaException as exception:
                error = error_of(exception)
                raise FatalClientError(f"{topic}[{number}] cannot be rewound: {describe(error)}") from exception

    def start(self, offsets: Offsets) -> None:
        """Let assigned partitions flow, from the given offsets."""
        self.rewind(offsets)
        self._consumer.resume([TopicPartition(topic, number) for topic, number in offsets])

    def lag(self, positions: Mapping[Partition, int]) -> dict[Partition, int]:
        """Return how many records lie between each position and the end, by what was last fetched."""
        lags: dict[Partition, int] = {}
        for partition, position in positions.items():
            low_high = self._consumer.get_watermark_offsets(TopicPartition(*partition), cached=True)
            if low_high is not None and low_high[1] >= 0:
                lags[partition] = max(0, low_high[1] - position)
        return lags

    def close(self) -> None:
        """Leave the group. No transaction may be open."""
        self._consumer.close()

    def _note(self, message: Message) -> None:
        error = message.error()
        if error is None or error.code() in _PASSING:
            return
        place = f"{message.topic()}[{message.partition()}]"
        if error.code() in _LOST:
            raise InputLostError(f"{place}: {describe(error)}")
        if error.fatal():
            raise FatalClientError(describe(error))
        if not error.retriable():
            raise FatalClientError(f"{place}: {describe(error)}")

    def _on_assign(self, consumer: Consumer, partitions: list[TopicPartition]) -> None:
        # Assigned from the beginning but paused: where to start is known only after the restore, and a stored or
        # missing offset looked up here could raise where it must not.
        start = [TopicPartition(each.topic, each.partition, OFFSET_BEGINNING) for each in partitions]
        try:
            consumer.incremental_assign(start)
            consumer.pause(start)
        except KafkaException as exception:
            self._failure = error_of(exception)
        self._write("assigned", partitions)

    def _on_revoke(self, consumer: Consumer, partitions: list[TopicPartition]) -> None:
        self._unassign(consumer, partitions)
        self._write("revoked", partitions)

    def _on_lost(self, consumer: Consumer, partitions: list[TopicPartition]) -> None:
        self._unassign(consumer, partitions)
        self._write("lost", partitions)

    def _unassign(self, consumer: Consumer, partitions: list[TopicPartition]) -> None:
        try:
            consumer.incremental_unassign(partitions)
        except KafkaException as exception:
            self._failure = error_of(exception)

    def _write(self, change: Change, partitions: Iterable[TopicPartition]) -> None:
        self._book.append((change, tuple(Partition(each.topic, each.partition) for each in partitions)))
