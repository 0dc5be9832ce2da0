"""What a backtest found: plain values, ready for JSON."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from consumer.backtest.decided import Decided
from consumer.backtest.side import Side
from consumer.events.vocabulary import Kind, StandingName
from consumer.policy.ladder import RANK


@dataclass(frozen=True, slots=True, kw_only=True)
class SideReport:
    """One policy's own numbers; the words are those of `Side`. `suspended` counts accounts that ever were."""

    name: str
    version: str
    decisions: Mapping[Decided, int]
    kinds: Mapping[Kind, Mapping[Decided, int]]
    strikes: int
    suspended: int
    overturned: int
    refused: int
    false_alarms: int
    doubts: int
    misses: int

    @classmethod
    def of(cls, side: Side) -> "SideReport":
        """Sum up one side."""
        kinds: dict[Kind, dict[Decided, int]] = {}
        for (kind, decision), count in sorted(side.kinds.items()):
            kinds.setdefault(kind, {})[decision] = count
        return cls(
            name=side.policy.name,
            version=side.policy.version,
            decisions=dict(side.decisions),
            kinds=kinds,
            strikes=side.strikes,
            suspended=sum(standing == "suspended" for standing in side.worst.values()),
            overturned=side.overturned,
            refused=side.refused,
            false_alarms=side.false_alarms,
            doubts=side.doubts,
            misses=side.misses,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountChange:
    """An account that fares otherwise: its harshest standing and its last, under the old policy and the new one.

    `message_id` names the first message after which the two differed about it, in the decision or in the standing.
    """

    account_id: str
    worst_before: StandingName
    worst_after: StandingName
    now_before: StandingName
    now_after: StandingName
    active_before: int
    active_after: int
    message_id: str | None

    @property
    def newly_suspended(self) -> bool:
        """Whether the new policy suspends it at some time and the old one never does."""
        return self.worst_after == "suspended" != self.worst_before

    @property
    def order(self) -> tuple[bool, bool, int, str]:
        """Newly suspended first, then whom it hits harder, then whom it spares; in each the largest change first."""
        worse = RANK[self.worst_after] - RANK[self.worst_before] or RANK[self.now_after] - RANK[self.now_before]
        return (not self.newly_suspended, worse < 0, -abs(worse), self.account_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What would change. `changed` counts incidents by (old decision, new decision); `labelled` messages by label."""

    messages: int
    incidents: int
    actions: int
    labelled: int
    first: datetime | None
    last: datetime | None
    before: SideReport
    after: SideReport
    changed: Mapping[tuple[Decided, Decided], int]
    accounts: tuple[AccountChange, ...]

    @property
    def newly_suspended(self) -> tuple[AccountChange, ...]:
        """The accounts that only the new policy suspends."""
        return tuple(change for change in self.accounts if change.newly_suspended)
