"""Docker and Compose as the tests use them, and what must be there before they can."""

import json
import os
import re
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from tests.deploy.test_compose import DOCKERFILE, ROOT, SERVICES
from tests.ops.tools import missing

REQUIRED = "BACKCHANNEL_REQUIRE_CONTAINERS"
"""Set to 1 where containers must run: what is missing then is a failure."""
UP = ("kafka", "topics", "worker", "prometheus")
"""What the tests bring up. Grafana's image is in no package registry, and Compose starts nobody it is not told of."""
PULL_SECONDS = 600


def ran(*command: str, env: Mapping[str, str] | None = None, patience: float = 600) -> str:
    """Run a command in the repository's root and return what it printed; AssertionError unless it exits with 0."""
    done = subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, **(env or {})},
        capture_output=True,
        text=True,
        timeout=patience,
        check=False,
    )
    assert done.returncode == 0, f"{' '.join(command)}: {done.returncode}\n{(done.stdout + done.stderr)[-4000:]}"
    return done.stdout


def succeeds(*command: str, patience: float = 30) -> bool:
    """Say whether the program is there and exits with 0."""
    if shutil.which(command[0]) is None:
        return False
    try:
        return subprocess.run(command, capture_output=True, timeout=patience, check=False).returncode == 0
    except subprocess.TimeoutExpired:
        return False


def require_images(*names: str) -> None:
    """Skip the test, or fail it, unless an engine answers and has these images or can pull them."""
    if not succeeds("docker", "version"):
        missing("needs a Docker engine that answers", REQUIRED)
    for name in names:
        if not succeeds("docker", "image", "inspect", name) and not succeeds(
            "docker", "pull", "--quiet", name, patience=PULL_SECONDS
        ):
            missing(f"needs the image {name}, which is not here and cannot be pulled (.ci/prepare makes one)", REQUIRED)


def base_images() -> list[str]:
    """The images that the worker's image is built from."""
    return sorted(set(re.findall(r"^FROM ([^\s]+:[^\s]+)", DOCKERFILE, re.MULTILINE)))


def compose_command() -> list[str]:
    """Compose: Docker's plugin, or the program of its own that it was before; else the test is skipped or fails."""
    known = (["docker", "compose"], ["docker-compose"])
    found = next((command for command in known if succeeds(*command, "version")), None)
    if found is None:
        missing("needs docker compose, or docker-compose (Debian package docker-compose)", REQUIRED)
    return found


def until(what: str, condition: Callable[[], Any], patience: float) -> float:
    """Wait until the condition holds; return the seconds it took, or fail with its last value."""
    began = time.monotonic()
    while not (last := condition()):
        assert time.monotonic() - began < patience, f"not within {patience:.0f} s: {what} (last: {last!r})"
        time.sleep(0.5)
    return time.monotonic() - began


@dataclass(frozen=True, slots=True)
class Project:
    """The compose file under a project name and on ports of its own."""

    name: str
    env: Mapping[str, str]
    command: tuple[str, ...]

    def compose(self, *arguments: str) -> str:
        """Run Compose on the project, everything behind profiles included."""
        return ran(*self.command, "--project-name", self.name, "--profile", "traffic", *arguments, env=self.env)

    def up(self, *services: str, workers: int) -> None:
        """Bring services up, with that many workers; what runs is left alone."""
        self.compose("up", "--detach", "--no-recreate", "--scale", f"worker={workers}", *services)

    def containers(self, service: str) -> list[dict[str, Any]]:
        """What Docker says of a service's containers, those that have ended among them; oldest first."""
        label = "label=com.docker.compose."
        ids = ran(
            "docker", "ps", "--all", "--quiet", "--filter", f"{label}project={self.name}",
            "--filter", f"{label}service={service}",
        ).split()  # fmt: skip
        told: list[dict[str, Any]] = json.loads(ran("docker", "inspect", *ids)) if ids else []
        return sorted(told, key=lambda each: str(each["Created"]))

    def healthy(self, service: str) -> int:
        """How many of a service's containers run and pass their health check."""
        states = [each["State"] for each in self.containers(service)]
        return sum(each["Running"] and each.get("Health", {}).get("Status") == "healthy" for each in states)

    def logs(self) -> str:
        """The last lines of every service."""
        return self.compose("logs", "--no-color", "--tail=25")[-12_000:]


@contextmanager
def project(env: Mapping[str, str]) -> Iterator[Project]:
    """A project that is gone afterwards, its volumes and its network too."""
    here = Project(f"bc{uuid4().hex[:8]}", env, tuple(compose_command()))
    try:
        yield here
    except BaseException:
        print(here.logs())
        raise
    finally:
        here.compose("down", "--volumes", "--timeout", "30")


def images_of_services() -> list[str]:
    """The images of UP that are not built here."""
    return [SERVICES[name]["image"] for name in UP if "build" not in SERVICES[name]]
