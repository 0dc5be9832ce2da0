"""Ends of partitions are asked for again while brokers and client disagree about who leads them."""

from concurrent.futures import Future
from types import SimpleNamespace
from typing import Any

import pytest
from confluent_kafka import KafkaError, KafkaException, TopicPartition

from consumer.assembly import connection
from consumer.settings import Settings
from consumer.stream.kafka.admin import Admin
from consumer.stream.kafka.errors import BrokerUnavailableError
from consumer.stream.records import Partition

PLACE = Partition("events", 0)


class Answering:
    """A client whose first answers are errors."""

    def __init__(self, *codes: int) -> None:
        self.codes = list(codes)

    def list_offsets(self, asked: dict[TopicPartition, object], **_: Any) -> dict[TopicPartition, "Future[object]"]:  # noqa: ANN401 - options of no interest
        answer: Future[object] = Future()
        if self.codes:
            answer.set_exception(KafkaException(KafkaError(self.codes.pop(0))))
        else:
            answer.set_result(SimpleNamespace(offset=7))
        return dict.fromkeys(asked, answer)


def admin(*codes: int) -> Admin:
    made = Admin(connection(Settings()))
    made._client = Answering(*codes)  # type: ignore[assignment]
    return made


@pytest.mark.parametrize(
    "code",
    [KafkaError.UNKNOWN_LEADER_EPOCH, KafkaError.FENCED_LEADER_EPOCH, KafkaError.NOT_LEADER_FOR_PARTITION],
)
def test_a_leader_that_just_moved_is_asked_again(code: int) -> None:
    assert admin(code, code).ends([PLACE]) == {PLACE: (7, 7)}


def test_what_will_not_pass_is_told_at_once() -> None:
    with pytest.raises(BrokerUnavailableError):
        admin(KafkaError.TOPIC_AUTHORIZATION_FAILED).ends([PLACE])
