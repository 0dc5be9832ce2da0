"""What the benchmark feeds in: messages, and ledgers that a predecessor would have left."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

from confluent_kafka import Producer

from consumer.events.ids import talk_digest
from consumer.events.ledger import encode_ledger
from consumer.events.topics import Role
from consumer.traffic import Traffic
from tests.bench.process import BenchError
from tests.exactly_once.messages import ledger_with_strikes
from tests.exactly_once.site import Site

FLAGGED = 0.05
PLATFORM: Final[Mapping[str, str | int]] = {
    "linger.ms": 5,
    "compression.type": "lz4",
    "partitioner": "murmur2_random",
    "queue.buffering.max.messages": 500_000,
}
"""How a platform's producer would be set up."""
_WINDOW_MS = 90 * 86_400_000
_PER_TRANSACTION = 20_000


def traffic(seed: int) -> Traffic:
    """Describe the traffic of every run: 5 % of the messages exchange contact, no message comes twice."""
    return Traffic(
        seed=seed,
        start=datetime.now(UTC) - timedelta(minutes=10),
        spacing=timedelta(microseconds=200),
        flagged=FLAGGED,
        garbage=0,
        duplicates=0,
        edits=0,
        actions=0,
    )


def preload(site: Site, messages: int, seed: int) -> float:
    """Put messages on `message-events`; return their mean size in bytes."""
    names = site.settings.topics.names()
    size = 0

    def records() -> Iterator[tuple[str, bytes | None, bytes | None]]:
        nonlocal size
        for item in traffic(seed).take(messages):
            size += len(item.value or b"") if item.topic_role is Role.MESSAGE_EVENTS else 0
            yield names[item.topic_role], item.key, item.value

    # Long lingering fills the batches: the worker's fetches shall not depend on how fast this machine generates.
    send(Producer({"bootstrap.servers": site.bootstrap, **PLATFORM, "linger.ms": 100}), records())
    return size / messages


def write_ledgers(site: Site, accounts: int) -> None:
    """Put one-strike ledgers on the ledgers' changelog in transactions, as workers do."""
    topic = site.topic(Role.ACCOUNT_LEDGER)
    client = Producer({"bootstrap.servers": site.bootstrap, **PLATFORM, "transactional.id": f"{site.name}-ledgers"})
    client.init_transactions(30)
    entries = ledgers(accounts)
    for first in range(0, accounts, _PER_TRANSACTION):
        client.begin_transaction()
        count = min(_PER_TRANSACTION, accounts - first)
        send(client, ((topic, *next(entries)) for _ in range(count)))
        client.commit_transaction()


def ledgers(accounts: int) -> Iterator[tuple[bytes, bytes]]:
    """Iterate over keys and values of the changelog, each account with one strike some time in the last 90 days."""
    template = ledger_with_strikes(1)
    case = replace(template.cases[0], talk=talk_digest("talk"), merges=180_000, language="en")
    for number in range(accounts):
        # The factor scatters neighbours over the window, so that timers meet no order they could profit from.
        at = case.at - number * 7_919_333 % _WINDOW_MS
        expires = max(at + _WINDOW_MS, case.at + 3 * 86_400_000)
        cases = (replace(case, message_id=f"m-{number:016x}", at=at, judged=at, expires=expires),)
        ledger = replace(template, cases=cases, due=expires)
        yield b"account-%016x" % number, encode_ledger(ledger)


def send(client: Producer, records: Iterable[tuple[str, bytes | None, bytes | None]]) -> None:
    """Produce (topic, key, value) records as fast as they are taken, and wait until they are delivered."""
    for count, (topic, key, value) in enumerate(records):
        while not try_send(client, topic, key, value):
            client.poll(0.05)
        if count % 1_000 == 0:
            client.poll(0)
    flush(client)


def flush(client: Producer) -> None:
    """Wait until everything is delivered."""
    left = client.flush(60)
    if left:
        raise BenchError(f"{left} records were not delivered")


def try_send(client: Producer, topic: str, key: bytes | None, value: bytes | None) -> bool:
    """Produce one record; return False when the producer's queue is full."""
    try:
        client.produce(topic, value, key)
    except BufferError:
        return False
    return True
