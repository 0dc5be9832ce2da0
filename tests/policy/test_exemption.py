"""Contact is allowed on the order page of an approved gig, for the approved kinds, at the message's own time."""

from datetime import timedelta, timezone

import pytest

from consumer.events.account import Incident
from consumer.events.approval import Approval, GigApprovals
from consumer.events.vocabulary import Kind
from consumer.policy.exemption import exempt_kinds
from tests.policy.rules import DAY, DEFAULT, START, approval, approvals, incident, on_order_page, policy

SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("given", "kinds"),
    [
        pytest.param(approval("email"), {"email"}, id="in force"),
        pytest.param(approval("email", approved_at=START), {"email"}, id="from its very time"),
        pytest.param(approval("email", approved_at=START + SECOND), set(), id="not retroactive"),
        pytest.param(approval("email", expires_at=START), set(), id="expired at the message's time"),
        pytest.param(approval("email", expires_at=START + SECOND), {"email"}, id="expires later"),
        pytest.param(approval("email", revoked_at=START), set(), id="revoked at the message's time"),
        pytest.param(approval("email", revoked_at=START + SECOND), {"email"}, id="revoked later"),
        pytest.param(
            approval("email", expires_at=START + DAY, revoked_at=START - SECOND), set(), id="the first end counts"
        ),
        pytest.param(approval("email", approved_by="support:dana"), {"email"}, id="a person of the role"),
        pytest.param(approval("email", approved_by="seller-7"), set(), id="approved by nobody who may"),
        pytest.param(approval("email", approved_by="supporters"), set(), id="a role that only begins alike"),
        pytest.param(approval("phone", "payment", "off_platform"), {"phone"}, id="never paying or leaving"),
    ],
)
def test_approval_in_force_exempts_its_kinds(given: Approval, kinds: set[Kind]) -> None:
    assert exempt_kinds(on_order_page(), approvals(given), DEFAULT) == kinds


@pytest.mark.parametrize(
    "message",
    [
        pytest.param(incident(gig_id="gig-3", order_id="order-9"), id="inbox"),
        pytest.param(on_order_page(order_id=None), id="no order yet"),
        pytest.param(on_order_page(gig_id="gig-4"), id="another gig"),
        pytest.param(on_order_page(gig_id=None), id="no gig"),
    ],
)
def test_elsewhere_nothing_is_exempt(message: Incident) -> None:
    assert exempt_kinds(message, approvals(approval("email")), DEFAULT) == set()


def test_no_approvals_exempt_nothing() -> None:
    assert exempt_kinds(on_order_page(), None, DEFAULT) == set()
    assert exempt_kinds(on_order_page(), GigApprovals(gig_id="gig-3", approvals=()), DEFAULT) == set()


def test_history_of_approvals_adds_up() -> None:
    revoked = approval("email", "link", revoked_at=START - SECOND)
    renewed = approval("email", approved_at=START - SECOND)
    other = approval("phone")
    assert exempt_kinds(on_order_page(), approvals(revoked, renewed, other), DEFAULT) == {"email", "phone"}


def test_times_are_compared_across_zones() -> None:
    west = (START + SECOND).astimezone(timezone(-timedelta(hours=8)))
    assert exempt_kinds(on_order_page(), approvals(approval("email", approved_at=west)), DEFAULT) == set()


def test_policy_says_who_approves_and_what() -> None:
    rules = policy(exemption={"kinds": ["phone"], "approvers": ["trust"]})
    by_trust = approval("email", "phone", approved_by="trust:ines")
    assert exempt_kinds(on_order_page(), approvals(by_trust), rules) == {"phone"}
    assert exempt_kinds(on_order_page(), approvals(approval("phone")), rules) == set()
