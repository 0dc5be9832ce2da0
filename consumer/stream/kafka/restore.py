"""From "assigned" to "restored", in slices between which the loop goes on polling.

The order matters. First the group's committed offset, which the client returns only once no open transaction can
change it any more; then the changelog's high watermark; then the changelog up to there. Whatever the partition's last
owner committed moved both in one transaction, so a state read this way belongs to that offset.
"""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from consumer.stream.kafka import clients
from consumer.stream.kafka.admin import Admin
from consumer.stream.kafka.errors import BrokerUnavailableError, InputLostError, RestoreStalledError
from consumer.stream.kafka.reader import Reader
from consumer.stream.kafka.source import Source
from consumer.stream.records import Partition, Record

log = logging.getLogger(__name__)

COMMITTED_SECONDS = 0.25
"""One attempt to learn the committed offsets; more follow while a transaction is still open."""
SLICE_RECORDS = 20_000


@dataclass(frozen=True, slots=True)
class Loaded:
    """A slice of an input partition's changelog, in order."""

    input: Partition
    records: Sequence[Record]


@dataclass(frozen=True, slots=True)
class Restored:
    """An input partition whose state is complete, and where to read on. `seconds` is what it took."""

    input: Partition
    position: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Emptied:
    """An input partition whose changelog has to be read again from its beginning."""

    input: Partition


Step = Loaded | Restored | Emptied


class Restoration:
    """The restores under way. `changelog` names an input topic's changelog, None when it keeps no state."""

    def __init__(
        self,
        *,
        connection: clients.Connection,
        source: Source,
        admin: Admin,
        changelog: Callable[[str], str | None],
        start_from: str,
        stall_seconds: float,
        clock: Callable[[], float],
    ) -> None:
        self._source = source
        self._admin = admin
        self._reader = Reader(connection)
        self._changelog = changelog
        self._start_from = start_from
        self._stall_seconds = stall_seconds
        self._clock = clock
        self._begun: dict[Partition, float] = {}
        self._positions: dict[Partition, int] = {}
        self._inputs: dict[Partition, Partition] = {}
        self._progress = clock()

    def __bool__(self) -> bool:
        return bool(self._begun)

    def begin(self, inputs: Iterable[Partition]) -> None:
        """Start restoring partitions that were just assigned."""
        self._progress = self._clock()
        self._begun.update(dict.fromkeys(inputs, self._progress))

    def cancel(self, inputs: Iterable[Partition]) -> None:
        """Stop restoring partitions that were taken away."""
        gone = set(inputs)
        self._reader.remove([changelog for changelog, owner in self._inputs.items() if owner in gone])
        self._inputs = {changelog: owner for changelog, owner in self._inputs.items() if owner not in gone}
        for each in gone:
            self._begun.pop(each, None)
            self._positions.pop(each, None)

    def advance(self, seconds: float) -> list[Step]:
        """Do one slice of work, waiting at most about `seconds` for records; return what came of it, in order.

        Raises InputLostError, RestoreStalledError, FatalClientError.
        """
        if not self._begun:
            return []
        steps: list[Step] = list(self._locate())
        if self._inputs:
            steps += self._read(seconds)
        if steps:
            self._progress = self._clock()
        elif self._clock() - self._progress > self._stall_seconds:
            waiting = ", ".join(f"{topic}[{number}]" for topic, number in sorted(self._begun))
            raise RestoreStalledError(
                f"no progress restoring {waiting} for {self._stall_seconds:.0f} s; a transaction may be hanging"
            )
        return steps

    def remaining(self) -> Mapping[Partition, int]:
        """Return how many changelog offsets each partition under restore still lacks."""
        return {owner: self._reader.remaining(changelog) for changelog, owner in self._inputs.items()}

    def close(self) -> None:
        """Stop all restores."""
        self._reader.close()

    def _locate(self) -> Iterable[Step]:
        """Find the positions of partitions new to us, then the marks of their changelogs."""
        new = [each for each in self._begun if each not in self._positions]
        if not new:
            return
        committed = self._source.committed(new, COMMITTED_SECONDS)
        if committed is None:
            return
        logs = {Partition(name, each.number): each for each in new if (name := self._changelog(each.topic)) is not None}
        try:
            inputs = self._admin.ends(new)
            marks = self._admin.ends(logs)
        except BrokerUnavailableError as error:
            log.warning("restore waits for the broker", extra={"reason": str(error)})
            return
        self._positions.update({each: self._start(each, committed[each], *inputs[each]) for each in new})
        full = {changelog: high for changelog, (low, high) in marks.items() if low < high}
        self._inputs.update({changelog: logs[changelog] for changelog in full})
        self._reader.add(full)
        for each in set(new) - {logs[changelog] for changelog in full}:
            yield self._finished(each)

    def _start(self, partition: Partition, committed: int | None, low: int, high: int) -> int:
        if committed is None:
            return low if self._start_from == "earliest" else high
        if committed < low:
            raise InputLostError(
                f"{partition.topic}[{partition.number}]: the group stopped at offset {committed}, but the broker's"
                f" records begin at {low}; what lies between was deleted before it was read; to go on without it,"
                " reset the group's offset (kafka-consumer-groups.sh --reset-offsets)"
            )
        return committed

    def _read(self, seconds: float) -> Iterable[Step]:
        slices, gone = self._reader.read(SLICE_RECORDS, seconds)
        for changelog, records in slices.items():
            yield Loaded(self._inputs[changelog], records)
        for changelog in gone:
            self._reader.restart(changelog)
            yield Emptied(self._inputs[changelog])
        finished = list(self._reader.done())
        self._reader.remove(finished)
        for changelog in finished:
            yield self._finished(self._inputs.pop(changelog))

    def _finished(self, partition: Partition) -> Restored:
        seconds = self._clock() - self._begun.pop(partition)
        return Restored(partition, self._positions.pop(partition), seconds)
