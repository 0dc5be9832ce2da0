"""DESIGN §4, guarantee by guarantee. What each would look like broken is said in its test."""

import signal
import threading
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import orjson
import pytest
from confluent_kafka import Consumer, Producer, TopicPartition

from consumer.events.topics import Role
from consumer.stream.kafka.errors import BatchAbortedError, FatalClientError
from consumer.stream.kafka.source import Membership, Source
from consumer.stream.kafka.transaction import Transactor
from consumer.stream.records import Offsets, OutRecord, Partition, Record, Slices
from consumer.stream.worker import Worker
from consumer.traffic import Traffic
from tests.exactly_once.inside import inside
from tests.exactly_once.messages import ledger_with_strikes, message, now
from tests.exactly_once.site import site
from tests.exactly_once.verifier import verify

pytestmark = pytest.mark.kafka


def traffic(seed: int, count: int) -> list[Any]:
    """Return lively traffic with every kind of record in it, ending now."""
    made = Traffic(seed=seed, start=now() - timedelta(minutes=30), flagged=0.2, garbage=0.02, actions=0.02)
    return list(made.take(count))


class AbortsOften(Transactor):
    """Does everything up to the commit, then aborts, two times out of three."""

    calls = 0

    def commit(self, outputs: Sequence[OutRecord], offsets: Offsets, membership: Membership | None) -> None:
        """Commit every third batch only."""
        self.calls += 1
        if self.calls % 3 == 0:
            super().commit(outputs, offsets, membership)
            return
        assert membership is not None
        self._producer.begin_transaction()
        self._produce(outputs)
        self._send_offsets(offsets, membership)
        self._producer.flush(10)
        self._producer.abort_transaction()
        raise BatchAbortedError("the test said so")


def test_an_aborted_batch_leaves_no_trace_in_memory_and_is_processed_again(
    kafka_bootstrap: str, tmp_path: Path
) -> None:
    # Broken (writes go to the table, not the overlay): the second try finds its own incidents already judged, calls
    # them duplicates, and their verdicts are never published.
    with site(kafka_bootstrap, tmp_path, 3, {"BACKCHANNEL_WORKER__MAX_BATCH": "200"}) as here:
        here.produce(traffic(11, 2_000))

        def tamper(worker: Worker) -> None:
            worker._transactor.__class__ = AbortsOften

        with inside(here.settings, tamper) as running:
            here.wait_until_idle()
            assert running.value("transactions_total", result="aborted") > 10
        found = verify(here)
        assert found.verdicts["violation"] > 50
        assert found.dead_letters


def test_restore_waits_for_a_transaction_that_is_still_open(kafka_bootstrap: str, tmp_path: Path) -> None:
    # Broken (restore to the last stable offset): the worker starts at once with an empty ledger and counts strike one.
    with site(kafka_bootstrap, tmp_path, 1) as here:
        foreign = Producer({"bootstrap.servers": kafka_bootstrap, "transactional.id": f"{here.name}-foreign"})
        foreign.init_transactions(20)
        foreign.begin_transaction()
        foreign.produce(here.topic(Role.ACCOUNT_LEDGER), orjson.dumps(ledger_with_strikes(2)), b"ada", 0)
        foreign.flush(10)
        here.produce([message("ada", 1)])
        with inside(here.settings) as running:
            running.wait_for(lambda: running.value("assigned_partitions", topic=here.topic(Role.MESSAGE_EVENTS)))
            time.sleep(2.0)
            assert not running.assembly.health.ready().ok
            assert here.verdicts() == []
            foreign.commit_transaction()
            running.wait_until_ready()
            here.wait_until_idle()
        (verdict,) = here.verdicts()
        assert verdict["strike"]["active_strikes"] == 3
        assert verdict["strike"]["standing_before"] == "warned"
        assert verdict["strike"]["standing_after"] == "restricted"


def test_restore_sees_past_an_aborted_tail_and_tombstones(kafka_bootstrap: str, tmp_path: Path) -> None:
    # Broken (waiting for a record at the mark instead of a position): an aborted tail is never delivered, and the
    # worker restores for ever.
    with site(kafka_bootstrap, tmp_path, 1) as here:
        log = here.topic(Role.ACCOUNT_LEDGER)
        foreign = Producer({"bootstrap.servers": kafka_bootstrap, "transactional.id": f"{here.name}-foreign"})
        foreign.init_transactions(20)
        foreign.begin_transaction()
        foreign.produce(log, orjson.dumps(ledger_with_strikes(1)), b"ada", 0)
        foreign.produce(log, orjson.dumps(ledger_with_strikes(2)), b"bo", 0)
        foreign.produce(log, None, b"bo", 0)
        foreign.commit_transaction()
        foreign.begin_transaction()
        foreign.produce(log, orjson.dumps(ledger_with_strikes(4)), b"ada", 0)
        foreign.flush(10)
        foreign.abort_transaction()
        here.produce([message("ada", 1), message("bo", 1)])
        with inside(here.settings) as running:
            running.wait_until_ready()
            here.wait_until_idle()
        after = {each["account_id"]: each["strike"]["active_strikes"] for each in here.verdicts()}
        assert after == {"ada": 2, "bo": 1}


def test_a_client_that_goes_back_makes_nothing_happen_twice(kafka_bootstrap: str, tmp_path: Path) -> None:
    # Broken (only the first record of a slice is held against the position): what comes again amid a slice is judged
    # again, and so is all that follows it.
    with site(kafka_bootstrap, tmp_path, 3, {"BACKCHANNEL_WORKER__MAX_BATCH": "100"}) as here:
        here.produce(traffic(31, 2_000))

        def tamper(worker: Worker) -> None:
            consume, first, polls = worker._source.consume, dict[Partition, Sequence[Record]](), count()

            def going_back(limit: int, seconds: float) -> Slices:
                slices = consume(limit, seconds)
                again = {each: first[each] for each in slices if each in first} if next(polls) % 3 == 0 else {}
                for each, records in slices.items():
                    first.setdefault(each, records)
                for topic, number in again:
                    worker._source._consumer.seek(TopicPartition(topic, number, 0))
                return {each: [*records, *again.get(each, ())] for each, records in slices.items()}

            worker._source.consume = going_back  # type: ignore[method-assign]

        with inside(here.settings, tamper) as running:
            here.wait_until_idle()
            assert running.value("redeliveries_total") > 0
        assert verify(here).verdicts["violation"] > 50


def test_offsets_are_never_sent_without_membership(kafka_bootstrap: str, tmp_path: Path) -> None:
    # Broken (the blank token is sent): the broker takes it from anybody, and a worker that owns nothing commits.
    with site(kafka_bootstrap, tmp_path, 1) as here:
        outsider = Consumer({"bootstrap.servers": kafka_bootstrap, "group.id": here.name})
        blank = outsider.consumer_group_metadata()
        target = TopicPartition(here.topic(Role.MESSAGE_EVENTS), 0, 7)
        producer = Producer({"bootstrap.servers": kafka_bootstrap, "transactional.id": f"{here.name}-outsider"})
        producer.init_transactions(20)
        producer.begin_transaction()
        producer.send_offsets_to_transaction([target], blank)
        producer.commit_transaction()
        assert outsider.committed([target], 20)[0].offset == 7, "the hazard is gone: the guard may go too"
        outsider.close()

        refused: list[object] = []

        def forget_membership(worker: Worker) -> None:
            ask, start_over = worker._source.membership, worker._start_over

            def membership() -> Membership | None:
                return ask() if len(refused) == 4 else None

            worker._source.membership = membership  # type: ignore[method-assign]

            def counted(*batch: Any) -> None:  # noqa: ANN401 - passed through
                refused.append(batch)
                start_over(*batch)

            worker._start_over = counted  # type: ignore[method-assign,assignment]

        here.produce([message("ada", number) for number in range(20)])
        with inside(here.settings, forget_membership) as running:
            running.wait_for(lambda: len(refused) == 4)
            assert running.value("transactions_total", result="committed") == 0
            here.wait_until_idle()
        # Offset 7 was committed by the outsider; everything from there on is judged, once.
        assert sorted(int(each["message_id"].removeprefix("ada-m")) for each in here.verdicts()) == list(range(7, 20))


def test_a_worker_that_slept_through_a_rebalance_commits_nothing(kafka_bootstrap: str, tmp_path: Path) -> None:
    # Broken (no membership in the offset commit): the sleeper wakes in the middle of its batch and publishes what
    # another worker has published meanwhile.
    with site(kafka_bootstrap, tmp_path, 4, {"BACKCHANNEL_WORKER__MAX_BATCH": "50"}) as here:
        sleeper = here.start("0")
        here.produce(traffic(21, 500))
        here.wait_until_idle()
        items = traffic(22, 3_000)
        here.produce(items[:1_500])
        sleeper.signal(signal.SIGSTOP)
        other = here.start("1")
        here.produce(items[1_500:])
        here.wait_until_idle()
        sleeper.signal(signal.SIGCONT)
        here.produce(traffic(23, 1_000))
        time.sleep(3.0)
        if sleeper.process.poll() is not None:
            assert sleeper.process.returncode == 70, sleeper.text()
        here.wait_until_idle()
        verify(here)
        assert other.stop() == 0


def test_a_stale_batch_is_refused_by_the_broker(kafka_bootstrap: str, tmp_path: Path) -> None:
    # A worker takes a batch and stalls. The group gives its partitions to another, which processes the same records.
    # Then the first goes on to commit. Broken (a blank membership goes with the offsets): both are published.
    stalled, resume = threading.Event(), threading.Event()

    class Stalls(Transactor):
        def commit(self, outputs: Sequence[OutRecord], offsets: Offsets, membership: Membership | None) -> None:
            if len(outputs) > 5 and not stalled.is_set():
                stalled.set()
                assert resume.wait(90)
            super().commit(outputs, offsets, membership)

    def tamper(worker: Worker) -> None:
        worker._transactor.__class__ = Stalls

    limits = {
        "BACKCHANNEL_WORKER__MAX_BATCH": "200",
        "BACKCHANNEL_KAFKA__CONSUMER_OPTIONS__MAX_POLL_INTERVAL_MS": "6500",
    }
    with site(kafka_bootstrap, tmp_path, 3, limits) as here:
        here.produce(traffic(24, 2_000))
        with inside(here.settings, tamper) as running:
            assert stalled.wait(30)
            other = here.start("1")
            here.wait_until_idle()
            resume.set()
            running.wait_for(lambda: running.value("transactions_total", result="aborted"))
            here.produce(traffic(25, 500))
            here.wait_until_idle()
        verify(here)
        assert other.stop() == 0


def test_no_transaction_is_open_when_the_consumer_is_polled(kafka_bootstrap: str, tmp_path: Path) -> None:
    # Broken (a transaction begun before consume): a rebalance callback could find one open.
    events: list[str] = []

    def watch(worker: Worker) -> None:
        producer, source = worker._transactor._producer, worker._source

        class Watched:
            def __getattr__(self, name: str) -> Callable[..., Any]:
                call: Callable[..., Any] = getattr(producer, name)
                if name not in {"begin_transaction", "commit_transaction", "abort_transaction"}:
                    return call

                def noted(*args: Any) -> Any:  # noqa: ANN401
                    result = call(*args)
                    events.append(name)
                    return result

                return noted

        worker._transactor._producer = Watched()  # type: ignore[assignment]
        consume = source.consume

        def noted_consume(limit: int, seconds: float) -> Any:  # noqa: ANN401
            events.append("consume")
            return consume(limit, seconds)

        source.consume = noted_consume  # type: ignore[method-assign]

    with site(kafka_bootstrap, tmp_path, 2, {"BACKCHANNEL_WORKER__MAX_BATCH": "100"}) as here:
        here.produce(traffic(31, 1_000))
        with inside(here.settings, watch):
            here.wait_until_idle()
    begun = [index for index, name in enumerate(events) if name == "begin_transaction"]
    assert len(begun) > 3
    assert all(events[index + 1] in {"commit_transaction", "abort_transaction"} for index in begun)


def test_a_callback_that_fails_ends_the_worker_from_the_loop(kafka_bootstrap: str, tmp_path: Path) -> None:
    # Broken (the callback raises): the binding drops the batch it had fetched, and its records are skipped.
    def break_pause(worker: Worker) -> None:
        source: Source = worker._source
        real = source._on_assign

        class Unpausable:
            def __init__(self, consumer: Consumer) -> None:
                self._consumer = consumer

            def incremental_assign(self, partitions: list[TopicPartition]) -> None:
                self._consumer.incremental_assign(partitions)

            def pause(self, _partitions: list[TopicPartition]) -> None:
                self._consumer.pause([TopicPartition("no such topic", 0)])
                self._consumer.seek(TopicPartition("no such topic", 0, 0))

        source._on_assign = lambda consumer, partitions: real(Unpausable(consumer), partitions)  # type: ignore[method-assign,arg-type]

    with site(kafka_bootstrap, tmp_path, 1) as here, inside(here.settings, break_pause) as running:
        deadline = time.monotonic() + 30
        while not running.failure and time.monotonic() < deadline:
            time.sleep(0.05)
        (failure,) = running.failure
        assert isinstance(failure, FatalClientError)
        assert "rebalance" in str(failure)


def test_a_fenced_worker_exits_and_loses_nothing(kafka_bootstrap: str, tmp_path: Path) -> None:
    # Broken (it carries on with what is in memory): strikes already taken over by the other are counted again.
    with site(kafka_bootstrap, tmp_path, 2) as here:
        first = here.start("same-slot")
        here.produce(traffic(41, 1_000))
        here.wait_until_idle()
        second = here.start("same-slot")
        for seed in range(42, 102):  # until the second has begun and the first has work to commit after that
            here.produce(traffic(seed, 300))
            time.sleep(1.0)
            if first.process.poll() is not None:
                break
        assert first.process.wait(60) == 70
        assert "FENCED" in first.text() or "fenced" in first.text()
        here.wait_until_idle()
        verify(here)
        assert second.stop() == 0
