"""Programs that some tests need and not every machine has."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest


def tool(name: str, package: str) -> str:
    """Return the path of a program; without it the test is skipped, or fails when BACKCHANNEL_REQUIRE_TOOLS=1."""
    found = shutil.which(name)
    if found is not None:
        return found
    reason = f"needs {name} (Debian package {package})"
    if os.environ.get("BACKCHANNEL_REQUIRE_TOOLS") == "1":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


def promtool(*arguments: str | Path) -> str:
    """Run promtool and return all it said; it must find nothing wrong."""
    ran = subprocess.run(
        [tool("promtool", "prometheus"), *map(str, arguments)], capture_output=True, text=True, check=False
    )
    told = ran.stdout + ran.stderr
    assert ran.returncode == 0, told
    return told
