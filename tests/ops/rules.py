"""The rules of deploy/prometheus as the tests read them, and promtool's tests of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tests.ops.dashboards import ROOT

PROMETHEUS = ROOT / "deploy" / "prometheus"
CONFIG = PROMETHEUS / "prometheus.yml"
RULES = sorted((PROMETHEUS / "rules").glob("*.yml"))
RULE_TESTS = sorted((PROMETHEUS / "tests").glob("*.yml"))


@dataclass(frozen=True, slots=True)
class Case:
    """One expectation of promtool's tests: whether an alert fires."""

    alert: str
    fires: bool


def rules() -> list[dict[str, Any]]:
    """Return every rule, recording and alerting."""
    return [rule for path in RULES for group in _read(path)["groups"] for rule in group["rules"]]


def alerts() -> dict[str, dict[str, Any]]:
    """Return the alerting rules by name."""
    return {rule["alert"]: rule for rule in rules() if "alert" in rule}


def cases() -> Iterator[Case]:
    """Iterate over what promtool's tests expect."""
    for path in RULE_TESTS:
        for test in _read(path)["tests"]:
            for each in test["alert_rule_test"]:
                yield Case(each["alertname"], bool(each["exp_alerts"]))


def _read(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return content
