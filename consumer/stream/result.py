"""What a batch comes to: the records and offsets of one transaction, the merges after it, and the counts."""

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from consumer.stream.outputs import changelog
from consumer.stream.records import Offsets, OutRecord, Partition
from consumer.stream.state import Overlay
from consumer.stream.stores import Store
from consumer.strikes.breaker import Breaker, Sample
from consumer.telemetry.metrics import Outcome, Phase

T = TypeVar("T")


@dataclass(slots=True)
class Tally:
    """What a batch did, for the metrics: counted here, added to them once, after the commit.

    `waited_since` holds, for every verdict, when its message was appended. `seconds` is time by phase. `reached` is
    when the last record processed of each partition was appended, milliseconds since the epoch.
    """

    records: int = 0
    events: Counter[Outcome] = field(default_factory=Counter)
    findings: Counter[tuple[str, str]] = field(default_factory=Counter)
    techniques: Counter[str] = field(default_factory=Counter)
    networks: Counter[tuple[str, str]] = field(default_factory=Counter)
    unfamiliar: Counter[str] = field(default_factory=Counter)
    near_misses: Counter[tuple[str, str]] = field(default_factory=Counter)
    verdicts: Counter[str] = field(default_factory=Counter)
    verdict_kinds: Counter[tuple[str, str]] = field(default_factory=Counter)
    standings: Counter[str] = field(default_factory=Counter)
    dead_letters: Counter[str] = field(default_factory=Counter)
    actions: Counter[tuple[str, str]] = field(default_factory=Counter)
    shadow_verdicts: Counter[str] = field(default_factory=Counter)
    shadow_differences: Counter[tuple[str, str]] = field(default_factory=Counter)
    shadow_standings: Counter[tuple[str, str]] = field(default_factory=Counter)
    diverted: int = 0
    trips: int = 0
    strikes: int = 0
    duplicates: int = 0
    expirations: int = 0
    waited_since: list[datetime] = field(default_factory=list)
    reached: dict[Partition, int] = field(default_factory=dict)
    seconds: dict[Phase, float] = field(default_factory=lambda: defaultdict(float))


@dataclass(slots=True)
class BatchResult:
    """All that one transaction carries, and what to merge once it is committed.

    `breaker` is the batch's own view of the breaker: the worker's, and what the batch adds to it.
    """

    breaker: Breaker
    outputs: list[OutRecord] = field(default_factory=list)
    offsets: Offsets = field(default_factory=dict)
    tally: Tally = field(default_factory=Tally)
    _merges: list[Callable[[], None]] = field(default_factory=list)

    def stage(self, store: Store[T], overlay: Overlay[T], topic: str, partition: int) -> None:
        """Put an overlay's changes into the transaction, and into the store after its commit."""
        changes = overlay.changes()
        if changes:
            self.outputs.extend(changelog(topic, partition, changes))
            self._merges.append(lambda: store.merge(overlay, changes))

    def observe(self, now: datetime, sample: Sample) -> None:
        """Tell the batch's breaker what was done at `now`."""
        before, self.breaker = self.breaker, self.breaker.observe(now, sample)
        self.tally.trips += self.breaker.trips - before.trips

    def after_commit(self, change: Callable[[], None]) -> None:
        """Make a change when the batch is committed, and never if it is not."""
        self._merges.append(change)

    def merge(self) -> None:
        """Make the batch's changes part of what is held: call it only after the commit."""
        for merge in self._merges:
            merge()
