"""The loop on parts that obey the test: what it processes, what it refuses, and how it ends."""

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest

from consumer.stream.kafka.errors import BatchAbortedError, FatalClientError
from consumer.stream.kafka.restore import Restored
from consumer.stream.kafka.source import Membership
from consumer.stream.ownership import Owned
from consumer.stream.records import Offsets, OutRecord, Partition, Slices
from consumer.stream.result import BatchResult
from consumer.stream.worker import Pace, Worker
from consumer.strikes.breaker import Breaker
from tests.stream.world import ACTIONS, POLICY, ROLES, FakeRecord

P0, P1 = ACTIONS, Partition(ACTIONS.topic, 2)
"""Partitions without state: nothing but the loop is under test."""


@dataclass
class Script:
    """Plays source, restoration, table, transactor, processor and report at once, and notes what happens."""

    polls: list[tuple[list[tuple[str, tuple[Partition, ...]]], Slices]]
    aborts: int = 0
    positions: dict[Partition, int] = field(default_factory=dict)
    refuse_close: bool = False
    processed: list[tuple[Partition, list[int]]] = field(default_factory=list)
    commits: list[Offsets] = field(default_factory=list)
    rewound: list[Offsets] = field(default_factory=list)
    closed: int = 0
    work_seconds: float = 0.0
    limits: list[int] = field(default_factory=list)
    worker: Worker | None = None
    _book: list[Any] = field(default_factory=list)
    _begun: list[Partition] = field(default_factory=list)

    def consume(self, limit: int, _seconds: float) -> Slices:
        self.limits.append(limit)
        if not self.polls:
            assert self.worker is not None
            self.worker.stop()
            return {}
        changes, slices = self.polls.pop(0)
        self._book = changes
        return slices

    def changes(self) -> list[Any]:
        book, self._book = self._book, []
        return book

    def membership(self) -> Membership:
        return Membership("token", "member")

    def begin(self, partitions: Sequence[Partition]) -> None:
        self._begun += partitions

    def cancel(self, partitions: Sequence[Partition]) -> None:
        self._begun = [each for each in self._begun if each not in partitions]

    def __bool__(self) -> bool:
        return bool(self._begun)

    def advance(self, _seconds: float) -> list[Restored]:
        begun, self._begun = self._begun, []
        return [Restored(each, self.positions.get(each, 0), 0.1) for each in begun]

    def remaining(self) -> dict[Partition, int]:
        return {}

    def load(self, *_: object) -> Iterator[Sequence[Any]]:
        return iter(())

    def follow(self) -> Iterator[Sequence[Any]]:
        return iter(())

    def process(self, slices: Slices, _due: object, _owned: Owned, _now: datetime) -> BatchResult:
        result = BatchResult(Breaker(POLICY.breaker))
        for partition, records in slices.items():
            offsets = [record.offset() for record in records]
            self.processed.append((partition, offsets))
            result.offsets[partition] = offsets[-1] + 1
            result.tally.records += len(records)
            result.tally.seconds["judge"] = self.work_seconds
        return result

    produce_seconds = 0.0

    def commit(self, _outputs: Sequence[OutRecord], offsets: Offsets, _membership: object) -> None:
        if self.aborts:
            self.aborts -= 1
            raise BatchAbortedError("the test said so")
        self.commits.append(dict(offsets))

    def rewind(self, offsets: Offsets) -> None:
        self.rewound.append(dict(offsets))

    def close(self) -> None:
        self.closed += 1
        if self.refuse_close:
            raise RuntimeError("cannot close")

    def lag(self, _positions: Offsets) -> dict[Partition, int]:
        return {}

    def __getattr__(self, _name: str) -> Any:  # noqa: ANN401 - reports and the like, which nobody reads here
        return lambda *_args, **_kwargs: threading.Lock()


def run(script: Script, abort_attempts: int = 3) -> Script:
    """Run the loop until the script is over."""
    part: Any = script
    script.worker = Worker(
        source=part, transactor=part, restoration=part, table=part, approvals=part, processor=part, report=part,
        upkeep=part,
        roles=ROLES, clock=lambda: datetime.now(UTC),
        pace=Pace(
            max_batch=400, max_work=0.5, max_wait=0.0, tick=60.0, abort_attempts=abort_attempts, restore_stall=1.0
        ),
    )  # fmt: skip
    script.worker.run()
    return script


def records(*offsets: int) -> list[FakeRecord]:
    """Records of which only the offset matters."""
    return [FakeRecord(b"v", _offset=offset) for offset in offsets]


def test_records_that_slip_in_with_the_assignment_wait_for_the_restore() -> None:
    # The partition is restored within the same turn; the client delivers these records again from its position.
    done = run(Script([([("assigned", (P0,))], {P0: records(0, 1)}), ([], {P0: records(0, 1, 2)})]))
    assert done.processed == [(P0, [0, 1, 2])]


def test_records_of_a_partition_taken_away_in_the_same_poll_are_left_alone() -> None:
    done = run(Script([([("assigned", (P0, P1))], {}), ([("revoked", (P0,))], {P0: records(0), P1: records(0)})]))
    assert done.processed == [(P1, [0])]


def test_records_before_the_position_are_not_processed_again() -> None:
    polls: list[Any] = [
        ([("assigned", (P0,))], {}),
        ([], {P0: records(4, 5, 6)}),
        ([], {P0: records(6, 7)}),
        ([], {P0: records(5)}),
    ]
    done = run(Script(polls, positions={P0: 5}))
    assert done.processed == [(P0, [5, 6]), (P0, [7])]
    assert done.commits == [{P0: 7}, {P0: 8}]


def test_a_client_that_goes_back_amid_a_slice_is_told_where_to_go_on() -> None:
    polls: list[Any] = [
        ([("assigned", (P0,))], {}),
        ([], {P0: records(5, 6, 7, 0, 1, 2, 3)}),
        ([], {P0: records(4, 5)}),
        ([], {P0: records(6, 7, 8, 9)}),
    ]
    done = run(Script(polls, positions={P0: 5}))
    assert done.processed == [(P0, [5, 6, 7]), (P0, [8, 9])]
    assert done.commits == [{P0: 8}, {P0: 10}]
    assert done.rewound == [{P0: 8}, {P0: 8}]


def test_a_partition_lost_and_assigned_again_in_one_poll_is_restored_anew() -> None:
    script = Script([([("assigned", (P0,))], {}), ([("lost", (P0,)), ("assigned", (P0,))], {P0: records(0)})])
    assert run(script).processed == []


def test_an_aborted_batch_is_rewound_to_the_committed_position() -> None:
    polls: list[Any] = [([("assigned", (P0,))], {}), ([], {P0: records(3, 4)}), ([], {P0: records(3, 4)})]
    done = run(Script(polls, aborts=1, positions={P0: 3}))
    assert done.rewound == [{P0: 3}]
    assert done.commits == [{P0: 5}]


def test_after_a_batch_that_took_too_long_less_is_consumed() -> None:
    polls: list[Any] = [([("assigned", (P0,))], {}), ([], {P0: records(*range(400))})]
    done = run(Script(polls, work_seconds=1.0))
    assert done.limits == [400, 400, 200]


def test_too_many_aborts_in_a_row_end_the_process() -> None:
    polls: list[Any] = [([("assigned", (P0,))], {}), *(([], {P0: records(0)}) for _ in range(5))]
    script = Script(polls, aborts=5)
    with pytest.raises(FatalClientError, match="3 transactions in a row"):
        run(script, abort_attempts=2)
    assert script.commits == []
    assert script.closed == 4


def test_every_client_is_closed_even_if_one_refuses() -> None:
    script = Script([], refuse_close=True)
    with pytest.raises(RuntimeError, match="cannot close"):
        run(script)
    assert script.closed == 4
