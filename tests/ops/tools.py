"""Programs that some tests need and not every machine has."""

import os
import shutil
import socket
import subprocess
from pathlib import Path
from typing import NoReturn

import pytest


def tool(name: str, package: str) -> str:
    """Return the path of a program; without it the test is skipped, or fails when BACKCHANNEL_REQUIRE_TOOLS=1."""
    found = shutil.which(name)
    if found is None:
        missing(f"needs {name} (Debian package {package})")
    return found


def missing(reason: str, required_by: str = "BACKCHANNEL_REQUIRE_TOOLS") -> NoReturn:
    """Skip the test for want of a program, or fail where the variable says that it must be there."""
    if os.environ.get(required_by) == "1":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


def free_ports(count: int) -> list[int]:
    """Return ports of the loopback interface that nobody listens on."""
    held = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [each.getsockname()[1] for each in held]
    for each in held:
        each.close()
    return ports


def promtool(*arguments: str | Path) -> str:
    """Run promtool and return all it said; it must find nothing wrong."""
    ran = subprocess.run(
        [tool("promtool", "prometheus"), *map(str, arguments)], capture_output=True, text=True, check=False
    )
    told = ran.stdout + ran.stderr
    assert ran.returncode == 0, told
    return told
