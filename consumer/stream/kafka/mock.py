"""The demonstration broker: librdkafka's mock cluster, inside this process.

Started through the client's own configuration, which works wherever the client does. It speaks the protocol well
enough for the worker's real loop, but it keeps 5 MiB a partition, stores no transactional offsets, fences nobody and
hides nothing from read_committed readers: it shows the flow and proves none of the guarantees.
"""

from collections.abc import Iterable

from confluent_kafka import Producer

SECONDS = 10.0


class MockBroker:
    """A broker that lives as long as this object; `bootstrap` is its address on loopback."""

    def __init__(self) -> None:
        self._host = Producer({"test.mock.num.brokers": 1, "log_level": 0})
        brokers = self._host.list_topics(timeout=SECONDS).brokers.values()
        self.bootstrap = ",".join(f"{broker.host}:{broker.port}" for broker in brokers)

    def create(self, topics: Iterable[str]) -> None:
        """Create topics by asking for them; the mock gives each four partitions."""
        for topic in topics:
            self._host.list_topics(topic, timeout=SECONDS)
