"""The rules are valid, ask for what is there, are tested both ways, and each alert leads to its page of the runbook."""

import re
from pathlib import Path

import pytest

from tests.ops.dashboards import ROOT
from tests.ops.exposition import AWAITED, exposed
from tests.ops.promql import selectors
from tests.ops.rules import CONFIG, RULE_TESTS, RULES, Case, alerts, cases, rules
from tests.ops.tools import promtool

RUNBOOK = "deploy/RUNBOOK.md"
EXPECTED = {
    "BackchannelBreakerOpen",
    "BackchannelDeadLetterRatio",
    "BackchannelLagGrowing",
    "BackchannelNoProgress",
    "BackchannelNoTraffic",
    "BackchannelPolicyReloadFailed",
    "BackchannelRestoreStuck",
    "BackchannelTransactionFatal",
    "BackchannelTransactionsAborted",
    "BackchannelViolationRateCollapse",
    "BackchannelViolationRateJump",
    "BackchannelWorkerDown",
    "BackchannelWorkersMissing",
}
"""What must never go missing; more are welcome."""
NAMES = sorted(alerts())


def sections() -> dict[str, str]:
    """The runbook's section of each alert."""
    parts = re.split(r"^## (.+)$", (ROOT / RUNBOOK).read_text(encoding="utf-8"), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def test_promtool_accepts_the_configuration_and_the_rules() -> None:
    told = promtool("check", "config", CONFIG)
    assert f"{len(RULES)} rule files found" in told
    assert sum(map(int, re.findall(r"(\d+) rules found", told))) == len(rules())


@pytest.mark.parametrize("path", RULE_TESTS, ids=lambda path: path.stem)
def test_rules_do_what_their_tests_say(path: Path) -> None:
    promtool("test", "rules", path)


def test_the_alerts_that_must_be_there_are() -> None:
    assert EXPECTED - set(NAMES) == set()


@pytest.mark.parametrize("name", NAMES)
def test_an_alert_is_tested_firing_and_quiet(name: str) -> None:
    assert {Case(name, fires=True), Case(name, fires=False)} <= set(cases())


@pytest.mark.parametrize("name", NAMES)
def test_an_alert_says_what_is_wrong_and_leads_to_its_page(name: str) -> None:
    alert = alerts()[name]
    assert alert["labels"] == {"severity": alert["labels"]["severity"]}
    assert alert["labels"]["severity"] in {"critical", "warning"}
    assert not alert["annotations"]["summary"].endswith(".")
    assert alert["annotations"]["description"].endswith(".")
    # Anchors are made from headings by lower-casing; a name without spaces or signs is its own anchor.
    assert alert["annotations"]["runbook_url"] == f"{RUNBOOK}#{name.lower()}"
    assert set(re.findall(r"^\*\*(\w+)\.\*\*", sections()[name], re.MULTILINE)) == {
        "Meaning",
        "Impact",
        "Diagnosis",
        "Remedy",
    }


def test_the_runbook_has_no_page_without_an_alert() -> None:
    assert {name for name in sections() if name.startswith("Backchannel")} == set(NAMES)


def test_rules_ask_only_for_what_a_worker_exposes_or_a_rule_records() -> None:
    recorded = {rule["record"] for rule in rules() if "record" in rule}
    asked = {each.metric for rule in rules() for each in selectors(rule["expr"])}
    assert asked - exposed() - AWAITED - {"up"} <= recorded
    assert recorded - asked <= set(), "nothing is recorded for nobody"
