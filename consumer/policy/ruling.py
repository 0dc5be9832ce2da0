"""What the rules say of one incident by itself, whatever the account did before."""

from dataclasses import dataclass
from typing import Literal

from consumer.events.account import Incident
from consumer.events.approval import GigApprovals
from consumer.events.finding import PublishedFinding
from consumer.events.vocabulary import Kind, StandingName
from consumer.policy.exemption import exempt_kinds
from consumer.policy.policy import Policy

DELIVERABLE = "deliverable"
"""The technique by which a detector tells that a finding is part of the work itself, not said to the other side."""


@dataclass(frozen=True, slots=True)
class Ruling:
    """A decision, and what it rests on.

    `findings` are all that reach a threshold, exempt ones too, in the incident's order; `grounds` are those
    that decided: the striking ones of a violation, the doubtful ones of a review, the allowed ones of an
    exemption. `kinds` are the kinds of the grounds, `exempted` those that an approval allowed.
    """

    decision: Literal["violation", "review", "exempt"]
    findings: tuple[PublishedFinding, ...]
    grounds: tuple[PublishedFinding, ...]
    kinds: tuple[Kind, ...]
    exempted: tuple[Kind, ...]


def rule_on(
    incident: Incident, approvals: GigApprovals | None, policy: Policy, standing: StandingName = "good"
) -> Ruling | None:
    """Apply thresholds, then exemptions; none if nothing reaches a threshold or the surface is not policed.

    One finding that strikes makes the message a violation, whatever else in it is doubtful or exempt. `standing` is
    the account's before the message: a policy may set other thresholds for it.
    """
    if incident.surface not in policy.surfaces:
        return None
    bounds = policy.bounds[standing]
    spared = incident.surface in policy.reviewed_deliverables
    allowed = exempt_kinds(incident, approvals, policy)
    striking: list[PublishedFinding] = []
    doubtful: list[PublishedFinding] = []
    exempt: list[PublishedFinding] = []
    findings: list[PublishedFinding] = []
    for finding in incident.findings:
        violation, review = bounds[finding.kind, finding.intent]
        if finding.confidence < review:
            continue
        findings.append(finding)
        if finding.kind in allowed:
            exempt.append(finding)
        elif finding.confidence >= violation and not (spared and DELIVERABLE in finding.techniques):
            striking.append(finding)
        else:
            doubtful.append(finding)
    if not findings:
        return None
    exempted = _kinds(exempt)
    if striking:
        return Ruling("violation", tuple(findings), tuple(striking), _kinds(striking), exempted)
    if doubtful:
        return Ruling("review", tuple(findings), tuple(doubtful), _kinds(doubtful), exempted)
    return Ruling("exempt", tuple(findings), tuple(exempt), exempted, exempted)


def _kinds(findings: list[PublishedFinding]) -> tuple[Kind, ...]:
    """The kinds of findings, each once, sorted."""
    return tuple(sorted({finding.kind for finding in findings}))
