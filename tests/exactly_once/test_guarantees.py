"""DESIGN §4, guarantee by guarantee. What each would look like broken is said in its test."""

import signal
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
from confluent_kafka import Consumer, Producer, TopicPartition

from consumer.events.topics import Role
from consumer.stream.kafka.errors import BatchAbortedError, FatalClientError
from consumer.stream.kafka.source import Membership, Source
from consumer.stream.kafka.transaction import Transactor
from consumer.stream.records import Offsets, OutRecord, Slices
from consumer.stream.worker import Worker
from consumer.traffic import Traffic
from tests.exactly_once.inside import inside
from tests.exactly_once.messages import appeal, approval, ledger_with_strikes, message, now
from tests.exactly_once.site import Site, site
from tests.exactly_once.verifier import verify

pytestmark = pytest.mark.kafka

ALMOST_EXPIRED = timedelta(days=90) - timedelta(hours=1)
"""The age of a message whose strike counts for an hour more."""


@dataclass(slots=True)
class Clock:
    """The worker's clock, which a test can put forward."""

    ahead: timedelta = timedelta()

    def __call__(self) -> datetime:
        """Return the worker's present."""
        return now() + self.ahead


def verdicts(here: Site) -> list[dict[str, Any]]:
    """Return the published verdicts."""
    return [orjson.loads(each.value() or b"") for each in here.read(Role.FLAGGED_MESSAGES)]


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
            assert verdicts(here) == []
            foreign.commit_transaction()
            running.wait_until_ready()
            here.wait_until_idle()
        (verdict,) = verdicts(here)
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
        after = {each["account_id"]: each["strike"]["active_strikes"] for each in verdicts(here)}
        assert after == {"ada": 2, "bo": 1}


def test_a_client_that_goes_back_makes_nothing_happen_twice(kafka_bootstrap: str, tmp_path: Path) -> None:
    # Broken (only the first record of a slice is held against the position): what comes again amid a slice is judged
    # again, and so is all that follows it.
    with site(kafka_bootstrap, tmp_path, 3, {"BACKCHANNEL_WORKER__MAX_BATCH": "100"}) as here:
        here.produce(traffic(31, 2_000))

        def tamper(worker: Worker) -> None:
            consume, seen = worker._source.consume, list[Slices]()

            def going_back(limit: int, seconds: float) -> Slices:
                slices = consume(limit, seconds)
                seen.extend([slices] if slices else [])
                if not slices or len(seen) % 7:
                    return slices
                for topic, number in slices:
                    worker._source._consumer.seek(TopicPartition(topic, number, 0))
                earlier = seen[-4]
                return {each: [*records, *earlier.get(each, ())] for each, records in slices.items()}

            worker._source.consume = going_back  # type: ignore[method-assign]

        with inside(here.settings, tamper) as running:
            here.wait_until_idle()
            assert running.value("redeliveries_total") > 3
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
        assert sorted(int(each["message_id"].removeprefix("ada-m")) for each in verdicts(here)) == list(range(7, 20))


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


def test_bad_records_are_set_aside_with_their_bytes_and_origin(kafka_bootstrap: str, tmp_path: Path) -> None:
    # Broken (a bad record raises, or is skipped): the worker ends, or the letter is missing.
    bad: list[tuple[bytes | None, bytes | None, str]] = [
        (b"k", b"\xff\xfe not utf-8", "invalid_utf8"),
        (b"k", b'{"message_id": "m1", ', "invalid_json"),
        (b"k", b"[1, 2, 3]", "wrong_type"),
        (b"k", message("x", 1).value.replace(b'"x-m1"', b"17"), "wrong_type"),  # type: ignore[union-attr]
        (b"k", b'{"message_id": "m1"}', "missing_field"),
        (b"k", message("x", 1, text="a" * 65_537).value, "text_too_long"),
        (b"k", message("x", 1, sent_at=now() + timedelta(days=2)).value, "sent_in_future"),
        (b"k", message("x", 1, sent_at="1995-01-01T00:00:00Z").value, "sent_too_long_ago"),
        (b"k", message("x", 1, sent_at="2026-01-01T00:00:00").value, "wrong_type"),
        (b"k", message("x", 1, surface="billboard").value, "invalid_value"),
        (b"k", None, "null_value"),
        (None, message("x", 1).value, "null_key"),
        (b"k", b"", "invalid_json"),
        (b"k", b"\x00" * 990_000, "invalid_json"),
    ]
    with site(kafka_bootstrap, tmp_path, 1) as here:
        producer = here.producer()
        topic = here.topic(Role.MESSAGE_EVENTS)
        here.produce([message("ada", 0)])
        for number, (key, value, _) in enumerate(bad):
            producer.produce(topic, value, key, 0)
            if number % 5 == 0:
                producer.flush(10)
                here.produce([message("ada", number + 1)])
        producer.flush(10)
        with inside(here.settings) as running:
            here.wait_until_idle()
            assert running.value("dead_letters_total", reason="invalid_json") == 3
        letters = here.read(Role.DEAD_LETTERS)
        assert [dict(each.headers() or [])["backchannel_reason"].decode() for each in letters] == [  # type: ignore[union-attr]
            reason for *_, reason in bad
        ]
        for letter, (key, value, _) in zip(letters, bad, strict=True):
            assert letter.key() == key
            headers = dict(letter.headers() or [])
            if value is not None and len(value) > 960_000:
                assert headers["backchannel_truncated_from"] == b"990000"
                assert letter.value() == value[:960_000]
            else:
                assert letter.value() == value
            assert headers["backchannel_origin_topic"] == topic.encode()
        assert len(verdicts(here)) == 4
        verify(here)


def test_strikes_expire_without_new_messages(kafka_bootstrap: str, tmp_path: Path) -> None:
    # Broken (standing only moves with a message): the account stays warned for ever.
    clock = Clock()
    with site(kafka_bootstrap, tmp_path, 1, {"BACKCHANNEL_WORKER__TICK_MS": "200"}) as here:
        here.produce([message("ada", 1, sent_at=now() - ALMOST_EXPIRED)])
        with inside(here.settings, clock=clock) as running:
            here.wait_until_idle()
            (verdict,) = verdicts(here)
            assert verdict["strike"]["standing_after"] == "warned"
            clock.ahead = timedelta(hours=2)
            running.wait_for(lambda: running.value("expirations_total"))
        standing = [orjson.loads(each.value() or b"") for each in here.read(Role.ACCOUNT_STANDING)]
        assert [(each["standing"], each["cause"]) for each in standing] == [("warned", "verdict"), ("good", "expiry")]


def test_an_expiry_is_fenced_like_any_batch(kafka_bootstrap: str, tmp_path: Path) -> None:
    # Broken (an expiry sends no offsets): the broker cannot tell a stale owner, and both publish the standing.
    sent: list[Offsets] = []

    class Watched(Transactor):
        def commit(self, outputs: Sequence[OutRecord], offsets: Offsets, membership: Membership | None) -> None:
            sent.append(dict(offsets))
            super().commit(outputs, offsets, membership)

    def watch(worker: Worker) -> None:
        worker._transactor.__class__ = Watched

    clock = Clock()
    with site(kafka_bootstrap, tmp_path, 1, {"BACKCHANNEL_WORKER__TICK_MS": "200"}) as here:
        here.produce([message("ada", 1, sent_at=now() - ALMOST_EXPIRED)])
        with inside(here.settings, watch, clock) as running:
            here.wait_until_idle()
            clock.ahead = timedelta(hours=2)
            running.wait_for(lambda: running.value("expirations_total"))
        # Two hops, then the expiry alone: it repeats the position of the account's partition.
        assert [each.topic for each in sent[-1]] == [here.topic(Role.ACCOUNT_EVENTS)]
        assert sent[-1] == sent[-2]


def test_exemption_and_appeal_over_kafka(kafka_bootstrap: str, tmp_path: Path) -> None:
    # The table is read whole before the first judgement; an upheld appeal publishes a corrected verdict and standing.
    with site(kafka_bootstrap, tmp_path, 2) as here:
        here.produce([approval("gig-1", ("email",))])
        order = {"surface": "order", "order_id": "order-1", "gig_id": "gig-1"}
        here.produce([message("ada", 1, **order), message("ada", 2)])
        with inside(here.settings):
            here.wait_until_idle()
            here.produce([appeal("ada", "ada-m2")])
            here.wait_until_idle()
        by_message = [(each["message_id"], each["decision"]) for each in verdicts(here)]
        assert by_message == [("ada-m1", "exempt"), ("ada-m2", "violation"), ("ada-m2", "overturned")]
        assert verdicts(here)[2]["corrects"] == verdicts(here)[1]["verdict_id"]
        standing = [orjson.loads(each.value() or b"")["standing"] for each in here.read(Role.ACCOUNT_STANDING)]
        assert standing == ["warned", "good"]
        verify(here)
