"""Bytes of memory a ledger costs in the stores: `python -m tests.bench.memory ACCOUNTS`, in a process of its own.

Resident memory before and after, so the allocator's overhead counts; a twelfth of the accounts lies in each store,
loaded in slices as a restore does it.
"""

import gc
import json
import sys
from itertools import islice

from consumer.stream.stores import LedgerStore
from tests.bench.load import ledgers
from tests.bench.process import resident_bytes

_STORES = 12
_SLICE = 1_000


def main() -> None:
    """Fill the stores and print what that took."""
    accounts = int(sys.argv[1])
    entries = ledgers(accounts)
    next(entries)
    gc.collect()
    before = resident_bytes()
    stores = [LedgerStore() for _ in range(_STORES)]
    turn = 0
    while part := list(islice(entries, _SLICE)):
        stores[turn % _STORES].table.load(part)
        turn += 1
    for store in stores:
        store.restored()
    del part
    gc.collect()
    after = resident_bytes()
    count = sum(len(store.table) for store in stores)
    encoded = sum(store.table.size for store in stores)
    print(json.dumps({"store_bytes": (after - before) / count, "encoded_bytes": encoded / count}))


if __name__ == "__main__":
    main()
