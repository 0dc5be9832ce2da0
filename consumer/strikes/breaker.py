"""The circuit breaker: how much one worker may do to accounts before a person has to look.

A detector or a policy gone wrong strikes many accounts within minutes. The breaker counts what a worker reads and
decides over a sliding window; beyond a cap it opens, and until it closes again what would be a violation is for review
(`stages.judge`). So it can fail only in the account's favour.

Invariant: values only. Each change makes a new breaker, so that what an aborted batch counted is simply dropped.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Literal

from consumer.events.vocabulary import to_millis
from consumer.policy.policy import BreakerRules

Cap = Literal["suspensions", "violation_share"]
SLOTS = 60
"""The window slides in so many steps; the counts are exact to one of them."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Sample:
    """What a worker did: messages read, messages judged a violation, accounts that became suspended."""

    messages: int = 0
    violations: int = 0
    suspensions: int = 0

    def __add__(self, other: "Sample") -> "Sample":
        """Both together."""
        return Sample(
            self.messages + other.messages,
            self.violations + other.violations,
            self.suspensions + other.suspensions,
        )


NOTHING = Sample()


@dataclass(frozen=True, slots=True)
class BreakerState:
    """Whether verdicts are held back at an instant, which cap was passed, and until when if nobody closes it."""

    open: bool
    cap: Cap | None = None
    until: datetime | None = None


CLOSED = BreakerState(open=False)


@dataclass(frozen=True, slots=True)
class Breaker:
    """A breaker under some rules. A new one is closed and has seen nothing.

    `slots` are the window's counts by slot number, oldest first, and `seen` their sum; `trips` counts the times it
    opened; `cap` and `until` (milliseconds) tell of the last opening.
    """

    rules: BreakerRules
    slots: tuple[tuple[int, Sample], ...] = ()
    seen: Sample = NOTHING
    trips: int = 0
    cap: Cap | None = None
    until: int | None = None

    def is_open(self, now: datetime) -> bool:
        """Whether verdicts are held back at `now`."""
        return self.until is not None and to_millis(now) < self.until

    def state(self, now: datetime) -> BreakerState:
        """What there is to tell of it at `now`."""
        if self.until is None or not self.is_open(now):
            return CLOSED
        return BreakerState(open=True, cap=self.cap, until=_EPOCH + timedelta(milliseconds=self.until))

    def observe(self, now: datetime, sample: Sample) -> "Breaker":
        """The breaker after what was done at `now`: the same while it is open, opened if a cap is passed.

        A window begins anew when it closes, so what opened it once does not open it again.
        """
        if not self.rules.enabled or sample == NOTHING or self.is_open(now):
            return self
        moment = to_millis(now)
        moved = self._moved(moment // max(1, self.rules.window // SLOTS), sample)
        cap = moved.passed()
        if cap is None:
            return moved
        until = moment + self.rules.cool_down
        return Breaker(self.rules, trips=self.trips + 1, cap=cap, until=until)

    def passed(self) -> Cap | None:
        """The cap that what was seen is beyond, if any."""
        if self.seen.suspensions > self.rules.max_suspensions:
            return "suspensions"
        enough = self.seen.messages >= self.rules.min_messages
        if enough and self.seen.violations > self.rules.max_violation_share * self.seen.messages:
            return "violation_share"
        return None

    def closed(self) -> "Breaker":
        """The breaker closed by command, with a window that begins anew."""
        return Breaker(self.rules, trips=self.trips)

    def under(self, rules: BreakerRules) -> "Breaker":
        """The breaker under the rules of a policy just loaded; one that is open stays open until its time.

        What it has seen is kept, unless the window is another.
        """
        if rules.window != self.rules.window:
            return replace(self, rules=rules, slots=(), seen=NOTHING)
        return replace(self, rules=rules)

    def _moved(self, number: int, sample: Sample) -> "Breaker":
        """The breaker with a sample in the slot `number`; a clock set back counts into the last slot."""
        if self.slots and number <= self.slots[-1][0]:
            last, counted = self.slots[-1]
            slots, seen = (*self.slots[:-1], (last, counted + sample)), self.seen + sample
        else:
            slots = (*(slot for slot in self.slots if slot[0] > number - SLOTS), (number, sample))
            seen = sum((each for _, each in slots), NOTHING)
        return Breaker(self.rules, slots, seen, self.trips)
