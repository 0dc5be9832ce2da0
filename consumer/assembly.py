"""The composition root: settings become a worker. The only place that knows every room."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from time import monotonic

import confluent_kafka
from confluent_kafka import KafkaError

from consumer import __version__
from consumer.detection import DETECTOR_VERSION, Detector
from consumer.events.decode import TimeBounds
from consumer.events.framing import prefix
from consumer.events.schemas import schema_text
from consumer.events.topics import BY_ROLE, TOPICS, Role
from consumer.settings import Settings
from consumer.stages.screen import Screener
from consumer.stream.approvals import Approvals
from consumer.stream.batch import BatchProcessor
from consumer.stream.judging import JudgeHop
from consumer.stream.kafka import registry
from consumer.stream.kafka.admin import Admin, TopicPlan
from consumer.stream.kafka.clients import Connection
from consumer.stream.kafka.errors import describe
from consumer.stream.kafka.restore import Restoration
from consumer.stream.kafka.source import Source
from consumer.stream.kafka.table import TableFeed
from consumer.stream.kafka.transaction import Transactor
from consumer.stream.outputs import Frames, Outputs, OutputTopics
from consumer.stream.report import Report
from consumer.stream.routing import RouteHop
from consumer.stream.rules import Rules
from consumer.stream.screening import ScreenHop
from consumer.stream.spans import BatchSpans, NoSpans, Spans
from consumer.stream.upkeep import PolicyFile, Upkeep
from consumer.stream.worker import Pace, Worker
from consumer.telemetry.health import Health
from consumer.telemetry.metrics import Metrics
from consumer.telemetry.tracing import start_tracing

log = logging.getLogger(__name__)

INPUTS = (Role.MESSAGE_EVENTS, Role.ACCOUNT_EVENTS, Role.MODERATOR_ACTIONS)
"""The topics the group consumes."""
CHANGELOGS = {Role.MESSAGE_EVENTS: Role.CONVERSATION_MEMORY, Role.ACCOUNT_EVENTS: Role.ACCOUNT_LEDGER}
"""Which changelog keeps the state of which input."""

CLOSE_BREAKER = "/breaker/close"
"""Where on the health port the order to close the breaker is taken."""

CHANGELOG_CONFIG = (("min.cleanable.dirty.ratio", "0.1"), ("segment.ms", "3600000"))
"""Compact early: a restore reads what compaction has not removed yet."""


@dataclass(frozen=True, slots=True)
class Assembly:
    """A worker and what it reports through."""

    worker: Worker
    metrics: Metrics
    health: Health
    upkeep: Upkeep


def utc_now() -> datetime:
    """Return the present, with its zone."""
    return datetime.now(UTC)


def topic_plans(settings: Settings) -> list[TopicPlan]:
    """Return how every topic must be, under the settings' names."""
    names = settings.topics.names()
    return [
        TopicPlan(
            name=names[topic.role],
            cleanup=topic.cleanup,
            like=None if topic.like is None else names[topic.like],
            config=CHANGELOG_CONFIG if topic.like is not None else (),
        )
        for topic in sorted(TOPICS, key=lambda topic: topic.like is not None)
    ]


def connection(settings: Settings) -> Connection:
    """Return how to reach the cluster under these settings."""
    kafka = settings.kafka
    return Connection(
        options=kafka.client_options(),
        consumer_options=kafka.consumer_options,
        producer_options=kafka.producer_options,
        group_id=kafka.group_id,
        transactional_id=kafka.transactional_id,
        group_protocol=kafka.group_protocol,
        static_member=kafka.transactional_id if kafka.static_membership else None,
        session_timeout_ms=kafka.session_timeout_ms,
        transaction_timeout_ms=kafka.transaction_timeout_ms,
        on_error=_log_client_error,
    )


def assemble(
    settings: Settings,
    *,
    clock: Callable[[], datetime] = utc_now,
    check_configs: bool = True,
) -> Assembly:
    """Build the worker the settings describe, after checking its topics.

    Raises SettingsError, PolicyError, BrokerUnavailableError or TopicsError, each telling in one line what to do.
    `check_configs` False is for a broker that cannot tell topic configurations (the demonstration broker).
    """
    hash_key = settings.required_hash_key()
    live = PolicyFile("live", settings.policy_file)
    shadow = None if settings.shadow_policy is None else PolicyFile("shadow", settings.shadow_policy)
    rules = Rules(live.load(), None if shadow is None else shadow.load())
    link = connection(settings)
    admin = Admin(link)
    counts = admin.check(topic_plans(settings), configs=check_configs)
    frames = _frames(settings)
    names = settings.topics.names()
    metrics = Metrics.create()
    metrics.build.info(
        {"version": __version__, "detector": DETECTOR_VERSION, "librdkafka": confluent_kafka.libversion()[0]}
    )
    health = Health(stalled_after=settings.http.stalled_after_seconds)
    approvals = Approvals(lambda reason: metrics.dead_letters.labels(reason=reason).inc())
    changelogs = {names[role]: names[log_role] for role, log_role in CHANGELOGS.items()}
    report = Report(metrics, health, names, lambda: len(approvals), changelogs)
    files = [live] if shadow is None else [live, shadow]
    for each in files:
        report.policy_in_force(each.role, rules.held(each.role))
    upkeep = Upkeep(rules, files, report, monotonic)
    source = Source(link, [names[role] for role in INPUTS])
    pace = Pace(
        max_batch=settings.worker.max_batch,
        max_work=settings.worker.max_work_ms / 1000,
        max_wait=settings.worker.max_wait_ms / 1000,
        tick=settings.worker.tick_ms / 1000,
        abort_attempts=settings.worker.abort_attempts,
        restore_stall=settings.worker.restore_stall_seconds,
    )
    worker = Worker(
        source=source,
        transactor=Transactor(link, health.beat),
        restoration=Restoration(
            connection=link,
            source=source,
            admin=admin,
            changelog=changelogs.get,
            start_from=settings.kafka.start_from,
            stall_seconds=pace.restore_stall,
            clock=monotonic,
        ),
        table=TableFeed(link, admin, names[Role.GIG_APPROVALS], counts[names[Role.GIG_APPROVALS]]),
        approvals=approvals,
        processor=_processor(settings, hash_key, rules, approvals, frames),
        roles={names[role]: role for role in INPUTS},
        upkeep=upkeep,
        report=report,
        pace=pace,
        clock=clock,
        spans=_spans(settings),
    )
    return Assembly(worker, metrics, health, upkeep)


def _spans(settings: Settings) -> Spans:
    """Return what makes the batches' spans; TracingError when they are wanted and cannot be made."""
    if not settings.tracing.enabled:
        return NoSpans()
    return BatchSpans(start_tracing(settings.kafka.slot), settings.kafka.group_id)


def _frames(settings: Settings) -> Frames:
    """Return what goes in front of published values; asks the schema registry, if one is set."""
    asked = settings.schema_registry
    if asked.url is None:
        return Frames()
    secret = None if asked.credentials is None else asked.credentials.get_secret_value()
    client = registry.connect(asked.url, secret, asked.options)
    names = settings.topics.names()
    schemas = {names[role]: schema_text(BY_ROLE[role]) for role in (Role.FLAGGED_MESSAGES, Role.ACCOUNT_STANDING)}
    ids = registry.schema_ids(client, schemas, register=asked.register_schemas)
    log.info("published values carry their schema's id", extra={"schema_ids": ids})
    return Frames(prefix(ids[names[Role.FLAGGED_MESSAGES]]), prefix(ids[names[Role.ACCOUNT_STANDING]]))


def _processor(
    settings: Settings, hash_key: bytes, rules: Rules, approvals: Approvals, frames: Frames
) -> BatchProcessor:
    names = settings.topics.names()
    outputs = Outputs(
        OutputTopics(
            account_events=names[Role.ACCOUNT_EVENTS],
            flagged_messages=names[Role.FLAGGED_MESSAGES],
            account_standing=names[Role.ACCOUNT_STANDING],
            dead_letters=names[Role.DEAD_LETTERS],
        ),
        settings.event_source,
        frames,
    )
    bounds = TimeBounds(settings.worker.oldest_sent_at, timedelta(seconds=settings.worker.future_tolerance_seconds))
    return BatchProcessor(
        rules,
        ScreenHop(Screener(Detector.default(), hash_key), outputs, names[Role.CONVERSATION_MEMORY], bounds),
        JudgeHop(rules, approvals, outputs, names[Role.ACCOUNT_LEDGER]),
        RouteHop(outputs),
    )


def _log_client_error(error: KafkaError) -> None:
    log.warning("kafka client: %s", describe(error))
