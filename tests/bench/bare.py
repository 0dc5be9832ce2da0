"""The bare loop the worker is compared with: consume, produce some of it unread, commit; no domain at all.

Run as a process of its own (`python -m tests.bench.bare TOPIC EVERY`), with the worker's settings from the
environment: the same clients, the same batches, one transaction a batch. It forwards every EVERY-th record.
"""

import signal
import sys
from types import FrameType

from confluent_kafka import Consumer, Message, Producer, TopicPartition

from consumer.assembly import connection
from consumer.events.topics import Role
from consumer.settings import load_settings
from consumer.stream.kafka import clients
from tests.bench.process import BenchError


def main() -> None:
    """Loop until SIGTERM."""
    target, every = sys.argv[1], int(sys.argv[2])
    settings = load_settings(None)
    link = connection(settings)
    # The worker never lets the broker choose where to start; a loop without a restore has to.
    consumer = Consumer({**clients.group_consumer(link), "auto.offset.reset": "earliest"})
    producer = Producer(clients.producer(link))
    producer.init_transactions(30)
    source = settings.topics.name(Role.MESSAGE_EVENTS)
    consumer.subscribe([source])
    stopped = False

    def stop(_number: int, _frame: FrameType | None) -> None:
        nonlocal stopped
        stopped = True

    signal.signal(signal.SIGTERM, stop)
    while not stopped:
        messages = consumer.consume(settings.worker.max_batch, settings.worker.max_wait_ms / 1000)
        if messages:
            _forward(consumer, producer, source, target, messages, every)
    consumer.close()


def _forward(
    consumer: Consumer, producer: Producer, source: str, target: str, messages: list[Message], every: int
) -> None:
    positions: dict[int, int] = {}
    for message in messages:
        if message.error() is not None:
            raise BenchError(str(message.error()))
        positions[message.partition() or 0] = (message.offset() or 0) + 1
    producer.begin_transaction()
    for message in messages[::every]:
        producer.produce(target, message.value(), message.key())
    offsets = [TopicPartition(source, number, offset) for number, offset in positions.items()]
    producer.send_offsets_to_transaction(offsets, consumer.consumer_group_metadata())
    producer.commit_transaction()


if __name__ == "__main__":
    main()
