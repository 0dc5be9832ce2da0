"""The second step: an account's incidents, support's decisions and the passing of time, judged on its ledger.

Invariants, whatever the order and the number of deliveries:

- a message is at most one strike, however often it is edited;
- a revision judged once is never judged again while it is remembered;
- a message set aside by support is not struck again for that revision or an older one; a newer edit can
  strike;
- what is published about the standing follows from the cases, the policy's ladder and the time alone.

When nothing changes, the ledger in the result is the very object passed in, so that no changelog record is
due.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Literal

from consumer.events.account import Incident
from consumer.events.approval import GigApprovals
from consumer.events.ids import corrected_verdict_id, incident_id, verdict_id
from consumer.events.ledger import AccountLedger, Case
from consumer.events.moderation import Action, ModeratorAction
from consumer.events.standing import AccountStanding, Cause
from consumer.events.verdict import StrikeEffect, Verdict
from consumer.events.vocabulary import StandingName, to_millis
from consumer.policy import Policy
from consumer.policy.ruling import Ruling, rule_on
from consumer.policy.statement import Counting, Opening
from consumer.strikes.ledger import (
    EMPTY,
    clear,
    confirm,
    note,
    overturn,
    record_case,
    revisions,
    settle,
    standing_at,
)
from consumer.strikes.standing import Tally, bearing

JudgementOutcome = Literal[
    "violation",  # a verdict and a new strike
    "repeat",  # a violation in another revision of a message that has its strike
    "expired",  # a violation too old to count
    "review",
    "exempt",
    "ignored",  # nothing reaches a threshold, or the rules do not apply on this surface
    "settled",  # an older revision of a message that support has set aside
    "duplicate",  # judged, or applied, before
    "overturned",
    "confirmed",
    "cleared",
    "recorded",  # an appeal pending or rejected
    "no_effect",  # an action that finds nothing to change
    "unknown_message",  # an action on a message without a verdict; `refusal` says so
    "expiry",  # time changed what counts
    "forgotten",  # time only ended what was remembered
    "unchanged",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What to remember and what to publish. A `ledger` of none means: forget the account.

    `struck` is true when this delivery made a strike that counts. `refusal` says, without any content of a
    message, why an action cannot be applied.
    """

    ledger: AccountLedger | None
    outcome: JudgementOutcome
    verdicts: tuple[Verdict, ...] = ()
    standing: AccountStanding | None = None
    struck: bool = False
    refusal: str | None = None


def judge_incident(
    incident: Incident,
    ledger: AccountLedger | None,
    approvals: GigApprovals | None,
    policy: Policy,
    now: datetime,
) -> Judgement:
    """Judge one revision of one message by the account's ledger and the approvals of the message's gig."""
    held = EMPTY if ledger is None else ledger
    earlier = revisions(held, incident.message_id)
    for case in earlier:
        if case.revision == incident.revision:
            return Judgement(ledger=ledger, outcome="duplicate")
        if case.revision > incident.revision and case.decision == "overturned":
            return Judgement(ledger=ledger, outcome="settled")
    ruling = rule_on(incident, approvals, policy)
    if ruling is None:
        return Judgement(ledger=ledger, outcome="ignored")
    moment = to_millis(now)
    case = _case(incident, ruling, policy, moment)
    change = _settled(incident.account_id, held, record_case(held, case, moment), policy, now)
    struck = bearing(earlier)
    older = struck is not None and struck.revision < case.revision
    strike = case if case.decision == "violation" and not older else struck
    counting = _counting(case, struck, strike, moment)
    effect = change.effect(case, strike, counting)
    return Judgement(
        ledger=change.after,
        outcome=_INCIDENT_OUTCOMES.get(counting, ruling.decision),
        verdicts=(_verdict(incident, ruling, effect, counting, change),),
        standing=change.standing("verdict"),
        struck=counting == "counted",
    )


def judge_action(action: ModeratorAction, ledger: AccountLedger | None, policy: Policy, now: datetime) -> Judgement:
    """Apply support's decision to the account; delivered again, or with its aim met, it does nothing."""
    if action.action == "clear_account":
        return _clear_account(action, ledger, policy, now)
    held = EMPTY if ledger is None else ledger
    message_id = action.message_id
    if message_id is None:
        raise ValueError(f"{action.action} without a message_id")
    cases = revisions(held, message_id)
    if not cases:
        return Judgement(ledger=ledger, outcome="unknown_message", refusal=_UNKNOWN)
    if any(action.action_id in case.actions for case in cases):
        return Judgement(ledger=ledger, outcome="duplicate")
    if action.action == "confirm_review":
        moved = confirm(held, message_id, action.action_id, lambda case: _weighed(case, policy))
        return _corrected(action, held, moved, policy, now)
    if action.outcome == "upheld":
        return _corrected(action, held, overturn(held, message_id, action.action_id), policy, now)
    return Judgement(ledger=note(held, message_id, action.action_id), outcome="recorded")


def judge_tick(account_id: str, ledger: AccountLedger, policy: Policy, now: datetime) -> Judgement:
    """Let time pass: publish the standing if strikes have expired, and forget what is no longer needed."""
    change = _settled(account_id, ledger, ledger, policy, now)
    if change.after is ledger:
        return Judgement(ledger=ledger, outcome="unchanged")
    standing = change.standing("expiry")
    return Judgement(
        ledger=change.after if change.after.cases else None,
        outcome="forgotten" if standing is None else "expiry",
        standing=standing,
    )


_UNKNOWN = "no verdict on this message is remembered for this account"
_INCIDENT_OUTCOMES: dict[Counting, Literal["repeat", "expired"]] = {"repeat": "repeat", "expired": "expired"}
_ACTIONS: dict[Action, tuple[JudgementOutcome, Opening]] = {
    "appeal": ("overturned", "overturned"),
    "clear_account": ("cleared", "overturned"),
    "confirm_review": ("confirmed", "confirmed"),
}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class _Change:
    """A ledger before and after, and what counts in the new one."""

    account_id: str
    before: AccountLedger
    after: AccountLedger
    count: Tally
    standing_before: StandingName
    policy: Policy
    now: datetime

    def effect(self, case: Case, strike: Case | None, counting: Counting) -> StrikeEffect:
        """What the verdict on `case` did; `strike` bears the strike of its message now, if there is one."""
        counted = counting == "counted"
        return StrikeEffect(
            counted=counted,
            weight=case.weight if counted else 0,
            active_strikes=self.count.active,
            standing_before=self.standing_before,
            standing_after=self.count.standing,
            expires_at=None if strike is None else _instant(strike.expires),
        )

    def standing(self, cause: Cause) -> AccountStanding | None:
        """What to publish of the standing, compared with what was published last."""
        count = self.count
        if count.standing == self.before.standing and count.active == self.before.active:
            return None
        return AccountStanding(
            account_id=self.account_id,
            standing=count.standing,
            previous=self.before.standing,
            active_strikes=count.active,
            as_of=self.now,
            cause=cause,
            policy_version=self.policy.version,
            next_expiry=None if count.next_expiry is None else _instant(count.next_expiry),
        )


def _settled(account_id: str, held: AccountLedger, moved: AccountLedger, policy: Policy, now: datetime) -> _Change:
    moment = to_millis(now)
    standing_before = standing_at(held, policy.ladder, moment)
    after, count = settle(moved, policy.ladder, moment)
    return _Change(account_id, held, after, count, standing_before, policy, now)


def _counting(case: Case, struck: Case | None, strike: Case | None, moment: int) -> Counting:
    """How a case counts whose message bore the strike `struck` before and bears `strike` now."""
    if case.decision != "violation":
        return "none"
    if struck is not None or strike is not case:
        return "repeat"
    return "counted" if moment < case.expires else "expired"


def _clear_account(action: ModeratorAction, ledger: AccountLedger | None, policy: Policy, now: datetime) -> Judgement:
    if ledger is None:
        return Judgement(ledger=None, outcome="no_effect")
    if action.action_id in ledger.actions:
        return Judgement(ledger=ledger, outcome="duplicate")
    return _corrected(action, ledger, clear(ledger, action.action_id, to_millis(action.at)), policy, now)


def _corrected(
    action: ModeratorAction, held: AccountLedger, moved: AccountLedger, policy: Policy, now: datetime
) -> Judgement:
    """The judgement of an action that made `moved` of `held`: one corrected verdict for each new decision."""
    decided = [new for old, new in zip(held.cases, moved.cases, strict=True) if old.decision != new.decision]
    if not decided:
        message_id = action.message_id
        noted = moved if message_id is None else note(held, message_id, action.action_id)
        return Judgement(ledger=noted, outcome="no_effect")
    change = _settled(action.account_id, held, moved, policy, now)
    outcome, opening = _ACTIONS[action.action]
    verdicts = tuple(_correction(action, case, opening, change) for case in decided)
    return Judgement(
        ledger=change.after if change.after.cases else None,
        outcome=outcome,
        verdicts=verdicts,
        standing=change.standing(action.action),
        struck=any(verdict.strike.counted for verdict in verdicts),
    )


def _case(incident: Incident, ruling: Ruling, policy: Policy, moment: int) -> Case:
    at = to_millis(incident.sent_at)
    return Case(
        message_id=incident.message_id,
        revision=incident.revision,
        decision=ruling.decision,
        at=at,
        judged=moment,
        expires=at + policy.window,
        weight=policy.weight(ruling.kinds) if ruling.decision == "violation" else 0,
        kinds=ruling.kinds,
        policy=policy.version,
    )


def _weighed(case: Case, policy: Policy) -> Case:
    """A reviewed case as the strike it becomes, under the policy at the time it is confirmed."""
    return replace(case, weight=policy.weight(case.kinds), expires=case.at + policy.window, policy=policy.version)


def _verdict(
    incident: Incident,
    ruling: Ruling,
    effect: StrikeEffect,
    counting: Counting,
    change: _Change,
) -> Verdict:
    reasons = change.policy.statement.write(
        ruling.decision,
        tuple(dict.fromkeys([(finding.kind, finding.intent) for finding in ruling.grounds])),
        () if ruling.decision == "exempt" else ruling.exempted,
        counting,
        effect,
    )
    return Verdict(
        verdict_id=verdict_id(incident.account_id, incident.message_id, incident.revision),
        message_id=incident.message_id,
        revision=incident.revision,
        account_id=incident.account_id,
        decision=ruling.decision,
        sent_at=incident.sent_at,
        decided_at=change.now,
        strike=effect,
        reasons=reasons,
        policy_version=change.policy.version,
        detector_version=incident.detector_version,
        incident_id=incident.incident_id,
        conversation_id=incident.conversation_id,
        recipient_id=incident.recipient_id,
        surface=incident.surface,
        gig_id=incident.gig_id,
        order_id=incident.order_id,
        findings=ruling.findings,
        exempted=ruling.exempted,
        masked_text=incident.masked_text,
    )


def _correction(action: ModeratorAction, case: Case, opening: Opening, change: _Change) -> Verdict:
    """The verdict that replaces the one on a case; `corrects` is always the first verdict on the incident."""
    first = verdict_id(action.account_id, case.message_id, case.revision)
    struck = bearing(revisions(change.before, case.message_id))
    strike = bearing(revisions(change.after, case.message_id))
    counting = _counting(case, struck, strike, to_millis(change.now))
    effect = change.effect(case, strike, counting)
    mentions = tuple((kind, None) for kind in case.kinds) if opening == "confirmed" else ()
    return Verdict(
        verdict_id=corrected_verdict_id(first, action.action_id),
        message_id=case.message_id,
        revision=case.revision,
        account_id=action.account_id,
        decision=case.decision,
        sent_at=_instant(case.at),
        decided_at=change.now,
        strike=effect,
        reasons=change.policy.statement.write(opening, mentions, (), counting, effect),
        policy_version=change.policy.version,
        incident_id=incident_id(action.account_id, case.message_id, case.revision),
        corrects=first,
        action_id=action.action_id,
    )


def _instant(millis: int) -> datetime:
    return _EPOCH + timedelta(milliseconds=millis)
