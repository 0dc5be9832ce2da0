"""One transaction on a producer that only notes what it is asked: what is committed, aborted, tried again, or fatal."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import pytest
from confluent_kafka import KafkaError, KafkaException

from consumer.stream.kafka import transaction as transaction_module
from consumer.stream.kafka.clients import Connection
from consumer.stream.kafka.errors import BatchAbortedError, BrokerUnavailableError, FatalClientError
from consumer.stream.kafka.source import Membership
from consumer.stream.kafka.transaction import Transactor
from consumer.stream.records import OutRecord, Partition

INPUT = Partition("messages", 4)
MEMBER = Membership("a token", "member-1")
OUTPUTS = [OutRecord("flagged", b"k", b"v", [("h", b"1")]), OutRecord("log", b"k", None, [], 4)]
RETRY = KafkaError(KafkaError._TIMED_OUT, "slow", False, True, False)  # noqa: FBT003 - positional only
ABORT = KafkaError(KafkaError._STATE, "abort it", False, True, True)  # noqa: FBT003
FATAL = KafkaError(KafkaError._FENCED, "fenced", True, True, True)  # noqa: FBT003
UNKNOWN = KafkaError(KafkaError.MSG_SIZE_TOO_LARGE, "too large", False, False, False)  # noqa: FBT003


@dataclass(slots=True)
class NotingProducer:
    """Notes every call; `trouble` holds what each call raises, one after the other, before it succeeds."""

    trouble: dict[str, list[Exception]] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    produced: list[tuple[Any, ...]] = field(default_factory=list)
    offsets: list[tuple[Any, Any]] = field(default_factory=list)

    def _do(self, name: str) -> None:
        self.calls.append(name)
        if self.trouble.get(name):
            raise self.trouble[name].pop(0)

    def init_transactions(self, _: float) -> None:
        """Take over the id."""
        self._do("init")

    def begin_transaction(self) -> None:
        """Open."""
        self._do("begin")

    def produce(self, *record: Any, headers: Any) -> None:  # noqa: ANN401 - as the client takes them
        """Take a record."""
        self._do("produce")
        self.produced.append((*record, headers))

    def send_offsets_to_transaction(self, positions: Any, token: object) -> None:  # noqa: ANN401
        """Take offsets."""
        self._do("offsets")
        self.offsets.append(([(each.topic, each.partition, each.offset) for each in positions], token))

    def commit_transaction(self) -> None:
        """Close."""
        self._do("commit")

    def abort_transaction(self) -> None:
        """Undo."""
        self._do("abort")

    def flush(self, _: float) -> int:
        """Deliver what is in flight, which is nothing."""
        return 0

    def poll(self, _: float) -> None:
        """Make room."""


@pytest.fixture
def producer(monkeypatch: pytest.MonkeyPatch) -> NotingProducer:
    noting = NotingProducer()
    monkeypatch.setattr(transaction_module, "Producer", lambda _: noting)
    return noting


@pytest.fixture
def transactor(producer: NotingProducer) -> Transactor:
    assert producer.calls == []
    connection = Connection(
        options={},
        consumer_options={},
        producer_options={},
        group_id="g",
        transactional_id="t",
        group_protocol="classic",
        static_member=None,
        session_timeout_ms=45_000,
        transaction_timeout_ms=60_000,
        on_error=lambda _: None,
    )
    return Transactor(connection, lambda: None)


def commit(transactor: Transactor, membership: Membership | None = MEMBER) -> None:
    transactor.commit(OUTPUTS, {INPUT: 42}, membership)


def test_outputs_and_offsets_travel_in_one_transaction(producer: NotingProducer, transactor: Transactor) -> None:
    commit(transactor)
    assert producer.calls == ["begin", "produce", "produce", "offsets", "commit"]
    assert producer.produced == [("flagged", b"v", b"k", -1, [("h", b"1")]), ("log", None, b"k", 4, None)]
    assert producer.offsets == [([("messages", 4, 42)], "a token")]


def test_without_membership_nothing_is_begun(producer: NotingProducer, transactor: Transactor) -> None:
    with pytest.raises(BatchAbortedError, match="member"):
        commit(transactor, None)
    assert producer.calls == []


@pytest.mark.parametrize("step", ["offsets", "commit"])
def test_what_may_be_tried_again_is_the_same_call_until_it_succeeds(
    producer: NotingProducer, transactor: Transactor, step: str
) -> None:
    producer.trouble[step] = [KafkaException(RETRY), KafkaException(RETRY)]
    commit(transactor)
    assert Counter(producer.calls) == {"begin": 1, "produce": 2, "offsets": 1, "commit": 1} | {step: 3}


def test_a_full_queue_loses_no_record(producer: NotingProducer, transactor: Transactor) -> None:
    producer.trouble["produce"] = [BufferError(), BufferError()]
    commit(transactor)
    assert [record[0] for record in producer.produced] == ["flagged", "log"]


@pytest.mark.parametrize("step", ["produce", "offsets", "commit"])
def test_an_error_that_asks_for_it_aborts(producer: NotingProducer, transactor: Transactor, step: str) -> None:
    producer.trouble = {step: [KafkaException(ABORT)], "abort": [KafkaException(RETRY)]}
    with pytest.raises(BatchAbortedError):
        commit(transactor)
    assert producer.calls[-2:] == ["abort", "abort"]
    assert producer.calls.count(step) == 1


@pytest.mark.parametrize("step", ["begin", "produce", "offsets", "commit"])
@pytest.mark.parametrize("error", [FATAL, UNKNOWN])
def test_a_fatal_or_unknown_error_is_not_aborted_but_ends_the_worker(
    producer: NotingProducer, transactor: Transactor, step: str, error: KafkaError
) -> None:
    producer.trouble[step] = [KafkaException(error)]
    with pytest.raises(FatalClientError):
        commit(transactor)
    assert "abort" not in producer.calls


def test_an_abort_that_fails_ends_the_worker(producer: NotingProducer, transactor: Transactor) -> None:
    producer.trouble = {"commit": [KafkaException(ABORT)], "abort": [KafkaException(UNKNOWN)]}
    with pytest.raises(FatalClientError, match="abort failed"):
        commit(transactor)


def test_taking_over_the_id_is_tried_a_bounded_number_of_times(
    producer: NotingProducer, transactor: Transactor
) -> None:
    producer.trouble["init"] = [KafkaException(RETRY)] * 9
    with pytest.raises(BrokerUnavailableError):
        transactor.init(attempts=3)
    assert producer.calls == ["init"] * 3


def test_a_refused_id_ends_the_worker_at_once(producer: NotingProducer, transactor: Transactor) -> None:
    producer.trouble["init"] = [KafkaException(FATAL)]
    with pytest.raises(FatalClientError):
        transactor.init()
    assert producer.calls == ["init"]
