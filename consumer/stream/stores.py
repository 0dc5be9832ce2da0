"""The two stores of the worker, one object per owned partition, and what makes each forget.

A ledger entry is due at an instant of its own (a strike expires). A conversation is forgotten when it has been left
unchanged for one to two rotations of the clock: its memory ages by message time, but a conversation that falls
silent sends no message to age it.
"""

from collections.abc import Iterable
from typing import Generic, TypeVar

from pydantic import TypeAdapter

from consumer.events.conversation import ConversationMemory
from consumer.events.encode import encode
from consumer.events.ledger import AccountLedger, encode_ledger
from consumer.stream.state import Codec, Overlay, Table
from consumer.stream.timers import Timers

T = TypeVar("T")

LEDGERS: Codec[AccountLedger] = Codec.of("account-ledger", TypeAdapter(AccountLedger), encode_ledger)
MEMORIES: Codec[ConversationMemory] = Codec.of("conversation-memory", TypeAdapter(ConversationMemory), encode)

ROTATION_MS = 2 * 3_600_000
"""Longer than a conversation's memory can matter (`detection.memory`)."""


_DUE = b'"due":'


def _due_in(value: bytes) -> int | None:
    """Read one field of an encoded ledger without decoding the rest, which a restore of millions would feel.

    The bytes of the field's name occur once: no other field has it, and inside a string its quotes would be escaped.
    """
    digits = value[value.rindex(_DUE) + len(_DUE) :].partition(b",")[0].rstrip(b"}")
    return None if digits == b"null" else int(digits)


class Store(Generic[T]):
    """A table with a sense of when its entries want attention without a record."""

    def __init__(self, codec: Codec[T]) -> None:
        self.table = Table()
        self._codec = codec

    def overlay(self) -> Overlay[T]:
        """Open a batch's view."""
        return Overlay(self.table, self._codec)

    def merge(self, overlay: Overlay[T], changes: Iterable[tuple[str, bytes | None]]) -> None:
        """Take over what a committed batch changed; `changes` are the overlay's, as published."""
        overlay.merge(changes)
        for key, entry in overlay.changed():
            self._changed(key, entry)

    def restored(self) -> None:
        """Learn what the changelog brought; called once, before the first batch."""
        raise NotImplementedError

    def due(self, now: int, limit: int) -> list[str]:
        """Take at most `limit` keys that want attention at `now` (milliseconds since the epoch)."""
        raise NotImplementedError

    def give_back(self, keys: Iterable[str]) -> None:
        """Return keys whose batch was aborted."""
        raise NotImplementedError

    def _changed(self, key: str, entry: T | None) -> None:
        raise NotImplementedError


class LedgerStore(Store[AccountLedger]):
    """The ledgers of one account-events partition; an account is due when its next strike or case expires."""

    def __init__(self) -> None:
        super().__init__(LEDGERS)
        self._timers = Timers()

    def restored(self) -> None:
        """Set the timers of all entries."""
        for key, value in self.table.items():
            due = _due_in(value)
            if due is not None:
                self._timers.add(key, due)

    def due(self, now: int, limit: int) -> list[str]:
        """Take the accounts for which the passing of time changes something."""
        return self._timers.take(now, limit, self._due_of)

    def give_back(self, keys: Iterable[str]) -> None:
        """Return what an aborted batch had taken."""
        self._timers.give_back(keys, self._due_of)

    def _changed(self, key: str, entry: AccountLedger | None) -> None:
        if entry is not None and entry.due is not None:
            self._timers.add(key, entry.due)

    def _due_of(self, key: str) -> int | None:
        value = self.table.get(key)
        return None if value is None else self._codec.decode(value).due


class MemoryStore(Store[ConversationMemory]):
    """The conversations of one message-events partition; one is due when two rotations passed it by."""

    def __init__(self) -> None:
        super().__init__(MEMORIES)
        self._fresh: set[str] = set()
        self._idle: set[str] = set()
        self._forgotten: set[str] = set()
        self._rotate_at: int | None = None

    def restored(self) -> None:
        """Treat every conversation as fresh: when it was last changed is not known."""
        self._fresh = {key for key, _ in self.table.items()}

    def due(self, now: int, limit: int) -> list[str]:
        """Take conversations to forget."""
        if self._rotate_at is None:
            self._rotate_at = now + ROTATION_MS
        elif now >= self._rotate_at:
            self._forgotten |= self._idle
            self._idle, self._fresh = self._fresh, set()
            self._rotate_at = now + ROTATION_MS
        return [self._forgotten.pop() for _ in range(min(limit, len(self._forgotten)))]

    def give_back(self, keys: Iterable[str]) -> None:
        """Return what an aborted batch had taken."""
        self._forgotten.update(keys)

    def _changed(self, key: str, entry: ConversationMemory | None) -> None:
        self._idle.discard(key)
        self._forgotten.discard(key)
        if entry is None:
            self._fresh.discard(key)
        else:
            self._fresh.add(key)
