"""The figures, beside the budgets they are measured against, as tables or as JSON."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass

import orjson
from rich.console import Console
from rich.table import Table

from tests.bench.facts import Facts
from tests.bench.latency import Latency
from tests.bench.restore import Restore
from tests.bench.saturation import Bare, Worker

Row = tuple[str, ...]

_LOOP = ("consume", "table", "decode", "screen", "judge", "encode", "produce", "commit", "transaction", "rest")
"""Phases in the order of the loop."""


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of one run, None where a part was not asked for."""

    machine: Facts
    worker: Worker | None
    bare: list[Bare]
    latency: Latency | None
    restore: Restore | None

    @property
    def ratio(self) -> float | None:
        """Return the worker's rate as a share of the bare loop's."""
        return None if self.worker is None else _ratio(self.worker, self.bare)


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
    parts: list[Row] = []
    if figures.worker is not None:
        parts += _throughput(figures.worker, figures.bare)
    if figures.latency is not None:
        parts += _latency(figures.latency)
    if figures.restore is not None:
        parts += _restore(figures.restore)
    _table(console, "One worker process", ("", "measured", "budget"), parts)
    if figures.worker is not None:
        _table(console, "CPU seconds for 100,000 events", ("thread", "seconds"), _cpu(figures.worker, figures.bare))
        title = "The loop's seconds for 100,000 events"
        _table(console, title, ("phase", "seconds", "share"), _phases(figures.worker.phases))


def _throughput(worker: Worker, bare: list[Bare]) -> Iterable[Row]:
    yield f"events/s, {worker.event_bytes:.0f} bytes each", f"{worker.rate:,.0f}", "≥ 100,000"
    for each in bare:
        yield f"bare loop forwarding {1 / each.every:.0%}, events/s", f"{each.rate:,.0f}", ""
    yield "worker : bare loop", f"{_ratio(worker, bare):.2f}", "≥ 0.50"
    yield "events/s that its main thread's CPU allows", f"{100_000 / worker.cpu.main:,.0f}", ""
    for name, count in worker.outcomes.items():
        yield f"events {name.replace('_', ' ')}", f"{count:,}", ""
    yield "verdicts", f"{worker.verdicts:,}", ""
    yield "records in a batch", f"{worker.records:,.0f}", ""
    yield "ms in a transaction", f"{worker.transaction_ms:.1f}", ""


def _ratio(worker: Worker, bare: list[Bare]) -> float:
    """Return the worker's rate over that of the loops that forward what a worker flags, run before and after it."""
    alike = [each.rate for each in bare if each.every > 1]
    return worker.rate * len(alike) / sum(alike)


def _latency(latency: Latency) -> Iterable[Row]:
    at = f"event to verdict at {latency.rate:,.0f} events/s"
    yield f"{at}, p50", f"{latency.p50:,.0f} ms", ""
    yield f"{at}, p99", f"{latency.p99:,.0f} ms", "≤ 500 ms"
    yield f"{at}, worst of {latency.verdicts:,}", f"{latency.worst:,.0f} ms", ""
    yield "last verdict after the end of the load", f"{latency.behind:,.0f} ms", ""


def _restore(restore: Restore) -> Iterable[Row]:
    yield f"restore of {restore.accounts:,} ledgers", f"{restore.seconds:.2f} s", ""
    yield "ledger entries/s", f"{restore.rate:,.0f}", "≥ 250,000"
    yield "bytes a ledger: stores, restored", f"{restore.restored_bytes:,.0f}", "≤ 500"
    yield "bytes a ledger: stores, judged", f"{restore.judged_bytes:,.0f}", "≤ 500"
    yield "bytes a ledger: worker with buffers", f"{restore.worker_bytes:,.0f}", ""
    yield "bytes of a ledger's JSON", f"{restore.encoded_bytes:,.0f}", ""


def _cpu(worker: Worker, bare: list[Bare]) -> Iterable[Row]:
    yield "main (Python)", f"{worker.cpu.main:.3f}"
    yield "librdkafka's", f"{worker.cpu.client:.3f}"
    yield "others", f"{worker.cpu.other:.3f}"
    yield "all of the worker", f"{worker.cpu.total:.3f}"
    for each in bare:
        yield f"bare loop forwarding {1 / each.every:.0%}", f"{each.cpu_total:.3f}"


def _phases(phases: Mapping[str, float]) -> Iterable[Row]:
    whole = sum(phases.values())
    for name in _LOOP:
        if name in phases:
            yield name, f"{phases[name]:.3f}", f"{phases[name] / whole:.0%}"


def _table(console: Console, title: str, columns: tuple[str, ...], rows: Iterable[Row]) -> None:
    table = Table(title=title, title_justify="left", title_style="bold", min_width=len(title) + 2)
    for index, column in enumerate(columns):
        table.add_column(column, justify="right" if index else "left", no_wrap=True)
    for row in rows:
        table.add_row(*row)
    console.print()
    console.print(table)
