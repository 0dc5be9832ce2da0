"""The platform at a steady rate, as a process of its own: `python -m tests.bench.paced RATE SECONDS SEED`.

Everything is generated before the first record is sent, so that generating takes no CPU from the worker. Prints one
JSON object: how many messages were sent in how many seconds, and when the first was (milliseconds since the epoch).
"""

import gc
import json
import sys
import time

from confluent_kafka import Producer

from consumer.events.topics import Role
from consumer.settings import load_settings
from tests.bench.load import PLATFORM, flush, traffic, try_send

_STEP = 0.002
"""Seconds between two bursts; short against the producer's lingering."""


def main() -> None:
    """Generate, then send."""
    rate, seconds, seed = float(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3])
    settings = load_settings(None)
    topic = settings.topics.name(Role.MESSAGE_EVENTS)
    items = [
        (topic, item.key, item.value)
        for item in traffic(seed).take(int(rate * seconds))
        if item.topic_role is Role.MESSAGE_EVENTS
    ]
    # A pass over this many objects would be a gap in the pace.
    gc.disable()
    client = Producer({"bootstrap.servers": settings.kafka.bootstrap, **PLATFORM})
    client.list_topics(topic, timeout=10)
    began_ms = time.time() * 1000
    took = _send(client, items, rate)
    flush(client)
    print(json.dumps({"messages": len(items), "seconds": took, "began_ms": began_ms}))


def _send(client: Producer, items: list[tuple[str, bytes | None, bytes | None]], per_second: float) -> float:
    started = time.monotonic()
    sent = 0
    while sent < len(items):
        due = min(len(items), int((time.monotonic() - started) * per_second))
        for record in items[sent:due]:
            while not try_send(client, *record):
                client.poll(0.01)
        sent = due
        client.poll(0)
        time.sleep(_STEP)
    return time.monotonic() - started


if __name__ == "__main__":
    main()
