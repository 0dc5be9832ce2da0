"""One policy, with the accounts as it would have left them. The breaker stays closed: it depends on a worker's load."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from consumer.backtest.decided import Decided, Label, decided
from consumer.events.account import Incident
from consumer.events.approval import GigApprovals
from consumer.events.ledger import AccountLedger
from consumer.events.moderation import ModeratorAction
from consumer.events.vocabulary import Kind, StandingName
from consumer.policy import Policy
from consumer.policy.ladder import RANK
from consumer.stages.judge import Judgement, judge_action, judge_incident, judge_tick


@dataclass(slots=True)
class Side:
    """What has happened under one policy so far.

    `worst` holds, for every account that ever left `good`, the harshest standing it had. `overturned` counts appeals
    upheld that set aside a verdict here, `refused` actions on messages that this policy has no verdict on.
    `false_alarms` are violations on messages labelled harmless, `doubts` reviews of such, and `misses` messages
    labelled as contact that went by.
    """

    policy: Policy
    decisions: Counter[Decided] = field(default_factory=Counter)
    kinds: Counter[tuple[Kind, Decided]] = field(default_factory=Counter)
    worst: dict[str, StandingName] = field(default_factory=dict)
    strikes: int = 0
    overturned: int = 0
    refused: int = 0
    false_alarms: int = 0
    doubts: int = 0
    misses: int = 0
    _ledgers: dict[str, AccountLedger] = field(default_factory=dict)

    def incident(
        self, incident: Incident, approvals: GigApprovals | None, now: datetime, label: Label | None
    ) -> Decided | None:
        """Judge an incident; return what was decided, none if it had been judged before."""
        account = incident.account_id
        judgement = judge_incident(incident, self._ledgers.get(account), approvals, self.policy, now)
        self._keep(account, judgement)
        self.strikes += judgement.struck
        decision = decided(judgement)
        if decision is None:
            return None
        self.decisions[decision] += 1
        found = judgement.verdicts[0].findings if judgement.verdicts else incident.findings
        for kind in {finding.kind for finding in found}:
            self.kinds[kind, decision] += 1
        if label == "harmless":
            self.false_alarms += decision == "violation"
            self.doubts += decision == "review"
        elif label == "contact":
            self.misses += decision == "allow"
        return decision

    def action(self, action: ModeratorAction, now: datetime) -> None:
        """Apply what support decided at the time."""
        judgement = judge_action(action, self._ledgers.get(action.account_id), self.policy, now)
        self.refused += judgement.refusal is not None
        self.overturned += judgement.outcome == "overturned"
        self._keep(action.account_id, judgement)

    def settle(self, now: datetime) -> None:
        """Let time pass for every account."""
        for account, ledger in list(self._ledgers.items()):
            self._keep(account, judge_tick(account, ledger, self.policy, now))

    def standing(self, account: str) -> StandingName:
        """The account's standing as last settled."""
        ledger = self._ledgers.get(account)
        return "good" if ledger is None else ledger.standing

    def active(self, account: str) -> int:
        """The weight of the account's strikes in force as last settled."""
        ledger = self._ledgers.get(account)
        return 0 if ledger is None else ledger.active

    def worst_of(self, account: str) -> StandingName:
        """The harshest standing the account ever had."""
        return self.worst.get(account, "good")

    def accounts(self) -> set[str]:
        """Every account that was ever struck or is remembered."""
        return {*self.worst, *self._ledgers}

    def _keep(self, account: str, judgement: Judgement) -> None:
        if judgement.ledger is None:
            self._ledgers.pop(account, None)
        else:
            self._ledgers[account] = judgement.ledger
        published = judgement.standing
        if published is not None and RANK[published.standing] > RANK[self.worst_of(account)]:
            self.worst[account] = published.standing
