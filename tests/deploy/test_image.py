"""The image as it is built: what it says of itself, as whom it runs, and that it needs no privilege and no disk."""

import json
import re
from typing import Any

import pytest

from consumer import __version__
from tests.deploy.containers import ran
from tests.deploy.test_compose import DOCKERFILE

HARDENED = ("--rm", "--read-only", "--cap-drop", "ALL", "--security-opt", "no-new-privileges", "--network", "none")
"""With less than this it could do more than it should have to."""
LARGEST = 400_000_000
"""Bytes, the base image included: more would be something that does not belong in it."""
BUILD_TOOLS = ("pip", "gcc", "apt-get")
"""Nothing that brings in or makes more programs. (The base image has a pip of its own, which the worker's Python does
not see.)"""


@pytest.fixture(scope="module")
def told(worker_image: str) -> dict[str, Any]:
    """What Docker says of it."""
    answer: list[dict[str, Any]] = json.loads(ran("docker", "image", "inspect", worker_image))
    return answer[0]


def in_container(image: str, program: str) -> str:
    """What a Python program prints in a container with nothing but what the worker is granted."""
    return ran("docker", "run", *HARDENED, "--tmpfs", "/tmp", "--entrypoint", "python", image, "-c", program)  # noqa: S108


def test_it_says_what_it_is(told: dict[str, Any]) -> None:
    config = told["Config"]
    assert config["Labels"]["org.opencontainers.image.title"] == "backchannel"
    assert config["Labels"]["org.opencontainers.image.licenses"] == "Apache-2.0"
    assert config["Labels"]["org.opencontainers.image.version"] == __version__
    assert config["Entrypoint"] == ["backchannel"]
    assert config["Cmd"] == ["run"]
    assert set(config["ExposedPorts"]) == {"9464/tcp"}
    assert config["StopSignal"] == "SIGTERM"
    assert config["Healthcheck"]["Test"][0] == "CMD", "no shell between Docker and the check"


def test_it_is_not_root_by_number_and_small(told: dict[str, Any]) -> None:
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", told["Config"]["User"])
    assert told["Size"] < LARGEST


def test_it_starts_with_nothing_granted(worker_image: str) -> None:
    assert ran("docker", "run", *HARDENED, worker_image, "--version").strip() == f"backchannel {__version__}"


def test_inside_it_has_no_capability_and_can_write_nowhere_but_tmp(worker_image: str) -> None:
    program = """
import os, pathlib, sys
status = dict(line.split(":", 1) for line in pathlib.Path("/proc/self/status").read_text().splitlines())
writable = [p for p in ("/", "/etc", "/opt/backchannel", "/home", "/var", "/usr", "/tmp") if os.access(p, os.W_OK)]
print(os.getuid(), os.getgid(), int(status["CapEff"], 16), int(status["CapBnd"], 16), *writable)
"""
    (user,) = re.findall(r"^USER (\d+):(\d+)$", DOCKERFILE, re.MULTILINE)
    assert in_container(worker_image, program).split() == [*user, "0", "0", "/tmp"]  # noqa: S108


def test_no_tool_that_makes_or_fetches_programs_is_within_its_reach(worker_image: str) -> None:
    program = f"""
import importlib.util, os, shutil
mine = os.environ["PATH"].split(":")[0]
print([n for n in {BUILD_TOOLS!r} if shutil.which(n, path=mine)], importlib.util.find_spec("pip"))
"""
    assert in_container(worker_image, program).strip() == "[] None"


def test_it_carries_what_is_data_in_the_package(worker_image: str) -> None:
    """The language data, the policy and the examples come along in the wheel, or nothing would be found."""
    event = (
        '{"message_id":"m1","conversation_id":"c1","sender_id":"s1","sent_at":"2026-01-05T10:00:00Z",'
        '"surface":"inbox","text":"write to ana@stonepost.net ok"}'
    )
    program = f"""
import subprocess
print(subprocess.run(["backchannel", "scan"], input={event!r}, capture_output=True, text=True, check=True).stdout)
"""
    assert json.loads(in_container(worker_image, program))["decision"] == "violation"
