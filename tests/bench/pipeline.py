"""What one worker process does on a real Kafka: `python -m tests.bench.pipeline [--help]`.

Prints figures and tests nothing: a budget missed on a busy machine is no defect. `README.md` beside this file says
how each figure is taken.
"""

import signal
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from tests.bench.facts import facts
from tests.bench.latency import Latency, measure_latency
from tests.bench.load import preload
from tests.bench.process import BenchError
from tests.bench.report import Figures, as_json, show
from tests.bench.restore import Restore, measure_restore
from tests.bench.saturation import PARTITIONS, Bare, Worker, measure_bare, measure_worker
from tests.exactly_once.site import Site, site
from tests.kafka.container import ApacheKafka, why_unavailable

EVERY = 20
"""One record in so many is forwarded by the bare loop: the share of the messages that exchange contact."""
STORE_ACCOUNTS = 1_000_000
"""Ledgers in the measurement of memory alone, where the budget speaks of a million."""


class Part(StrEnum):
    """A part of the benchmark that can be run alone."""

    SATURATION = "saturation"
    LATENCY = "latency"
    RESTORE = "restore"


def main(
    bootstrap: Annotated[
        str | None, typer.Option(envvar="BACKCHANNEL_TEST_BOOTSTRAP", help="A running broker; else a container.")
    ] = None,
    messages: Annotated[int, typer.Option(min=20_000, help="Events for the run at saturation.")] = 600_000,
    accounts: Annotated[int, typer.Option(min=1_000, max=1_000_000, help="Ledgers for the restore.")] = 300_000,
    seconds: Annotated[float, typer.Option(min=5.0, max=60.0, help="Length of the run at half load.")] = 15.0,
    rate: Annotated[
        float | None, typer.Option(min=100.0, help="Events a second for latency; else half of saturation.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Of the generated traffic.")] = 7,
    only: Annotated[list[Part] | None, typer.Option(help="Run this part alone; may be given twice.")] = None,
    *,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object instead of tables.")] = False,
) -> None:
    """Measure throughput, CPU, latency, restore and memory of one worker process on a real Kafka."""
    parts = set(only or Part)
    if Part.LATENCY in parts and Part.SATURATION not in parts and rate is None:
        raise typer.BadParameter("latency without saturation needs --rate")
    console = Console(stderr=True)
    machine = facts()
    # Ended from outside, the benchmark still stops its worker, deletes its topics and removes its container.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    worker, bare, latency, restore = None, list[Bare](), None, None
    try:
        with _broker(bootstrap) as address, console.status("starting") as status:
            if Part.SATURATION in parts:
                worker, bare = _saturation(address, messages, seed, status.update)
            load = rate or (worker.rate / 2 if worker else None)
            if Part.LATENCY in parts and load is not None:
                status.update(f"sending {load:,.0f} events a second for {seconds:.0f} s")
                latency = _latency(address, load, seconds, seed + 1)
            if Part.RESTORE in parts:
                status.update(f"restoring {accounts:,} ledgers")
                restore = _restore(address, accounts)
    except BenchError as error:
        console.print(f"the benchmark could not be finished: {error}", markup=False)
        raise typer.Exit(1) from error
    figures = Figures(machine, worker, bare, latency, restore)
    if json:
        print(as_json(figures))
    else:
        show(figures, Console())


@contextmanager
def _broker(given: str | None) -> Iterator[str]:
    if given:
        yield given
        return
    reason = why_unavailable()
    if reason is not None:
        raise BenchError(f"needs a real Kafka: {reason}, and neither --bootstrap nor BACKCHANNEL_TEST_BOOTSTRAP is set")
    with ApacheKafka() as broker:
        yield broker.bootstrap


def _saturation(address: str, messages: int, seed: int, say: Callable[[str], None]) -> tuple[Worker, list[Bare]]:
    with tempfile.TemporaryDirectory() as folder, site(address, Path(folder), PARTITIONS) as here:
        say(f"putting {messages:,} events on the topic")
        event_bytes = preload(here, messages, seed)
        bare = [_bare(here, messages, EVERY, say)]
        say(f"the worker reads {messages:,} events")
        worker = measure_worker(here, messages, event_bytes)
        # Once more: on a machine with other work the two show how far the figures can be trusted.
        bare += [_bare(here, messages, every, say) for every in (EVERY, 1)]
        return worker, bare


def _bare(here: Site, messages: int, every: int, say: Callable[[str], None]) -> Bare:
    say(f"a bare loop forwards {1 / every:.0%} of {messages:,} events")
    return measure_bare(here, messages, every)


def _latency(address: str, rate: float, seconds: float, seed: int) -> Latency:
    with tempfile.TemporaryDirectory() as folder, site(address, Path(folder), PARTITIONS) as here:
        return measure_latency(here, rate, seconds, seed)


def _restore(address: str, accounts: int) -> Restore:
    with tempfile.TemporaryDirectory() as folder, site(address, Path(folder), PARTITIONS) as here:
        return measure_restore(here, accounts, STORE_ACCOUNTS)


if __name__ == "__main__":
    typer.run(main)
