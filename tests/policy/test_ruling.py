"""Thresholds, then exemptions, then one decision for the message."""

import pytest

from consumer.events.vocabulary import Decision, Intent, Kind, StandingName
from consumer.policy.ruling import rule_on
from tests.policy.rules import DEFAULT, approval, approvals, finding, incident, on_order_page, policy


@pytest.mark.parametrize(
    ("confidence", "decision"),
    [(0.80, "violation"), (0.7999, "review"), (0.50, "review"), (0.4999, None)],
)
def test_bounds_are_inclusive(confidence: float, decision: Decision | None) -> None:
    ruling = rule_on(incident(finding(confidence=confidence)), None, DEFAULT)
    assert (ruling.decision if ruling else None) == decision


def test_what_is_below_review_is_left_out() -> None:
    clear, faint = finding("email"), finding("phone", confidence=0.3)
    ruling = rule_on(incident(faint, clear), None, DEFAULT)
    assert ruling is not None
    assert ruling.findings == (clear,)


def test_one_striking_finding_makes_a_violation_and_is_its_ground() -> None:
    doubtful, clear = finding("link", confidence=0.6), finding("payment", "solicit")
    allowed = finding("email")
    message = on_order_page(doubtful, allowed, clear)
    ruling = rule_on(message, approvals(approval("email")), DEFAULT)
    assert ruling is not None
    assert ruling.decision == "violation"
    assert ruling.findings == (doubtful, allowed, clear)
    assert ruling.grounds == (clear,)
    assert ruling.kinds == ("payment",)
    assert ruling.exempted == ("email",)


def test_doubt_beside_an_exempt_kind_is_for_review() -> None:
    message = on_order_page(finding("email"), finding("link", confidence=0.6))
    ruling = rule_on(message, approvals(approval("email")), DEFAULT)
    assert ruling is not None
    assert (ruling.decision, ruling.kinds, ruling.exempted) == ("review", ("link",), ("email",))


@pytest.mark.parametrize("intent", ["provide", "request", "solicit"])
def test_exemption_covers_every_intent(intent: Intent) -> None:
    message = on_order_page(finding("phone", intent), finding("phone", intent, 0.6))
    ruling = rule_on(message, approvals(approval("phone")), DEFAULT)
    assert ruling is not None
    assert (ruling.decision, ruling.kinds, ruling.exempted) == ("exempt", ("phone",), ("phone",))


def test_surface_outside_the_policy_is_ignored() -> None:
    rules = policy(surfaces=("inbox", "order"))
    assert rule_on(incident(surface="review"), None, rules) is None
    assert rule_on(incident(surface="inbox"), None, rules) is not None


@pytest.mark.parametrize(
    ("kind", "intent", "bound"),
    [
        ("handle", "request", 0.95),
        ("handle", "provide", 0.90),
        ("email", "request", 0.85),
        ("email", "provide", 0.80),
    ],
)
def test_narrower_override_wins(kind: Kind, intent: Intent, bound: float) -> None:
    rules = policy(
        thresholds={
            "overrides": [
                {"intent": "request", "violation": 0.85, "review": 0.5},
                {"kind": "handle", "violation": 0.90, "review": 0.5},
                {"kind": "handle", "intent": "request", "violation": 0.95, "review": 0.5},
            ]
        }
    )
    at = rule_on(incident(finding(kind, intent, bound)), None, rules)
    under = rule_on(incident(finding(kind, intent, bound - 0.001)), None, rules)
    assert at is not None
    assert under is not None
    assert (at.decision, under.decision) == ("violation", "review")


@pytest.mark.parametrize(
    ("kind", "intent", "standing", "bound"),
    [
        ("email", "provide", "good", 0.80),
        ("email", "provide", "warned", 0.70),
        ("handle", "provide", "warned", 0.90),
        ("handle", "request", "warned", 0.95),
        ("handle", "request", "good", 0.90),
        ("email", "request", "warned", 0.85),
    ],
)
def test_standing_is_one_more_thing_an_override_may_name(
    kind: Kind, intent: Intent, standing: StandingName, bound: float
) -> None:
    rules = policy(
        thresholds={
            "overrides": [
                {"standing": "warned", "violation": 0.70, "review": 0.5},
                {"intent": "request", "violation": 0.85, "review": 0.5},
                {"kind": "handle", "violation": 0.90, "review": 0.5},
                {"intent": "request", "standing": "warned", "kind": "handle", "violation": 0.95, "review": 0.5},
            ]
        }
    )
    at = rule_on(incident(finding(kind, intent, bound)), None, rules, standing)
    under = rule_on(incident(finding(kind, intent, bound - 0.001)), None, rules, standing)
    assert at is not None
    assert under is not None
    assert (at.decision, under.decision) == ("violation", "review")


def test_deliverable_is_spared_only_where_the_policy_says() -> None:
    card, said = finding("phone", techniques=("deliverable",)), finding("email")
    spared = rule_on(on_order_page(card), None, DEFAULT)
    assert spared is not None
    assert (spared.decision, spared.kinds) == ("review", ("phone",))
    beside = rule_on(on_order_page(card, said), None, DEFAULT)
    assert beside is not None
    assert (beside.decision, beside.grounds) == ("violation", (said,))
    elsewhere = rule_on(incident(card), None, DEFAULT)
    assert elsewhere is not None
    assert elsewhere.decision == "violation"
