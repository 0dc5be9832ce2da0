"""Screen and judge over recorded input, in its own order and by its own clock.

The same pure stages as the worker's, with dictionaries for state. The clock is the latest time told by a message
or an action so far, so that old files replay as they happened: strikes of last year expire last year.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from consumer.events.approval import GigApprovals
from consumer.events.conversation import ConversationMemory
from consumer.events.finding import PublishedFinding
from consumer.events.ledger import AccountLedger
from consumer.events.message import MessageEvent
from consumer.events.moderation import ModeratorAction
from consumer.events.verdict import Verdict
from consumer.events.vocabulary import Decision, StandingName, to_millis
from consumer.policy import Policy
from consumer.stages.judge import Judgement, judge_action, judge_incident, judge_tick
from consumer.stages.screen import Screener

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scanned:
    """What became of one message. `decision` is None when nothing is held against it."""

    event: MessageEvent
    decision: Decision | None
    outcome: str
    standing: StandingName
    findings: tuple[PublishedFinding, ...] = ()
    masked_text: str
    verdict: Verdict | None = None


@dataclass(slots=True)
class Replay:
    """The state of a replay; feed it in the order of the input."""

    screener: Screener
    policy: Policy
    _memories: dict[str, ConversationMemory] = field(default_factory=dict)
    _ledgers: dict[str, AccountLedger] = field(default_factory=dict)
    _approvals: dict[str, GigApprovals] = field(default_factory=dict)
    _clock: datetime | None = None

    def suspects(self, texts: Sequence[str]) -> set[int]:
        """Indices of the texts that may contain something; computed for many at once because that is cheap."""
        return set(self.screener.suspects(texts))

    def message(self, event: MessageEvent, *, suspect: bool) -> Scanned:
        """Screen and judge one message."""
        now = self._advance(event.sent_at)
        remembered = self._memories.get(event.conversation_id)
        if not suspect and remembered is None:
            return self._allowed(event, "clean", now)
        screening = self.screener.screen(event, remembered, event.sent_at)
        _keep(self._memories, event.conversation_id, screening.memory)
        incident = screening.incident
        if incident is None:
            return self._allowed(event, "clean", now)
        account = event.sender_id
        self._tick(account, now)
        approvals = None if event.gig_id is None else self._approvals.get(event.gig_id)
        judgement = judge_incident(incident, self._ledgers.get(account), approvals, self.policy, now)
        _keep(self._ledgers, account, judgement.ledger)
        verdict = judgement.verdicts[0] if judgement.verdicts else None
        decision = verdict.decision if verdict else self._decided_before(event, judgement)
        if decision is None:
            return self._allowed(event, judgement.outcome, now)
        return Scanned(
            event=event,
            decision=decision,
            outcome=judgement.outcome,
            standing=self._standing(account, now),
            findings=verdict.findings if verdict else incident.findings,
            masked_text=incident.masked_text,
            verdict=verdict,
        )

    def action(self, action: ModeratorAction) -> Judgement:
        """Apply a moderator's action."""
        now = self._advance(action.at)
        self._tick(action.account_id, now)
        judgement = judge_action(action, self._ledgers.get(action.account_id), self.policy, now)
        _keep(self._ledgers, action.account_id, judgement.ledger)
        return judgement

    def approve(self, gig_id: str, approvals: GigApprovals | None) -> None:
        """Replace what is known of a gig's approvals; none forgets the gig."""
        _keep(self._approvals, gig_id, approvals)

    def _advance(self, told: datetime) -> datetime:
        self._clock = told if self._clock is None else max(self._clock, told)
        return self._clock

    def _allowed(self, event: MessageEvent, outcome: str, now: datetime) -> Scanned:
        return Scanned(
            event=event,
            decision=None,
            outcome=outcome,
            standing=self._standing(event.sender_id, now),
            masked_text=event.text,
        )

    def _decided_before(self, event: MessageEvent, judgement: Judgement) -> Decision | None:
        """The decision that stands on a message delivered again; none if it has none."""
        if judgement.outcome not in {"duplicate", "settled"}:
            return None
        ledger = self._ledgers.get(event.sender_id)
        cases = [case for case in ledger.cases if case.message_id == event.message_id] if ledger else []
        cases.sort(key=lambda case: (case.revision == event.revision, case.revision))
        return cases[-1].decision if cases else None

    def _standing(self, account: str, now: datetime) -> StandingName:
        self._tick(account, now)
        ledger = self._ledgers.get(account)
        return "good" if ledger is None else ledger.standing

    def _tick(self, account: str, now: datetime) -> None:
        ledger = self._ledgers.get(account)
        if ledger is not None and ledger.due is not None and ledger.due <= to_millis(now):
            _keep(self._ledgers, account, judge_tick(account, ledger, self.policy, now).ledger)


def _keep(state: dict[str, Value], key: str, value: Value | None) -> None:
    if value is None:
        state.pop(key, None)
    else:
        state[key] = value
