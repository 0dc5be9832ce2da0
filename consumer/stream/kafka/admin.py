"""Topics: what the cluster says about them, what is wrong with them, and making them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from time import monotonic, sleep
from typing import Literal, TypeVar

from confluent_kafka import IsolationLevel, KafkaError, KafkaException, TopicPartition
from confluent_kafka.admin import AdminClient
from confluent_kafka.admin._config import ConfigResource
from confluent_kafka.admin._listoffsets import OffsetSpec
from confluent_kafka.admin._resource import ResourceType
from confluent_kafka.cimpl import NewTopic

from consumer.stream.kafka import clients
from consumer.stream.kafka.errors import BrokerUnavailableError, TopicsError, describe, error_of
from consumer.stream.records import Partition

T = TypeVar("T")
_PASSING = frozenset(
    {
        KafkaError.NOT_LEADER_FOR_PARTITION,
        KafkaError.LEADER_NOT_AVAILABLE,
        KafkaError.UNKNOWN_LEADER_EPOCH,
        KafkaError.FENCED_LEADER_EPOCH,
        KafkaError.OFFSET_NOT_AVAILABLE,
    }
)
"""What brokers and client answer while one of them has not heard yet who leads a partition, or since when."""
SECONDS = 10.0
"""Patience with one request about metadata."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicPlan:
    """How a topic must be: `partitions` None where any number will do, `like` the topic it must have as many as."""

    name: str
    cleanup: Literal["delete", "compact"]
    partitions: int | None = None
    like: str | None = None
    config: tuple[tuple[str, str], ...] = ()


class Admin:
    """Questions and orders about topics."""

    def __init__(self, connection: clients.Connection) -> None:
        self._client = AdminClient(clients.admin(connection))
        self._bootstrap = connection.options.get("bootstrap.servers")

    def partition_counts(self) -> dict[str, int]:
        """Return the number of partitions of every topic; raises BrokerUnavailableError."""
        try:
            topics = self._client.list_topics(timeout=SECONDS).topics
        except KafkaException as exception:
            message = f"no Kafka broker answers at {self._bootstrap}: {describe(error_of(exception))}"
            raise BrokerUnavailableError(message) from exception
        return {name: len(topic.partitions) for name, topic in topics.items() if topic.error is None}

    def check(self, plans: Sequence[TopicPlan], *, configs: bool = True) -> dict[str, int]:
        """Return the partition counts of the planned topics; raises TopicsError if one cannot be worked with.

        `configs` False leaves the cleanup policies alone, for a broker that cannot tell them.
        """
        counts = self.partition_counts()
        problems = [
            f"topic {plan.name} is missing; `backchannel topics create` makes it"
            for plan in plans
            if plan.name not in counts
        ]
        problems += [
            f"topic {plan.name} has {counts[plan.name]} partitions but must have the {counts[plan.like]}"
            f" of {plan.like}, because state lies beside its input; recreate it with as many"
            for plan in plans
            if plan.like in counts and plan.name in counts and counts[plan.name] != counts[plan.like]
        ]
        if configs:
            problems += self._cleanup_problems([plan for plan in plans if plan.name in counts])
        if problems:
            raise TopicsError(problems)
        return {plan.name: counts[plan.name] for plan in plans}

    def create(self, plans: Sequence[TopicPlan], partitions: int, replication: int) -> list[str]:
        """Create the planned topics that are missing and return their names.

        A topic that exists is left as it is. Raises TopicsError naming what could not be created.
        """
        counts = self.partition_counts()
        missing = [plan for plan in plans if plan.name not in counts]
        new = [
            NewTopic(
                plan.name,
                num_partitions=counts.get(plan.like or "", plan.partitions or partitions),
                replication_factor=replication,
                config={"cleanup.policy": plan.cleanup, **dict(plan.config)},
            )
            for plan in missing
        ]
        if not new:
            return []
        problems = []
        for name, future in self._client.create_topics(new, request_timeout=SECONDS).items():
            error = _failure(future)
            if error is not None and error.code() != KafkaError.TOPIC_ALREADY_EXISTS:
                problems.append(f"topic {name} could not be created: {describe(error)}")
        if problems:
            raise TopicsError(problems)
        made = [plan.name for plan in missing]
        self._await(made)
        return made

    def _await(self, names: Sequence[str]) -> None:
        """Wait until brokers tell of new topics: the controller knows them first, a worker started now would not."""
        deadline = monotonic() + SECONDS
        while unknown := set(names) - self.partition_counts().keys():
            if monotonic() > deadline:
                raise BrokerUnavailableError(f"created, but not known to the brokers yet: {', '.join(sorted(unknown))}")
            sleep(0.05)

    def ends(self, partitions: Iterable[Partition]) -> dict[Partition, tuple[int, int]]:
        """Return the first offset and the high watermark of each partition.

        READ_UNCOMMITTED on purpose: read_committed would answer with the last stable offset (see `reader`). Raises
        BrokerUnavailableError.
        """
        asked = [TopicPartition(*each) for each in partitions]
        if not asked:
            return {}
        low = self._offsets(asked, OffsetSpec.earliest())  # type: ignore[no-untyped-call]
        high = self._offsets(asked, OffsetSpec.latest())  # type: ignore[no-untyped-call]
        return {each: (low[each], high[each]) for each in low}

    def _offsets(self, asked: Sequence[TopicPartition], spec: OffsetSpec) -> dict[Partition, int]:
        """Ask until the brokers agree: a topic just created, or a leader just moved, is refused for a moment."""
        deadline = monotonic() + SECONDS
        while True:
            try:
                return self._asked_offsets(asked, spec)
            except BrokerUnavailableError as error:
                cause = error.__cause__
                passing = isinstance(cause, KafkaException) and error_of(cause).code() in _PASSING
                if not passing or monotonic() > deadline:
                    raise
                sleep(0.1)

    def _asked_offsets(self, asked: Sequence[TopicPartition], spec: OffsetSpec) -> dict[Partition, int]:
        futures = self._client.list_offsets(
            dict.fromkeys(asked, spec),
            isolation_level=IsolationLevel.READ_UNCOMMITTED,
            request_timeout=SECONDS,
        )
        return {
            Partition(each.topic, each.partition): self._wait(future.result).offset for each, future in futures.items()
        }

    def _cleanup_problems(self, plans: Sequence[TopicPlan]) -> list[str]:
        resources = [ConfigResource(ResourceType.TOPIC, plan.name) for plan in plans]
        if not resources:
            return []
        answers: Mapping[ConfigResource, Future[Mapping[str, object]]] = self._client.describe_configs(
            resources, request_timeout=SECONDS
        )
        actual = {
            resource.name: getattr(self._wait(future.result)["cleanup.policy"], "value", "")
            for resource, future in answers.items()
        }
        return [
            f"topic {plan.name} has cleanup.policy={actual[plan.name]} but needs {plan.cleanup};"
            f" change it with kafka-configs.sh --alter --add-config cleanup.policy={plan.cleanup}"
            for plan in plans
            if set(str(actual[plan.name]).split(",")) != {plan.cleanup}
        ]

    def _wait(self, result: Callable[[], T]) -> T:
        try:
            return result()
        except KafkaException as exception:
            raise BrokerUnavailableError(describe(error_of(exception))) from exception


def _failure(future: "Future[object]") -> KafkaError | None:
    try:
        future.result()
    except KafkaException as exception:
        return error_of(exception)
    return None
