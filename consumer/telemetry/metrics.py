"""The metrics: every one named and explained once, here, under the prefix `backchannel_`.

Labels come from closed sets or from topics and partitions, never from input. Every combination of a closed
set exists from the start at 0, so that a rate over it is right from the first event. Hot paths use the
mappings of pre-resolved children (`events`, `phases`, `transactions`) instead of `labels()`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import product
from types import MappingProxyType
from typing import Annotated, Any, Final, Literal, Self, get_args, get_origin, get_type_hints

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    GCCollector,
    Histogram,
    Info,
    ProcessCollector,
    disable_created_metrics,
)

from consumer.backtest.decided import Decided
from consumer.events.decode import Reason
from consumer.events.moderation import Action
from consumer.events.vocabulary import Decision, Intent, Kind, StandingName

Outcome = Literal["clean", "cleared", "flagged", "dead_letter"]
"""Of a message event. `clean`: the prefilter spared it; `cleared`: looked at closely, nothing found."""
Phase = Literal["consume", "decode", "screen", "judge", "produce", "commit", "table"]
TransactionResult = Literal["committed", "aborted", "fatal"]
RebalanceEvent = Literal["assigned", "revoked", "lost"]
ActionOutcome = Literal["overturned", "confirmed", "cleared", "recorded", "no_effect", "duplicate"]
"""Of a moderator action, in the judge's words (`stages.judge`)."""
WorkerState = Literal["starting", "joining", "restoring", "running", "stopping", "failed"]
Store = Literal["conversation_memory", "account_ledger", "gig_approvals"]
PolicyRole = Literal["live", "shadow"]
"""`live`: verdicts are published under it. `shadow`: judged beside it, into metrics only."""
ReloadResult = Literal["applied", "unchanged", "rejected"]
"""`unchanged`: read again, with the same content. `rejected`: cannot be used, so the old one stays in force."""

PREFIX: Final = "backchannel_"
SIZES: Final = (1, 10, 50, 100, 250, 500, 1_000, 2_000, 4_000, 8_000, 16_000)
STEPS: Final = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15)
LATENCIES: Final = (0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1, 2, 5, 10, 30)
RESTORES: Final = (0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300)


@dataclass(frozen=True, slots=True)
class _Spec:
    """A metric's name without the prefix, its help, and each label with its closed set of values.

    A label whose values are known only at run time (a topic, a partition) has `str` instead of a set.
    """

    name: str
    text: str
    labels: Mapping[str, Any] = field(default_factory=dict)
    buckets: tuple[float, ...] = ()

    def build(self, annotation: Any, registry: CollectorRegistry) -> object:  # noqa: ANN401 - a type form
        """The metric, or its children by label value where the annotation is a mapping."""
        mapped = get_origin(annotation) is Mapping
        metric = get_args(annotation)[1] if mapped else annotation
        extra = {"buckets": self.buckets} if metric is Histogram else {}
        parent = metric(PREFIX + self.name, self.text, list(self.labels), registry=registry, **extra)
        if not self.labels or str in self.labels.values():
            return parent
        children = {v: parent.labels(*v) for v in product(*(get_args(each) for each in self.labels.values()))}
        return MappingProxyType({v[0]: child for v, child in children.items()}) if mapped else parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Metrics:
    """The worker's metrics on a registry of their own; make one with `Metrics.create()`.

    Durations are in seconds. Counters and gauges with labels are parents to call `labels()` on, at most once
    a batch and label; `events`, `transactions` and `phases` map a label's value to its child.
    """

    registry: CollectorRegistry

    events: Annotated[
        Mapping[Outcome, Counter],
        _Spec("events_total", "Message events processed, by what became of them.", {"outcome": Outcome}),
    ]
    findings: Annotated[
        Counter, _Spec("findings_total", "Findings, by kind and intent.", {"kind": Kind, "intent": Intent})
    ]
    techniques: Annotated[
        Counter,
        _Spec("techniques_total", "Disguises undone to reach a finding, by technique.", {"technique": str}),
    ]
    network_findings: Annotated[
        Counter,
        _Spec(
            "network_findings_total",
            "Findings that name a network or a way to pay, by that and intent.",
            {"network": str, "intent": str},
        ),
    ]
    unfamiliar_characters: Annotated[
        Counter,
        _Spec(
            "unfamiliar_characters_total",
            "Characters in messages that no view reads, by script, ordinary languages left out.",
            {"script": str},
        ),
    ]
    near_misses: Annotated[
        Counter,
        _Spec(
            "near_misses_total",
            "Findings that no verdict rests on: confidence below the review threshold, or no rules for the surface.",
            {"kind": Kind, "intent": Intent},
        ),
    ]
    verdicts: Annotated[Counter, _Spec("verdicts_total", "Verdicts published, by decision.", {"decision": Decision})]
    verdict_kinds: Annotated[
        Counter,
        _Spec(
            "verdict_kinds_total",
            "Kinds of contact in published verdicts, each once a verdict, by decision.",
            {"decision": Decision, "kind": Kind},
        ),
    ]
    strikes: Annotated[Counter, _Spec("strikes_total", "Strikes counted against accounts.")]
    standing_changes: Annotated[
        Counter,
        _Spec("standing_changes_total", "Changes of standing, by the new one.", {"standing": StandingName}),
    ]
    duplicate_incidents: Annotated[
        Counter,
        _Spec("duplicate_incidents_total", "Incidents judged before and therefore not counted again."),
    ]
    expirations: Annotated[Counter, _Spec("expirations_total", "Accounts whose strikes a clock tick found expired.")]
    actions: Annotated[
        Counter,
        _Spec(
            "actions_total",
            "Moderator actions judged, by action and effect.",
            {"action": Action, "outcome": ActionOutcome},
        ),
    ]
    dead_letters: Annotated[
        Counter,
        _Spec("dead_letters_total", "Records sent to the dead-letter topic, by reason.", {"reason": Reason}),
    ]

    transactions: Annotated[
        Mapping[TransactionResult, Counter],
        _Spec("transactions_total", "Kafka transactions ended, by result.", {"result": TransactionResult}),
    ]
    transaction_seconds: Annotated[
        Histogram,
        _Spec("transaction_seconds", "From a transaction's begin to its commit or abort.", buckets=STEPS),
    ]
    last_commit: Annotated[
        Gauge, _Spec("last_commit_timestamp_seconds", "When the last transaction was committed, Unix time.")
    ]
    batch_events: Annotated[Histogram, _Spec("batch_events", "Records in one batch.", buckets=SIZES)]
    phases: Annotated[
        Mapping[Phase, Histogram],
        _Spec("batch_phase_seconds", "Time of one batch in each phase of the loop.", {"phase": Phase}, STEPS),
    ]
    event_to_verdict: Annotated[
        Histogram,
        _Spec(
            "event_to_verdict_seconds",
            "From the platform's append of a message to the commit of its verdict.",
            buckets=LATENCIES,
        ),
    ]

    lag: Annotated[
        Gauge,
        _Spec(
            "consumer_lag",
            "Records between the group's position and the partition's end.",
            {"topic": str, "partition": str},
        ),
    ]
    lag_seconds: Annotated[
        Gauge,
        _Spec(
            "consumer_lag_seconds",
            "How long the oldest record not yet processed has waited, at most; 0 when there is none.",
            {"topic": str, "partition": str},
        ),
    ]
    assigned_partitions: Annotated[
        Gauge, _Spec("assigned_partitions", "Partitions assigned to this worker, by topic.", {"topic": str})
    ]
    rebalances: Annotated[
        Counter, _Spec("rebalances_total", "Rebalances, by what happened.", {"event": RebalanceEvent})
    ]
    redeliveries: Annotated[
        Counter,
        _Spec("redeliveries_total", "Times the client delivered processed records again; they were left out."),
    ]
    restore_remaining: Annotated[
        Gauge,
        _Spec(
            "restore_remaining",
            "Changelog records still to be restored.",
            {"topic": str, "partition": str},
        ),
    ]
    restore_seconds: Annotated[
        Histogram,
        _Spec("restore_seconds", "From a partition's assignment to its restored state.", buckets=RESTORES),
    ]
    restored_entries: Annotated[Counter, _Spec("restored_entries_total", "Changelog records restored into memory.")]
    state_entries: Annotated[Gauge, _Spec("state_entries", "Entries held in memory, by store.", {"store": Store})]
    state_bytes: Annotated[
        Gauge, _Spec("state_bytes", "Encoded size of the state held in memory, by store.", {"store": Store})
    ]

    worker_state: Annotated[
        Gauge,
        _Spec("worker_state", "1 for the state the worker is in, 0 for the others.", {"state": WorkerState}),
    ]
    build: Annotated[Info, _Spec("build", "What is running: worker, detector and librdkafka version.")]
    policy: Annotated[Info, _Spec("policy", "The policy in force: name and version.")]
    shadow_policy: Annotated[
        Info, _Spec("shadow_policy", "The policy judged beside it, into metrics only: name and version.")
    ]
    policy_reloads: Annotated[
        Counter,
        _Spec(
            "policy_reloads_total",
            "Policy files read again, by what came of it.",
            {"policy": PolicyRole, "result": ReloadResult},
        ),
    ]
    policy_file_usable: Annotated[
        Gauge,
        _Spec(
            "policy_file_usable",
            "1 if the policy's file was usable when last read, 0 while an older policy stays in force instead.",
            {"policy": PolicyRole},
        ),
    ]
    policy_loaded: Annotated[
        Gauge,
        _Spec(
            "policy_last_success_timestamp_seconds",
            "When a usable policy was last read from its file, Unix time.",
            {"policy": PolicyRole},
        ),
    ]
    shadow_verdicts: Annotated[
        Counter,
        _Spec("shadow_verdicts_total", "What the shadow policy decided on incidents.", {"decision": Decided}),
    ]
    shadow_differences: Annotated[
        Counter,
        _Spec(
            "shadow_differences_total",
            "Incidents on which the shadow policy decided otherwise, from the live decision to its own.",
            {"from": Decided, "to": Decided},
        ),
    ]
    shadow_standing_differences: Annotated[
        Counter,
        _Spec(
            "shadow_standing_differences_total",
            "Incidents after which the account would stand elsewhere, from its standing to the shadow policy's.",
            {"from": StandingName, "to": StandingName},
        ),
    ]
    breaker_open: Annotated[
        Gauge,
        _Spec("breaker_open", "1 while the breaker is open, so that what would strike falls to review."),
    ]
    breaker_trips: Annotated[
        Counter, _Spec("breaker_trips_total", "Times the breaker opened because too much happened at once.")
    ]
    breaker_diverted: Annotated[
        Counter,
        _Spec("breaker_diverted_total", "Verdicts that fell to review because the breaker was open."),
    ]

    @classmethod
    def create(cls) -> Self:
        """All metrics at zero on a new registry, with the process's own beside them."""
        disable_created_metrics()  # type: ignore[no-untyped-call]  # the library left it unannotated
        registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        GCCollector(registry=registry)
        built: dict[str, Any] = {}
        for name, hint in get_type_hints(cls, include_extras=True).items():
            if get_origin(hint) is Annotated:
                annotation, spec = get_args(hint)
                built[name] = spec.build(annotation, registry)
        return cls(registry=registry, **built)

    def set_state(self, state: WorkerState) -> None:
        """Say what the worker is doing."""
        for each in get_args(WorkerState):
            self.worker_state.labels(state=each).set(each == state)

    def forget_partition(self, topic: str, partition: int) -> None:
        """Stop reporting lag and restore of a partition that now belongs to another worker."""
        for gauge in (self.lag, self.lag_seconds, self.restore_remaining):
            gauge.labels(topic=topic, partition=partition)  # removing what does not exist is an error
            gauge.remove(topic, partition)
