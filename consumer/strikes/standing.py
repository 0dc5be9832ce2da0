"""Standing: what an account's cases amount to at a given time.

Cases are kept in the order of message and revision. A message is at most one strike: the one of its lowest
revision that was judged a violation, so neither edits nor the order of arrival add to it. That strike counts
while `now < expires`. Everything here depends on the cases, the ladder and the time alone.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from consumer.events.ledger import Case
from consumer.events.vocabulary import StandingName

Ladder = tuple[tuple[int, StandingName], ...]
"""(total weight, standing it begins), the highest rung first, as in `Policy.ladder`."""


@dataclass(frozen=True, slots=True)
class Tally:
    """Total weight in force, the standing it makes, and when the next strike stops counting (millis)."""

    active: int
    standing: StandingName
    next_expiry: int | None


def strikes(cases: Iterable[Case]) -> Iterator[Case]:
    """The cases that bear their message's strike, in force or not."""
    struck = ""
    for case in cases:
        if case.decision == "violation" and case.message_id != struck:
            struck = case.message_id
            yield case


def bearing(revisions: Iterable[Case]) -> Case | None:
    """Of one message's cases, the one that bears its strike, if any does."""
    for case in revisions:
        if case.decision == "violation":
            return case
    return None


def tally(cases: Iterable[Case], ladder: Ladder, now: int) -> Tally:
    """Add up the strikes in force at `now` (milliseconds)."""
    active = 0
    next_expiry: int | None = None
    for strike in strikes(cases):
        expires = strike.expires
        if now < expires:
            active += strike.weight
            if next_expiry is None or expires < next_expiry:
                next_expiry = expires
    return Tally(active, standing_for(active, ladder), next_expiry)


def standing_for(active: int, ladder: Ladder) -> StandingName:
    """The highest rung that a total weight reaches."""
    for weight, standing in ladder:
        if active >= weight:
            return standing
    return "good"
