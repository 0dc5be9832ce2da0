"""How long the oldest unprocessed record of a partition has waited, told without reading it.

The record was appended after the last one processed, and after the last moment at which nothing was waiting. The later
of the two is therefore a bound: the true age is never more, and less by at most the gap between two records or two
looks.
"""

from collections.abc import Mapping

from consumer.stream.records import Partition


class Waiting:
    """Times of each partition in service, all in milliseconds since the epoch."""

    def __init__(self) -> None:
        self._since: dict[Partition, int] = {}

    def processed(self, reached: Mapping[Partition, int]) -> None:
        """Take in when the last records processed were appended (negative: unknown)."""
        for partition, appended in reached.items():
            self._since[partition] = max(appended, self._since.get(partition, 0))

    def seconds(self, lags: Mapping[Partition, int], now: int) -> dict[Partition, float]:
        """Return the waiting time in seconds by partition; `lags` are records waiting as seen at `now`.

        A partition with records waiting of which none has been processed yet is left out: nothing is known of it.
        """
        told: dict[Partition, float] = {}
        for partition, lag in lags.items():
            if lag == 0:
                self._since[partition] = now
                told[partition] = 0.0
            elif partition in self._since:
                told[partition] = max(0.0, (now - self._since[partition]) / 1000)
        return told

    def forget(self, partition: Partition) -> None:
        """Drop what is known of a partition that is no longer ours."""
        self._since.pop(partition, None)
