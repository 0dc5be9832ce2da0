"""The worker at saturation, and the bare loop over the same topic with the same settings."""

import os
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic

from consumer.events.topics import Role
from tests.bench.drain import Drain, Progress, drain
from tests.bench.process import CpuTime, Values, free_port, scrape
from tests.exactly_once.site import Site, WorkerProcess

PARTITIONS = 12
_PHASE = "backchannel_batch_phase_seconds_sum"
_TRANSACTION = "backchannel_transaction_seconds_sum"
_EVENTS = "backchannel_events_total"
_IDLE = ("consume", "table")
"""Phases of turns that find nothing to do."""


@dataclass(frozen=True, slots=True)
class Glance:
    """A worker's metrics at one moment of the monotonic clock."""

    at: float
    values: Values


@dataclass(frozen=True, slots=True)
class Worker:
    """One worker over a full topic.

    Seconds are for 100,000 events: `cpu` by thread, `phases` on the main thread's wall clock, where `consume` and
    `transaction` include waiting for the broker, and `rest` is what no phase counts. `records` is the mean batch.
    `outcomes` counts events by what became of them: only the clean ones were not looked at closely.
    """

    events: int
    event_bytes: float
    outcomes: Mapping[str, int]
    verdicts: int
    seconds: float
    rate: float
    cpu: CpuTime
    cpu_total: float
    phases: Mapping[str, float]
    records: float
    transaction_ms: float


@dataclass(frozen=True, slots=True)
class Bare:
    """One bare loop that forwarded one in `every` records."""

    every: int
    rate: float
    cpu_total: float


def start_worker(site: Site, port: int) -> WorkerProcess:
    """Start a worker whose health port is known."""
    site.overrides = {**site.overrides, "BACKCHANNEL_HTTP__PORT": str(port)}
    return site.start("0")


def measure_worker(site: Site, events: int, event_bytes: float) -> Worker:
    """Let a worker drain both hops of a preloaded site."""
    port = free_port()
    worker = start_worker(site, port)
    topics = [site.topic(Role.MESSAGE_EVENTS), site.topic(Role.ACCOUNT_EVENTS)]
    progress = Progress(site.bootstrap, site.name, topics, PARTITIONS)
    glances: list[Glance] = []

    def look() -> None:
        # The first and the latest are kept.
        glances[1:] = [Glance(time.monotonic(), scrape(port))]

    try:
        drained = drain(worker.process, progress, topics[0], events, look)
        end = scrape(port)
    finally:
        progress.close()
        worker.stop()
    return _worker(drained, event_bytes, _phases(glances[0], glances[-1], end), end)


def measure_bare(site: Site, events: int, every: int) -> Bare:
    """Let a bare loop drain the same topic, forwarding one in `every` records."""
    admin = AdminClient({"bootstrap.servers": site.bootstrap, "log_level": 0})
    target = f"{site.name}.bare-{uuid4().hex[:6]}"
    for future in admin.create_topics([NewTopic(target, PARTITIONS, 1)], operation_timeout=10).values():
        future.result()
    group = f"{site.name}-bare-{uuid4().hex[:6]}"
    process = start_process(site, "tests.bench.bare", target, str(every), group=group)
    topic = site.topic(Role.MESSAGE_EVENTS)
    progress = Progress(site.bootstrap, group, [topic], PARTITIONS)
    try:
        drained = drain(process, progress, topic, events)
    finally:
        progress.close()
        process.terminate()
        process.wait(30)
        for future in admin.delete_topics([target], operation_timeout=10).values():
            future.result()
    return Bare(every, drained.rate, drained.cpu.per_100k(drained.events).total)


def start_process(site: Site, module: str, *arguments: str, group: str | None = None) -> "subprocess.Popen[bytes]":
    """Start a module of ours with the site's settings, in another group if one is given; stdout is a pipe."""
    overrides = {} if group is None else {"BACKCHANNEL_KAFKA__GROUP_ID": group}
    return subprocess.Popen(
        [sys.executable, "-m", module, *arguments],
        env={**os.environ, **site.env(), **overrides},
        cwd=Path(__file__).parents[2],
        stdout=subprocess.PIPE,
    )


def _worker(drained: Drain, event_bytes: float, phases: Mapping[str, float], end: Values) -> Worker:
    cpu = drained.cpu.per_100k(drained.events)
    return Worker(
        events=drained.events,
        event_bytes=event_bytes,
        outcomes={name: int(count) for name, count in _by_label(end, _EVENTS).items()},
        verdicts=int(sum(_by_label(end, "backchannel_verdicts_total").values())),
        seconds=drained.seconds,
        rate=drained.rate,
        cpu=cpu,
        cpu_total=cpu.total,
        phases=phases,
        records=end["backchannel_batch_events_sum", ""] / end["backchannel_batch_events_count", ""],
        transaction_ms=1000 * end[_TRANSACTION, ""] / end["backchannel_transaction_seconds_count", ""],
    )


def _phases(first: Glance, last: Glance, end: Values) -> Mapping[str, float]:
    """Return each phase's seconds for 100,000 events between two glances.

    A commit is visible to others a little before the worker has counted it, so the last glance may lack the last batch:
    its counts come from the end. Only what the loop also does when idle must not, for the end has idled.
    """
    began, ended, latest = (_by_label(each, _PHASE) for each in (first.values, last.values, end))
    phases = {name: (ended if name in _IDLE else latest)[name] - began[name] for name in latest}
    # Where the loop times the parts of a transaction as phases, the whole would count twice.
    if not phases["commit"]:
        phases["transaction"] = end[_TRANSACTION, ""] - first.values[_TRANSACTION, ""]
    phases["rest"] = max(0.0, last.at - first.at - sum(phases.values()))
    events = sum(_by_label(end, _EVENTS).values()) - sum(_by_label(first.values, _EVENTS).values())
    return {name: seconds * 100_000 / events for name, seconds in phases.items() if seconds > 0}


def _by_label(values: Values, metric: str) -> dict[str, float]:
    return {label: value for (name, label), value in values.items() if name == metric}
