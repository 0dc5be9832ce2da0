"""How fast a group works through what is there, seen from outside: its committed offsets over time.

The measured span runs from the first committed batch to the last, so starting up and idling afterwards stay out,
and the events of the first batch are not counted.
"""

import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from confluent_kafka import Consumer, KafkaError, KafkaException, TopicPartition

from tests.bench.process import PATIENCE, BenchError, CpuTime, cpu_time

_INTERVAL = 0.05
_NOT_YET = frozenset(
    {KafkaError.NOT_COORDINATOR, KafkaError.COORDINATOR_NOT_AVAILABLE, KafkaError.COORDINATOR_LOAD_IN_PROGRESS}
)
_QUIET = 1.0
"""Seconds without a commit, everything read, after which a group is done."""


@dataclass(frozen=True, slots=True)
class Drain:
    """Message events committed in a span of time, and the process's CPU time in it."""

    events: int
    seconds: float
    cpu: CpuTime

    @property
    def rate(self) -> float:
        """Return events per second."""
        return self.events / self.seconds


class Progress:
    """The committed offsets of a group, summed by topic."""

    def __init__(self, bootstrap: str, group: str, topics: list[str], partitions: int) -> None:
        # read_uncommitted: ask for what is committed now, and do not wait for the transaction that is open.
        self._consumer = Consumer(
            {"bootstrap.servers": bootstrap, "group.id": group, "isolation.level": "read_uncommitted", "log_level": 0}
        )
        self._topics = topics
        self._asked = [TopicPartition(topic, number) for topic in topics for number in range(partitions)]

    def read(self) -> Mapping[str, int]:
        """Return the sum of each topic's committed offsets."""
        sums = dict.fromkeys(self._topics, 0)
        for each in self._committed():
            sums[each.topic] += max(0, each.offset)
        return sums

    def _committed(self) -> list[TopicPartition]:
        """Ask until the group has a coordinator: on a new broker the first question makes it, and is refused."""
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                return self._consumer.committed(self._asked, 20)
            except KafkaException as exception:
                if exception.args[0].code() not in _NOT_YET or time.monotonic() > deadline:
                    raise
                time.sleep(_INTERVAL)

    def close(self) -> None:
        """End it."""
        self._consumer.close()


def drain(
    process: "subprocess.Popen[bytes]",
    progress: Progress,
    topic: str,
    events: int,
    look: Callable[[], None] = lambda: None,
) -> Drain:
    """Watch a process until it has committed `events` records of `topic` and then nothing more for a while.

    `look` is called after the first commit seen and after each commit once all events are read, so the last call falls
    on the end of the span.
    """
    deadline = time.monotonic() + PATIENCE + events / 2_000
    before = progress.read()
    first: tuple[float, int, CpuTime] | None = None
    last = (time.monotonic(), CpuTime())
    while True:
        sums, now = progress.read(), time.monotonic()
        if sums != before:
            before, last = sums, (now, cpu_time(process.pid))
            if first is None:
                first = (now, sums[topic], last[1])
                look()
            elif sums[topic] >= events:
                look()
        elif sums[topic] >= events and now - last[0] > _QUIET:
            break
        if process.poll() is not None or now > deadline:
            raise BenchError(f"stopped at {sums[topic]} of {events} events, exit code {process.poll()}")
        time.sleep(_INTERVAL)
    if first is None or last[0] <= first[0]:
        raise BenchError(f"{events} events are too few to be measured: one glance saw them all")
    return Drain(events - first[1], last[0] - first[0], last[1] - first[2])
