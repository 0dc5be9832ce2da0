"""Strikes: which of an account's cases count, and which count together.

Cases are kept in the order of message and revision. A message is at most one strike: the one of its lowest revision
that was judged a violation, so neither edits nor the order of arrival add to it.

Messages of one conversation close in time are one strike. Going through a conversation's messages by their time, each
that no earlier one has taken in begins a strike, and takes in all that follow within its own span. The same set of
cases makes the same strikes, in whatever order they came to be known.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from consumer.events.ledger import Case
from consumer.events.vocabulary import Kind
from consumer.policy.ladder import RANK


class Strike(NamedTuple):
    """One strike: the cases it is made of, the earliest first, which lends it its time.

    It weighs what `bearer`, the gravest of its cases, weighs (by floor, then by weight, then the earliest), and brings
    the account to that one's floor at least. `expires` is when it stops counting (milliseconds).

    A named tuple, not a dataclass: every judgement makes one for each strike of the account.
    """

    cases: tuple[Case, ...]
    bearer: Case
    expires: int

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """What it is for."""
        if len(self.cases) == 1:
            return self.bearer.kinds
        return tuple(dict.fromkeys(kind for case in self.cases for kind in case.kinds))


def strike_by(case: Case) -> Strike:
    """The strike of one case by itself."""
    return Strike((case,), case, case.expires)


def strike_by_all(cases: Sequence[Case]) -> Strike:
    """The strike that cases merged make, the earliest first."""
    return Strike(tuple(cases), max(cases, key=_gravity), cases[0].expires)


def strikes(cases: Iterable[Case]) -> list[Strike]:
    """The strikes that these cases make, in force or not, by their time."""
    bearing = bearers(cases)
    if len(bearing) < 2:  # noqa: PLR2004 - nothing to order and nothing to merge
        return [strike_by(case) for case in bearing]
    bearing.sort(key=_time)
    groups: list[list[Case]] = []
    latest: dict[str, list[Case]] = {}
    for case in bearing:
        group = latest.get(case.talk)
        if group is not None and _takes_in(group[0], case):
            group.append(case)
        else:
            latest[case.talk] = group = [case]
            groups.append(group)
    return [strike_by(group[0]) if len(group) == 1 else strike_by_all(group) for group in groups]


def bearers(cases: Iterable[Case]) -> list[Case]:
    """The cases that bear their message's strike, in their order."""
    found: list[Case] = []
    message = None
    for case in cases:
        if case.decision == "violation" and case.message_id != message:
            message = case.message_id
            found.append(case)
    return found


def bearing(revisions: Iterable[Case]) -> Case | None:
    """Of one message's cases, the one that bears its strike, if any does."""
    for case in revisions:
        if case.decision == "violation":
            return case
    return None


def strike_of(known: Iterable[Strike], message_id: str) -> Strike | None:
    """The one of these strikes that a message belongs to, if it is part of any."""
    for strike in known:
        if any(case.message_id == message_id for case in strike.cases):
            return strike
    return None


def _takes_in(first: Case, later: Case) -> bool:
    """Whether a strike begun by `first` takes in a later case of the same conversation."""
    return first.merges > 0 and later.at <= first.at + first.merges


def _time(case: Case) -> tuple[int, str]:
    return (case.at, case.message_id)


def _gravity(case: Case) -> tuple[int, int]:
    return (RANK[case.floor], case.weight)
