"""The group consumer's side of the promises, on a consumer that only notes what it is asked."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, cast

import pytest
from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, KafkaException, Message, TopicPartition

from consumer.stream.kafka import source as source_module
from consumer.stream.kafka.clients import Connection
from consumer.stream.kafka.errors import FatalClientError, InputLostError
from consumer.stream.kafka.source import Source
from consumer.stream.records import Partition

A, B = Partition("messages", 0), Partition("messages", 1)
REFUSED = KafkaError(KafkaError._STATE, "not now")


def polled(where: Partition, at: int = 0, problem: KafkaError | None = None) -> Message:
    """A message as `consume` returns it."""
    return Message(topic=where.topic, partition=where.number, offset=at, error=problem)


@dataclass(slots=True)
class NotingConsumer:
    """Notes every call; `refuse` names calls that fail, `during` is run inside `consume`."""

    calls: list[tuple[str, Any]] = field(default_factory=list)
    refuse: set[str] = field(default_factory=set)
    messages: list[Message] = field(default_factory=list)
    during: Callable[[], None] = lambda: None
    member: str = "member-1"
    on: dict[str, Callable[..., None]] = field(default_factory=dict)

    def subscribe(self, topics: list[str], **callbacks: Callable[..., None]) -> None:
        """Keep the callbacks."""
        self.on = callbacks
        self.calls.append(("subscribe", topics))

    def consume(self, limit: int, _seconds: float) -> list[Message]:
        """Hand over what is there."""
        self.during()
        taken, self.messages = self.messages[:limit], self.messages[limit:]
        return taken

    def consumer_group_metadata(self) -> object:
        """A token that says whose it is."""
        self.calls.append(("token", None))
        return f"token of {self.member}"

    def memberid(self) -> str:
        """The member id, blank for none."""
        self.calls.append(("memberid", None))
        return self.member

    def __getattr__(self, name: str) -> Callable[[Any], None]:
        def call(argument: Any) -> None:  # noqa: ANN401 - whatever the client takes
            self.calls.append((name, argument))
            if name in self.refuse:
                raise KafkaException(REFUSED)

        return call

    def called(self) -> list[str]:
        """Only the names of the calls."""
        return [name for name, _ in self.calls]


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> NotingConsumer:
    noting = NotingConsumer()
    monkeypatch.setattr(source_module, "Consumer", lambda _: noting)
    return noting


@pytest.fixture
def source(client: NotingConsumer) -> Source:
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
    made = Source(connection, [A.topic])
    made.subscribe()
    client.calls.clear()
    return made


def fire(client: NotingConsumer, callback: str, *partitions: Partition) -> None:
    client.on[callback](cast("Consumer", client), [TopicPartition(*each, 55) for each in partitions])


def test_callbacks_only_write_the_book_in_order(client: NotingConsumer, source: Source) -> None:
    fire(client, "on_assign", A, B)
    fire(client, "on_revoke", A)
    fire(client, "on_lost", B)
    assert source.changes() == [("assigned", (A, B)), ("revoked", (A,)), ("lost", (B,))]
    assert source.changes() == []
    assert client.called() == ["incremental_assign", "pause", "incremental_unassign", "incremental_unassign"]


def test_an_assigned_partition_is_paused_at_its_beginning_until_it_is_started(
    client: NotingConsumer, source: Source
) -> None:
    fire(client, "on_assign", A)
    (_, assigned), (_, paused) = client.calls
    assert [(each.topic, each.partition, each.offset) for each in assigned] == [(*A, OFFSET_BEGINNING)]
    assert [(each.topic, each.partition) for each in paused] == [A]
    source.start({A: 42})
    assert client.called()[2:] == ["seek", "resume"]
    assert client.calls[2][1].offset == 42


@pytest.mark.parametrize(
    ("callback", "refused", "change"),
    [
        ("on_assign", "incremental_assign", "assigned"),
        ("on_assign", "pause", "assigned"),
        ("on_revoke", "incremental_unassign", "revoked"),
        ("on_lost", "incremental_unassign", "lost"),
    ],
)
def test_a_callback_that_fails_does_not_raise_but_stops_the_worker_afterwards(
    client: NotingConsumer, source: Source, callback: str, refused: str, change: str
) -> None:
    client.refuse.add(refused)
    client.during = lambda: fire(client, callback, A)
    with pytest.raises(FatalClientError, match="not now"):
        source.consume(10, 0.0)
    assert source.changes() == [(change, (A,))]


def test_records_come_by_partition_in_offset_order(client: NotingConsumer, source: Source) -> None:
    client.messages = [polled(A, 5), polled(A, 6), polled(B, 1), polled(A, 9), polled(B, 2)]
    slices = source.consume(10, 0.0)
    assert {each: [record.offset() for record in records] for each, records in slices.items()} == {
        A: [5, 6, 9],
        B: [1, 2],
    }


def test_a_passing_error_between_records_costs_none_of_them(client: NotingConsumer, source: Source) -> None:
    passing = [
        KafkaError(code) for code in (KafkaError._PARTITION_EOF, KafkaError._MAX_POLL_EXCEEDED, KafkaError._TRANSPORT)
    ]
    client.messages = [polled(A, 5), *(polled(A, 0, each) for each in passing), polled(A, 6)]
    assert [record.offset() for record in source.consume(10, 0.0)[A]] == [5, 6]


@pytest.mark.parametrize(
    ("problem", "raised"),
    [
        (KafkaError(KafkaError._AUTO_OFFSET_RESET), InputLostError),
        (KafkaError(KafkaError.OFFSET_OUT_OF_RANGE), InputLostError),
        (KafkaError(KafkaError._FATAL, "fenced", True), FatalClientError),  # noqa: FBT003 - fatal; positional only
        (KafkaError(KafkaError.TOPIC_AUTHORIZATION_FAILED), FatalClientError),
    ],
)
def test_an_error_that_does_not_pass_is_raised(
    client: NotingConsumer, source: Source, problem: KafkaError, raised: type[Exception]
) -> None:
    client.messages = [polled(A, 5), polled(A, 0, problem)]
    with pytest.raises(raised):
        source.consume(10, 0.0)


def test_membership_reads_the_token_before_the_id(client: NotingConsumer, source: Source) -> None:
    """Both go blank together, so an id read second vouches for the token read first."""
    membership = source.membership()
    assert membership is not None
    assert (membership.member_id, membership.token) == ("member-1", "token of member-1")
    assert client.called() == ["token", "memberid"]


def test_a_blank_member_id_is_no_membership(client: NotingConsumer, source: Source) -> None:
    client.member = ""
    assert source.membership() is None


def test_a_rewind_that_fails_ends_the_worker(client: NotingConsumer, source: Source) -> None:
    client.refuse.add("seek")
    with pytest.raises(FatalClientError, match=r"messages\[0\]"):
        source.rewind({A: 3})
