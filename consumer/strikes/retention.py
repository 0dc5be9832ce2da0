"""How long cases are remembered, and which go first when an account has too many.

A case outlives its strike, so that a message delivered again is recognised: it is kept for a whole window
after it was judged, and as long as its strike counts. All revisions of a message are kept until the last may
go: otherwise forgetting the revision that bears the strike would make another one bear it anew.
"""

from collections.abc import Iterable, Iterator
from heapq import nsmallest
from itertools import groupby
from operator import attrgetter

from consumer.events.ledger import MAX_CASES, Case

_COST = {"exempt": 2, "review": 3, "overturned": 4, "violation": 5}
_message = attrgetter("message_id")


def kept_until(case: Case) -> int:
    """When a case by itself may be forgotten (milliseconds); its window is the one it was judged under."""
    return case.expires + max(0, case.judged - case.at)


def next_drop(cases: Iterable[Case]) -> int | None:
    """When the first message among these cases may be forgotten (milliseconds), or none if there are none."""
    earliest: int | None = None
    message = ""
    until = 0
    for case in cases:
        kept = kept_until(case)
        if case.message_id == message:
            until = max(until, kept)
            continue
        if message and (earliest is None or until < earliest):
            earliest = until
        message, until = case.message_id, kept
    if message and (earliest is None or until < earliest):
        earliest = until
    return earliest


def remembered(cases: Iterable[Case], now: int) -> tuple[Case, ...]:
    """The cases still needed at `now` (milliseconds)."""
    kept: list[Case] = []
    for _, group in groupby(cases, _message):
        revisions = tuple(group)
        if now < max(map(kept_until, revisions)):
            kept += revisions
    return tuple(kept)


def bounded(cases: tuple[Case, ...], now: int) -> tuple[Case, ...]:
    """At most MAX_CASES of them: the cheapest to forget are left out, the oldest first.

    What each costs, in this order: revisions beside the one that bears the strike, and what can never count
    any more, cost a repeated verdict should they be delivered again; so does an exemption, whose approval
    stays on record; a review forgotten can no longer be confirmed; an overturned message could be struck
    again; a strike in force is lost. The last cannot lower a standing: no rung is above MAX_CASES, and a
    strike weighs at least 1.
    """
    if len(cases) > MAX_CASES and _any_droppable(cases, now):
        cases = remembered(cases, now)
    excess = len(cases) - MAX_CASES
    if excess <= 0:
        return cases
    going = {place for _, _, place in nsmallest(excess, _costs(cases, now))}
    return tuple(case for place, case in enumerate(cases) if place not in going)


def _any_droppable(cases: tuple[Case, ...], now: int) -> bool:
    drop = next_drop(cases)
    return drop is not None and drop <= now


def _costs(cases: tuple[Case, ...], now: int) -> Iterator[tuple[int, int, int]]:
    """What forgetting each case costs, as (cost, time, place): the smallest goes first."""
    struck = ""
    for place, case in enumerate(cases):
        cost = 1 if case.expires <= now else _COST[case.decision]
        if case.decision == "violation":
            if case.message_id == struck:
                cost = 0
            struck = case.message_id
        yield cost, case.at, place
