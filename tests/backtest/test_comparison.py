"""Two policies over one past: who is hit harder, who is spared, and what the labels say."""

from dataclasses import replace
from datetime import timedelta

from consumer.backtest.comparison import Comparison
from consumer.events.account import Incident
from consumer.events.ids import incident_id
from consumer.events.moderation import ModeratorAction
from consumer.policy import Policy
from tests.policy.rules import ACCOUNT, DAY, GIG, START, approval, approvals, finding, incident, on_order_page, policy

OLD = policy()
STRICT = policy(ladder={"suspended": 3, "restricted": 2})
WARY = policy(thresholds={"violation": 0.995})


def offence(number: int, account: str = ACCOUNT) -> Incident:
    """One e-mail address, on a day of its own."""
    made = incident(message_id=f"m{number}", sent_at=START + number * DAY)
    return replace(made, account_id=account, incident_id=incident_id(account, made.message_id, 0))


def compared(new: Policy, *given: Incident) -> Comparison:
    comparison = Comparison.of(OLD, new)
    for each in given:
        comparison.incident(each, each.sent_at)
    return comparison


def test_equal_policies_make_no_difference() -> None:
    report = compared(policy(), *[offence(number) for number in range(6)]).report()
    assert (report.changed, report.accounts) == ({}, ())
    assert report.before.decisions == report.after.decisions == {"violation": 6}
    assert (report.messages, report.incidents) == (6, 6)


def test_an_account_that_only_the_new_policy_suspends_comes_first() -> None:
    lightly = [offence(number, "seller-1") for number in range(2)]
    heavily = [offence(number, "seller-9") for number in range(3)]
    report = compared(STRICT, *lightly, *heavily).report()
    assert [change.account_id for change in report.accounts] == ["seller-9", "seller-1"]
    assert [change.account_id for change in report.newly_suspended] == ["seller-9"]
    first = report.accounts[0]
    assert (first.worst_before, first.worst_after, first.active_after) == ("restricted", "suspended", 3)
    assert first.message_id == "m1", "the second offence restricts under the new policy only"
    assert (report.before.suspended, report.after.suspended) == (0, 1)


def test_a_suspension_that_has_lapsed_by_the_end_is_told_all_the_same() -> None:
    comparison = compared(STRICT, *[offence(number) for number in range(3)])
    comparison.clean(START + 200 * DAY)
    (change,) = comparison.report().accounts
    assert change.newly_suspended
    assert (change.now_before, change.now_after) == ("good", "good")


def test_decisions_that_differ_are_counted_and_the_first_is_named() -> None:
    report = compared(WARY, offence(1), offence(2)).report()
    assert report.changed == {("violation", "review"): 2}
    (change,) = report.accounts
    assert (change.message_id, change.worst_before, change.worst_after) == ("m1", "warned", "good")
    assert report.before.kinds == {"email": {"violation": 2}}
    assert report.after.kinds == {"email": {"review": 2}}


def test_a_message_delivered_again_counts_once_on_each_side() -> None:
    strict = policy(thresholds={"violation": 1.0, "review": 1.0})
    report = compared(strict, offence(1), offence(1)).report()
    # The new policy ignores it and so does not remember it; the old one does. The second delivery tells nothing.
    assert report.changed == {("violation", "allow"): 1}
    assert report.before.strikes == 1


def test_labels_tell_false_alarms_from_misses() -> None:
    comparison = Comparison.of(OLD, WARY)
    comparison.incident(offence(1), START, "harmless")
    comparison.incident(offence(2), START, "contact")
    comparison.clean(START, "contact")
    comparison.clean(START, "harmless")
    comparison.clean(START)
    report = comparison.report()
    assert report.labelled == 4
    assert (report.before.false_alarms, report.before.doubts, report.before.misses) == (1, 0, 1)
    assert (report.after.false_alarms, report.after.doubts, report.after.misses) == (0, 1, 1)


def test_approvals_exempt_on_both_sides() -> None:
    comparison = Comparison.of(OLD, STRICT)
    comparison.approve(GIG, approvals(approval("email")))
    comparison.incident(on_order_page(), START)
    comparison.approve(GIG, None)
    comparison.incident(on_order_page(message_id="m2"), START + timedelta(hours=1))
    report = comparison.report()
    assert report.before.decisions == report.after.decisions == {"exempt": 1, "violation": 1}


def test_an_appeal_of_the_time_is_upheld_where_there_is_something_to_set_aside() -> None:
    silent = policy(thresholds={"violation": 1.0, "review": 1.0})
    comparison = compared(silent, offence(1))
    at = START + 2 * DAY
    comparison.action(
        ModeratorAction(
            action_id="act-1",
            action="appeal",
            account_id=ACCOUNT,
            actor="support:dana",
            at=at,
            message_id="m1",
            outcome="upheld",
        ),
        at,
    )
    report = comparison.report()
    assert (report.before.overturned, report.before.refused) == (1, 0)
    assert (report.after.overturned, report.after.refused) == (0, 1)
    assert report.actions == 1


def test_the_span_is_that_of_the_past() -> None:
    report = compared(OLD, offence(4), offence(1)).report()
    assert (report.first, report.last) == (START + DAY, START + 4 * DAY)
    nothing = Comparison.of(OLD, OLD).report()
    assert (nothing.first, nothing.messages, nothing.accounts) == (None, 0, ())


def test_findings_of_several_kinds_count_under_each() -> None:
    report = compared(OLD, offence(1), incident(finding("phone"), finding("email"), message_id="two")).report()
    assert report.before.kinds == {"email": {"violation": 2}, "phone": {"violation": 1}}
