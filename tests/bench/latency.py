"""From event to verdict while the platform sends at a steady rate.

A latency runs from a message record's timestamp, which its producer sets, to the moment a read_committed reader in
this process has the verdict. Both clocks are this machine's, and timestamps are in whole milliseconds.
"""

import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from confluent_kafka import OFFSET_BEGINNING, Consumer, TopicPartition

from consumer.events.topics import Role
from tests.bench.process import PATIENCE, BenchError, await_ready, free_port
from tests.bench.saturation import PARTITIONS, start_process, start_worker
from tests.exactly_once.site import Site

_WARM_UP_MS = 3_000
_QUIET = 2.0
"""Seconds without a verdict, the platform having ended, after which no more are expected."""


@dataclass(frozen=True, slots=True)
class Latency:
    """Milliseconds from event to verdict at `rate` events a second, `wanted` having been asked for.

    `behind` is how long after the platform's last event the last verdict came: a worker that cannot keep up shows here.
    """

    wanted: float
    rate: float
    verdicts: int
    p50: float
    p99: float
    worst: float
    behind: float


def measure_latency(site: Site, rate: float, seconds: float, seed: int) -> Latency:
    """Run a worker under a steady load and time its verdicts; the first three seconds do not count."""
    port = free_port()
    worker = start_worker(site, port)
    reader = _reader(site)
    try:
        await_ready(worker, port)
        platform = start_process(site, "tests.bench.paced", str(rate), str(seconds), str(seed))
        try:
            arrivals = list(_arrivals(reader, platform))
        finally:
            platform.terminate()  # does nothing to a process that has ended
    finally:
        reader.close()
        worker.stop()
    output, _ = platform.communicate()
    if platform.returncode != 0:
        raise BenchError(f"the platform's process ended with {platform.returncode}")
    return _evaluate(rate, orjson.loads(output), _appended(site), arrivals)


def _evaluate(
    rate: float, sent: dict[str, Any], appended: dict[str, float], arrivals: list[tuple[float, bytes]]
) -> Latency:
    began = sent["began_ms"]
    timed = ((at, appended[orjson.loads(value)["message_id"]]) for at, value in arrivals)
    latencies = sorted(at - since for at, since in timed if since >= began + _WARM_UP_MS)
    if not latencies:
        raise BenchError("no verdicts came")
    return Latency(
        wanted=rate,
        rate=sent["messages"] / sent["seconds"],
        verdicts=len(latencies),
        p50=latencies[len(latencies) // 2],
        p99=latencies[len(latencies) * 99 // 100],
        worst=latencies[-1],
        behind=arrivals[-1][0] - began - sent["seconds"] * 1000,
    )


def _appended(site: Site) -> dict[str, float]:
    """Return the timestamp of every flagged message's record by message id: incidents carry it."""
    incidents = (orjson.loads(each.value() or b"") for each in site.read(Role.ACCOUNT_EVENTS))
    return {
        each["message_id"]: datetime.fromisoformat(each["received_at"]).timestamp() * 1000
        for each in incidents
        if each["type"] == "incident"
    }


def _reader(site: Site) -> Consumer:
    reader = Consumer(
        {
            "bootstrap.servers": site.bootstrap,
            "group.id": f"{site.name}-subscriber",
            "isolation.level": "read_committed",
            "enable.auto.commit": False,
            "fetch.wait.max.ms": 10,
        }
    )
    topic = site.topic(Role.FLAGGED_MESSAGES)
    reader.assign([TopicPartition(topic, number, OFFSET_BEGINNING) for number in range(PARTITIONS)])
    return reader


def _arrivals(reader: Consumer, platform: "subprocess.Popen[bytes]") -> Iterator[tuple[float, bytes]]:
    """Yield verdicts with the moment of their arrival (milliseconds), until the platform has ended and all is quiet."""
    deadline = time.monotonic() + PATIENCE
    last = time.monotonic()
    while platform.poll() is None or time.monotonic() - last < _QUIET:
        if time.monotonic() > deadline:
            raise BenchError("verdicts did not stop coming")
        first = reader.poll(0.1)
        if first is None:
            continue
        at, last = time.time() * 1000, time.monotonic()
        for message in [first, *reader.consume(1_000, 0)]:
            if message.error() is not None:
                raise BenchError(str(message.error()))
            yield at, message.value() or b""
