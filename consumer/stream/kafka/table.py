"""A compacted topic read whole, by every worker, and followed."""

from collections.abc import Callable, Iterator, Sequence

from consumer.stream.kafka import clients
from consumer.stream.kafka.admin import Admin
from consumer.stream.kafka.errors import RestoreStalledError
from consumer.stream.kafka.reader import Reader
from consumer.stream.records import Partition, Record

SLICE_RECORDS = 20_000


class TableFeed:
    """Records of a table topic: first all there are, then each as it comes.

    Until `load` has returned, nothing may be judged by the table.
    """

    def __init__(self, connection: clients.Connection, admin: Admin, topic: str, partitions: int) -> None:
        self._reader = Reader(connection)
        self._admin = admin
        self._partitions = [Partition(topic, number) for number in range(partitions)]

    def load(
        self, stall_seconds: float, clock: Callable[[], float], beat: Callable[[], None]
    ) -> Iterator[Sequence[Record]]:
        """Read the table up to its present end, in slices; raises RestoreStalledError."""
        marks = {each: high for each, (_, high) in self._admin.ends(self._partitions).items()}
        self._reader.add(marks)
        progress, before = clock(), -1
        while len(list(self._reader.done())) < len(marks):
            beat()
            yield from self._slices(0.2)
            left = sum(self._reader.remaining(each) for each in marks)
            if left != before:
                progress, before = clock(), left
            elif clock() - progress > stall_seconds:
                raise RestoreStalledError(f"{self._partitions[0].topic} could not be read to its end in time")

    def follow(self) -> Iterator[Sequence[Record]]:
        """Return what has arrived since, without waiting."""
        return self._slices(0.0)

    def close(self) -> None:
        """Stop following."""
        self._reader.close()

    def _slices(self, seconds: float) -> Iterator[Sequence[Record]]:
        slices, gone = self._reader.read(SLICE_RECORDS, seconds)
        for partition in gone:
            self._reader.restart(partition)
        yield from slices.values()
