"""What another process costs, as Linux's /proc tells it, and what a worker says of itself on its health port."""

import os
import re
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

from tests.exactly_once.site import WorkerProcess, get

PATIENCE = 120.0
"""Seconds until a process that does not get anywhere is given up."""
_TICKS = os.sysconf("SC_CLK_TCK")

Values = Mapping[tuple[str, str], float]
"""Samples by name and by the value of their first label, "" where there is none."""


class BenchError(RuntimeError):
    """The benchmark cannot go on; the message says why."""


@dataclass(frozen=True, slots=True)
class CpuTime:
    """CPU seconds, user and system: of the main thread, of librdkafka's threads, and of all others."""

    main: float = 0.0
    client: float = 0.0
    other: float = 0.0

    @property
    def total(self) -> float:
        """Seconds of the whole process."""
        return self.main + self.client + self.other

    def __sub__(self, before: "CpuTime") -> "CpuTime":
        return CpuTime(self.main - before.main, self.client - before.client, self.other - before.other)

    def per_100k(self, events: int) -> "CpuTime":
        """Return the seconds that 100,000 of so many events took."""
        share = 100_000 / max(1, events)
        return CpuTime(self.main * share, self.client * share, self.other * share)


def cpu_time(pid: int) -> CpuTime:
    """Return what a process has used so far, threads that have ended left out; resolution is one tick (10 ms)."""
    seconds = {"main": 0.0, "client": 0.0, "other": 0.0}
    for task in Path(f"/proc/{pid}/task").iterdir():
        try:
            stat = (task / "stat").read_text()
        except (FileNotFoundError, ProcessLookupError):  # a thread that ended since the directory was listed
            continue
        # proc(5): the name is in parentheses and may hold any character; utime and stime are fields 14 and 15.
        name, _, rest = stat.partition("(")[2].rpartition(")")
        fields = rest.split()
        group = "main" if task.name == str(pid) else "client" if name.startswith("rdk:") else "other"
        seconds[group] += (int(fields[11]) + int(fields[12])) / _TICKS
    return CpuTime(**seconds)


def resident_bytes(pid: int | str = "self") -> int:
    """Return a process's resident memory."""
    found = re.search(r"^VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text(), re.MULTILINE)
    if found is None:
        raise BenchError(f"/proc/{pid}/status tells no VmRSS")
    return int(found[1]) * 1024


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def await_ready(worker: WorkerProcess, port: int) -> None:
    """Wait until a worker's partitions are assigned and restored."""
    deadline = time.monotonic() + PATIENCE
    while not _is_ready(port):
        if worker.process.poll() is not None or time.monotonic() > deadline:
            raise BenchError(f"the worker did not get ready:\n{worker.text()[-3000:]}")
        time.sleep(0.1)


def scrape(port: int) -> Values:
    """Return a worker's metrics."""
    status, text = get(port, "/metrics")
    if status != 200:
        raise BenchError(f"/metrics answered {status}")
    return {
        (sample.name, next(iter(sample.labels.values()), "")): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def _is_ready(port: int) -> bool:
    try:
        return get(port, "/readyz")[0] == 200
    except (urllib.error.URLError, ConnectionError):
        return False
