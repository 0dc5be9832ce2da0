"""A ledger before and after, and what the difference means to the account."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from consumer.events.ledger import AccountLedger, Case
from consumer.events.standing import AccountStanding, Cause
from consumer.events.verdict import StrikeEffect
from consumer.events.vocabulary import StandingName, to_millis
from consumer.policy import Policy
from consumer.policy.statement import Counting
from consumer.strikes.ledger import revisions, settle
from consumer.strikes.standing import Tally, lasts, standing_at, tally
from consumer.strikes.strike import Strike, bearing, strike_of

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Impact(NamedTuple):
    """How a verdict counts, and what it did to the account."""

    counting: Counting
    effect: StrikeEffect


@dataclass(frozen=True, slots=True)
class Change:
    """A ledger before and after; `count` and `strikes` are those of the new one at `now`."""

    account_id: str
    before: AccountLedger
    after: AccountLedger
    count: Tally
    strikes: list[Strike]
    standing_before: StandingName
    policy: Policy
    now: datetime
    moment: int
    """`now` in milliseconds since the epoch."""

    @property
    def lasting(self) -> bool:
        """Whether the account is now suspended until support ends it."""
        return lasts(self.after, self.policy.ladder)

    def impact(self, case: Case) -> Impact:
        """How a case of this change, as it is now, came to count."""
        strike = strike_of(self.strikes, case.message_id)
        counting, weight = self._counting(case, strike)
        effect = StrikeEffect(
            counted=counting == "counted",
            weight=weight,
            active_strikes=self.count.active,
            standing_before=self.standing_before,
            standing_after=self.count.standing,
            expires_at=None if strike is None else instant(strike.expires),
        )
        return Impact(counting, effect)

    def _counting(self, case: Case, strike: Strike | None) -> tuple[Counting, int]:
        """How a case counts that is part of `strike`, and what its message adds to the total weight.

        `counted`: with its message the account has a strike more than without it. `merged`: it has not, because
        others of the conversation are the same strike.
        """
        if case.decision != "violation":
            return "none", 0
        if bearing(revisions(self.before, case.message_id)) is not None:
            return "repeat", 0
        if strike is None or self.moment >= strike.expires:
            return "expired", 0
        if all(each is not case for each in strike.cases):
            return "repeat", 0  # another revision, decided by the same action, bears the strike
        if len(strike.cases) == 1 and self.policy.ladder.plain:
            return "counted", case.weight
        without = self._without(case.message_id)
        weight = max(0, self.count.active - without.active)
        return ("counted" if self.count.strikes > without.strikes else "merged"), weight

    def _without(self, message_id: str) -> Tally:
        """What would count had a message never been."""
        others = [case for case in self.after.cases if case.message_id != message_id]
        return tally(others, self.policy.ladder, self.moment)

    def standing(self, cause: Cause) -> AccountStanding | None:
        """What to publish of the standing, compared with what was published last."""
        count = self.count
        if count.standing == self.before.standing and count.active == self.before.active:
            return None
        return AccountStanding(
            account_id=self.account_id,
            standing=count.standing,
            previous=self.before.standing,
            active_strikes=count.active,
            as_of=self.now,
            cause=cause,
            policy_version=self.policy.version,
            next_expiry=None if count.next_expiry is None else instant(count.next_expiry),
        )


def change_of(
    account_id: str, held: AccountLedger, moved: AccountLedger, policy: Policy, now: datetime, *, lift: bool = False
) -> Change:
    """The change from what was held to what was made of it, settled at `now`; `lift` as in `settle`."""
    moment = to_millis(now)
    standing_before = standing_at(held, policy.ladder, moment)
    settled = settle(moved, policy.ladder, moment, lift=lift)
    return Change(
        account_id, held, settled.ledger, settled.tally, settled.strikes, standing_before, policy, now, moment
    )


def instant(millis: int) -> datetime:
    """The instant of a number of milliseconds since the epoch."""
    return _EPOCH + timedelta(milliseconds=millis)
