"""How a gig's history changes when support approves or revokes."""

from dataclasses import replace
from datetime import timedelta

import pytest

from consumer.cli.errors import CommandError
from consumer.cli.gig_history import MAX_APPROVALS, approve, revoke
from consumer.events.approval import Approval, GigApprovals
from consumer.policy.exemption import in_force
from tests.policy.rules import DAY, GIG, START, approval

EMPTY = GigApprovals(gig_id=GIG, approvals=())
NOW = START
BY, WHY = "support:ilir", "the visits are over"


def named(name: str, *kinds: str, **fields: object) -> Approval:
    return replace(approval(*kinds), approval_id=name, **fields)  # type: ignore[arg-type]


def holding(history: GigApprovals, at: object = NOW) -> list[tuple[str, tuple[str, ...]]]:
    return [(each.approval_id, each.kinds) for each in history.approvals if in_force(each, at)]  # type: ignore[arg-type]


def test_an_approval_is_added_once_however_often_it_is_given() -> None:
    once = approve(EMPTY, named("a1", "email"), NOW)
    again = approve(once, named("a1", "email", approved_at=NOW + DAY), NOW + DAY)
    assert again is once
    assert holding(once) == [("a1", ("email",))]


def test_an_id_cannot_mean_two_approvals() -> None:
    once = approve(EMPTY, named("a1", "email"), NOW)
    with pytest.raises(CommandError, match="another approval"):
        approve(once, named("a1", "phone"), NOW)


def test_revoking_ends_what_is_in_force_and_keeps_the_past() -> None:
    history = approve(EMPTY, named("a1", "email", "phone"), NOW)
    later = NOW + DAY
    changed, ended = revoke(history, None, BY, WHY, later)
    assert [each.approval_id for each in ended] == ["a1"]
    assert holding(changed, later) == []
    assert holding(changed, NOW) == [("a1", ("email", "phone"))]
    assert (changed.approvals[0].revoked_by, changed.approvals[0].revoke_reason) == (BY, WHY)
    assert revoke(changed, None, BY, WHY, later + DAY) == (changed, ())


def test_revoking_one_kind_leaves_the_others_in_force_on_the_same_terms() -> None:
    end = NOW + 9 * DAY
    history = approve(EMPTY, named("a1", "email", "phone", expires_at=end), NOW)
    changed, _ = revoke(history, frozenset({"phone"}), BY, WHY, NOW + DAY)
    assert holding(changed, NOW + DAY) == [("a1.2", ("email",))]
    assert changed.approvals[1].expires_at == end
    assert changed.approvals[1].revoked_at is None
    again, ended = revoke(changed, frozenset({"phone"}), BY, WHY, NOW + 2 * DAY)
    assert (again, ended) == (changed, ())


def test_an_approval_that_has_not_begun_is_revoked_too() -> None:
    history = approve(EMPTY, named("a1", "email", approved_at=NOW + DAY), NOW)
    changed, ended = revoke(history, None, BY, WHY, NOW)
    assert len(ended) == 1
    assert holding(changed, NOW + 2 * DAY) == []


def test_a_full_history_forgets_what_ended_first() -> None:
    ended = [named(f"old{number}", "email", revoked_at=NOW - (9 - number) * DAY) for number in range(3)]
    held = [named(f"held{number}", "email") for number in range(MAX_APPROVALS - 3)]
    full = GigApprovals(gig_id=GIG, approvals=(*held, *ended))
    changed = approve(full, named("new", "email"), NOW)
    names = [each.approval_id for each in changed.approvals]
    assert len(names) == MAX_APPROVALS
    assert "old0" not in names
    assert {"old1", "old2", "new"} <= set(names)


def test_a_history_full_of_approvals_in_force_is_refused() -> None:
    held = tuple(named(f"held{number}", "email") for number in range(MAX_APPROVALS))
    with pytest.raises(CommandError, match="revoke some"):
        approve(GigApprovals(gig_id=GIG, approvals=held), named("new", "email"), NOW + timedelta(hours=1))
