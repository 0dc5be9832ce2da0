"""How long cases are remembered, and which go first when an account has too many.

A case outlives its strike, so that a message delivered again is recognised: it is kept for a whole window after it was
judged, and as long as its strike counts. All revisions of a message, and all messages merged into one strike, are kept
until the last may go: otherwise forgetting the case that bears the strike would make another one bear it anew.
"""

from collections.abc import Iterable, Sequence
from heapq import nsmallest

from consumer.events.ledger import MAX_CASES, Case
from consumer.strikes.strike import Strike, strikes

_COST = {"exempt": 2, "review": 3, "overturned": 4, "violation": 5}


def kept_until(case: Case) -> int:
    """When a case by itself may be forgotten (milliseconds); its window is the one it was judged under."""
    return case.expires + max(0, case.judged - case.at)


def next_drop(cases: Sequence[Case], known: Iterable[Strike]) -> int | None:
    """When the first of these cases may be forgotten (milliseconds), or none; `known` are their strikes."""
    if not cases:
        return None
    if len(cases) == 1:
        return kept_until(cases[0])
    return min(_kept(cases, known).values())


def remembered(cases: Sequence[Case], known: Iterable[Strike], now: int) -> tuple[Case, ...]:
    """The cases still needed at `now` (milliseconds); `known` are their strikes."""
    kept = _kept(cases, known)
    return tuple(case for case in cases if now < kept[case.message_id])


def bounded(cases: tuple[Case, ...], now: int) -> tuple[Case, ...]:
    """At most MAX_CASES of them: the cheapest to forget are left out, the oldest first.

    What each costs, in this order: what adds nothing to a strike, and what can never count any more, cost a repeated
    verdict should they be delivered again; so does an exemption, whose approval stays on record; a review forgotten
    can no longer be confirmed; an overturned message could be struck again; a strike in force is lost. The last cannot
    lower a standing: a strike weighs at least 1, is borne by two cases at most, and no rung is above half of MAX_CASES.
    """
    if len(cases) <= MAX_CASES:
        return cases
    cases = remembered(cases, strikes(cases), now)
    excess = len(cases) - MAX_CASES
    if excess <= 0:
        return cases
    needed = _needed(strikes(cases))
    costs = [(_cost(case, needed, now), case.at, place) for place, case in enumerate(cases)]
    going = {place for _, _, place in nsmallest(excess, costs)}
    return tuple(case for place, case in enumerate(cases) if place not in going)


def _kept(cases: Iterable[Case], known: Iterable[Strike]) -> dict[str, int]:
    """Until when each message is kept."""
    kept: dict[str, int] = {}
    for case in cases:
        kept[case.message_id] = max(kept.get(case.message_id, 0), kept_until(case))
    for strike in known:
        if len(strike.cases) > 1:
            messages = [case.message_id for case in strike.cases]
            kept.update(dict.fromkeys(messages, max(kept[message] for message in messages)))
    return kept


def _needed(known: Iterable[Strike]) -> set[tuple[str, int]]:
    """The cases that strikes rest on: of each its earliest, which lends its time, and its gravest."""
    return {(case.message_id, case.revision) for strike in known for case in (strike.cases[0], strike.bearer)}


def _cost(case: Case, needed: set[tuple[str, int]], now: int) -> int:
    if case.decision == "violation" and (case.message_id, case.revision) not in needed:
        return 0
    return 1 if case.expires <= now else _COST[case.decision]
