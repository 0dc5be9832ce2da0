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

    Bytes are of resident memory for one entry. `worker_bytes`: what a restored worker has more than an empty one, the
    client's buffers included. `restored_bytes` and `judged_bytes`: the stores alone with `store_accounts` entries,
    timers included, after a restore and after batches; `encoded_bytes` of them are the entry's JSON.
    """

    accounts: int
    seconds: float
    rate: float
    worker_bytes: float
    store_accounts: int
    restored_bytes: float
    judged_bytes: float
    encoded_bytes: float


def measure_restore(site: Site, accounts: int, store_accounts: int) -> Restore:
    """Restore so many one-strike ledgers in a worker, and measure memory beside an empty one."""
    empty, _ = _restored(site)
    write_ledgers(site, accounts)
    full, worker = _restored(site)
    seconds = _seconds(site, worker, accounts)
    restored = _memory(store_accounts, "restored")
    return Restore(
        accounts=accounts,
        seconds=seconds,
        rate=accounts / seconds,
        worker_bytes=(full - empty) / accounts,
        store_accounts=store_accounts,
        restored_bytes=restored["bytes"],
        judged_bytes=_memory(store_accounts, "judged")["bytes"],
        encoded_bytes=restored["encoded_bytes"],
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


def _memory(accounts: int, how: str) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.memory", str(accounts), how],
        cwd=Path(__file__).parents[2],
        stdout=subprocess.PIPE,
        check=True,
    )
    answer: dict[str, float] = orjson.loads(done.stdout)
    return answer
