"""Committed entries, and what a batch would change about them.

Invariant: a `Table` changes in two ways only: by `load` while its partition is restored, and by `Overlay.merge` after
the transaction that published the same change was committed. An abort drops the overlay; there is nothing to undo.

Entries stay encoded until a batch asks for one: a million idle accounts cost their bytes and no objects.
"""

from collections.abc import Callable, Iterable, Iterator, KeysView
from dataclasses import dataclass
from typing import Generic, TypeVar

from pydantic import TypeAdapter, ValidationError

T = TypeVar("T")


class StateCorruptError(RuntimeError):
    """A changelog entry cannot be read back; the message names the store, never the entry's content."""


@dataclass(frozen=True, slots=True)
class Codec(Generic[T]):
    """How a store's entries are written to and read from its changelog."""

    store: str
    encode: Callable[[T], bytes]
    validate: Callable[[bytes], T]

    @classmethod
    def of(cls, store: str, adapter: TypeAdapter[T], encode: Callable[[T], bytes]) -> "Codec[T]":
        """Make the codec of a store from the pydantic adapter of its model."""
        return cls(store, encode, adapter.validator.validate_json)

    def decode(self, value: bytes) -> T:
        """Read an entry; raises StateCorruptError."""
        try:
            return self.validate(value)
        except ValidationError as error:
            kinds = sorted({problem["type"] for problem in error.errors(include_input=False, include_url=False)})
            raise StateCorruptError(f"an entry of {self.store} cannot be read ({', '.join(kinds)})") from None


class Table:
    """The committed entries of one changelog partition: key to encoded value."""

    __slots__ = ("_entries", "_size")

    def __init__(self) -> None:
        self._entries: dict[str, bytes] = {}
        self._size = 0

    def __len__(self) -> int:
        return len(self._entries)

    def __contains__(self, key: str) -> bool:
        return key in self._entries

    @property
    def size(self) -> int:
        """Bytes of all encoded values."""
        return self._size

    def get(self, key: str) -> bytes | None:
        """Return the encoded entry, None when there is none."""
        return self._entries.get(key)

    def keys(self) -> KeysView[str]:
        """Return a view of the keys; it follows the table."""
        return self._entries.keys()

    def items(self) -> Iterator[tuple[str, bytes]]:
        """Iterate over keys and encoded entries."""
        return iter(self._entries.items())

    def load(self, changes: Iterable[tuple[bytes | None, bytes | None]]) -> None:
        """Apply changelog records in their order; a null value is a tombstone, a null key is nobody's entry."""
        entries, size = self._entries, self._size
        for key, value in changes:
            if key is None:
                continue
            name = key.decode("utf-8", "replace")
            old = entries.get(name)
            if old is not None:
                size -= len(old)
            if value is None:
                entries.pop(name, None)
            else:
                entries[name] = value
                size += len(value)
        self._size = size

    def put(self, key: str, value: bytes | None) -> None:
        """Set or, with None, remove one entry."""
        old = self._entries.get(key)
        if old is not None:
            self._size -= len(old)
        if value is None:
            self._entries.pop(key, None)
        else:
            self._entries[key] = value
            self._size += len(value)


_ABSENT = object()


class Overlay(Generic[T]):
    """One batch's view of a table: reads through it, keeps writes to itself."""

    __slots__ = ("_cache", "_codec", "_dirty", "table")

    def __init__(self, table: Table, codec: Codec[T]) -> None:
        self.table = table
        self._codec = codec
        self._cache: dict[str, T | None] = {}
        self._dirty: dict[str, None] = {}

    def __contains__(self, key: str) -> bool:
        cached = self._cache.get(key, _ABSENT)
        return key in self.table if cached is _ABSENT else cached is not None

    def get(self, key: str) -> T | None:
        """Return the entry as this batch has left it, None when there is none."""
        if key in self._cache:
            return self._cache[key]
        encoded = self.table.get(key)
        entry = None if encoded is None else self._codec.decode(encoded)
        self._cache[key] = entry
        return entry

    def put(self, key: str, entry: T | None) -> None:
        """Stage an entry; None removes it."""
        self._cache[key] = entry
        self._dirty[key] = None

    def changed(self) -> Iterator[tuple[str, T | None]]:
        """Iterate over the staged entries, each key once with its last value."""
        return ((key, self._cache[key]) for key in self._dirty)

    def changes(self) -> list[tuple[str, bytes | None]]:
        """Encode the staged entries for the changelog; None is a tombstone."""
        encode = self._codec.encode
        return [(key, None if entry is None else encode(entry)) for key, entry in self.changed()]

    def merge(self, changes: Iterable[tuple[str, bytes | None]]) -> None:
        """Make the changes part of the table: call it only after they were committed."""
        for key, value in changes:
            # orjson hands out its result in the buffer it wrote it to, 4 KiB for a ledger of 300 bytes (measured with
            # orjson 3.13); what stays gets a copy of its own size.
            self.table.put(key, None if value is None else bytes(memoryview(value)))
