"""What this worker owns right now: positions and stores of its restored partitions.

Invariant: a partition is in here from the moment it is restored until it is revoked or lost, and only then is it
processed.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from consumer.events.topics import Role
from consumer.stream.records import Offsets, Partition, Slices, rising
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

    def unprocessed(self, slices: Slices) -> tuple[Slices, Offsets]:
        """Return the records of owned partitions from their positions on, and where partitions must be sought to.

        Records of a partition that was taken away, or is not in service yet, are somebody else's or come again. Records
        before the position have been processed, and so have those before the last one kept: within a slice, too, the
        offsets returned only rise.

        The client promises not to go back after a seek, and does (seen with librdkafka 2.16 under load):

            assign from the beginning   the look-up of that offset is sent
            pause, restore, seek        each makes the look-up outdated; a seek stops its timer, if that runs yet
            resume                      records flow from the position
            the look-up is answered     outdated: its timer is set, half a second
            the timer                   looks it up once more, and reads on from there: offset 0, amid a slice

        Where a slice ends before what was reached, the partition is to be sought to the record after that.
        """
        kept: Slices = {}
        gone_back: Offsets = {}
        for partition, records in slices.items():
            position = self.positions.get(partition)
            if position is None:
                continue
            new = rising(position, records)
            if new:
                kept[partition] = new
                position = new[-1].offset() + 1
            if records[-1].offset() + 1 < position:
                gone_back[partition] = position
        return kept, gone_back

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
