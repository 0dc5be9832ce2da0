"""The loop: the one place where Kafka and the domain meet.

One iteration of `_turn`:

    consume        at most one batch; rebalance callbacks run in here and only write in the source's book
    membership     read now, used for this batch's offsets and no other
    follow         the book (drop what was taken away, begin restoring what is new), restores, approvals
    upkeep         policy files that changed, orders to the breaker
    process        the batch, as a pure function, on overlays
    commit         outputs, changelogs and offsets in one transaction
    merge          overlays into the tables, only now

An abort drops the overlays, rewinds the inputs and tries again, a bounded number of times. A fatal client error leaves
the loop: see the invariants of `consumer.stream`.
"""

import logging
import threading
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from typing import Any

from consumer.events.topics import Role
from consumer.events.vocabulary import to_millis
from consumer.stream.approvals import Approvals
from consumer.stream.batch import BatchProcessor
from consumer.stream.kafka.errors import BatchAbortedError, FatalClientError
from consumer.stream.kafka.restore import Emptied, Loaded, Restoration, Restored
from consumer.stream.kafka.source import Source
from consumer.stream.kafka.table import TableFeed
from consumer.stream.kafka.transaction import Transactor
from consumer.stream.ownership import Owned
from consumer.stream.pacing import BatchLimit
from consumer.stream.records import Partition, Slices
from consumer.stream.report import Report
from consumer.stream.result import BatchResult
from consumer.stream.spans import NoSpans, Spans
from consumer.stream.stores import LedgerStore, MemoryStore, Store
from consumer.stream.upkeep import Upkeep

log = logging.getLogger(__name__)

DUE_LIMIT = 2_000
"""Timers of one partition in one batch, so that a mass expiry cannot make a batch long."""
RESTORE_ALONE_SECONDS = 0.2
RESTORE_BESIDE_SECONDS = 0.0
ABORT_BACKOFF_SECONDS = 0.1
LONGEST_BACKOFF_SECONDS = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How much, how long, how often; times in seconds."""

    max_batch: int
    max_work: float
    max_wait: float
    tick: float
    abort_attempts: int
    restore_stall: float


class Worker:
    """One member of the group, from joining to leaving."""

    def __init__(
        self,
        *,
        source: Source,
        transactor: Transactor,
        restoration: Restoration,
        table: TableFeed,
        approvals: Approvals,
        processor: BatchProcessor,
        roles: Mapping[str, Role],
        upkeep: Upkeep,
        report: Report,
        pace: Pace,
        clock: Callable[[], datetime],
        spans: Spans | None = None,
    ) -> None:
        self._source = source
        self._transactor = transactor
        self._restoration = restoration
        self._table = table
        self._approvals = approvals
        self._processor = processor
        self._roles = roles
        self._upkeep = upkeep
        self._report = report
        self._pace = pace
        self._clock = clock
        self._spans = spans or NoSpans()
        self._owned = Owned(roles)
        self._restoring: dict[Partition, Store[Any] | None] = {}
        self._stopping = threading.Event()
        self._limit = BatchLimit(pace.max_batch, pace.max_work)
        self._next_tick = 0.0
        self._aborts = 0

    def stop(self) -> None:
        """Finish the batch in hand, commit it, leave. Safe to call from a signal handler or another thread."""
        self._stopping.set()

    def run(self) -> None:
        """Work until stopped; whatever ends it otherwise is raised after the group was left."""
        with ExitStack() as stack:
            # Last in, first out: the group is left first. Between turns no transaction is open, so none is stranded.
            for client in (self._transactor, self._table, self._restoration, self._source):
                stack.callback(client.close)
            try:
                self._work()
            except BaseException:
                self._report.state("failed")
                raise

    def _work(self) -> None:
        self._report.state("starting")
        self._transactor.init()
        for records in self._table.load(self._pace.restore_stall, monotonic, self._report.beat):
            self._approvals.load(records)
        self._report.state("joining")
        self._source.subscribe()
        while not self._stopping.is_set():
            self._turn()
        self._report.state("stopping")

    def _turn(self) -> None:
        self._report.beat()
        wait = RESTORE_BESIDE_SECONDS if self._restoration else self._pace.max_wait
        with self._report.phase("consume"):
            slices = self._source.consume(self._limit.records, wait)
        membership = self._source.membership()
        self._follow_assignment()
        # Before the restores: a record that slipped in with the assignment, ahead of the pause, comes again from the
        # position its partition is started at.
        slices, gone_back = self._owned.unprocessed(slices)
        if gone_back:
            self._source.rewind(gone_back)
            self._report.gone_back(gone_back)
        self._restore()
        with self._report.phase("table"):
            for records in self._table.follow():
                self._approvals.load(records)
        now = self._clock()
        self._upkeep.between_batches(now)
        due = self._due(to_millis(now))
        if not slices and not due:
            return
        with self._spans.batch() as span:
            result = self._processor.process(slices, due, self._owned, now)
            try:
                with self._report.transaction():
                    self._transactor.commit(result.outputs, result.offsets, membership)
            except BatchAbortedError as error:
                span.aborted(result)
                self._start_over(slices, due, error)
            else:
                self._keep(result)
                span.committed(result)

    def _keep(self, result: BatchResult) -> None:
        self._aborts = 0
        result.merge()
        self._limit.worked(result.tally.records, sum(result.tally.seconds.values()))
        result.tally.seconds["produce"] = self._transactor.produce_seconds
        self._owned.positions.update(result.offsets)
        self._report.committed(result.tally, self._clock())

    def _start_over(self, slices: Slices, due: Mapping[Partition, list[str]], error: BatchAbortedError) -> None:
        """Forget the batch: its overlays are garbage already, its inputs and timers come again.

        Positions are rewound where the partition is still ours. Where it is not, the callback that says so may not have
        run yet: then the assignment is gone from the client, the rewind fails, and the process ends and starts anew.
        """
        self._aborts += 1
        log.warning("transaction aborted", extra={"reason": str(error), "attempt": self._aborts})
        if self._aborts > self._pace.abort_attempts:
            raise FatalClientError(f"{self._aborts} transactions in a row were aborted; the last: {error}")
        self._owned.give_back(due)
        self._source.rewind({partition: self._owned.positions[partition] for partition in slices})
        self._stopping.wait(min(LONGEST_BACKOFF_SECONDS, ABORT_BACKOFF_SECONDS * 2 ** (self._aborts - 1)))

    def _follow_assignment(self) -> None:
        for change, partitions in self._source.changes():
            self._report.rebalance(change, partitions)
            if change == "assigned":
                self._restoring.update({each: self._new_store(each) for each in partitions})
                self._restoration.begin(partitions)
            else:
                self._restoration.cancel(partitions)
                for each in partitions:
                    self._restoring.pop(each, None)
                    self._owned.drop(each)
            self._report.owned(self._owned, len(self._restoring))

    def _new_store(self, partition: Partition) -> Store[Any] | None:
        match self._roles[partition.topic]:
            case Role.MESSAGE_EVENTS:
                return MemoryStore()
            case Role.ACCOUNT_EVENTS:
                return LedgerStore()
            case _:
                return None

    def _restore(self) -> None:
        if not self._restoration:
            return
        wait = RESTORE_BESIDE_SECONDS if self._owned.positions else RESTORE_ALONE_SECONDS
        for step in self._restoration.advance(wait):
            match step:
                case Loaded(partition, records):
                    store = self._restoring[partition]
                    if store is not None:
                        store.table.load((record.key(), record.value()) for record in records)
                    self._report.restored_entries(len(records))
                case Emptied(partition):
                    self._restoring[partition] = self._new_store(partition)
                case Restored(partition, position, seconds):
                    store = self._restoring.pop(partition)
                    if store is not None:
                        store.restored()
                    self._owned.add(partition, position, store)
                    self._source.start({partition: position})
                    self._report.restored(partition, 0 if store is None else len(store.table), seconds)
        self._report.restoring(self._restoration.remaining())
        self._report.owned(self._owned, len(self._restoring))

    def _due(self, now: int) -> dict[Partition, list[str]]:
        """Take due timers, at most once a tick: looking is cheap, but a transaction for one expiry is not."""
        if monotonic() < self._next_tick:
            return {}
        self._next_tick = monotonic() + self._pace.tick
        self._report.tick(self._owned, self._source.lag(self._owned.positions), now)
        return self._owned.due(now, DUE_LIMIT)
