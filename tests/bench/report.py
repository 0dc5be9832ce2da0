"""The figures, beside the budgets they are measured against, as tables or as JSON."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass

import orjson
from rich.console import Console
from rich.table import Table

from tests.bench.facts import Facts
from tests.bench.latency import Latency
from tests.bench.restore import Restore
from tests.bench.saturation import Bare, Worker

_LOOP = ("consume", "table", "decode", "screen", "judge", "encode", "produce", "commit", "transaction", "rest")
"""Phases in the order of the loop."""


@dataclass(frozen=True, slots=True)
class Figures:
    """All figures of one run; `bare` begins with the loop that forwards as much as the worker flags."""

    machine: Facts
    worker: Worker
    bare: list[Bare]
    latency: Latency
    restore: Restore

    @property
    def ratio(self) -> float:
        """Return the worker's rate as a share of the bare loop's."""
        return self.worker.rate / self.bare[0].rate


def as_json(figures: Figures) -> str:
    """Return the figures as one JSON object."""
    return orjson.dumps({**asdict(figures), "ratio": figures.ratio}, option=orjson.OPT_INDENT_2).decode()


def show(figures: Figures, console: Console) -> None:
    """Print the figures for a person."""
    machine = figures.machine
    console.print(
        f"{machine.cpu}, {machine.cores} cores, {machine.memory_gib} GiB, {machine.system}, load {machine.load}\n"
        f"Python {machine.python}, confluent-kafka {machine.confluent_kafka}, librdkafka {machine.librdkafka},"
        f" pydantic {machine.pydantic}\n"
        f"worker {machine.worker}, detector {machine.detector}; broker, worker and benchmark share these cores",
        highlight=False,
        markup=False,
    )
    _table(console, "One worker process", ("", "measured", "budget"), _summary(figures))
    _table(console, "CPU seconds for 100,000 events, by thread", ("", "seconds"), _cpu(figures))
    _table(console, "Seconds of the loop for 100,000 events, by phase", ("", "seconds", "share"), _phases(figures))


def _summary(figures: Figures) -> Iterable[tuple[str, ...]]:
    worker, latency, restore = figures.worker, figures.latency, figures.restore
    yield f"events a second ({worker.event_bytes:.0f} bytes each)", f"{worker.rate:,.0f}", "≥ 100,000"
    for bare in figures.bare:
        yield f"bare loop forwarding {1 / bare.every:.0%}, events a second", f"{bare.rate:,.0f}", ""
    yield "worker : bare loop", f"{figures.ratio:.2f}", "≥ 0.50"
    yield "flagged events, verdicts", f"{worker.flagged:,}, {worker.verdicts:,}", ""
    yield "records a batch, ms a transaction", f"{worker.records:,.0f}, {worker.transaction_ms:.1f}", ""
    yield f"event to verdict at {latency.rate:,.0f}/s, p50", f"{latency.p50:,.0f} ms", ""
    yield f"event to verdict at {latency.rate:,.0f}/s, p99", f"{latency.p99:,.0f} ms", "≤ 500 ms"
    yield f"the slowest of {latency.verdicts:,}; last after the end of load", _slowest(latency), ""
    yield f"restore of {restore.accounts:,} ledgers", f"{restore.seconds:.2f} s", ""
    yield "ledger entries a second", f"{restore.rate:,.0f}", "≥ 250,000"
    yield "bytes a ledger, stores alone", f"{restore.store_bytes:.0f}", "≤ 500"
    yield "bytes a ledger, worker with its buffers", f"{restore.worker_bytes:.0f}", ""
    yield "bytes of a ledger's JSON", f"{restore.encoded_bytes:.0f}", ""


def _slowest(latency: Latency) -> str:
    return f"{latency.worst:,.0f} ms; {latency.behind:,.0f} ms"


def _cpu(figures: Figures) -> Iterable[tuple[str, ...]]:
    cpu = figures.worker.cpu
    yield "main thread (Python)", f"{cpu.main:.3f}"
    yield "librdkafka's threads", f"{cpu.client:.3f}"
    yield "others", f"{cpu.other:.3f}"
    yield "worker", f"{cpu.total:.3f}"
    for bare in figures.bare:
        yield f"bare loop forwarding {1 / bare.every:.0%}", f"{bare.cpu_total:.3f}"


def _phases(figures: Figures) -> Iterable[tuple[str, ...]]:
    phases = figures.worker.phases
    whole = sum(phases.values())
    for name in _LOOP:
        if name in phases:
            yield name, f"{phases[name]:.3f}", f"{phases[name] / whole:.0%}"


def _table(console: Console, title: str, columns: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> None:
    table = Table(title=title, title_justify="left", title_style="bold")
    for index, column in enumerate(columns):
        table.add_column(column, justify="right" if index else "left", no_wrap=True)
    for row in rows:
        table.add_row(*row)
    console.print()
    console.print(table)
