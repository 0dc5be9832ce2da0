"""Rules that change while the worker runs: a reload, a shadow policy, the breaker. Seen from outside, in /metrics."""

import os
import signal
from functools import partial
from importlib import resources
from pathlib import Path

import pytest

from consumer.policy import load_policy
from tests.cli.running import run
from tests.exactly_once.messages import message
from tests.exactly_once.watched import Watched, watched

pytestmark = pytest.mark.kafka

DEFAULT = (resources.files("consumer.policy") / "default.toml").read_text(encoding="utf-8")
WARY = DEFAULT.replace("violation = 0.80", "violation = 1.0", 1)
"""Every violation of the default policy is for review."""
TOUCHY = DEFAULT.replace("max_suspensions = 10_000", "max_suspensions = 1").replace(
    "cool_down_seconds = 900", "cool_down_seconds = 6"
)


def written(folder: Path, text: str, name: str = "policy.toml") -> Path:
    """Write a policy in one step, as a deployment would."""
    path = folder / name
    part = folder / f"{name}.part"
    part.write_text(text, encoding="utf-8")
    part.replace(path)
    return path


def test_a_good_policy_is_taken_up_and_a_bad_one_leaves_the_old_in_force(kafka_bootstrap: str, tmp_path: Path) -> None:
    path = written(tmp_path, DEFAULT)
    with watched(kafka_bootstrap, tmp_path, POLICY_FILE=str(path)) as up:
        old = load_policy(path).version
        assert up.policy() == old
        loaded = up.value("policy_last_success_timestamp_seconds", policy="live")
        up.here.produce([message("ana", 1)])
        up.wait_for(lambda: up.value("verdicts_total", decision="violation") == 1)

        written(tmp_path, DEFAULT.replace("suspended = 5", "suspended = 3"))
        up.wait_for(lambda: up.value("policy_reloads_total", policy="live", result="rejected") == 1)
        assert up.value("policy_file_usable", policy="live") == 0
        assert up.policy() == old
        assert up.value("policy_last_success_timestamp_seconds", policy="live") == loaded
        assert "policy file rejected, the old policy stays in force" in up.worker.text()
        assert "policy.toml, line " in up.worker.text()
        up.here.produce([message("bo", 1)])
        up.wait_for(lambda: up.value("verdicts_total", decision="violation") == 2)

        written(tmp_path, WARY)
        up.wait_for(lambda: up.value("policy_reloads_total", policy="live", result="applied") == 1)
        new = load_policy(path).version
        assert (up.policy(), up.value("policy_file_usable", policy="live")) == (new, 1)
        assert up.value("policy_last_success_timestamp_seconds", policy="live") > loaded
        up.here.produce([message("cy", 1)])
        up.wait_for(lambda: up.value("verdicts_total", decision="review") == 1)
        told = {each["account_id"]: (each["decision"], each["policy_version"]) for each in up.verdicts()}
        assert told == {"ana": ("violation", old), "bo": ("violation", old), "cy": ("review", new)}
        # A bad file is told of once, not once a second.
        assert up.value("policy_reloads_total", policy="live", result="rejected") == 1
        assert up.worker.stop() == 0


def test_a_file_that_is_gone_for_a_moment_changes_nothing(kafka_bootstrap: str, tmp_path: Path) -> None:
    path = written(tmp_path, DEFAULT)
    with watched(kafka_bootstrap, tmp_path, POLICY_FILE=str(path)) as up:
        path.unlink()
        up.wait_for(lambda: up.value("policy_reloads_total", policy="live", result="rejected") == 1)
        written(tmp_path, DEFAULT)
        up.wait_for(lambda: up.value("policy_reloads_total", policy="live", result="unchanged") == 1)
        assert up.value("policy_file_usable", policy="live") == 1


def test_sighup_reads_the_policy_again(kafka_bootstrap: str, tmp_path: Path) -> None:
    with watched(kafka_bootstrap, tmp_path) as up:
        os.kill(up.worker.process.pid, signal.SIGHUP)
        up.wait_for(lambda: up.value("policy_reloads_total", policy="live", result="unchanged") == 1)
        assert up.worker.stop() == 0


def test_a_shadow_policy_is_seen_in_metrics_and_nowhere_else(kafka_bootstrap: str, tmp_path: Path) -> None:
    shadow = written(tmp_path, WARY, "shadow.toml")
    with watched(kafka_bootstrap, tmp_path, SHADOW_POLICY=str(shadow)) as up:
        assert up.policy("shadow_policy_info") == load_policy(shadow).version
        again = message("ana", 1)
        up.here.produce([again, again, message("bo", 1), message("cy", 1, "good morning")])
        up.wait_for(lambda: up.value("duplicate_incidents_total") == 1)
        assert up.value("shadow_verdicts_total", decision="review") == 2
        assert up.value("shadow_differences_total", **{"from": "violation", "to": "review"}) == 2
        assert up.value("shadow_standing_differences_total", **{"from": "warned", "to": "good"}) == 2
        assert [each["decision"] for each in up.verdicts()] == ["violation", "violation"]
        assert {each["policy_version"] for each in up.verdicts()} == {load_policy(None).version}

        written(tmp_path, DEFAULT, "shadow.toml")
        up.wait_for(lambda: up.value("policy_reloads_total", policy="shadow", result="applied") == 1)
        up.here.produce([message("di", 1)])
        up.wait_for(lambda: up.value("shadow_verdicts_total", decision="violation") == 1)
        assert up.value("shadow_differences_total", **{"from": "violation", "to": "review"}) == 2


def suspend(up: Watched, *accounts: str) -> None:
    """Let each account do what suspends it, each offence in a conversation of its own."""
    for account in accounts:
        offences = [message(account, number, conversation_id=f"{account}-{number}") for number in range(5)]
        after = _judged(up) + len(offences)
        up.here.produce(offences)
        up.wait_for(partial(_have_been_judged, up, after))


def _have_been_judged(up: Watched, count: float) -> bool:
    return _judged(up) == count


def _judged(up: Watched) -> float:
    return up.value("verdicts_total", decision="violation") + up.value("verdicts_total", decision="review")


def test_the_breaker_trips_lets_nobody_be_suspended_and_recovers(kafka_bootstrap: str, tmp_path: Path) -> None:
    path = written(tmp_path, TOUCHY)
    with watched(kafka_bootstrap, tmp_path, POLICY_FILE=str(path)) as up:
        url = f"http://127.0.0.1:{up.port}"
        assert run("breaker", "status", "--url", url).code == 0
        suspend(up, "ana", "bo")
        up.wait_for(lambda: up.value("breaker_open") == 1)
        assert up.value("breaker_trips_total") == 1
        status = run("breaker", "status", "--url", url, "--json")
        assert (status.code, status.lines[0]["open"]) == (1, True)
        suspend(up, "cy")
        assert up.value("breaker_diverted_total") == 5
        standing = {each["account_id"]: each["strike"]["standing_after"] for each in up.verdicts()}
        assert standing == {"ana": "suspended", "bo": "suspended", "cy": "good"}

        # By itself, without any traffic.
        up.wait_for(lambda: up.value("breaker_open") == 0)
        suspend(up, "di")
        assert up.value("standing_changes_total", standing="suspended") == 3
        assert "breaker opened" in up.worker.text()
        assert "breaker closed" in up.worker.text()


def test_the_breaker_is_closed_by_command(kafka_bootstrap: str, tmp_path: Path) -> None:
    path = written(tmp_path, TOUCHY.replace("cool_down_seconds = 6", "cool_down_seconds = 3600"))
    with watched(kafka_bootstrap, tmp_path, POLICY_FILE=str(path)) as up:
        suspend(up, "ana", "bo")
        up.wait_for(lambda: up.value("breaker_open") == 1)
        ran = run("breaker", "close", "--url", f"http://127.0.0.1:{up.port}")
        assert ran.code == 0, ran.err
        up.wait_for(lambda: up.value("breaker_open") == 0)
        suspend(up, "cy")
        assert up.value("standing_changes_total", standing="suspended") == 3
        assert up.value("breaker_open") == 0


def test_a_worker_that_cannot_be_reached_is_one_line() -> None:
    ran = run("breaker", "close", "--url", "http://127.0.0.1:1")
    assert ran.code == 69
    assert "no worker answers" in ran.err
    assert run("breaker", "close", "--url", "file:///etc/passwd").code == 2
