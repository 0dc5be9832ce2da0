"""A worker in a thread of the test's own process, where its parts can be watched and made to fail."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from consumer.assembly import Assembly, assemble, utc_now
from consumer.settings import Settings
from consumer.stream.worker import Worker
from tests.exactly_once.messages import now


@dataclass(slots=True)
class Clock:
    """The worker's clock, which a test can put forward."""

    ahead: timedelta = timedelta()

    def __call__(self) -> datetime:
        """Return the worker's present."""
        return now() + self.ahead


@dataclass
class Inside:
    """A running worker: `failure` is what ended it, if anything did."""

    assembly: Assembly
    failure: list[BaseException] = field(default_factory=list)

    @property
    def worker(self) -> Worker:
        """The worker itself."""
        return self.assembly.worker

    def value(self, name: str, **labels: str) -> float:
        """Return a metric's value, 0.0 when it has none."""
        return self.assembly.metrics.registry.get_sample_value(f"backchannel_{name}", labels) or 0.0

    def wait_for(self, what: Callable[[], object], patience: float = 90.0) -> None:
        """Wait until `what` comes true."""
        deadline = time.monotonic() + patience
        while not what():
            assert not self.failure, self.failure
            assert time.monotonic() < deadline, "waited in vain"
            time.sleep(0.05)

    def wait_until_ready(self) -> None:
        """Wait until partitions are assigned and restored."""
        self.wait_for(lambda: self.assembly.health.ready().ok)


@contextmanager
def inside(
    settings: Settings,
    prepare: Callable[[Worker], None] = lambda _worker: None,
    clock: Callable[[], datetime] = utc_now,
) -> Iterator[Inside]:
    """Run a worker in a thread until the block ends; `prepare` may tamper with it before it starts."""
    running = Inside(assemble(settings, clock=clock))
    prepare(running.worker)

    def work() -> None:
        try:
            running.worker.run()
        except BaseException as error:  # noqa: BLE001 - handed to the test, which asserts on it
            running.failure.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield running
    finally:
        running.worker.stop()
        thread.join(60)
        assert not thread.is_alive(), "the worker did not stop"
