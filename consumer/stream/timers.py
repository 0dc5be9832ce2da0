"""Which keys are due when, at a cost of one list slot each.

A timer is a hint, never the truth: the entry's own `due` decides when it fires. Stale and double hints are therefore
harmless, and nothing needs to be cancelled.

Instants far away lie in coarse buckets; only the bucket that time has reached is sorted exactly.
"""

import heapq
from collections.abc import Callable, Iterable

BUCKET_MS = 3_600_000
"""An hour: a 90-day window needs about two thousand buckets however many keys there are."""


class Timers:
    """Keys by the instant (milliseconds since the epoch) at which they want attention."""

    __slots__ = ("_buckets", "_near", "_opened")

    def __init__(self) -> None:
        self._buckets: dict[int, list[str]] = {}
        self._near: list[tuple[int, str]] = []
        self._opened = -1

    def add(self, key: str, due: int) -> None:
        """Ask for `key` at `due`."""
        bucket = due // BUCKET_MS
        if bucket <= self._opened:
            heapq.heappush(self._near, (due, key))
        else:
            self._buckets.setdefault(bucket, []).append(key)

    def take(self, now: int, limit: int, due_of: Callable[[str], int | None]) -> list[str]:
        """Remove and return at most `limit` keys that are due at `now`, each once, earliest first.

        `due_of` tells an entry's own due instant, None when the entry is gone or waits for nothing.
        """
        self._open(now // BUCKET_MS, due_of)
        taken: dict[str, None] = {}
        while self._near and self._near[0][0] <= now and len(taken) < limit:
            _, key = heapq.heappop(self._near)
            due = due_of(key)
            if due is not None and due <= now:
                taken[key] = None
        return list(taken)

    def give_back(self, keys: Iterable[str], due_of: Callable[[str], int | None]) -> None:
        """Return keys whose batch was aborted; they are due when their entries say, even if the clock goes back."""
        for key in keys:
            due = due_of(key)
            if due is not None:
                self.add(key, due)

    def _open(self, bucket: int, due_of: Callable[[str], int | None]) -> None:
        if bucket <= self._opened:
            return
        self._opened = bucket
        for number in [number for number in self._buckets if number <= bucket]:
            for key in self._buckets.pop(number):
                due = due_of(key)
                if due is None:
                    continue
                self.add(key, due)
