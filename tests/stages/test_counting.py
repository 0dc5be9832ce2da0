"""How strikes count together: merging, the first offence, the same kind again, severe kinds, lasting suspensions."""

from dataclasses import replace
from datetime import timedelta

import pytest

from consumer.policy import Policy
from tests.policy.rules import DAY, DEFAULT, START, approval, approvals, finding, incident, on_order_page, policy
from tests.stages.desk import CLEAR, CONFIRM, DOUBTFUL, HOUR, UPHELD, Desk, weekly

MINUTE = timedelta(minutes=1)
UNMERGED = policy(strikes={"merging": {"span_seconds": 0}})


def weighing(**changes: object) -> Policy:
    return policy(strikes=changes)


def test_flags_of_one_conversation_within_the_span_are_one_strike() -> None:
    desk = Desk()
    first = desk.hear(incident(message_id="a"))
    second = desk.hear(incident(message_id="b", sent_at=START + 3 * MINUTE))
    third = desk.hear(incident(message_id="c", sent_at=START + 3 * MINUTE + timedelta(milliseconds=1)))
    assert [each.outcome for each in (first, second, third)] == ["violation", "merged", "violation"]
    assert [each.struck for each in (first, second, third)] == [True, False, True]
    assert second.standing is None
    assert desk.seen == ("warned", 2)
    merged = second.verdicts[0]
    assert (merged.decision, merged.strike.counted, merged.strike.weight) == ("violation", False, 0)
    assert merged.strike.expires_at == START + 90 * DAY
    assert "together with another message of the same conversation" in merged.reasons


@pytest.mark.parametrize("rules", [UNMERGED, DEFAULT], ids=["switched off", "another conversation"])
def test_without_merging_or_in_another_conversation_each_message_strikes(rules: Policy) -> None:
    desk = Desk(rules)
    talks = ("talk-1", "talk-1", "talk-1") if rules is UNMERGED else ("talk-1", "talk-2", "talk-3")
    for place, talk in enumerate(talks):
        assert desk.hear(incident(message_id=f"m{place}", conversation_id=talk)).struck
    assert desk.seen == ("restricted", 3)


def test_heavier_message_of_a_burst_adds_the_difference_and_makes_no_new_strike() -> None:
    desk = Desk(weighing(weights=dict(DEFAULT.weights) | {"payment": 3}))
    desk.hear(incident(message_id="a"))
    result = desk.hear(incident(finding("payment"), message_id="b", sent_at=START + MINUTE))
    strike = result.verdicts[0].strike
    assert (result.outcome, strike.counted, strike.weight, strike.active_strikes) == ("merged", False, 2, 3)
    assert desk.seen == ("restricted", 3)


def test_earlier_message_that_comes_late_makes_no_strike_of_its_own() -> None:
    desk = Desk()
    desk.hear(incident(message_id="b", sent_at=START + 2 * MINUTE))
    late = desk.hear(incident(message_id="a"), START + HOUR)
    assert late.outcome == "merged"
    assert late.verdicts[0].strike.expires_at == START + 90 * DAY
    assert desk.seen == ("warned", 1)


def test_appeal_on_the_first_of_a_burst_leaves_the_others_one_strike() -> None:
    desk = Desk()
    for place in range(3):
        desk.hear(incident(message_id=f"m{place + 1}", sent_at=START + place * MINUTE))
    assert desk.hear(UPHELD).standing is None
    assert desk.seen == ("warned", 1)
    for place in (2, 3):
        desk.hear(replace(UPHELD, message_id=f"m{place}", action_id=f"act-{place}"))
    assert desk.seen == ("good", 0)


def test_burst_expires_as_one() -> None:
    desk = Desk()
    desk.hear(incident(message_id="a"))
    desk.hear(incident(message_id="b", sent_at=START + 2 * MINUTE))
    assert desk.wait(START + 90 * DAY).outcome == "expiry"
    assert desk.seen == ("good", 0)
    desk.wait(START + 90 * DAY + 3 * MINUTE)
    assert (desk.seen, desk.ledger) == (("good", 0), None)


def test_strike_keeps_the_merging_it_was_made_under() -> None:
    desk = Desk()
    desk.hear(incident(message_id="a"))
    desk.rules = UNMERGED
    assert desk.hear(incident(message_id="b", sent_at=START + MINUTE)).outcome == "merged"
    later = START + 10 * MINUTE
    assert desk.hear(incident(message_id="c", sent_at=later)).struck
    desk.rules = DEFAULT
    assert desk.hear(incident(message_id="d", sent_at=later + MINUTE)).struck
    assert desk.seen == ("restricted", 3)


def test_first_offence_may_weigh_nothing_until_there_is_a_second() -> None:
    desk = Desk(weighing(first_offence_weight=0))
    first = desk.hear(incident())
    assert (first.struck, first.verdicts[0].strike.weight, desk.seen) == (True, 0, ("good", 0))
    desk.hear(incident(message_id="m2", sent_at=START + DAY))
    assert desk.seen == ("warned", 1)
    desk.wait(START + 90 * DAY)
    assert desk.seen == ("good", 0)


def test_second_of_a_kind_weighs_more() -> None:
    desk = Desk(weighing(same_kind_extra=1))
    desk.hear(incident(finding("email")))
    desk.hear(incident(finding("phone"), message_id="m2", sent_at=START + DAY))
    assert desk.seen == ("warned", 2)
    again = desk.hear(incident(finding("email"), message_id="m3", sent_at=START + 2 * DAY))
    assert again.verdicts[0].strike.weight == 2
    assert desk.seen == ("restricted", 4)
    desk.wait(START + 90 * DAY)
    assert desk.seen == ("warned", 2)


def test_severe_kind_bypasses_the_steps_and_no_dampening_spares_it() -> None:
    rules = policy(strikes={"first_offence_weight": 0}, severe={"kinds": ["payment"], "standing": "suspended"})
    desk = Desk(rules)
    result = desk.hear(incident(finding("payment", "solicit")))
    assert result.verdicts[0].strike.standing_after == "suspended"
    assert desk.seen == ("suspended", 1)
    desk.rules = DEFAULT  # made under the policy that called it severe, it stays so
    desk.hear(incident(message_id="m2", sent_at=START + DAY))
    assert desk.seen == ("suspended", 2)
    desk.wait(START + 90 * DAY)
    assert desk.seen == ("warned", 1)


def test_kind_that_becomes_severe_does_not_reach_back() -> None:
    desk = Desk()
    desk.hear(incident(finding("payment", "solicit")))
    desk.rules = policy(severe={"kinds": ["payment"]})
    desk.hear(incident(message_id="m2", sent_at=START + DAY))
    assert desk.seen == ("warned", 2)


STICKY = policy(ladder={"sticky_suspension": True})


def suspended(rules: Policy = STICKY) -> Desk:
    desk = Desk(rules)
    for message in weekly(5):
        desk.hear(message)
    assert desk.seen == ("suspended", 5)
    return desk


def test_sticky_suspension_outlives_its_strikes_and_is_said_to() -> None:
    desk = suspended()
    assert desk.ledger is not None
    last = desk.hear(incident(message_id="more", sent_at=START + 30 * DAY)).verdicts[0]
    assert "does not end by itself" in last.reasons
    desk.wait(START + 400 * DAY)
    assert desk.seen == ("suspended", 0)
    assert desk.wait(START + 800 * DAY).outcome == "unchanged"


def test_clearing_ends_a_sticky_suspension_even_without_strikes_left() -> None:
    desk = suspended()
    desk.wait(START + 400 * DAY)
    result = desk.hear(replace(CLEAR, at=START + 401 * DAY))
    assert (result.outcome, result.verdicts, desk.seen, desk.ledger) == ("cleared", (), ("good", 0), None)


def test_upheld_appeal_ends_a_sticky_suspension_that_rested_on_it() -> None:
    desk = suspended()
    desk.hear(replace(UPHELD, message_id="w4", at=START + 29 * DAY))
    assert desk.seen == ("restricted", 4)


def test_appeal_rejected_ends_no_suspension() -> None:
    desk = suspended()
    desk.wait(START + 100 * DAY)
    desk.hear(replace(UPHELD, message_id="w4", at=START + 101 * DAY, outcome="rejected"))
    desk.wait(START + 110 * DAY)
    assert desk.seen[0] == "suspended"


def test_suspension_ends_by_itself_by_default() -> None:
    desk = suspended(DEFAULT)
    desk.wait(START + 90 * DAY)
    assert desk.seen == ("restricted", 4)


def test_thresholds_may_follow_the_standing() -> None:
    desk = Desk(policy(thresholds={"overrides": [{"standing": "warned", "violation": 0.55, "review": 0.5}]}))
    assert desk.hear(incident(DOUBTFUL)).outcome == "review"
    desk.hear(incident(message_id="m2", sent_at=START + DAY))
    assert desk.hear(incident(DOUBTFUL, message_id="m3", sent_at=START + 2 * DAY)).outcome == "violation"
    assert desk.seen == ("warned", 2)


def test_deliverable_on_the_order_page_is_for_review() -> None:
    card = finding("phone", techniques=("deliverable",))
    desk = Desk()
    assert desk.hear(on_order_page(card)).outcome == "review"
    assert desk.hear(incident(card, message_id="m2")).outcome == "violation"
    approved = Desk(gig=approvals(approval("phone")))
    assert approved.hear(on_order_page(card)).outcome == "exempt"
    assert Desk(policy(deliverables={"review_on": []})).hear(on_order_page(card)).outcome == "violation"


def test_open_breaker_sends_to_review_and_support_can_confirm() -> None:
    desk = Desk()
    result = desk.hear(incident(), breaker_open=True)
    assert (result.outcome, result.diverted, result.struck, result.standing) == ("held", True, False, None)
    assert result.verdicts[0].decision == "review"
    assert "A person will check it" in result.verdicts[0].reasons
    assert desk.hear(incident()).outcome == "duplicate"
    assert desk.hear(CONFIRM).struck
    assert desk.seen == ("warned", 1)


def test_open_breaker_changes_nothing_else() -> None:
    desk = Desk(gig=approvals(approval("email")))
    assert desk.hear(on_order_page(), breaker_open=True).outcome == "exempt"
    assert desk.hear(incident(DOUBTFUL, message_id="m2"), breaker_open=True).outcome == "review"
    assert not desk.hear(incident(DOUBTFUL, message_id="m2"), breaker_open=True).diverted


def test_judgement_tells_the_breaker_of_violations_and_new_suspensions() -> None:
    desk = Desk()
    samples = [desk.hear(message).sample for message in weekly(6)]
    assert [each.violations for each in samples] == [1] * 6
    assert [each.suspensions for each in samples] == [0, 0, 0, 0, 1, 0]
    assert desk.hear(incident(DOUBTFUL, message_id="d"), START + 50 * DAY).sample.violations == 0
    assert desk.hear(weekly(6)[0]).sample.violations == 0


def test_reasons_are_in_the_language_of_the_message_to_the_end() -> None:
    desk = Desk()
    first = desk.hear(incident(locale="es-MX")).verdicts[0]
    assert first.reasons.startswith("Este mensaje incumple nuestras normas.")
    assert "«reach me: ■■■■»" in first.reasons
    corrected = desk.hear(UPHELD).verdicts[0]
    assert corrected.reasons.startswith("El equipo de soporte ha anulado")
