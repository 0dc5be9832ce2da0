"""The rules and the messages that random histories are made of.

A variant says the same thing twice: as the policy that the judge reads, and as plain values for the model.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property

from consumer.events.account import Incident
from consumer.events.finding import PublishedFinding
from consumer.events.vocabulary import Decision, Kind, StandingName, Surface
from consumer.policy import Policy
from tests.policy.rules import finding, policy

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Content:
    """What a message says, and what the rules make of it for an account in good standing."""

    findings: tuple[PublishedFinding, ...]
    decision: Decision | None
    kinds: tuple[Kind, ...]
    surface: Surface = "inbox"


DOUBTFUL = Content((finding("email", confidence=0.6),), "review", ("email",))
CONTENTS: tuple[Content, ...] = (
    Content((finding("email"),), "violation", ("email",)),
    Content((finding("payment", "solicit"),), "violation", ("payment",)),
    Content((finding("off_platform", "solicit"), finding("email")), "violation", ("email", "off_platform")),
    Content((finding("phone", "request"),), "violation", ("phone",)),
    DOUBTFUL,
    Content((finding("email"),), "exempt", ("email",), "order"),
    Content((finding("email", confidence=0.1),), None, ()),
)


def content_of(event: Incident) -> Content:
    """Which of the contents an incident has."""
    return next(each for each in CONTENTS if (each.findings, each.surface) == (event.findings, event.surface))


@dataclass(frozen=True)
class Variant:
    """One set of rules. `strict_with` are the standings at which what is doubtful strikes."""

    name: str
    window: timedelta = timedelta(days=30)
    weights: Mapping[Kind, int] = field(default_factory=lambda: {"payment": 3, "off_platform": 2})
    rungs: tuple[int, int, int] = (2, 4, 7)
    span: timedelta = timedelta()
    same_kind_extra: int = 0
    first_offence: int | None = None
    severe: Mapping[Kind, StandingName] = field(default_factory=dict)
    sticky: bool = False
    strict_with: tuple[StandingName, ...] = ()

    @cached_property
    def policy(self) -> Policy:
        """The policy that says the same."""
        warned, restricted, suspended = self.rungs
        everything: dict[Kind, int] = dict.fromkeys(("email", "phone", "handle", "link", "payment", "off_platform"), 1)
        strikes = {
            "window_days": self.window.days,
            "weights": everything | dict(self.weights),
            "same_kind_extra": self.same_kind_extra,
            "merging": {"span_seconds": int(self.span.total_seconds())},
        }
        if self.first_offence is not None:
            strikes["first_offence_weight"] = self.first_offence
        strict = [{"standing": each, "violation": 0.55, "review": 0.5} for each in self.strict_with]
        return policy(
            strikes=strikes,
            ladder={
                "warned": warned,
                "restricted": restricted,
                "suspended": suspended,
                "sticky_suspension": self.sticky,
            },
            thresholds={"overrides": strict},
            severe={"kinds": list(self.severe), "standing": next(iter(self.severe.values()), "suspended")},
        )


PLAIN = Variant("plain")
MERGING = Variant("merging", span=3 * MINUTE)
LONG_MERGING = Variant(
    "merging for an hour, other weights", span=60 * MINUTE, window=timedelta(days=20), weights={"email": 3}
)
SEVERE = Variant("severe", span=3 * MINUTE, severe={"payment": "suspended"})
STRICTER = Variant(
    "everything", span=3 * MINUTE, same_kind_extra=1, first_offence=0, severe={"off_platform": "restricted"}
)
STICKY = Variant("sticky", sticky=True, span=3 * MINUTE, same_kind_extra=2)
BY_STANDING = Variant("by standing", strict_with=("warned", "restricted"), first_offence=1)

COURSES: tuple[tuple[Variant, ...], ...] = (
    (PLAIN,),
    (MERGING,),
    (SEVERE,),
    (STRICTER,),
    (STICKY,),
    (BY_STANDING,),
    (PLAIN, MERGING),
    (MERGING, LONG_MERGING),
    (LONG_MERGING, PLAIN, SEVERE),
)
"""Rules in force one after another; those that follow each other count alike, so only what strikes keep differs."""
