"""What a batch comes to: the records and offsets of one transaction, the merges after it, and the counts."""

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from consumer.stream.outputs import changelog
from consumer.stream.records import Offsets, OutRecord
from consumer.stream.state import Overlay
from consumer.stream.stores import Store
from consumer.telemetry.metrics import Outcome, Phase

T = TypeVar("T")


@dataclass(slots=True)
class Tally:
    """What a batch did, for the metrics: counted here, added to them once, after the commit.

    `waited_since` holds, for every verdict, when its message was appended. `seconds` is time by phase.
    """

    records: int = 0
    events: Counter[Outcome] = field(default_factory=Counter)
    findings: Counter[tuple[str, str]] = field(default_factory=Counter)
    techniques: Counter[str] = field(default_factory=Counter)
    verdicts: Counter[str] = field(default_factory=Counter)
    standings: Counter[str] = field(default_factory=Counter)
    dead_letters: Counter[str] = field(default_factory=Counter)
    actions: Counter[tuple[str, str]] = field(default_factory=Counter)
    strikes: int = 0
    duplicates: int = 0
    expirations: int = 0
    waited_since: list[datetime] = field(default_factory=list)
    seconds: dict[Phase, float] = field(default_factory=lambda: defaultdict(float))


@dataclass(slots=True)
class BatchResult:
    """All that one transaction carries, and what to merge once it is committed."""

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

    def merge(self) -> None:
        """Make the batch's changes part of the stores: call it only after the commit."""
        for merge in self._merges:
            merge()
