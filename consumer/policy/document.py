"""The policy document as its owners write it: every key, its bounds, and what may not be combined.

Unknown keys are errors, so a misspelt key never silently keeps a default. A key that may be left out has the value
that `default.toml` shows for it, written out or in a comment.
"""

from typing import Annotated, Literal, Self, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from consumer.events.ledger import MAX_CASES
from consumer.events.vocabulary import Intent, Kind, StandingName, Surface

NEVER_EXEMPT: frozenset[Kind] = frozenset({"payment", "off_platform"})
"""An exemption never covers moving the conversation or the payment off the platform (DESIGN §1)."""

Probability = Annotated[float, Field(ge=0, le=1, strict=True)]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,63}$")]
Weight = Annotated[int, Field(ge=1, le=100, strict=True)]
MAX_RUNG = MAX_CASES // 2 - 4
"""A full ledger keeps two cases of each strike at most, a strike weighs at least 1, and the first may weigh nothing:
forgetting the oldest lowers no standing."""
Rung = Annotated[int, Field(ge=1, le=MAX_RUNG, strict=True)]
Seconds = Annotated[int, Field(ge=1, le=86_400, strict=True)]

_Word = TypeVar("_Word", bound=str)


def _without_order(items: tuple[_Word, ...]) -> tuple[_Word, ...]:
    if len(set(items)) != len(items):
        raise ValueError("names something twice")
    return tuple(sorted(items))


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Bounds(_Table):
    """Confidence from which a finding strikes (`violation`) or is shown to a person (`review`)."""

    violation: Probability
    review: Probability

    @model_validator(mode="after")
    def _ascending(self) -> Self:
        if self.review > self.violation:
            raise ValueError("review must not be above violation")
        return self


class Override(Bounds):
    """Bounds for a kind, an intent, the standing of the account that acts, or any of these together."""

    kind: Kind | None = None
    intent: Intent | None = None
    standing: StandingName | None = None

    @model_validator(mode="after")
    def _narrows(self) -> Self:
        if not any(self.scope):
            raise ValueError("names neither kind nor intent nor standing")
        return self

    @property
    def scope(self) -> tuple[Kind | None, Intent | None, StandingName | None]:
        """What it is for."""
        return (self.kind, self.intent, self.standing)

    def covers(self, kind: Kind, intent: Intent, standing: StandingName) -> bool:
        """Whether it is for such a finding by such an account."""
        return all(own in (None, given) for own, given in zip(self.scope, (kind, intent, standing), strict=True))

    @property
    def rank(self) -> tuple[int, bool, bool]:
        """The highest wins: whoever names more, then whoever names the kind, then the intent."""
        return (sum(each is not None for each in self.scope), self.kind is not None, self.intent is not None)


class Thresholds(Bounds):
    """The bounds of every finding, and the exceptions."""

    overrides: tuple[Override, ...] = ()

    @model_validator(mode="after")
    def _unambiguous(self) -> Self:
        scopes = [override.scope for override in self.overrides]
        if len(set(scopes)) != len(scopes):
            raise ValueError("two overrides name the same kind, intent and standing")
        return self

    def bounds(self, kind: Kind, intent: Intent, standing: StandingName) -> Bounds:
        """The bounds of a finding by an account: those of the override that says most of it, else the general."""
        covering = [override for override in self.overrides if override.covers(kind, intent, standing)]
        return max(covering, key=lambda override: override.rank, default=self)


class Weights(_Table):
    """What a strike weighs, by kind."""

    email: Weight
    phone: Weight
    handle: Weight
    link: Weight
    payment: Weight
    off_platform: Weight


class Merging(_Table):
    """Violations of one account in one conversation, sent within a span, are one strike; a span of 0 merges nothing."""

    span_seconds: Annotated[int, Field(ge=0, le=86_400, strict=True)] = 180


class Strikes(_Table):
    """How long a strike counts, in days from the message's own time, and what it weighs.

    `same_kind_extra` goes on top of a strike's weight while an earlier strike in force shares a kind with it.
    `first_offence_weight` is the most that the earliest strike in force may weigh; none leaves it alone.
    """

    window_days: Annotated[int, Field(ge=1, le=3650, strict=True)]
    weights: Weights
    same_kind_extra: Annotated[int, Field(ge=0, le=100, strict=True)] = 0
    first_offence_weight: Annotated[int, Field(ge=0, le=100, strict=True)] | None = None
    merging: Merging = Merging()


class Ladder(_Table):
    """The total weight in force at which each standing begins. `good` is below the first rung.

    With `sticky_suspension`, time does not end a suspension: only support does.
    """

    warned: Rung
    restricted: Rung
    suspended: Rung
    sticky_suspension: Annotated[bool, Field(strict=True)] = False

    @model_validator(mode="after")
    def _ascending(self) -> Self:
        if not self.warned < self.restricted < self.suspended:
            raise ValueError("warned, restricted and suspended must ascend strictly")
        return self


class Severe(_Table):
    """Kinds of which one strike in force brings an account to `standing` at least, whatever it weighs."""

    kinds: Annotated[tuple[Kind, ...], AfterValidator(_without_order)] = ()
    standing: Literal["restricted", "suspended"] = "suspended"


class Deliverables(_Table):
    """Where a finding inside the work itself (a card, a script) is for a person and never a strike."""

    review_on: Annotated[tuple[Surface, ...], AfterValidator(_without_order)] = ("order",)


class Exemption(_Table):
    """Which kinds support can approve for a gig, and whose approval counts."""

    kinds: Annotated[tuple[Kind, ...], AfterValidator(_without_order)]
    approvers: Annotated[tuple[Name, ...], AfterValidator(_without_order)]

    @model_validator(mode="after")
    def _inside_the_platform(self) -> Self:
        forbidden = sorted(NEVER_EXEMPT.intersection(self.kinds))
        if forbidden:
            raise ValueError(f"{', '.join(forbidden)} can never be exempt")
        return self


class Breaker(_Table):
    """When a worker stops striking by itself: more suspensions, or a larger share of violating messages, than this.

    Both are counted over the last `window_seconds`; the share only once `min_messages` were read in them. Violations
    are for review from then on, for `cool_down_seconds`.
    """

    enabled: Annotated[bool, Field(strict=True)] = True
    window_seconds: Seconds = 600
    max_suspensions: Annotated[int, Field(ge=1, le=10_000_000, strict=True)] = 10_000
    max_violation_share: Probability = 0.9
    min_messages: Annotated[int, Field(ge=1, le=1_000_000_000, strict=True)] = 20_000
    cool_down_seconds: Seconds = 900


class Reasons(_Table):
    """The languages in which decisions are explained: by the message's locale, or else in `language`."""

    language: Name
    languages: Annotated[tuple[Name, ...], AfterValidator(_without_order)] = ("de", "en", "es", "fr")

    @model_validator(mode="after")
    def _spoken(self) -> Self:
        if self.language not in self.languages:
            raise ValueError(f"languages lacks {self.language!r}, the language to fall back on")
        return self


class PolicyDocument(_Table):
    """A whole policy."""

    name: Name
    surfaces: Annotated[tuple[Surface, ...], Field(min_length=1), AfterValidator(_without_order)]
    thresholds: Thresholds
    strikes: Strikes
    ladder: Ladder
    exemption: Exemption
    reasons: Reasons
    severe: Severe = Severe()
    deliverables: Deliverables = Deliverables()
    breaker: Breaker = Breaker()
