"""The worker at saturation, and the bare loop over the same topic with the same settings."""

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from confluent_kafka.admin import AdminClient, NewTopic

from consumer.events.topics import Role
from tests.bench.drain import Drain, Progress, drain
from tests.bench.process import CpuTime, Values, free_port, scrape
from tests.exactly_once.site import Site, WorkerProcess

PARTITIONS = 12
_PHASE = "backchannel_batch_phase_seconds_sum"
_TRANSACTION = "backchannel_transaction_seconds_sum"


@dataclass(frozen=True, slots=True)
class Worker:
    """One worker over a full topic.

    Seconds are for 100,000 events: `cpu` by thread, `phases` on the main thread's wall clock, where `consume` and
    `transaction` include waiting for the broker, and `rest` is what no phase counts. `records` is the mean batch.
    """

    events: int
    event_bytes: float
    flagged: int
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
    glances: list[Values] = []

    def look() -> None:
        glances[1:] = [scrape(port)]

    try:
        drained = drain(worker.process, progress, topics[0], events, look)
    finally:
        progress.close()
        worker.stop()
    return _worker(drained, event_bytes, glances[0], glances[-1])


def measure_bare(site: Site, events: int, every: int) -> Bare:
    """Let a bare loop drain the same topic, forwarding one in `every` records."""
    admin = AdminClient({"bootstrap.servers": site.bootstrap})
    target = f"{site.name}.bare-{every}"
    for future in admin.create_topics([NewTopic(target, PARTITIONS, 1)], operation_timeout=10).values():
        future.result()
    group = f"{site.name}-bare-{every}"
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


def _worker(drained: Drain, event_bytes: float, first: Values, last: Values) -> Worker:
    grown = {name: value - first.get(name, 0.0) for name, value in last.items()}
    share = 100_000 / drained.events
    phases = {label: seconds * share for (name, label), seconds in grown.items() if name == _PHASE}
    # Where the loop times the parts of a transaction as phases, its whole would count twice.
    if not phases.get("commit"):
        phases["transaction"] = grown[_TRANSACTION, ""] * share
    phases["rest"] = drained.seconds * share - sum(phases.values())
    cpu = drained.cpu.per_100k(drained.events)
    return Worker(
        events=drained.events,
        event_bytes=event_bytes,
        flagged=int(last["backchannel_events_total", "flagged"]),
        verdicts=int(sum(value for (name, _), value in last.items() if name == "backchannel_verdicts_total")),
        seconds=drained.seconds,
        rate=drained.rate,
        cpu=cpu,
        cpu_total=cpu.total,
        phases={name: seconds for name, seconds in phases.items() if name == "rest" or seconds > 0},
        records=grown["backchannel_batch_events_sum", ""] / max(1.0, grown["backchannel_batch_events_count", ""]),
        transaction_ms=1000 * grown[_TRANSACTION, ""] / max(1.0, grown["backchannel_transaction_seconds_count", ""]),
    )
