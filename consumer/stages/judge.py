"""The second step: an account's incidents, support's decisions and the passing of time, judged on its ledger.

Invariants, whatever the order and the number of deliveries:

- a message is at most one strike, however often it is edited;
- a revision judged once is never judged again while it is remembered;
- a message set aside by support is not struck again for that revision or an older one; a newer edit can
  strike;
- what is published about the standing follows from the cases, the policy's ladder and the time alone, but for a
  suspension that a policy makes last until support ends it.

When nothing changes, the ledger in the result is the very object passed in, so that no changelog record is
due.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from consumer.events.account import Incident
from consumer.events.approval import GigApprovals
from consumer.events.ids import talk_digest
from consumer.events.ledger import AccountLedger, Case
from consumer.events.moderation import Action, ModeratorAction
from consumer.events.standing import AccountStanding
from consumer.events.verdict import Verdict
from consumer.events.vocabulary import to_millis
from consumer.policy import Policy
from consumer.policy.ruling import Ruling, rule_on
from consumer.policy.statement import Counting, Opening
from consumer.stages.change import change_of
from consumer.stages.verdicts import corrected_verdict, first_verdict
from consumer.strikes.breaker import Sample
from consumer.strikes.ledger import EMPTY, clear, confirm, note, overturn, record_case, revisions, spent
from consumer.strikes.standing import standing_at

JudgementOutcome = Literal[
    "violation",  # a verdict and a new strike
    "merged",  # a violation that counts together with others of its conversation
    "repeat",  # a violation in another revision of a message that has its strike
    "expired",  # a violation too old to count
    "held",  # a violation sent to review because the breaker is open
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

    @property
    def diverted(self) -> bool:
        """Whether the open breaker kept a violation from striking."""
        return self.outcome == "held"

    @property
    def sample(self) -> Sample:
        """What the breaker has to know of this; the messages read are for the screen stage to tell."""
        standing = self.standing
        suspended = standing is not None and standing.standing == "suspended" != standing.previous
        violations = sum(verdict.decision == "violation" for verdict in self.verdicts)
        return Sample(violations=violations, suspensions=int(suspended))


def judge_incident(
    incident: Incident,
    ledger: AccountLedger | None,
    approvals: GigApprovals | None,
    policy: Policy,
    now: datetime,
    *,
    breaker_open: bool = False,
) -> Judgement:
    """Judge one revision of one message by the account's ledger and the approvals of the message's gig.

    With `breaker_open` nothing strikes: what would be a violation is for review, and support can confirm it later.
    """
    held = EMPTY if ledger is None else ledger
    earlier = revisions(held, incident.message_id)
    for case in earlier:
        if case.revision == incident.revision:
            return Judgement(ledger=ledger, outcome="duplicate")
        if case.revision > incident.revision and case.decision == "overturned":
            return Judgement(ledger=ledger, outcome="settled")
    moment = to_millis(now)
    ruling = rule_on(incident, approvals, policy, standing_at(held, policy.ladder, moment))
    if ruling is None:
        return Judgement(ledger=ledger, outcome="ignored")
    diverted = breaker_open and ruling.decision == "violation"
    if diverted:
        ruling = replace(ruling, decision="review")
    case = _case(incident, ruling, policy, moment)
    change = change_of(incident.account_id, held, record_case(held, case, moment), policy, now)
    impact = change.impact(case)
    return Judgement(
        ledger=change.after,
        outcome="held" if diverted else _INCIDENT_OUTCOMES.get(impact.counting, ruling.decision),
        verdicts=(first_verdict(incident, ruling, case.language, impact, change),),
        standing=change.standing("verdict"),
        struck=impact.effect.counted,
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
        moment = to_millis(now)
        moved = confirm(held, message_id, action.action_id, lambda case: _confirmed(case, policy, moment))
        return _corrected(action, held, moved, policy, now)
    if action.outcome == "upheld":
        return _corrected(action, held, overturn(held, message_id, action.action_id), policy, now)
    return Judgement(ledger=note(held, message_id, action.action_id), outcome="recorded")


def judge_tick(account_id: str, ledger: AccountLedger, policy: Policy, now: datetime) -> Judgement:
    """Let time pass: publish the standing if strikes have expired, and forget what is no longer needed."""
    change = change_of(account_id, ledger, ledger, policy, now)
    if change.after is ledger:
        return Judgement(ledger=ledger, outcome="unchanged")
    standing = change.standing("expiry")
    return Judgement(
        ledger=None if spent(change.after) else change.after,
        outcome="forgotten" if standing is None else "expiry",
        standing=standing,
    )


_UNKNOWN = "no verdict on this message is remembered for this account"
_INCIDENT_OUTCOMES: dict[Counting, Literal["merged", "repeat", "expired"]] = {
    "merged": "merged",
    "repeat": "repeat",
    "expired": "expired",
}
_ACTIONS: dict[Action, tuple[JudgementOutcome, Opening]] = {
    "appeal": ("overturned", "overturned"),
    "clear_account": ("cleared", "overturned"),
    "confirm_review": ("confirmed", "confirmed"),
}


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
    outcome, opening = _ACTIONS[action.action]
    decided = [new for old, new in zip(held.cases, moved.cases, strict=True) if old.decision != new.decision]
    clearing = action.action == "clear_account"
    if not decided and not clearing:
        return Judgement(ledger=_noted(action, held), outcome="no_effect")
    change = change_of(action.account_id, held, moved, policy, now, lift=opening == "overturned")
    standing = change.standing(action.action)
    if not decided and standing is None:
        return Judgement(ledger=moved, outcome="no_effect")
    verdicts = tuple(corrected_verdict(action, case, opening, change) for case in decided)
    return Judgement(
        ledger=None if spent(change.after) else change.after,
        outcome=outcome,
        verdicts=verdicts,
        standing=standing,
        struck=any(verdict.strike.counted for verdict in verdicts),
    )


def _noted(action: ModeratorAction, held: AccountLedger) -> AccountLedger:
    """The ledger that knows an action without effect, so that it has none when it comes again."""
    if action.message_id is None:
        raise ValueError(f"{action.action} without a message_id")
    return note(held, action.message_id, action.action_id)


def _case(incident: Incident, ruling: Ruling, policy: Policy, moment: int) -> Case:
    at = to_millis(incident.sent_at)
    strikes = ruling.decision == "violation"
    return Case(
        message_id=incident.message_id,
        revision=incident.revision,
        decision=ruling.decision,
        at=at,
        judged=moment,
        expires=at + policy.window,
        weight=policy.weight(ruling.kinds) if strikes else 0,
        kinds=ruling.kinds,
        policy=policy.version,
        talk=talk_digest(incident.conversation_id),
        merges=policy.merge_span if strikes else 0,
        floor=policy.floor(ruling.kinds) if strikes else "good",
        language=policy.statements.language(incident.locale),
    )


def _confirmed(case: Case, policy: Policy, moment: int) -> Case:
    """A reviewed case as the strike it becomes, under the policy when it is confirmed."""
    return replace(
        case,
        judged=moment,
        expires=case.at + policy.window,
        weight=policy.weight(case.kinds),
        merges=policy.merge_span,
        floor=policy.floor(case.kinds),
        policy=policy.version,
    )
