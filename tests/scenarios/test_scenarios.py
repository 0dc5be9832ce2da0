"""Every scenario comes true before the pure judge, with findings of the real detector.

`scenarios.jsonl` holds without merging and, its messages being further apart, with the default policy too;
`merging.jsonl` is about merging. A folder named by BACKCHANNEL_TEST_SHARED_EVAL, or `shared/eval` beside the
repository, adds its `policy.jsonl`.
"""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from consumer.policy import Policy
from tests.policy.rules import DEFAULT, policy
from tests.scenarios.court import faults
from tests.scenarios.scenario import Scenario, load

HERE = Path(__file__).parent
SHARED = Path(os.environ.get("BACKCHANNEL_TEST_SHARED_EVAL", HERE.parents[2] / "shared" / "eval")) / "policy.jsonl"
APART = policy(strikes={"merging": {"span_seconds": 0}})
OWN = load(HERE / "scenarios.jsonl")
MERGING = load(HERE / "merging.jsonl")
GIVEN = load(SHARED) if SHARED.is_file() else []


@pytest.mark.parametrize("rules", [APART, DEFAULT], ids=["apart", "default"])
@pytest.mark.parametrize("scenario", [*OWN, *GIVEN], ids=lambda each: each.id)
def test_scenario_comes_true(scenario: Scenario, rules: Policy) -> None:
    assert faults(scenario, rules) == [], scenario.title


@pytest.mark.parametrize("scenario", MERGING, ids=lambda each: each.id)
def test_merging_scenario_comes_true_by_default_and_not_without_merging(scenario: Scenario) -> None:
    assert faults(scenario, DEFAULT) == [], scenario.title
    if "two people" not in scenario.title:
        assert faults(scenario, APART) != []


def test_there_are_scenarios_and_each_has_its_own_name() -> None:
    everything = [*OWN, *MERGING, *GIVEN]
    assert len(OWN) >= 30
    assert len({each.id for each in everything}) == len(everything)


def test_wrong_expectation_is_noticed() -> None:
    scenario = next(each for each in OWN if each.title == "counts to the last moment and not beyond")
    for spoilt in (
        {"findings": [["phone", "provide"]]},
        {"exempt": [["email", "provide"]]},
        {"struck": False},
        {"active_strikes": {"nils": 2}},
        {"standing": {"nils": "good"}},
    ):
        wrong = replace(scenario, expect=({**scenario.expect[0], **spoilt}, *scenario.expect[1:]))
        assert len(faults(wrong, DEFAULT)) == 1


def test_steps_without_their_expectations_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "odd.jsonl"
    path.write_text('{"id": "odd", "title": "", "users": [], "steps": [], "expect": [{}]}\n', encoding="utf-8")
    with pytest.raises(ValueError, match="odd: 0 steps, 1 expectations"):
        load(path)
