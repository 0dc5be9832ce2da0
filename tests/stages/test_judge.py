"""What the judge publishes and remembers, scenario by scenario."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import orjson
import pytest
from pydantic import TypeAdapter

from consumer.events.account import Incident
from consumer.events.ids import corrected_verdict_id, verdict_id
from consumer.events.ledger import MAX_CASES, AccountLedger, encode_ledger
from consumer.events.moderation import ModeratorAction, Outcome
from consumer.events.verdict import Verdict
from consumer.events.vocabulary import to_millis
from consumer.stages.judge import judge_action
from tests.policy.rules import (
    ACCOUNT,
    DAY,
    DEFAULT,
    START,
    approval,
    approvals,
    finding,
    incident,
    on_order_page,
    policy,
)
from tests.stages.desk import CLEAR, CONFIRM, DOUBTFUL, HOUR, UPHELD, Desk, act, weekly


def only(verdicts: Sequence[Verdict]) -> Verdict:
    assert len(verdicts) == 1
    return verdicts[0]


def test_ladder_is_climbed_strike_by_strike() -> None:
    desk = Desk()
    standings = [desk.hear(message).verdicts[0].strike.standing_after for message in weekly(6)]
    assert standings == ["warned", "warned", "restricted", "restricted", "suspended", "suspended"]
    assert desk.seen == ("suspended", 6)


def test_verdict_carries_the_incident_and_its_effect() -> None:
    event = incident(finding("phone", "request"), sent_at=START)
    result = Desk().hear(event, START + HOUR)
    verdict = only(result.verdicts)
    assert (result.outcome, result.struck, verdict.decision) == ("violation", True, "violation")
    assert verdict.verdict_id == verdict_id(ACCOUNT, "m1", 0)
    assert (verdict.incident_id, verdict.findings, verdict.masked_text) == (
        event.incident_id,
        event.findings,
        event.masked_text,
    )
    assert (verdict.sent_at, verdict.decided_at) == (START, START + HOUR)
    assert verdict.policy_version == DEFAULT.version
    assert (verdict.strike.counted, verdict.strike.weight, verdict.strike.active_strikes) == (True, 1, 1)
    assert verdict.strike.expires_at == START + 90 * DAY
    assert result.standing is not None
    assert (result.standing.previous, result.standing.standing, result.standing.cause) == ("good", "warned", "verdict")
    assert result.standing.next_expiry == START + 90 * DAY
    for said in ("a phone number asked for", "until 2031-05-30", "warned", "support"):
        assert said in verdict.reasons


def test_redelivery_publishes_nothing_and_keeps_the_ledger_itself() -> None:
    desk = Desk()
    desk.hear(incident())
    held = desk.ledger
    again = desk.hear(incident(), START + 5 * DAY)
    assert (again.outcome, again.verdicts, again.standing) == ("duplicate", (), None)
    assert again.ledger is held


@pytest.mark.parametrize(("first", "second"), [(0, 1), (1, 0), (2, 7)])
def test_edit_of_a_struck_message_gets_a_verdict_and_no_strike(first: int, second: int) -> None:
    desk = Desk()
    desk.hear(incident(revision=first))
    edit = desk.hear(incident(finding("payment"), revision=second, sent_at=START + HOUR))
    verdict = only(edit.verdicts)
    assert (edit.outcome, edit.struck, verdict.decision) == ("repeat", False, "violation")
    assert (verdict.strike.counted, verdict.strike.weight, verdict.strike.active_strikes) == (False, 0, 1)
    assert edit.standing is None
    assert "already has its strike" in verdict.reasons


@pytest.mark.parametrize("harmless", [incident(DOUBTFUL), on_order_page(finding("phone"))])
def test_edit_into_a_violation_strikes_once(harmless: Incident) -> None:
    desk = Desk(gig=approvals(approval("phone")))
    assert not desk.hear(harmless).struck
    edit = incident(revision=1)
    assert desk.hear(edit).struck
    assert desk.hear(edit).outcome == "duplicate"
    assert desk.seen == ("warned", 1)


def test_strike_of_an_edited_message_dates_from_the_first_breach() -> None:
    desk = Desk()
    desk.hear(incident(revision=0))
    edit = desk.hear(incident(revision=1, sent_at=START + 30 * DAY))
    assert only(edit.verdicts).strike.expires_at == START + 90 * DAY
    desk.wait(START + 90 * DAY)
    assert desk.seen == ("good", 0)


def test_strike_counts_to_the_last_moment_of_its_window() -> None:
    desk = Desk()
    desk.hear(incident())
    held = desk.ledger
    early = desk.wait(START + 90 * DAY - timedelta(milliseconds=500))
    assert early.outcome == "unchanged"
    assert early.ledger is held
    late = desk.wait(START + 90 * DAY)
    assert late.standing is not None
    assert (late.outcome, late.standing.cause, late.standing.previous) == ("expiry", "expiry", "warned")
    assert (desk.seen, desk.ledger) == (("good", 0), None)


def test_due_names_every_moment_at_which_something_changes() -> None:
    desk = Desk()
    for message in weekly(3):
        desk.hear(message)
    seen = []
    while desk.ledger is not None:
        assert desk.ledger.due is not None
        desk.wait(START + timedelta(milliseconds=desk.ledger.due - to_millis(START)))
        seen.append(desk.seen)
    assert seen == [("warned", 2), ("warned", 1), ("good", 0)]


def test_late_arrival_is_told_but_does_not_count() -> None:
    desk = Desk()
    result = desk.hear(incident(), START + 90 * DAY)
    verdict = only(result.verdicts)
    assert (result.outcome, result.struck, result.standing) == ("expired", False, None)
    assert (verdict.decision, verdict.strike.counted, verdict.strike.active_strikes) == ("violation", False, 0)
    assert verdict.strike.expires_at == START + 90 * DAY
    assert "too old" in verdict.reasons
    assert desk.hear(incident(), START + 179 * DAY).outcome == "duplicate"
    assert desk.wait(START + 180 * DAY).outcome == "forgotten"
    assert desk.ledger is None


def test_message_from_the_future_counts_at_once_and_longer() -> None:
    desk = Desk()
    result = desk.hear(incident(sent_at=START + DAY), START)
    assert result.struck
    assert only(result.verdicts).strike.expires_at == START + 91 * DAY


def test_verdict_after_an_unnoticed_expiry_starts_from_the_true_standing() -> None:
    desk = Desk()
    desk.hear(incident(message_id="old"))
    result = desk.hear(incident(message_id="new", sent_at=START + 95 * DAY))
    strike = only(result.verdicts).strike
    assert (strike.standing_before, strike.standing_after, strike.active_strikes) == ("good", "warned", 1)
    assert result.standing is None


@pytest.mark.parametrize("message", [incident(finding(confidence=0.2)), incident(finding(confidence=0.49))])
def test_faint_findings_leave_no_trace(message: Incident) -> None:
    desk = Desk()
    assert (desk.hear(message).outcome, desk.ledger) == ("ignored", None)


def test_exempt_message_is_told_and_never_strikes() -> None:
    desk = Desk(gig=approvals(approval("email", revoked_at=START + HOUR)))
    result = desk.hear(on_order_page(finding("email", "request")), START + 3 * HOUR)
    verdict = only(result.verdicts)
    assert (result.outcome, verdict.decision, verdict.exempted) == ("exempt", "exempt", ("email",))
    assert (verdict.strike.counted, verdict.strike.expires_at, result.standing) == (False, None, None)
    assert "Do not" not in verdict.reasons


def test_exemption_does_not_cover_what_stands_beside_it() -> None:
    desk = Desk(gig=approvals(approval("email", "phone")))
    result = desk.hear(on_order_page(finding("email"), finding("off_platform", "solicit")))
    verdict = only(result.verdicts)
    assert (result.struck, verdict.decision, verdict.exempted) == (True, "violation", ("email",))
    assert "Allowed here by support's approval: an e-mail address." in verdict.reasons


def test_upheld_appeal_takes_the_strike_back() -> None:
    desk = Desk()
    desk.hear(incident())
    result = desk.hear(UPHELD)
    verdict = only(result.verdicts)
    first = verdict_id(ACCOUNT, "m1", 0)
    assert (verdict.decision, verdict.corrects, verdict.action_id) == ("overturned", first, "act-1")
    assert verdict.verdict_id == corrected_verdict_id(first, "act-1")
    assert (verdict.findings, verdict.masked_text) == ((), None)
    assert verdict.strike.expires_at is None
    assert result.standing is not None
    assert (result.standing.cause, desk.seen) == ("appeal", ("good", 0))


@pytest.mark.parametrize("event", [UPHELD, replace(UPHELD, action_id="act-2"), incident()])
def test_after_an_upheld_appeal_nothing_strikes_that_revision_again(event: Incident | ModeratorAction) -> None:
    desk = Desk()
    desk.hear(incident())
    desk.hear(UPHELD)
    result = desk.hear(event, START + 2 * HOUR)
    assert (result.verdicts, result.standing, result.struck, desk.seen) == ((), None, False, ("good", 0))


def test_after_an_upheld_appeal_older_revisions_are_settled_and_newer_ones_strike() -> None:
    desk = Desk()
    desk.hear(incident(revision=1))
    desk.hear(UPHELD)
    held = desk.ledger
    older = desk.hear(incident(revision=0), START + 2 * HOUR)
    assert (older.outcome, older.verdicts) == ("settled", ())
    assert older.ledger is held
    assert desk.hear(incident(revision=2), START + 2 * HOUR).struck


def test_appeal_delivered_again_spares_what_came_in_between() -> None:
    desk = Desk()
    desk.hear(incident())
    desk.hear(UPHELD)
    desk.hear(incident(revision=1, sent_at=START + 2 * HOUR))
    assert desk.hear(UPHELD, START + 3 * HOUR).outcome == "duplicate"
    assert desk.seen == ("warned", 1)


def test_appeal_without_effect_is_remembered_too() -> None:
    desk = Desk(gig=approvals(approval("email")))
    desk.hear(on_order_page())
    assert desk.hear(UPHELD).outcome == "no_effect"
    desk.hear(incident(revision=1, sent_at=START + 2 * HOUR))
    assert desk.hear(UPHELD, START + 3 * HOUR).outcome == "duplicate"
    assert desk.seen == ("warned", 1)


@pytest.mark.parametrize("outcome", ["pending", "rejected"])
def test_appeal_not_upheld_is_recorded_once_and_changes_nothing(outcome: Outcome) -> None:
    desk = Desk()
    desk.hear(incident())
    appeal = act("appeal", outcome=outcome)
    first, second = desk.hear(appeal), desk.hear(appeal)
    assert (first.outcome, first.verdicts, first.standing) == ("recorded", (), None)
    assert second.outcome == "duplicate"
    assert second.ledger is first.ledger
    assert desk.hear(replace(UPHELD, action_id="act-2")).outcome == "overturned"


@pytest.mark.parametrize("action", [UPHELD, CONFIRM, act("appeal", outcome="pending")])
def test_action_on_an_unknown_message_is_refused(action: ModeratorAction) -> None:
    desk = Desk()
    desk.hear(incident(message_id="another"))
    held = desk.ledger
    result = desk.hear(action)
    assert (result.outcome, result.verdicts, result.standing) == ("unknown_message", (), None)
    assert result.refusal
    assert result.ledger is held
    assert judge_action(action, None, DEFAULT, START).ledger is None


def test_appeal_sets_every_revision_of_the_message_aside() -> None:
    desk = Desk()
    desk.hear(incident(revision=0))
    desk.hear(incident(DOUBTFUL, revision=1))
    verdicts = desk.hear(UPHELD).verdicts
    assert {verdict.corrects for verdict in verdicts} == {verdict_id(ACCOUNT, "m1", number) for number in (0, 1)}
    assert len({verdict.verdict_id for verdict in verdicts}) == 2
    assert desk.hear(replace(CONFIRM, action_id="act-2")).outcome == "no_effect"


def test_clearing_takes_every_strike_back_with_one_standing() -> None:
    desk = Desk()
    for message in weekly(4):
        desk.hear(message)
    desk.hear(incident(DOUBTFUL, message_id="doubtful", sent_at=START + 22 * DAY))
    result = desk.hear(replace(CLEAR, at=START + 23 * DAY))
    assert {verdict.message_id for verdict in result.verdicts} == {"w0", "w1", "w2", "w3"}
    assert {verdict.decision for verdict in result.verdicts} == {"overturned"}
    assert result.standing is not None
    assert (result.standing.cause, desk.seen) == ("clear_account", ("good", 0))


def test_clearing_delivered_again_spares_later_strikes_even_when_forgotten() -> None:
    desk = Desk()
    assert desk.hear(CLEAR).ledger is None
    desk.hear(incident(sent_at=START + 2 * HOUR))
    assert desk.hear(CLEAR, START + 3 * HOUR).outcome == "no_effect"
    assert desk.hear(CLEAR, START + 3 * HOUR).outcome == "duplicate"
    assert desk.seen == ("warned", 1)


def test_confirmed_review_becomes_a_strike_of_the_message_time() -> None:
    desk = Desk(policy(strikes={"weights": dict(DEFAULT.weights) | {"payment": 3}}))
    review = desk.hear(incident(finding("payment", "solicit", 0.6)), START + HOUR)
    assert (review.outcome, review.struck, review.standing) == ("review", False, None)
    result = desk.hear(CONFIRM, START + 10 * DAY)
    verdict = only(result.verdicts)
    assert (result.outcome, result.struck, verdict.decision) == ("confirmed", True, "violation")
    assert verdict.corrects == only(review.verdicts).verdict_id
    assert (verdict.strike.weight, verdict.strike.expires_at) == (3, START + 90 * DAY)
    assert (desk.seen, "payment outside the platform" in verdict.reasons) == (("restricted", 3), True)
    assert desk.hear(replace(CONFIRM, action_id="act-2")).outcome == "no_effect"


def test_strike_keeps_the_weight_and_window_it_was_made_under() -> None:
    desk = Desk()
    desk.hear(incident())
    desk.rules = policy(strikes={"window_days": 7, "weights": dict.fromkeys(DEFAULT.weights, 2)})
    desk.hear(incident(message_id="m2", sent_at=START + DAY))
    assert desk.seen == ("restricted", 3)
    desk.wait(START + 8 * DAY)
    assert desk.seen == ("warned", 1)


def test_clock_set_back_loses_and_doubles_nothing() -> None:
    desk = Desk()
    desk.hear(incident(), START + DAY)
    desk.hear(incident(message_id="m2", sent_at=START + DAY), START - DAY)
    assert desk.seen == ("warned", 2)
    assert desk.hear(incident(), START - DAY).outcome == "duplicate"


def test_flood_keeps_the_ledger_bounded_and_the_account_suspended() -> None:
    desk = Desk()
    desk.hear(incident(DOUBTFUL, message_id="doubtful"))
    for number in range(MAX_CASES + 20):
        desk.hear(incident(message_id=f"f{number}", sent_at=START + number * timedelta(minutes=4)))
    assert desk.ledger is not None
    assert len(desk.ledger.cases) == MAX_CASES
    assert "doubtful" not in {case.message_id for case in desk.ledger.cases}
    assert desk.seen == ("suspended", MAX_CASES)


def test_flood_of_merged_messages_pushes_no_other_strike_out() -> None:
    desk = Desk()
    for message in weekly(5):
        desk.hear(message)
    for number in range(MAX_CASES + 20):
        moment = START + 40 * DAY + number * timedelta(seconds=1)
        desk.hear(incident(message_id=f"f{number}", sent_at=moment))
    assert desk.ledger is not None
    assert len(desk.ledger.cases) == MAX_CASES
    assert desk.seen == ("suspended", 6)


def test_what_is_published_and_remembered_can_be_read_back() -> None:
    desk = Desk(gig=approvals(approval("email")))
    judged = [
        desk.hear(on_order_page(finding("email"), finding("payment", "solicit"))),
        desk.hear(incident(DOUBTFUL, message_id="m2")),
        desk.hear(CONFIRM),
        desk.hear(replace(CLEAR, action_id="act-3")),
    ]
    ledgers, verdicts = TypeAdapter(AccountLedger), TypeAdapter(Verdict)
    for result in judged:
        assert result.ledger is not None
        encoded = encode_ledger(result.ledger)
        assert ledgers.validate_json(encoded) == ledgers.validate_json(orjson.dumps(result.ledger)) == result.ledger
        assert b'"due":' in encoded
        assert len(encoded) < len(orjson.dumps(result.ledger))
        for verdict in result.verdicts:
            assert verdicts.validate_json(orjson.dumps(verdict)) == verdict
