"""Bytes of memory a ledger costs in the stores: `python -m tests.bench.memory ACCOUNTS restored|judged`.

In a process of its own: resident memory before and after, so that the allocator's overhead counts. A twelfth of the
accounts lies in each store. `restored` loads them as a restore does, `judged` merges them batch by batch as the loop
does; the two keep bytes of different makers.
"""

import gc
import json
import sys
from collections.abc import Callable
from itertools import islice

from consumer.stream.stores import LEDGERS, LedgerStore
from tests.bench.load import ledgers
from tests.bench.process import resident_bytes

Entries = list[tuple[bytes, bytes]]

_STORES = 12
_BATCH = 1_000


def main() -> None:
    """Fill the stores and print what that took."""
    accounts, fill = int(sys.argv[1]), {"restored": _restore, "judged": _judge}[sys.argv[2]]
    # One entry through everything first, so that what is made once is made before the first reading.
    fill(LedgerStore(), list(ledgers(1)))
    before = resident_bytes()
    stores = [LedgerStore() for _ in range(_STORES)]
    _fill(stores, accounts, fill)
    gc.collect()
    grown = resident_bytes() - before
    encoded = sum(store.table.size for store in stores)
    print(json.dumps({"bytes": grown / accounts, "encoded_bytes": encoded / accounts}))


def _fill(stores: list[LedgerStore], accounts: int, fill: Callable[[LedgerStore, Entries], None]) -> None:
    entries = ledgers(accounts)
    turn = 0
    while batch := list(islice(entries, _BATCH)):
        fill(stores[turn % _STORES], batch)
        turn += 1
    if fill is _restore:
        for store in stores:
            store.restored()


def _restore(store: LedgerStore, entries: Entries) -> None:
    # A consumed record's bytes are a copy of just their size; what an encoder returned need not be.
    store.table.load((key, bytes(bytearray(value))) for key, value in entries)


def _judge(store: LedgerStore, entries: Entries) -> None:
    overlay = store.overlay()
    for key, value in entries:
        overlay.put(key.decode(), LEDGERS.decode(value))
    store.merge(overlay, overlay.changes())


if __name__ == "__main__":
    main()
