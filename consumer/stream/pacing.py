"""How many records a batch may have, so that working on one takes no longer than it should.

A verdict waits for its own batch and for the one before it. How long a batch works depends on its messages: on clean
chat ten thousand are nothing, and as many that have to be looked at closely are seconds. So what the last batches took
decides how many records the next may have. The time of transactions does not count: it hardly depends on their size,
and behind slow brokers small batches would only be slower.
"""

LEAST_BATCH = 100
"""Below this a transaction costs more than the work in it."""


class BatchLimit:
    """A limit of records between LEAST_BATCH and `most` that follows the time batches take, `seconds` being wanted."""

    def __init__(self, most: int, seconds: float) -> None:
        self._most = most
        self._least = min(LEAST_BATCH, most)
        self._seconds = seconds
        self.records = most
        """How many the next batch may have."""

    def worked(self, records: int, seconds: float) -> None:
        """Take in what a batch of so many records took.

        Down at once, and up to twice the size only after a batch that was full: one below the limit says nothing of a
        batch that is larger.
        """
        if seconds > self._seconds:
            self.records = max(self._least, int(records * self._seconds / seconds))
        elif records >= self.records:
            fits = int(records * self._seconds / max(seconds, 1e-6))
            self.records = min(self._most, fits, 2 * self.records)
