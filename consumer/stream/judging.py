"""The second hop: what concerns an account, to verdicts, standing and its ledger."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from time import perf_counter

from consumer.events.account import Incident
from consumer.events.approval import GigApprovals
from consumer.events.decode import Rejected, decode_account_event
from consumer.events.ledger import AccountLedger
from consumer.events.moderation import ModeratorAction
from consumer.stages.judge import Judgement, judge_action, judge_incident, judge_tick
from consumer.stream.outputs import Outputs, trace_of
from consumer.stream.records import Headers, Partition, Record
from consumer.stream.result import BatchResult
from consumer.stream.rules import Rules
from consumer.stream.shadow import compare
from consumer.stream.state import Overlay
from consumer.stream.stores import Store


class JudgeHop:
    """Judges slices of `account-events`; `changelog` is the topic of the ledgers.

    `approvals` is the live table of gig approvals by gig id, `rules` what it judges by.
    """

    def __init__(self, rules: Rules, approvals: Mapping[str, GigApprovals], outputs: Outputs, changelog: str) -> None:
        self._rules = rules
        self._approvals = approvals
        self._outputs = outputs
        self._changelog = changelog

    def run(
        self,
        partition: Partition,
        records: Sequence[Record],
        due: Sequence[str],
        store: Store[AccountLedger],
        result: BatchResult,
        now: datetime,
    ) -> None:
        """Process one partition's slice, then the accounts for which time has come."""
        started = perf_counter()
        ledgers = store.overlay()
        for record in records:
            try:
                self._event(record, ledgers, result, now)
            except Rejected as why:
                result.outputs.append(self._outputs.dead_letter(partition, record, why))
                result.tally.dead_letters[why.reason] += 1
        for account_id in due:
            self._expire(account_id, ledgers, result, now)
        result.stage(store, ledgers, self._changelog, partition.number)
        result.tally.seconds["judge"] += perf_counter() - started

    def _event(self, record: Record, ledgers: Overlay[AccountLedger], result: BatchResult, now: datetime) -> None:
        event = decode_account_event(record.value())
        if record.key() != event.account_id.encode():
            # Its ledger would lie in another partition than the account's own.
            raise Rejected("wrong_key", "the key is not the account_id")
        ledger = ledgers.get(event.account_id)
        if isinstance(event, Incident):
            approvals = None if event.gig_id is None else self._approvals.get(event.gig_id)
            judgement = self._judge(event, ledger, approvals, result, now)
            result.tally.waited_since.extend([event.received_at] * len(judgement.verdicts))
            result.tally.duplicates += judgement.outcome == "duplicate"
            _count_near_misses(event, judgement, result)
        else:
            judgement = self._act(event, ledger, result, now)
        self._apply(event.account_id, ledger, judgement, ledgers, result, trace_of(record))

    def _judge(
        self,
        incident: Incident,
        ledger: AccountLedger | None,
        approvals: GigApprovals | None,
        result: BatchResult,
        now: datetime,
    ) -> Judgement:
        """Judge by the policy in force, unless the breaker is open; tell the breaker, and ask the shadow."""
        is_open = result.breaker.is_open(now)
        judgement = judge_incident(incident, ledger, approvals, self._rules.policy, now, breaker_open=is_open)
        result.tally.diverted += judgement.diverted
        result.observe(now, judgement.sample)
        shadow = self._rules.shadow
        if shadow is not None:
            compare(judgement, judge_incident(incident, ledger, approvals, shadow, now), result.tally)
        return judgement

    def _act(
        self, action: ModeratorAction, ledger: AccountLedger | None, result: BatchResult, now: datetime
    ) -> Judgement:
        judgement = judge_action(action, ledger, self._rules.policy, now)
        if judgement.refusal is not None:
            raise Rejected("refused_action", judgement.refusal)
        result.tally.actions[action.action, judgement.outcome] += 1
        return judgement

    def _expire(self, account_id: str, ledgers: Overlay[AccountLedger], result: BatchResult, now: datetime) -> None:
        ledger = ledgers.get(account_id)
        if ledger is not None:
            judgement = judge_tick(account_id, ledger, self._rules.policy, now)
            result.tally.expirations += judgement.standing is not None
            self._apply(account_id, ledger, judgement, ledgers, result, [])

    def _apply(
        self,
        account_id: str,
        before: AccountLedger | None,
        judgement: Judgement,
        ledgers: Overlay[AccountLedger],
        result: BatchResult,
        trace: Headers,
    ) -> None:
        if judgement.ledger is not before:
            ledgers.put(account_id, judgement.ledger)
        for verdict in judgement.verdicts:
            result.outputs.append(self._outputs.verdict(verdict, trace))
            result.tally.verdicts[verdict.decision] += 1
            for kind in {finding.kind for finding in verdict.findings}:
                result.tally.verdict_kinds[verdict.decision, kind] += 1
        result.tally.strikes += judgement.struck
        standing = judgement.standing
        if standing is not None:
            result.outputs.append(self._outputs.standing(standing, trace))
            result.tally.standings[standing.standing] += standing.standing != standing.previous


def _count_near_misses(incident: Incident, judgement: Judgement, result: BatchResult) -> None:
    """Count the findings of an incident judged for the first time that its verdict, if any, does not rest on."""
    if judgement.verdicts or judgement.outcome == "ignored":
        reached = [finding for verdict in judgement.verdicts for finding in verdict.findings]
        if len(reached) < len(incident.findings):
            missed = [each for each in incident.findings if all(each is not other for other in reached)]
            result.tally.near_misses.update((each.kind, each.intent) for each in missed)
