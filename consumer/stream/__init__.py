"""Batches, state, and the loop.

    records    the only types the broker's side and the domain's side share
    state      tables of committed entries, and the overlay a batch works on
    timers     which accounts are due when
    rules      the policy in force, the shadow beside it, the breaker
    upkeep     how those change between batches: reload, orders
    shadow     what a second policy would have decided, for the metrics
    outputs    values to records: keys, headers, topics
    batch      one batch as a function of records, state, policy and time; no Kafka here
    kafka/     everything that talks to a broker
    pacing     how large batches may be
    worker     the one loop where the two meet

Invariants, each with a test that fails without it (`tests/exactly_once`, `tests/stream`):

1. At most one transaction is open, and none when `consume()` is entered; so none is open in a rebalance callback.
2. Tables hold only what is committed. A batch writes to overlays, merged after the commit, dropped on abort.
3. A partition is processed only between "restored to the high watermark" and "revoked".
4. An offset is committed only in the transaction that carries what was derived from the records before it.
5. Every transaction that changes a partition's state also sends an offset of its input partition, even when no
   record was read (an expiry): the offset commit is what the broker fences by group membership.
6. No offsets are sent without a member id read after the batch was consumed.
7. An account's ledger lives in the changelog partition with the number of the account-events partition its records
   arrive on; likewise a conversation's memory and its message-events partition.
8. The records of a partition are processed in the order of their offsets, each once, whatever the client delivers.
9. After a fatal client error nothing in memory is trusted: the process ends and the next one restores.
"""
