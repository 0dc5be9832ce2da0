"""One batch as a function of its records, the state, the rules and the time. No Kafka here."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from consumer.stream.judging import JudgeHop
from consumer.stream.ownership import Owned
from consumer.stream.records import Partition, Slices
from consumer.stream.result import BatchResult
from consumer.stream.routing import RouteHop
from consumer.stream.rules import Rules
from consumer.stream.screening import ScreenHop
from consumer.strikes.breaker import Sample


class BatchProcessor:
    """Runs a batch through the three hops, each partition by its topic.

    `process` changes nothing but the overlays it makes: the same records, state, rules and time give the same result.
    """

    def __init__(self, rules: Rules, screen: ScreenHop, judge: JudgeHop, route: RouteHop) -> None:
        self._rules = rules
        self._screen = screen
        self._judge = judge
        self._route = route

    def process(
        self, slices: Slices, due: Mapping[Partition, Sequence[str]], owned: Owned, now: datetime
    ) -> BatchResult:
        """Process consumed records and due timers of owned partitions.

        A partition with due timers and no records sends its present position once more, so that the broker can tell a
        stale owner from the live one (invariant 5 of `stream`).
        """
        result = BatchResult(self._rules.breaker)
        read = sum(len(records) for partition, records in slices.items() if partition in owned.conversations)
        result.observe(now, Sample(messages=read))
        for partition in {**slices, **due}:
            records = slices.get(partition, ())
            waiting = due.get(partition, ())
            if (conversations := owned.conversations.get(partition)) is not None:
                self._screen.run(partition, records, waiting, conversations, result, now)
            elif (ledgers := owned.ledgers.get(partition)) is not None:
                self._judge.run(partition, records, waiting, ledgers, result, now)
            else:
                self._route.run(partition, records, result)
            if records:
                result.tally.reached[partition] = records[-1].timestamp()[1]
            result.offsets[partition] = records[-1].offset() + 1 if records else owned.positions[partition]
            result.tally.records += len(records)
        result.after_commit(lambda: self._rules.adopt(result.breaker))
        return result
