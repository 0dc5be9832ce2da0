"""What this worker owns right now: positions and stores of its restored partitions.

Invariant: a partition is in here from the moment it is restored until it is revoked or lost, and only then is it
processed.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from consumer.events.topics import Role
from consumer.stream.records import Partition, Record, Slices
from consumer.stream.stores import LedgerStore, MemoryStore, Store


class Owned:
    """Owned partitions; `positions` are next offsets to process, as last committed by this worker."""

    def __init__(self, roles: Mapping[str, Role]) -> None:
        self._roles = roles
        self.positions: dict[Partition, int] = {}
        self.conversations: dict[Partition, MemoryStore] = {}
        self.ledgers: dict[Partition, LedgerStore] = {}

    def __contains__(self, partition: Partition) -> bool:
        return partition in self.positions

    def unprocessed(self, slices: Slices) -> Slices:
        """Return the records of owned partitions from their positions on.

        Records of a partition that was taken away, or is not in service yet, are somebody else's or come again. Records
        before the position have been processed: the client promises not to deliver them after a seek, and a strike is
        too much to lose on a promise.
        """
        return {
            partition: kept
            for partition, records in slices.items()
            if (position := self.positions.get(partition)) is not None and (kept := _from(position, records))
        }

    def add(self, partition: Partition, position: int, store: Store[Any] | None) -> None:
        """Take a restored partition into service."""
        match self._roles[partition.topic], store:
            case Role.MESSAGE_EVENTS, MemoryStore():
                self.conversations[partition] = store
            case Role.ACCOUNT_EVENTS, LedgerStore():
                self.ledgers[partition] = store
            case Role.MODERATOR_ACTIONS, None:
                pass
            case role, _:
                raise AssertionError(f"{role} does not keep its state in {type(store).__name__}")
        self.positions[partition] = position

    def drop(self, partition: Partition) -> None:
        """Forget a partition that is no longer ours, with its state."""
        self.positions.pop(partition, None)
        self.conversations.pop(partition, None)
        self.ledgers.pop(partition, None)

    def stores(self) -> Iterator[tuple[Partition, Store[Any]]]:
        """Iterate over the partitions that keep state."""
        yield from self.conversations.items()
        yield from self.ledgers.items()

    def due(self, now: int, limit: int) -> dict[Partition, list[str]]:
        """Take what wants attention at `now` (milliseconds), at most `limit` keys a partition."""
        taken = ((partition, store.due(now, limit)) for partition, store in self.stores())
        return {partition: keys for partition, keys in taken if keys}

    def give_back(self, due: Mapping[Partition, list[str]]) -> None:
        """Return what an aborted batch had taken, where it is still ours."""
        for partition, store in self.stores():
            store.give_back(due.get(partition, ()))


def _from(position: int, records: Sequence[Record]) -> Sequence[Record]:
    if records[0].offset() >= position:
        return records
    return [record for record in records if record.offset() >= position]
