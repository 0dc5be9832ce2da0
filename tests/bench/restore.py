"""How fast a worker restores its ledgers, and what an account costs in memory."""

import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import orjson

from consumer.events.topics import Role
from tests.bench.load import write_ledgers
from tests.bench.process import BenchError, await_ready, free_port, resident_bytes
from tests.bench.saturation import start_worker
from tests.exactly_once.site import Site, WorkerProcess

_SETTLE = 2.0


@dataclass(frozen=True, slots=True)
class Restore:
    """A worker's restore of all ledgers, from the assignment to the last partition in service.

    `worker_bytes` is what an entry adds to the worker's resident memory, buffers of the client included;
    `store_bytes` what it adds to a process that fills the stores and nothing else, timers included, of which
    `encoded_bytes` are the entry's JSON.
    """

    accounts: int
    seconds: float
    rate: float
    worker_bytes: float
    store_accounts: int
    store_bytes: float
    encoded_bytes: float


def measure_restore(site: Site, accounts: int, store_accounts: int) -> Restore:
    """Restore so many one-strike ledgers in a worker, and measure memory beside an empty one."""
    empty, _ = _restored(site)
    write_ledgers(site, accounts)
    full, worker = _restored(site)
    seconds = _seconds(site, worker, accounts)
    memory = _memory(store_accounts)
    return Restore(
        accounts=accounts,
        seconds=seconds,
        rate=accounts / seconds,
        worker_bytes=(full - empty) / accounts,
        store_accounts=store_accounts,
        store_bytes=memory["store_bytes"],
        encoded_bytes=memory["encoded_bytes"],
    )


def _restored(site: Site) -> tuple[int, WorkerProcess]:
    """Run a worker until it has restored everything; return its resident memory then."""
    port = free_port()
    worker = start_worker(site, port)
    try:
        await_ready(worker, port)
        time.sleep(_SETTLE)
        return resident_bytes(worker.process.pid), worker
    finally:
        worker.stop()


def _seconds(site: Site, worker: WorkerProcess, accounts: int) -> float:
    """Read from a worker's log how long its slowest ledger partition took; every entry must have come."""
    lines = [orjson.loads(line) for line in worker.text().splitlines() if line.startswith("{")]
    done = [
        line
        for line in lines
        if line["message"] == "partition in service" and line["topic"] == site.topic(Role.ACCOUNT_EVENTS)
    ]
    entries = sum(line["entries"] for line in done)
    if entries != accounts:
        raise BenchError(f"{entries} of {accounts} ledgers were restored")
    return float(max(line["seconds"] for line in done))


def _memory(accounts: int) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.memory", str(accounts)],
        cwd=Path(__file__).parents[2],
        stdout=subprocess.PIPE,
        check=True,
    )
    answer: dict[str, float] = orjson.loads(done.stdout)
    return answer
