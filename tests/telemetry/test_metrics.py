"""Every metric is well named, explained, there from the start, and free of input."""

import re
import subprocess
from dataclasses import fields
from typing import get_args

from prometheus_client import generate_latest
from prometheus_client.parser import text_string_to_metric_families

from consumer.events.decode import Reason
from consumer.telemetry.metrics import PREFIX, Metrics, Phase, WorkerState
from tests.ops.tools import tool

NAME = re.compile(r"^backchannel_[a-z][a-z0-9]*(_[a-z0-9]+)*$")
BASE_UNITS = ("seconds", "bytes", "total", "info", "ratio")
NOT_BASE_UNITS = re.compile(r"_(ms|milliseconds|micros|minutes|hours|kb|kib|mb|percent|counter|gauge|histogram)(_|$)")
COUNTS = {
    "backchannel_batch_events",
    "backchannel_consumer_lag",
    "backchannel_assigned_partitions",
    "backchannel_breaker_open",
    "backchannel_policy_file_usable",
    "backchannel_restore_remaining",
    "backchannel_state_entries",
    "backchannel_worker_state",
}
"""Gauges and histograms of plain numbers and truths, which have no unit to be named after."""


def exposed(metrics: Metrics) -> str:
    return generate_latest(metrics.registry).decode()


def sample(metrics: Metrics, name: str, **labels: str) -> float | None:
    value: float | None = metrics.registry.get_sample_value(PREFIX + name, labels)
    return value


def test_names_follow_prometheus_conventions() -> None:
    for family in text_string_to_metric_families(exposed(Metrics.create())):
        if not family.name.startswith(PREFIX):
            assert family.name.startswith(("process_", "python_gc_")), family.name
            continue
        name = f"{family.name}_total" if family.type == "counter" else family.name
        assert NAME.match(name), name
        assert not NOT_BASE_UNITS.search(name), name
        assert name.endswith(BASE_UNITS) or name in COUNTS, name
        assert not (family.type != "counter" and name.endswith("_total")), name


def test_every_metric_is_explained_once_in_words_of_its_own() -> None:
    families = [f for f in text_string_to_metric_families(exposed(Metrics.create())) if PREFIX in f.name]
    helps = [family.documentation for family in families]
    assert all(len(text.split()) >= 3 and text.endswith(".") for text in helps)
    assert len(set(helps)) == len(helps)
    assert len(families) == len(fields(Metrics)) - 1


def test_promtool_has_nothing_to_say() -> None:
    told = subprocess.run(
        [tool("promtool", "prometheus"), "check", "metrics"],
        input=exposed(Metrics.create()),
        capture_output=True,
        text=True,
        check=False,
    )
    complaints = [line for line in (told.stdout + told.stderr).splitlines() if line.startswith(PREFIX)]
    assert complaints == []


def test_closed_sets_start_at_zero() -> None:
    metrics = Metrics.create()
    for reason in get_args(Reason):
        assert sample(metrics, "dead_letters_total", reason=reason) == 0
    assert sample(metrics, "findings_total", kind="email", intent="request") == 0
    for phase in get_args(Phase):
        assert sample(metrics, "batch_phase_seconds_count", phase=phase) == 0


def test_pre_resolved_children_are_the_metrics_own() -> None:
    metrics = Metrics.create()
    metrics.events["flagged"].inc(2)
    metrics.transactions["aborted"].inc()
    metrics.phases["commit"].observe(0.2)
    assert sample(metrics, "events_total", outcome="flagged") == 2
    assert sample(metrics, "events_total", outcome="clean") == 0
    assert sample(metrics, "transactions_total", result="aborted") == 1
    assert sample(metrics, "batch_phase_seconds_sum", phase="commit") == 0.2


def test_two_workers_in_one_process_do_not_share_numbers() -> None:
    one, other = Metrics.create(), Metrics.create()
    one.strikes.inc()
    assert sample(one, "strikes_total") == 1
    assert sample(other, "strikes_total") == 0


def test_exactly_one_state_holds() -> None:
    metrics = Metrics.create()
    metrics.set_state("joining")
    metrics.set_state("running")
    held = {state: sample(metrics, "worker_state", state=state) for state in get_args(WorkerState)}
    assert [state for state, value in held.items() if value == 1] == ["running"]
    assert sum(value or 0 for value in held.values()) == 1


def test_a_partition_that_went_to_another_worker_is_no_longer_reported() -> None:
    metrics = Metrics.create()
    for partition in (1, 2):
        metrics.lag.labels(topic="t", partition=partition).set(5)
    metrics.forget_partition("t", 1)
    metrics.forget_partition("t", 7)
    assert sample(metrics, "consumer_lag", topic="t", partition="1") is None
    assert sample(metrics, "consumer_lag", topic="t", partition="2") == 5
    assert sample(metrics, "consumer_lag", topic="t", partition="7") is None


def test_latency_buckets_can_show_whether_the_budget_is_kept() -> None:
    metrics = Metrics.create()
    metrics.event_to_verdict.observe(0.5)
    assert sample(metrics, "event_to_verdict_seconds_bucket", le="0.5") == 1
    assert sample(metrics, "event_to_verdict_seconds_bucket", le="0.3") == 0
    assert sample(metrics, "event_to_verdict_seconds_bucket", le="30.0") == 1


def test_no_series_of_creation_times() -> None:
    assert "_created" not in exposed(Metrics.create())
