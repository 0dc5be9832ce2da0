"""Whole topics read once, from their beginning to the end they had at the start: for commands that report."""

from collections.abc import Callable, Generator, Iterator, Sequence
from time import monotonic

from consumer.stream.kafka import clients
from consumer.stream.kafka.admin import Admin
from consumer.stream.kafka.errors import RestoreStalledError, TopicsError
from consumer.stream.kafka.reader import Reader
from consumer.stream.records import Partition, Record

SLICE_RECORDS = 20_000
STALL_SECONDS = 30.0


def read_topics(
    connection: clients.Connection, topics: Sequence[str], progress: Callable[[int, int], None] = lambda *_: None
) -> Generator[tuple[Partition, Sequence[Record]], None, None]:
    """Yield the committed records of the topics, in order within each partition.

    `progress` is told how many offsets are behind and how many there are. Raises TopicsError for a topic that does not
    exist, BrokerUnavailableError, and RestoreStalledError when an open transaction hides the rest for too long.
    """
    admin = Admin(connection)
    counts = admin.partition_counts()
    missing = [
        f"topic {topic} is missing; `backchannel topics create` makes it" for topic in topics if topic not in counts
    ]
    if missing:
        raise TopicsError(missing)
    ends = admin.ends(Partition(topic, number) for topic in topics for number in range(counts[topic]))
    reader = Reader(connection)
    try:
        yield from _read(reader, {each: span for each, span in ends.items() if span[0] < span[1]}, progress)
    finally:
        reader.close()


def _read(
    reader: Reader, ends: dict[Partition, tuple[int, int]], progress: Callable[[int, int], None]
) -> Iterator[tuple[Partition, Sequence[Record]]]:
    if not ends:
        return
    total = sum(high - low for low, high in ends.values())
    reader.add({partition: high for partition, (_, high) in ends.items()})
    since, before = monotonic(), -1
    while (left := sum(reader.remaining(each) for each in ends)) > 0:
        if left != before:
            since, before = monotonic(), left
        elif monotonic() - since > STALL_SECONDS:
            raise RestoreStalledError("a topic could not be read to its end: a transaction may be hanging")
        slices, gone = reader.read(SLICE_RECORDS, 0.2)
        for partition in gone:
            raise RestoreStalledError(f"{partition.topic}[{partition.number}]: records were deleted while it was read")
        for partition, records in slices.items():
            kept = [record for record in records if record.offset() < ends[partition][1]]
            if kept:
                yield partition, kept
        progress(min(total, max(0, total - left)), total)
