"""Scenarios before the real detector and the pure judge, without Kafka."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from consumer.detection import Detector
from consumer.events.approval import GigApprovals
from consumer.events.conversation import ConversationMemory
from consumer.events.ledger import AccountLedger
from consumer.events.message import MessageEvent
from consumer.events.moderation import ModeratorAction
from consumer.policy import Policy
from consumer.policy.ruling import rule_on
from consumer.stages.judge import judge_action, judge_incident, judge_tick
from consumer.stages.screen import Screener
from tests.scenarios.scenario import Record, Scenario, Script

Pairs = list[list[str]]


@dataclass(frozen=True)
class Told:
    """What a step came to: findings as (kind, intent), those exempt, and whether it made a strike."""

    findings: Pairs = field(default_factory=list)
    exempt: Pairs = field(default_factory=list)
    struck: bool = False


@dataclass
class Court:
    """One world of accounts and gigs, judged by one policy at the times a scenario tells."""

    policy: Policy
    ledgers: dict[str, AccountLedger | None] = field(default_factory=dict)
    memories: dict[str, ConversationMemory | None] = field(default_factory=dict)
    gigs: dict[str, GigApprovals] = field(default_factory=dict)

    def hear(self, record: Record, now: datetime) -> Told:
        """Process one record at an instant."""
        if isinstance(record, GigApprovals):
            self.gigs[record.gig_id] = record
            return Told()
        if isinstance(record, ModeratorAction):
            judgement = judge_action(record, self.ledgers.get(record.account_id), self.policy, now)
            self.ledgers[record.account_id] = judgement.ledger
            return Told(struck=judgement.struck)
        return self._message(record, now)

    def stands(self, account: str, now: datetime) -> tuple[int, str]:
        """Active strikes and standing of an account, time having passed."""
        ledger = self.ledgers.get(account)
        if ledger is not None:
            ledger = self.ledgers[account] = judge_tick(account, ledger, self.policy, now).ledger
        return (0, "good") if ledger is None else (ledger.active, ledger.standing)

    def _message(self, event: MessageEvent, now: datetime) -> Told:
        screening = _screener().screen(event, self.memories.get(event.conversation_id), now)
        self.memories[event.conversation_id] = screening.memory
        incident = screening.incident
        if incident is None:
            return Told()
        approvals = None if event.gig_id is None else self.gigs.get(event.gig_id)
        held = self.ledgers.get(event.sender_id)
        judgement = judge_incident(incident, held, approvals, self.policy, now)
        self.ledgers[event.sender_id] = judgement.ledger
        ruling = rule_on(incident, approvals, self.policy)
        if ruling is None:
            return Told()
        exempt = [each for each in ruling.findings if each.kind in ruling.exempted]
        return Told(
            findings=[[each.kind, each.intent] for each in ruling.findings],
            exempt=[[each.kind, each.intent] for each in exempt],
            struck=judgement.struck,
        )


@cache
def _screener() -> Screener:
    return Screener(Detector.default(), b"a key for scenarios")


def faults(scenario: Scenario, policy: Policy) -> list[str]:
    """What a scenario expects and does not come true, step by step; none if all is as expected."""
    court = Court(policy)
    script = Script(scenario)
    found: list[str] = []
    for number, (now, record, expected) in enumerate(script.play(), start=1):
        told = Told() if record is None else court.hear(record, now)
        stands = {user: court.stands(script.account(user), now) for user in scenario.users}
        found += [f"step {number}: {each}" for each in (*_of_message(told, expected), *_of_users(stands, expected))]
    return found


def _of_message(told: Told, expected: Mapping[str, Any]) -> Iterable[str]:
    for name, given in (("findings", told.findings), ("exempt", told.exempt)):
        wanted = expected.get(name)
        if wanted is not None and sorted(wanted) != sorted(given):
            yield f"{name} {sorted(wanted)} expected, {sorted(given)} seen"
    if expected.get("struck") is not None and expected["struck"] != told.struck:
        yield f"struck {expected['struck']} expected, {told.struck} seen"


def _of_users(stands: Mapping[str, tuple[int, str]], expected: Mapping[str, Any]) -> Iterable[str]:
    for user, (active, standing) in stands.items():
        wanted = (expected["active_strikes"][user], expected["standing"][user])
        if wanted != (active, standing):
            yield f"{user} {wanted} expected, {(active, standing)} seen"
