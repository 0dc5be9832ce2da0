"""The machine and the versions a report's figures belong to."""

import os
import platform
import re
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import confluent_kafka
import pydantic

from consumer import __version__
from consumer.detection import DETECTOR_VERSION


@dataclass(frozen=True, slots=True)
class Facts:
    """Where the figures come from. `load` is the load average over the minute before the run."""

    cpu: str
    cores: int
    memory_gib: float
    system: str
    load: float
    python: str
    librdkafka: str
    confluent_kafka: str
    pydantic: str
    worker: str
    detector: str


def facts() -> Facts:
    """Return what can be said of this machine; the broker is taken to run on it."""
    model = re.search(r"^model name\s*:\s*(.+)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    return Facts(
        cpu=model[1] if model else platform.machine(),
        cores=len(os.sched_getaffinity(0)),
        memory_gib=round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
        system=f"{platform.system()} {platform.release()}",
        load=round(os.getloadavg()[0], 2),
        python=platform.python_version(),
        librdkafka=confluent_kafka.libversion()[0],
        confluent_kafka=version("confluent-kafka"),
        pydantic=pydantic.VERSION,
        worker=__version__,
        detector=DETECTOR_VERSION,
    )
