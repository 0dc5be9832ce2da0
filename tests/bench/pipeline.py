"""What one worker process does on a real Kafka: `python -m tests.bench.pipeline [--help]`.

Prints figures and tests nothing: a budget missed on a busy machine is no defect. `README.md` beside this file says
how each figure is taken.
"""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
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
from tests.exactly_once.site import site
from tests.kafka.container import ApacheKafka, why_unavailable

EVERY = 20
"""One record in so many is forwarded by the bare loop: the share of the messages that exchange contact."""
STORE_ACCOUNTS = 1_000_000
"""Ledgers in the measurement of memory alone, where the budget speaks of a million."""


def main(
    bootstrap: Annotated[
        str | None, typer.Option(envvar="BACKCHANNEL_TEST_BOOTSTRAP", help="A running broker; else a container.")
    ] = None,
    messages: Annotated[int, typer.Option(min=20_000, help="Events for the run at saturation.")] = 600_000,
    accounts: Annotated[int, typer.Option(min=1_000, max=1_000_000, help="Ledgers for the restore.")] = 300_000,
    seconds: Annotated[float, typer.Option(min=5.0, max=60.0, help="Length of the run at half load.")] = 15.0,
    seed: Annotated[int, typer.Option(help="Of the generated traffic.")] = 7,
    *,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object instead of tables.")] = False,
) -> None:
    """Measure throughput, CPU, latency, restore and memory of one worker process on a real Kafka."""
    console = Console(stderr=True)
    machine = facts()
    try:
        with _broker(bootstrap) as address, console.status("starting") as status:
            worker, bare = _saturation(address, messages, seed, status.update)
            status.update(f"sending events at half load for {seconds:.0f} s")
            latency = _latency(address, worker.rate / 2, seconds, seed + 1)
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
        say(f"the worker reads {messages:,} events")
        worker = measure_worker(here, messages, event_bytes)
        bare = []
        for every in (EVERY, 1):
            say(f"a bare loop forwards {1 / every:.0%} of {messages:,} events")
            bare.append(measure_bare(here, messages, every))
        return worker, bare


def _latency(address: str, rate: float, seconds: float, seed: int) -> Latency:
    with tempfile.TemporaryDirectory() as folder, site(address, Path(folder), PARTITIONS) as here:
        return measure_latency(here, rate, seconds, seed)


def _restore(address: str, accounts: int) -> Restore:
    with tempfile.TemporaryDirectory() as folder, site(address, Path(folder), PARTITIONS) as here:
        return measure_restore(here, accounts, STORE_ACCOUNTS)


if __name__ == "__main__":
    typer.run(main)
