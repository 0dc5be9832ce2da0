"""The transitions of an account's ledger. Each returns a new ledger, or the very same one if nothing changes.

Transitions change cases only; `settle` then brings `standing`, `active` and `due` in line with them. Cases
stand in the order of message and revision, one a pair.
"""

from bisect import bisect_left
from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

from consumer.events.ledger import AccountLedger, Case
from consumer.events.vocabulary import Decision
from consumer.policy.ladder import Ladder
from consumer.strikes.retention import bounded, next_drop, remembered
from consumer.strikes.standing import Tally, lasts, tally_of
from consumer.strikes.strike import Strike, strikes

EMPTY = AccountLedger()
"""The ledger of an account nothing is known about."""

MAX_ACTIONS = 64
"""Ids of moderator actions kept by a case or a ledger; the oldest go first."""


def revisions(ledger: AccountLedger, message_id: str) -> tuple[Case, ...]:
    """The cases of one message, lowest revision first."""
    cases = ledger.cases
    if not cases:
        return ()
    start = bisect_left(cases, message_id, key=_message_id)
    stop = start
    while stop < len(cases) and cases[stop].message_id == message_id:
        stop += 1
    return cases[start:stop]


def record_case(ledger: AccountLedger, case: Case, now: int) -> AccountLedger:
    """Remember a judged revision that is not in the ledger yet, forgetting others if it is full at `now`."""
    cases = ledger.cases
    place = bisect_left(cases, (case.message_id, case.revision), key=_place) if cases else 0
    return _with_cases(ledger, bounded((*cases[:place], case, *cases[place:]), now))


def rewrite(ledger: AccountLedger, message_id: str, change: Callable[[Case], Case]) -> AccountLedger:
    """Change the cases of one message; `change` returns a case as it is to leave it alone."""
    cases = tuple(change(case) if case.message_id == message_id else case for case in ledger.cases)
    return ledger if _same(cases, ledger.cases) else _with_cases(ledger, cases)


def overturn(ledger: AccountLedger, message_id: str, action_id: str) -> AccountLedger:
    """An appeal upheld: every revision judged a violation or sent to review is set aside."""

    def change(case: Case) -> Case:
        return _decided(case, "overturned", action_id) if case.decision in ("violation", "review") else case

    return rewrite(ledger, message_id, change)


def confirm(ledger: AccountLedger, message_id: str, action_id: str, weigh: Callable[[Case], Case]) -> AccountLedger:
    """A review confirmed: every revision waiting for it becomes a violation, with what `weigh` puts on it."""

    def change(case: Case) -> Case:
        return _decided(weigh(case), "violation", action_id) if case.decision == "review" else case

    return rewrite(ledger, message_id, change)


def clear(ledger: AccountLedger, action_id: str, at: int) -> AccountLedger:
    """Set aside every strike, except those whose message was both sent and judged after `at` (milliseconds).

    The exception keeps a decision that is delivered twice from clearing what happened in between, even after
    its id is forgotten.
    """
    cases = tuple(
        _decided(case, "overturned", action_id)
        if case.decision == "violation" and (case.at <= at or case.judged <= at)
        else case
        for case in ledger.cases
    )
    return _with(ledger, cases, _added(ledger.actions, action_id))


def note(ledger: AccountLedger, message_id: str, action_id: str) -> AccountLedger:
    """Remember an action on a message that changes nothing, so that it is recognised when it comes again."""
    latest = revisions(ledger, message_id)[-1]
    return rewrite(
        ledger, message_id, lambda case: _decided(case, case.decision, action_id) if case is latest else case
    )


class Settled(NamedTuple):
    """A ledger that is in line with its cases, what counts in it, and the strikes its cases make."""

    ledger: AccountLedger
    tally: Tally
    strikes: list[Strike]


def settle(ledger: AccountLedger, ladder: Ladder, now: int, *, lift: bool = False) -> Settled:
    """Forget what is no longer needed at `now`, and bring standing, active weight and due time in line.

    A suspension that does not end by itself stays, unless `lift` says that support decided anew.
    """
    cases = ledger.cases
    known = strikes(cases)
    drop = next_drop(cases, known)
    if drop is not None and drop <= now:
        cases = remembered(cases, known, now)
        known = strikes(cases)
        drop = next_drop(cases, known)
    count = tally_of(known, ladder, now)
    if not lift and lasts(ledger, ladder):
        count = replace(count, standing="suspended")
    due = drop if count.next_expiry is None or drop is None else min(count.next_expiry, drop)
    settled = AccountLedger(cases=cases, standing=count.standing, active=count.active, due=due, actions=ledger.actions)
    unchanged = cases is ledger.cases and settled == ledger
    return Settled(ledger if unchanged else settled, count, known)


def spent(ledger: AccountLedger) -> bool:
    """Whether a settled ledger says no more than an unknown account's: it can be forgotten."""
    return not ledger.cases and ledger.standing == "good"


def _message_id(case: Case) -> str:
    return case.message_id


def _place(case: Case) -> tuple[str, int]:
    return (case.message_id, case.revision)


def _same(left: tuple[Case, ...], right: tuple[Case, ...]) -> bool:
    return all(one is other for one, other in zip(left, right, strict=True))


def _added(actions: tuple[str, ...], action_id: str) -> tuple[str, ...]:
    return (*actions, action_id)[-MAX_ACTIONS:]


def _decided(case: Case, decision: Decision, action_id: str) -> Case:
    return replace(case, decision=decision, actions=_added(case.actions, action_id))


def _with_cases(ledger: AccountLedger, cases: tuple[Case, ...]) -> AccountLedger:
    return _with(ledger, cases, ledger.actions)


def _with(ledger: AccountLedger, cases: tuple[Case, ...], actions: tuple[str, ...]) -> AccountLedger:
    return AccountLedger(cases=cases, standing=ledger.standing, active=ledger.active, due=ledger.due, actions=actions)
