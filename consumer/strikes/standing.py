"""Standing: what an account's strikes amount to at a given time.

Everything here depends on the cases, the policy's ladder and the time alone, never on the order of arrival.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from consumer.events.ledger import AccountLedger, Case
from consumer.events.vocabulary import StandingName
from consumer.policy.ladder import RANK, Ladder
from consumer.strikes.strike import Strike, strikes


@dataclass(frozen=True, slots=True)
class Tally:
    """What counts: strikes in force, their total weight, the standing, and when the next one ends (millis)."""

    strikes: int
    active: int
    standing: StandingName
    next_expiry: int | None


NOTHING = Tally(0, 0, "good", None)


def tally(cases: Iterable[Case], ladder: Ladder, now: int) -> Tally:
    """Add up the strikes in force at `now` (milliseconds)."""
    return tally_of(strikes(cases), ladder, now)


def tally_of(known: Iterable[Strike], ladder: Ladder, now: int) -> Tally:
    """Add up those of these strikes, in order of time, that are in force at `now` (milliseconds)."""
    live = [strike for strike in known if now < strike.expires]
    if not live:
        return NOTHING
    active = sum([strike.bearer.weight for strike in live]) if ladder.plain else _combined(live, ladder)
    standing = ladder.standing(active)
    for strike in live:
        if strike.bearer.floor != "good":
            standing = worse(standing, strike.bearer.floor)
    return Tally(len(live), active, standing, min([strike.expires for strike in live]))


def standing_at(ledger: AccountLedger, ladder: Ladder, now: int) -> StandingName:
    """The standing at `now` of a ledger that may not have been settled since its due time."""
    if ledger.due is None or now < ledger.due or lasts(ledger, ladder):
        return ledger.standing
    return tally(ledger.cases, ladder, now).standing


def lasts(ledger: AccountLedger, ladder: Ladder) -> bool:
    """Whether a ledger's standing is a suspension that does not end by itself."""
    return ladder.sticky and ledger.standing == "suspended"


def worse(one: StandingName, other: StandingName) -> StandingName:
    """The one further up the ladder."""
    return one if RANK[one] >= RANK[other] else other


def _combined(live: Sequence[Strike], ladder: Ladder) -> int:
    """The weight of strikes in order of time, where what one weighs depends on those before it."""
    first = live[0].bearer
    active = first.weight
    if ladder.first_offence_weight is not None and first.floor == "good":
        active = min(active, ladder.first_offence_weight)
    seen = set(live[0].kinds)
    for strike in live[1:]:
        active += strike.bearer.weight
        if not seen.isdisjoint(strike.kinds):
            active += ladder.same_kind_extra
        seen.update(strike.kinds)
    return active
