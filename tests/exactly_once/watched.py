"""A worker in a process of its own, seen as operations see it: by its exit code, its output and /metrics."""

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
from prometheus_client.parser import text_string_to_metric_families

from consumer.events.topics import Role
from tests.exactly_once.site import Site, WorkerProcess, get, site


@dataclass
class Watched:
    """A worker process and its /metrics."""

    here: Site
    worker: WorkerProcess
    port: int

    def value(self, name: str, **labels: str) -> float:
        """Return a metric's value, 0.0 when it has none."""
        for family in text_string_to_metric_families(self.metrics()):
            for sample in family.samples:
                if sample.name == f"backchannel_{name}" and labels.items() <= sample.labels.items():
                    return sample.value
        return 0.0

    def metrics(self) -> str:
        """Return /metrics as it is."""
        return get(self.port, "/metrics")[1]

    def policy(self, name: str = "policy_info") -> str:
        """Return the version in the info metric."""
        for family in text_string_to_metric_families(self.metrics()):
            for sample in family.samples:
                if sample.name == f"backchannel_{name}":
                    return sample.labels.get("version", "")
        return ""

    def wait_for(self, what: Callable[[], object], patience: float = 30.0) -> None:
        """Wait until `what` comes true."""
        deadline = time.monotonic() + patience
        while not _holds(what):
            assert self.worker.process.poll() is None, self.worker.text()
            assert time.monotonic() < deadline, f"waited in vain\n{self.worker.text()[-3000:]}"
            time.sleep(0.1)

    def verdicts(self) -> list[dict[str, Any]]:
        """Return the published verdicts in the order of one partition."""
        return [orjson.loads(each.value() or b"") for each in self.here.read(Role.FLAGGED_MESSAGES)]


@contextmanager
def watched(bootstrap: str, folder: Path, partitions: int = 1, **settings: str) -> Iterator[Watched]:
    """Run a worker process until the block ends; `settings` are named as in the environment, without the prefix."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    overrides = {f"BACKCHANNEL_{name}": value for name, value in settings.items()}
    with site(bootstrap, folder, partitions, {**overrides, "BACKCHANNEL_HTTP__PORT": str(port)}) as here:
        worker = here.start("0")
        up = Watched(here, worker, port)
        up.wait_for(lambda: get(port, "/readyz")[0] == 200)
        yield up


def _holds(what: Callable[[], object]) -> bool:
    try:
        return bool(what())
    except OSError:  # not listening yet, or no more: then the process tells why
        return False
