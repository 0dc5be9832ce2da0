"""Whether a confidence of 0.8 is right in eight of ten cases."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from consumer.evaluation.rates import Rate, wilson

EDGES: Final = (0.0, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 0.98, 1.0)
"""Bounds of the bins: narrow where the policies' thresholds and most findings are."""


@dataclass(frozen=True, slots=True)
class Bin:
    """Findings with a confidence from `low` up to `high` (the last bin includes it)."""

    low: float
    high: float
    count: int
    right: int
    stated: float
    """The mean confidence, 0 for an empty bin."""

    @property
    def observed(self) -> Rate:
        """The share that was right."""
        return wilson(self.right, self.count)

    @property
    def gap(self) -> float:
        """How much more was promised than kept; negative: the confidence was too modest."""
        return self.stated - self.right / self.count if self.count else 0.0


@dataclass(frozen=True, slots=True)
class Reliability:
    """The bins, and the expected calibration error: the mean size of the gap over all findings."""

    bins: tuple[Bin, ...]
    error: float


def reliability(pairs: Iterable[tuple[float, bool]]) -> Reliability:
    """The reliability of findings given as (confidence, whether it was right)."""
    sums = [[0, 0, 0.0] for _ in EDGES[1:]]
    for confidence, right in pairs:
        place = next((index for index, high in enumerate(EDGES[1:]) if confidence < high), len(sums) - 1)
        sums[place][0] += 1
        sums[place][1] += right
        sums[place][2] += confidence
    bins = tuple(
        Bin(low, high, int(count), int(right), total / count if count else 0.0)
        for low, high, (count, right, total) in zip(EDGES[:-1], EDGES[1:], sums, strict=True)
    )
    total = sum(each.count for each in bins)
    return Reliability(bins, sum(abs(each.gap) * each.count for each in bins) / total if total else 0.0)
