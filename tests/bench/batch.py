"""What the worker's own Python costs, without Kafka and without detection: `python -m tests.bench.batch [MESSAGES]`.

The batch function runs over prepared records on stores of its own, both hops, with a detector that only looks up what
the real one said beforehand. So the figures hold still while other work goes on beside them: CPU time of the main
thread, the least of several rounds.
"""

import gc
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any, cast
from zlib import crc32

from confluent_kafka import Message

from consumer.detection import Detector, Observation
from consumer.events.conversation import ConversationMemory
from consumer.events.decode import TimeBounds
from consumer.events.message import MessageEvent
from consumer.events.topics import Role
from consumer.policy import load_policy
from consumer.stages.screen import Screener
from consumer.stream import judging, screening
from consumer.stream.batch import BatchProcessor
from consumer.stream.judging import JudgeHop
from consumer.stream.kafka.consumed import by_partition
from consumer.stream.outputs import Outputs, OutputTopics
from consumer.stream.ownership import Owned
from consumer.stream.records import OutRecord, Slices
from consumer.stream.result import BatchResult
from consumer.stream.routing import RouteHop
from consumer.stream.rules import Rules
from consumer.stream.screening import ScreenHop
from consumer.stream.stores import LedgerStore, MemoryStore
from tests.bench.load import traffic

BATCH = 10_000
ROUNDS = 7
PARTITIONS = 12
SEED = 7
MESSAGES, ACCOUNTS = "message-events", "account-events"
ROLES = {MESSAGES: Role.MESSAGE_EVENTS, ACCOUNTS: Role.ACCOUNT_EVENTS}
TOPICS = OutputTopics(
    account_events=ACCOUNTS, flagged_messages="flagged-messages", account_standing="account-standing",
    dead_letters="dead-letters",
)  # fmt: skip


@dataclass(slots=True)
class Recorded:
    """Stands in for the detector: asks it once, and from then on repeats what it said."""

    detector: Detector
    said: dict[tuple[str, int], Observation] = field(default_factory=dict)
    suspected: dict[str, bool] = field(default_factory=dict)

    def suspects(self, texts: Sequence[str]) -> list[int]:
        """Which texts the detector suspects."""
        suspected = self.suspected
        unknown = [text for text in texts if text not in suspected]
        if unknown:
            suspected.update(dict.fromkeys(unknown, False))
            suspected.update((unknown[index], True) for index in self.detector.suspects(unknown))
        return [index for index, text in enumerate(texts) if suspected[text]]

    def recalls(self, text: str) -> bool:
        """What the detector says."""
        return self.detector.recalls(text)

    def observe(
        self, event: MessageEvent, memory: ConversationMemory | None, *, suspect: bool | None = None
    ) -> Observation:
        """What the detector said; a memory that it left alone is the very object passed in."""
        key = event.message_id, event.revision
        said = self.said.get(key)
        if said is None:
            said = self.said[key] = self.detector.observe(event, memory, suspect=suspect)
        if memory is not None and said.memory == memory:
            return Observation(said.findings, memory)
        return said


def records(topic: str, contents: Iterable[tuple[bytes | None, bytes | None, Any]]) -> list[Message]:
    """Records as a consumer would get them: in runs of one partition."""
    at = int(time.time() * 1000)
    by_number: list[list[Message]] = [[] for _ in range(PARTITIONS)]
    for key, value, headers in contents:
        number = crc32(key or b"") % PARTITIONS
        of = by_number[number]
        of.append(
            Message(
                topic=topic, partition=number, offset=len(of), key=key, value=value, headers=headers, timestamp=(1, at)
            )
        )
    return [message for of in by_number for message in of]


def batches(topic: str, contents: Iterable[tuple[bytes | None, bytes | None, Any]]) -> list[list[Message]]:
    """Records in batches of the worker's size."""
    waiting = iter(contents)
    cut: Callable[[], list[Any]] = lambda: list(islice(waiting, BATCH))  # noqa: E731
    return [records(topic, batch) for batch in iter(cut, [])]


class Run:
    """A worker's batch function and state, from empty."""

    def __init__(self, detector: Recorded) -> None:
        self.owned = Owned(ROLES)
        outputs = Outputs(TOPICS, "backchannel")
        rules = Rules(load_policy(None))
        # CPU time instead of the wall clock's.
        screening.perf_counter = judging.perf_counter = time.thread_time  # type: ignore[attr-defined]
        bounds = TimeBounds(datetime(2010, 1, 1, tzinfo=UTC), timedelta(days=1))
        screener = Screener(cast("Detector", detector), b"a key for benchmarks")
        self.processor = BatchProcessor(
            rules,
            ScreenHop(screener, outputs, "memory", bounds),
            JudgeHop(rules, {}, outputs, "ledger"),
            RouteHop(outputs),
        )
        self.seconds: dict[str, float] = defaultdict(float)
        self.outputs: list[OutRecord] = []

    def work(self, messages: list[Message]) -> BatchResult:
        """Do with a batch what the loop does, but for the broker."""
        started = time.thread_time()
        slices: Slices = dict(by_partition(messages))
        for partition in slices:
            if partition not in self.owned:
                store = MemoryStore() if partition.topic == MESSAGES else LedgerStore()
                self.owned.add(partition, 0, store)
            self.owned.positions[partition] = 0
        slices, _ = self.owned.unprocessed(slices)
        sliced = time.thread_time()
        result = self.processor.process(slices, {}, self.owned, datetime.now(UTC))
        processed = time.thread_time()
        result.merge()
        merged = time.thread_time()
        self.seconds["slice"] += sliced - started
        self.seconds["process"] += processed - sliced
        self.seconds["merge"] += merged - processed
        for phase, seconds in result.tally.seconds.items():
            self.seconds[phase] += seconds
        self.outputs += result.outputs
        return result


def main() -> None:
    """Record, then measure."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 40_000
    items = (item for item in traffic(SEED).take(count) if item.topic_role is Role.MESSAGE_EVENTS)
    first = batches(MESSAGES, ((item.key, item.value, None) for item in items))
    total = sum(map(len, first))
    detector = Recorded(Detector.default())
    reference = Run(detector)
    for batch in first:
        reference.work(batch)
    by_topic = Counter(out.topic for out in reference.outputs)
    second = batches(ACCOUNTS, _second(reference.outputs))
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)
    rounds = [_round(detector, first, second) for _ in range(ROUNDS)]
    for name in ("screening", "judging"):
        print(f"{name}, µs for each message event")
        for phase in sorted({phase for each in rounds for phase in each[name]}):
            least = min(each[name][phase] for each in rounds)
            print(f"  {phase:8} {1e6 * least / total:7.3f}")
    print(f"messages {total}, outputs {dict(by_topic)}")


def _round(detector: Recorded, *hops: list[list[Message]]) -> dict[str, dict[str, float]]:
    run = Run(detector)
    told: dict[str, dict[str, float]] = {}
    for name, hop in zip(("screening", "judging"), hops, strict=True):
        run.seconds = defaultdict(float)
        for batch in hop:
            run.work(batch)
            run.outputs = []
        told[name] = run.seconds
    return told


def _second(outputs: Iterable[OutRecord]) -> Iterator[tuple[bytes | None, bytes | None, Any]]:
    return ((out.key, out.value, list(out.headers)) for out in outputs if out.topic == ACCOUNTS)


if __name__ == "__main__":
    main()
