"""Counts, and the rates they stand for with 95 % intervals."""

import math
from dataclasses import dataclass
from typing import Final

_Z: Final = 1.959963984540054
"""Two-sided 95 % of the normal distribution."""


@dataclass(frozen=True, slots=True)
class Rate:
    """A share with its interval; of nothing, the share is None and the interval says nothing."""

    value: float | None
    low: float
    high: float


def wilson(hits: int, count: int) -> Rate:
    """A share of independent trials with Wilson's score interval (Wilson 1927, without continuity correction)."""
    if count == 0:
        return Rate(None, 0.0, 1.0)
    share, squared = hits / count, _Z * _Z
    centre = (share + squared / (2 * count)) / (1 + squared / count)
    half = _Z / (1 + squared / count) * math.sqrt(share * (1 - share) / count + squared / (4 * count * count))
    low = 0.0 if hits == 0 else centre - half
    return Rate(share, max(0.0, low), 1.0 if hits == count else min(1.0, centre + half))


@dataclass(frozen=True, slots=True)
class Tally:
    """Found and expected: right, expected but not found, found but not expected."""

    right: int = 0
    missed: int = 0
    wrong: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(self.right + other.right, self.missed + other.missed, self.wrong + other.wrong)

    @property
    def precision(self) -> Rate:
        """The share of what was found that was right."""
        return wilson(self.right, self.right + self.wrong)

    @property
    def recall(self) -> Rate:
        """The share of what was expected that was found."""
        return wilson(self.right, self.right + self.missed)

    @property
    def f1(self) -> Rate:
        """The harmonic mean of precision and recall.

        Its interval is an approximation: F1 is 2J/(1+J) of J = right/(right+missed+wrong), which grows with J, so
        Wilson's bounds of J, taken as a share of independent trials, are carried over.
        """
        overlap = wilson(self.right, self.right + self.missed + self.wrong)
        if overlap.value is None:
            return overlap
        value, low, high = (2 * each / (1 + each) for each in (overlap.value, overlap.low, overlap.high))
        return Rate(value, low, high)
