"""The broker under test really does transactions; otherwise no exactly-once test would prove anything."""

import time
from uuid import uuid4

import pytest
from confluent_kafka import Consumer, KafkaError, KafkaException, Producer, TopicPartition
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic

pytestmark = pytest.mark.kafka

TIMEOUT = 30.0


@pytest.fixture
def topic(kafka_bootstrap: str) -> str:
    name = f"broker-{uuid4()}"
    admin = AdminClient({"bootstrap.servers": kafka_bootstrap})
    admin.create_topics([NewTopic(name, num_partitions=1, replication_factor=1)])[name].result(TIMEOUT)
    return name


def transactional(bootstrap: str, transactional_id: str) -> Producer:
    producer = Producer({"bootstrap.servers": bootstrap, "transactional.id": transactional_id})
    producer.init_transactions(TIMEOUT)
    return producer


def values_up_to_end(bootstrap: str, topic: str, isolation: str) -> list[bytes]:
    """Read partition 0 from its start to the end that this isolation level may see."""
    consumer = Consumer(
        {
            "bootstrap.servers": bootstrap,
            "group.id": f"broker-{uuid4()}",
            "isolation.level": isolation,
            "enable.auto.commit": False,
            "enable.partition.eof": True,
        }
    )
    consumer.assign([TopicPartition(topic, 0, 0)])
    values: list[bytes] = []
    deadline = time.monotonic() + TIMEOUT
    try:
        while time.monotonic() < deadline:
            message = consumer.poll(1.0)
            if message is None:
                continue
            error = message.error()
            if error is None:
                values.append(message.value() or b"")
            elif error.code() == KafkaError._PARTITION_EOF:
                return values
            else:
                raise KafkaException(error)
    finally:
        consumer.close()
    pytest.fail(f"the end of {topic} was not reached within {TIMEOUT} s")


def test_aborted_records_are_invisible_to_read_committed(kafka_bootstrap: str, topic: str) -> None:
    producer = transactional(kafka_bootstrap, f"broker-{uuid4()}")
    producer.begin_transaction()
    producer.produce(topic, b"aborted")
    # Flushed first: an abort that only emptied the client's queue would prove nothing about the broker.
    producer.flush(TIMEOUT)
    producer.abort_transaction(TIMEOUT)
    producer.begin_transaction()
    producer.produce(topic, b"committed")
    producer.commit_transaction(TIMEOUT)

    assert values_up_to_end(kafka_bootstrap, topic, "read_committed") == [b"committed"]
    assert values_up_to_end(kafka_bootstrap, topic, "read_uncommitted") == [b"aborted", b"committed"]


def test_open_transaction_is_invisible_until_committed(kafka_bootstrap: str, topic: str) -> None:
    producer = transactional(kafka_bootstrap, f"broker-{uuid4()}")
    producer.begin_transaction()
    producer.produce(topic, b"open")
    producer.flush(TIMEOUT)
    before = values_up_to_end(kafka_bootstrap, topic, "read_committed")
    producer.commit_transaction(TIMEOUT)

    assert before == []
    assert values_up_to_end(kafka_bootstrap, topic, "read_committed") == [b"open"]


def test_zombie_producer_is_fenced(kafka_bootstrap: str, topic: str) -> None:
    transactional_id = f"broker-{uuid4()}"
    zombie = transactional(kafka_bootstrap, transactional_id)
    zombie.begin_transaction()
    zombie.produce(topic, b"zombie")
    zombie.flush(TIMEOUT)

    successor = transactional(kafka_bootstrap, transactional_id)
    successor.begin_transaction()
    successor.produce(topic, b"successor")
    successor.commit_transaction(TIMEOUT)

    with pytest.raises(KafkaException) as fenced:
        zombie.commit_transaction(TIMEOUT)
    error = fenced.value.args[0]
    assert error.code() in {KafkaError._FENCED, KafkaError.PRODUCER_FENCED, KafkaError.INVALID_PRODUCER_EPOCH}
    assert error.fatal()
    assert values_up_to_end(kafka_bootstrap, topic, "read_committed") == [b"successor"]
