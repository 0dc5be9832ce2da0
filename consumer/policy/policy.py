"""A policy compiled for judging: the document's rules, as tables that are read and never searched."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import get_args

from consumer.events.vocabulary import Intent, Kind, StandingName, Surface
from consumer.policy.document import Breaker as BreakerTable
from consumer.policy.document import PolicyDocument
from consumer.policy.ladder import RANK, STEPS, Ladder
from consumer.policy.languages import Statements

DAY_MS = 86_400_000
SECOND_MS = 1_000

Bounds = Mapping[tuple[Kind, Intent], tuple[float, float]]
"""(violation, review) confidences for every kind and intent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakerRules:
    """When a worker's breaker opens and how long it stays open; `window` and `cool_down` in milliseconds."""

    enabled: bool
    window: int
    max_suspensions: int
    max_violation_share: float
    min_messages: int
    cool_down: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The rules in force.

    `version` names the content: equal rules have equal versions, however the file is laid out. `bounds` are those
    for an account of each standing. `window` and `merge_span` are in milliseconds. `floors` names the standing that
    a single strike of a severe kind brings at least. `reviewed_deliverables` are the surfaces where a finding inside
    a deliverable is for review.
    """

    name: str
    version: str
    surfaces: frozenset[Surface]
    bounds: Mapping[StandingName, Bounds]
    window: int
    merge_span: int
    weights: Mapping[Kind, int]
    floors: Mapping[Kind, StandingName]
    ladder: Ladder
    reviewed_deliverables: frozenset[Surface]
    exemptible: frozenset[Kind]
    approvers: frozenset[str]
    breaker: BreakerRules
    statements: Statements

    def weight(self, kinds: tuple[Kind, ...]) -> int:
        """What a strike for these kinds weighs by itself: as much as the heaviest."""
        return max(self.weights[kind] for kind in kinds)

    def floor(self, kinds: tuple[Kind, ...]) -> StandingName:
        """The standing that a strike for these kinds brings at least; `good` if none of them is severe."""
        if not self.floors:
            return "good"
        return max((self.floors[kind] for kind in kinds if kind in self.floors), key=RANK.__getitem__, default="good")


def content_version(document: PolicyDocument) -> str:
    """The hash of a policy's content, whatever its layout, comments and order of keys."""
    canonical = json.dumps(document.model_dump(mode="json"), sort_keys=True, separators=(",", ":"))
    return f"sha256:{hashlib.sha256(canonical.encode()).hexdigest()[:12]}"


def compile_policy(document: PolicyDocument, statements: Statements) -> Policy:
    """Turn a validated document into tables."""
    strikes = document.strikes
    return Policy(
        name=document.name,
        version=content_version(document),
        surfaces=frozenset(document.surfaces),
        bounds={standing: _bounds(document, standing) for standing in STEPS},
        window=strikes.window_days * DAY_MS,
        merge_span=strikes.merging.span_seconds * SECOND_MS,
        weights={kind: getattr(strikes.weights, kind) for kind in get_args(Kind)},
        floors=dict.fromkeys(document.severe.kinds, document.severe.standing),
        ladder=_ladder(document),
        reviewed_deliverables=frozenset(document.deliverables.review_on),
        exemptible=frozenset(document.exemption.kinds),
        approvers=frozenset(document.exemption.approvers),
        breaker=_breaker(document.breaker),
        statements=statements,
    )


def _bounds(document: PolicyDocument, standing: StandingName) -> Bounds:
    return {
        (kind, intent): (found.violation, found.review)
        for kind in get_args(Kind)
        for intent in get_args(Intent)
        for found in [document.thresholds.bounds(kind, intent, standing)]
    }


def _ladder(document: PolicyDocument) -> Ladder:
    ladder, strikes = document.ladder, document.strikes
    return Ladder(
        rungs=((ladder.suspended, "suspended"), (ladder.restricted, "restricted"), (ladder.warned, "warned")),
        same_kind_extra=strikes.same_kind_extra,
        first_offence_weight=strikes.first_offence_weight,
        sticky=ladder.sticky_suspension,
    )


def _breaker(table: BreakerTable) -> BreakerRules:
    return BreakerRules(
        enabled=table.enabled,
        window=table.window_seconds * SECOND_MS,
        max_suspensions=table.max_suspensions,
        max_violation_share=table.max_violation_share,
        min_messages=table.min_messages,
        cool_down=table.cool_down_seconds * SECOND_MS,
    )
