"""Every figure of the scaling paper follows from its measured ones by the arithmetic it states."""

import math
import re

import pytest

from tests.deploy.test_compose import ROOT
from tests.deploy.test_kubernetes import WORKER

TEXT = (ROOT / "deploy/SCALING.md").read_text("utf-8")
PARTS = {"saturation", "latency", "restore"}
"""What the benchmark can run by itself."""
RATES = (10_000, 100_000, 1_000_000)
ACCOUNTS = (1_000_000, 10_000_000, 100_000_000)
PROCESS = 300_000_000
"""Bytes that the paper assumes for a process without state."""


def measured() -> dict[str, float]:
    """M1, M2, …: the first number of each row, the benchmark's figure."""
    rows = re.findall(r"^\| \*\*(M\d)\*\* \| ([\d,.]+) ", TEXT, re.MULTILINE)
    return {name: float(number.replace(",", "")) for name, number in rows}


def planned() -> float:
    """Events a second that a worker is planned at."""
    (rate,) = re.findall(r"Plan a worker at ([\d,]+) events a second", TEXT)
    return float(rate.replace(",", ""))


def row(heading: str, first: str) -> list[str]:
    """The cells after the first one of the row that begins with this number, in the table under a heading."""
    section = TEXT.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    (found,) = re.findall(rf"^\| {first} \|(.+)\|$", section, re.MULTILINE)
    return [cell.strip() for cell in found.split("|")]


def value(cell: str) -> float:
    """A cell in its base unit."""
    found = re.match(r"([\d.,]+) ?(MB/s|MB|GB|s|cores)?", cell)
    assert found is not None
    return float(found[1].replace(",", "")) * {"MB/s": 1e6, "MB": 1e6, "GB": 1e9}.get(found[2] or "", 1)


def as_written(cell: str, figure: float) -> None:
    """Assert that the cell is the figure, rounded to as many digits as the cell shows."""
    written = value(cell)
    assert written == pytest.approx(figure, rel=0.05, abs=0.05), f"{cell}, but it comes to {figure:,.2f}"


def test_each_measured_figure_names_the_part_of_the_benchmark_it_is_from() -> None:
    parts = re.findall(r"^\| \*\*M\d\*\* .*`--only (\w+)` \|$", TEXT, re.MULTILINE)
    assert len(parts) == len(measured()) == 6
    assert set(parts) <= PARTS


def test_a_worker_is_planned_with_room_for_the_share_of_another() -> None:
    assert 0.35 * measured()["M1"] <= planned() <= 0.5 * measured()["M1"]


@pytest.mark.parametrize("rate", RATES)
def test_workers_partitions_and_processors_follow_from_the_rate(rate: int) -> None:
    workers, partitions, busy, size = row("Partitions and workers", f"{rate:,}")
    assert int(workers) == max(2, math.ceil(rate / planned()) + (1 if rate > planned() else 0))
    assert int(partitions) >= 2 * int(workers)
    as_written(busy, rate / 100_000 * measured()["M2"])
    as_written(size, rate * 310)


@pytest.mark.parametrize("accounts", ACCOUNTS)
def test_memory_changelog_and_restore_follow_from_the_accounts(accounts: int) -> None:
    memory, changelog, alone, shared = row("State", f"{accounts:,}")
    figures = measured()
    as_written(memory, accounts * figures["M5"])
    as_written(changelog, accounts * figures["M6"])
    as_written(alone, accounts / figures["M4"])
    as_written(shared, accounts / figures["M4"] / 6)


def test_the_limit_on_kubernetes_holds_as_many_ledgers_as_the_paper_says() -> None:
    (ledgers,) = re.findall(r"enough for ([\d,]+) ledgers a worker", TEXT)
    (limit,) = re.findall(r"^(\d+)Gi$", WORKER["resources"]["limits"]["memory"])
    assert float(ledgers.replace(",", "")) * measured()["M5"] + PROCESS <= int(limit) * 2**30
