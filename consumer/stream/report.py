"""What the loop says of itself: metrics, readiness, log lines. Once a batch, never once a record."""

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from time import perf_counter

from prometheus_client import Counter

from consumer.events.topics import Role
from consumer.policy import Policy
from consumer.stream.kafka.errors import BatchAbortedError
from consumer.stream.ownership import Owned
from consumer.stream.records import Partition
from consumer.stream.result import Tally
from consumer.stream.waiting import Waiting
from consumer.telemetry.health import Health
from consumer.telemetry.metrics import Metrics, Phase, PolicyRole, RebalanceEvent, ReloadResult, WorkerState

log = logging.getLogger(__name__)


class Report:
    """Keeps metrics and health up to date with the loop."""

    def __init__(
        self,
        metrics: Metrics,
        health: Health,
        topics: Mapping[Role, str],
        approvals: Callable[[], int],
        changelogs: Mapping[str, str],
    ) -> None:
        self._metrics = metrics
        self._health = health
        self._approvals = approvals
        self._changelogs = changelogs
        self._waiting = Waiting()
        self._input_topics = [
            topics[role] for role in (Role.MESSAGE_EVENTS, Role.ACCOUNT_EVENTS, Role.MODERATOR_ACTIONS)
        ]
        self._state: WorkerState | None = None
        self._transaction_seconds = 0.0
        self._breaker_open = False

    def beat(self) -> None:
        """Say that the loop came round."""
        self._health.beat()

    def state(self, state: WorkerState) -> None:
        """Say what the worker is doing."""
        if state != self._state:
            self._state = state
            self._metrics.set_state(state)
            self._health.set_ready(state == "running", state)
            log.info("worker is %s", state)

    @contextmanager
    def phase(self, phase: Phase) -> Iterator[None]:
        """Time one phase of one batch."""
        started = perf_counter()
        yield
        self._metrics.phases[phase].observe(perf_counter() - started)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Time a transaction and count how it ended."""
        started = perf_counter()
        result = self._metrics.transactions["fatal"]
        try:
            yield
            result = self._metrics.transactions["committed"]
            self._metrics.last_commit.set_to_current_time()
        except BatchAbortedError:
            result = self._metrics.transactions["aborted"]
            raise
        finally:
            result.inc()
            self._transaction_seconds = perf_counter() - started
            self._metrics.transaction_seconds.observe(self._transaction_seconds)

    def gone_back(self, positions: Mapping[Partition, int]) -> None:
        """Tell that the client delivered records again, and from where on it was told to go on."""
        for (topic, number), offset in positions.items():
            log.warning("the client went back", extra={"topic": topic, "partition": number, "offset": offset})
        self._metrics.redeliveries.inc(len(positions))

    def committed(self, tally: Tally, now: datetime) -> None:
        """Add a committed batch's counts."""
        metrics = self._metrics
        metrics.batch_events.observe(tally.records)
        self._waiting.processed(tally.reached)
        self._seen(tally)
        for outcome, count in tally.events.items():
            metrics.events[outcome].inc(count)
        _add(metrics.findings, tally.findings)
        _add(metrics.techniques, tally.techniques)
        _add(metrics.verdicts, tally.verdicts)
        _add(metrics.standing_changes, tally.standings)
        _add(metrics.dead_letters, tally.dead_letters)
        _add(metrics.actions, tally.actions)
        _add(metrics.shadow_verdicts, tally.shadow_verdicts)
        _add(metrics.shadow_differences, tally.shadow_differences)
        _add(metrics.shadow_standing_differences, tally.shadow_standings)
        metrics.strikes.inc(tally.strikes)
        metrics.duplicate_incidents.inc(tally.duplicates)
        metrics.expirations.inc(tally.expirations)
        metrics.breaker_diverted.inc(tally.diverted)
        metrics.breaker_trips.inc(tally.trips)
        if tally.trips:
            log.error("breaker opened: what would strike falls to review", extra={"trips": tally.trips})
        tally.seconds["commit"] = self._transaction_seconds - tally.seconds["produce"]
        for phase, seconds in tally.seconds.items():
            metrics.phases[phase].observe(seconds)
        for since in tally.waited_since:
            metrics.event_to_verdict.observe(max(0.0, (now - since).total_seconds()))

    def breaker(self, *, is_open: bool) -> None:
        """Tell whether the breaker is open."""
        if is_open != self._breaker_open:
            self._breaker_open = is_open
            self._metrics.breaker_open.set(is_open)
            if not is_open:
                log.info("breaker closed: violations strike again")

    def policy(self, role: PolicyRole, result: ReloadResult, policy: Policy, problem: str | None = None) -> None:
        """Tell what came of reading a policy's file again; `policy` is the one in force now."""
        metrics = self._metrics
        metrics.policy_reloads.labels(policy=role, result=result).inc()
        metrics.policy_file_usable.labels(policy=role).set(result != "rejected")
        told = {"policy": role, "policy_name": policy.name, "version": policy.version}
        if result == "rejected":
            log.error("policy file rejected, the old policy stays in force", extra={**told, "problem": problem})
            return
        self.policy_in_force(role, policy)
        log.info("policy file read again", extra={**told, "result": result})

    def policy_in_force(self, role: PolicyRole, policy: Policy) -> None:
        """Tell which policy was just read from its file and is in force."""
        info = self._metrics.policy if role == "live" else self._metrics.shadow_policy
        info.info({"name": policy.name, "version": policy.version})
        self._metrics.policy_file_usable.labels(policy=role).set(1)
        self._metrics.policy_loaded.labels(policy=role).set_to_current_time()

    def rebalance(self, change: RebalanceEvent, partitions: tuple[Partition, ...]) -> None:
        """Count a rebalance callback and forget the gauges of partitions that are gone."""
        self._metrics.rebalances.labels(event=change).inc()
        names = [f"{topic}[{number}]" for topic, number in partitions]
        log.info("partitions %s", change, extra={"partitions": names})
        if change != "assigned":
            for topic, number in partitions:
                self._metrics.forget_partition(topic, number)
                self._waiting.forget(Partition(topic, number))
                if topic in self._changelogs:
                    self._metrics.forget_partition(self._changelogs[topic], number)

    def owned(self, owned: Owned, waiting: int) -> None:
        """Tell what is in service; `waiting` partitions are still being restored."""
        counts = dict.fromkeys(self._input_topics, 0)
        for partition in owned.positions:
            counts[partition.topic] += 1
        for topic, count in counts.items():
            self._metrics.assigned_partitions.labels(topic=topic).set(count)
        if waiting:
            self.state("restoring")
        else:
            self.state("running" if owned.positions else "joining")

    def restoring(self, remaining: Mapping[Partition, int]) -> None:
        """Tell how far restores are."""
        for (topic, number), count in remaining.items():
            log_topic = self._changelogs[topic]
            self._metrics.restore_remaining.labels(topic=log_topic, partition=number).set(count)

    def restored_entries(self, count: int) -> None:
        """Count restored changelog records."""
        self._metrics.restored_entries.inc(count)

    def restored(self, partition: Partition, entries: int, seconds: float) -> None:
        """Tell that a partition is in service."""
        self._metrics.restore_seconds.observe(seconds)
        if partition.topic in self._changelogs:
            changelog = self._changelogs[partition.topic]
            self._metrics.restore_remaining.labels(topic=changelog, partition=partition.number).set(0)
        log.info(
            "partition in service",
            extra={
                "topic": partition.topic,
                "partition": partition.number,
                "entries": entries,
                "seconds": round(seconds, 3),
            },
        )

    def _seen(self, tally: Tally) -> None:
        """Add what shows how well detection and policy meet the messages."""
        metrics = self._metrics
        for (network, intent), count in tally.networks.items():
            metrics.network_findings.labels(network=network, intent=intent).inc(count)
        for script, count in tally.unfamiliar.items():
            metrics.unfamiliar_characters.labels(script=script).inc(count)
        for (kind, intent), count in tally.near_misses.items():
            metrics.near_misses.labels(kind=kind, intent=intent).inc(count)
        for (decision, kind), count in tally.verdict_kinds.items():
            metrics.verdict_kinds.labels(decision=decision, kind=kind).inc(count)

    def tick(self, owned: Owned, lags: Mapping[Partition, int], now: int) -> None:
        """Refresh the gauges that a look at everything costs; `now` in milliseconds since the epoch."""
        for (topic, number), seconds in self._waiting.seconds(lags, now).items():
            self._metrics.lag_seconds.labels(topic=topic, partition=number).set(seconds)
        for (topic, number), lag in lags.items():
            self._metrics.lag.labels(topic=topic, partition=number).set(lag)
        for store, tables in (
            ("conversation_memory", [each.table for each in owned.conversations.values()]),
            ("account_ledger", [each.table for each in owned.ledgers.values()]),
        ):
            self._metrics.state_entries.labels(store=store).set(sum(map(len, tables)))
            self._metrics.state_bytes.labels(store=store).set(sum(table.size for table in tables))
        self._metrics.state_entries.labels(store="gig_approvals").set(self._approvals())


def _add(metric: Counter, counts: Mapping[str, int] | Mapping[tuple[str, str], int]) -> None:
    """Add a batch's counts to a metric whose labels are the keys, in the metric's order."""
    for labels, count in counts.items():
        metric.labels(*((labels,) if isinstance(labels, str) else labels)).inc(count)
