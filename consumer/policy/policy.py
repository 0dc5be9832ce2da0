"""A policy compiled for judging: the document's rules, as tables that are read and never searched."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import get_args

from consumer.events.vocabulary import Intent, Kind, StandingName, Surface
from consumer.policy.document import PolicyDocument
from consumer.policy.statement import Statement

DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The rules in force.

    `version` names the content: equal rules have equal versions, however the file is laid out. `bounds` holds
    (violation, review) confidences for every kind and intent. `window` is in milliseconds. `ladder` lists
    (total weight, standing), the highest rung first.
    """

    name: str
    version: str
    surfaces: frozenset[Surface]
    bounds: Mapping[tuple[Kind, Intent], tuple[float, float]]
    window: int
    weights: Mapping[Kind, int]
    ladder: tuple[tuple[int, StandingName], ...]
    exemptible: frozenset[Kind]
    approvers: frozenset[str]
    statement: Statement

    def weight(self, kinds: tuple[Kind, ...]) -> int:
        """What a strike for these kinds weighs: as much as the heaviest."""
        return max(self.weights[kind] for kind in kinds)


def content_version(document: PolicyDocument) -> str:
    """The hash of a policy's content, whatever its layout, comments and order of keys."""
    canonical = json.dumps(document.model_dump(mode="json"), sort_keys=True, separators=(",", ":"))
    return f"sha256:{hashlib.sha256(canonical.encode()).hexdigest()[:12]}"


def compile_policy(document: PolicyDocument, statement: Statement) -> Policy:
    """Turn a validated document into tables."""
    bounds = {
        (kind, intent): (found.violation, found.review)
        for kind in get_args(Kind)
        for intent in get_args(Intent)
        for found in [document.thresholds.bounds(kind, intent)]
    }
    ladder = document.ladder
    return Policy(
        name=document.name,
        version=content_version(document),
        surfaces=frozenset(document.surfaces),
        bounds=bounds,
        window=document.strikes.window_days * DAY_MS,
        weights={kind: getattr(document.strikes.weights, kind) for kind in get_args(Kind)},
        ladder=(
            (ladder.suspended, "suspended"),
            (ladder.restricted, "restricted"),
            (ladder.warned, "warned"),
        ),
        exemptible=frozenset(document.exemption.kinds),
        approvers=frozenset(document.exemption.approvers),
        statement=statement,
    )
