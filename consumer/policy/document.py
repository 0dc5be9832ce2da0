"""The policy document as its owners write it: every key, its bounds, and what may not be combined.

Unknown keys are errors, so a misspelt key never silently keeps a default.
"""

from typing import Annotated, Self, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from consumer.events.ledger import MAX_CASES
from consumer.events.vocabulary import Intent, Kind, Surface

NEVER_EXEMPT: frozenset[Kind] = frozenset({"payment", "off_platform"})
"""An exemption never covers moving the conversation or the payment off the platform (DESIGN §1)."""

Probability = Annotated[float, Field(ge=0, le=1, strict=True)]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,63}$")]
Weight = Annotated[int, Field(ge=1, le=100, strict=True)]
Rung = Annotated[int, Field(ge=1, le=MAX_CASES, strict=True)]
"""At most the cases a ledger keeps, each weighing at least 1: forgetting the oldest lowers no standing."""

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
    """Bounds for a kind, an intent, or both."""

    kind: Kind | None = None
    intent: Intent | None = None

    @model_validator(mode="after")
    def _narrows(self) -> Self:
        if self.kind is None and self.intent is None:
            raise ValueError("names neither kind nor intent")
        return self


class Thresholds(Bounds):
    """The bounds of every finding, and the exceptions."""

    overrides: tuple[Override, ...] = ()

    @model_validator(mode="after")
    def _unambiguous(self) -> Self:
        scopes = [(override.kind, override.intent) for override in self.overrides]
        if len(set(scopes)) != len(scopes):
            raise ValueError("two overrides name the same kind and intent")
        return self

    def bounds(self, kind: Kind, intent: Intent) -> Bounds:
        """The bounds of a finding: those naming both, else its kind, else its intent, else the general."""
        scoped = {(override.kind, override.intent): override for override in self.overrides}
        return scoped.get((kind, intent)) or scoped.get((kind, None)) or scoped.get((None, intent)) or self


class Weights(_Table):
    """What a strike weighs, by kind."""

    email: Weight
    phone: Weight
    handle: Weight
    link: Weight
    payment: Weight
    off_platform: Weight


class Strikes(_Table):
    """How long a strike counts, in days from the message's own time, and what it weighs."""

    window_days: Annotated[int, Field(ge=1, le=3650, strict=True)]
    weights: Weights


class Ladder(_Table):
    """The total weight in force at which each standing begins. `good` is below the first rung."""

    warned: Rung
    restricted: Rung
    suspended: Rung

    @model_validator(mode="after")
    def _ascending(self) -> Self:
        if not self.warned < self.restricted < self.suspended:
            raise ValueError("warned, restricted and suspended must ascend strictly")
        return self


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


class Reasons(_Table):
    """How decisions are explained."""

    language: Name


class PolicyDocument(_Table):
    """A whole policy."""

    name: Name
    surfaces: Annotated[tuple[Surface, ...], Field(min_length=1), AfterValidator(_without_order)]
    thresholds: Thresholds
    strikes: Strikes
    ladder: Ladder
    exemption: Exemption
    reasons: Reasons
