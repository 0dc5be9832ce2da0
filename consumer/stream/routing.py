"""The side entrance: moderators' actions, re-keyed to the account they are about."""

from collections.abc import Sequence

from consumer.events.decode import Rejected, decode_action
from consumer.stream.outputs import Outputs, trace_of
from consumer.stream.records import Partition, Record
from consumer.stream.result import BatchResult


class RouteHop:
    """Routes slices of `moderator-actions` to `account-events`, where they meet the account's incidents in order."""

    def __init__(self, outputs: Outputs) -> None:
        self._outputs = outputs

    def run(self, partition: Partition, records: Sequence[Record], result: BatchResult) -> None:
        """Process one partition's slice."""
        for record in records:
            try:
                action = decode_action(record.value())
            except Rejected as why:
                result.outputs.append(self._outputs.dead_letter(partition, record, why))
                result.tally.dead_letters[why.reason] += 1
            else:
                result.outputs.append(self._outputs.action(action, trace_of(record)))
