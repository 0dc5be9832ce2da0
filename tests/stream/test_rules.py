"""What changes the rules between batches, and what never does."""

import os
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from consumer.policy import Policy
from consumer.stream.rules import Rules
from consumer.stream.upkeep import PolicyFile, Upkeep
from consumer.strikes.breaker import Breaker
from tests.policy.rules import policy
from tests.stream.world import (
    ACCOUNTS,
    MESSAGES,
    NOW,
    POLICY,
    FakeRecord,
    World,
    loaded,
    message,
    outputs_to,
    second_hop,
)

WARY = policy(thresholds={"violation": 0.995})
TOUCHY = replace(POLICY, breaker=replace(POLICY.breaker, max_suspensions=1))
DEFAULT_TEXT = (resources.files("consumer.policy") / "default.toml").read_text(encoding="utf-8")


def offences(account: str, count: int = 5) -> list[FakeRecord]:
    """What the first hop makes of so many offences, each in a conversation of its own."""
    records = [
        message("give ana@example.org", number, sender_id=account, conversation_id=f"{account}-{number}")
        for number in range(count)
    ]
    return second_hop(World().process({MESSAGES: records}))


def test_suspending_too_many_opens_the_breaker_within_the_very_batch() -> None:
    world = World(rules=Rules(TOUCHY))
    records = [*offences("ana"), *offences("bo"), *offences("cy")]
    result = world.commit({ACCOUNTS: records})
    decided = [loaded(out)["decision"] for out in outputs_to(result, "flagged")]
    assert decided == ["violation"] * 10 + ["review"] * 5
    assert (result.tally.trips, result.tally.diverted) == (1, 5)
    assert world.rules.breaker.is_open(NOW)


def test_an_aborted_batch_leaves_no_trace_in_the_breaker() -> None:
    world = World(rules=Rules(TOUCHY))
    before = world.rules.breaker
    for _ in range(3):
        result = world.process({ACCOUNTS: [*offences("ana"), *offences("bo")]})
        assert result.tally.trips == 1
    assert world.rules.breaker is before


def test_messages_read_count_for_the_share_of_violations() -> None:
    world = World()
    world.commit({MESSAGES: [message("hello", number) for number in range(7)]})
    assert world.rules.breaker.seen.messages == 7
    world.commit({ACCOUNTS: offences("ana", 1)})
    assert world.rules.breaker.seen.violations == 1


def test_a_closed_breaker_lets_violations_strike_again() -> None:
    world = World(rules=Rules(TOUCHY))
    world.commit({ACCOUNTS: [*offences("ana"), *offences("bo")]})
    world.rules.close_breaker()
    result = world.commit({ACCOUNTS: offences("cy")})
    assert [loaded(out)["decision"] for out in outputs_to(result, "flagged")] == ["violation"] * 5


def test_a_new_policy_keeps_what_the_breaker_has_seen() -> None:
    world = World(rules=Rules(TOUCHY))
    world.commit({ACCOUNTS: offences("ana")})
    world.rules.hold("live", replace(TOUCHY, name="next"))
    assert world.rules.breaker.seen.suspensions == 1
    assert world.rules.policy.name == "next"


def test_the_shadow_is_counted_and_changes_nothing() -> None:
    plain, shaded = World(), World(rules=Rules(POLICY, WARY))
    records = offences("ana", 2)
    for world in (plain, shaded):
        result = world.commit({ACCOUNTS: [*records, records[0]]})
    assert shaded.entries() == plain.entries()
    tally = result.tally
    assert tally.shadow_verdicts == {"review": 2}
    assert tally.shadow_differences == {("violation", "review"): 2}
    # On the ledger as it really is: the second message finds the first one's strike and adds none.
    assert tally.shadow_standings == {("warned", "good"): 1}


def test_there_is_no_policy_in_a_role_that_nobody_holds() -> None:
    with pytest.raises(ValueError, match="no shadow policy"):
        Rules(POLICY).held("shadow")


class Told:
    """A report that notes what it is told of policies and the breaker."""

    def __init__(self) -> None:
        self.policies: list[tuple[str, str, str | None]] = []
        self.open: list[bool] = []

    def policy(self, role: str, result: str, _policy: Policy, problem: str | None = None) -> None:
        self.policies.append((role, result, problem))

    def breaker(self, *, is_open: bool) -> None:
        self.open.append(is_open)

    @property
    def results(self) -> list[str]:
        return [result for _, result, _ in self.policies]


class Running:
    """Upkeep of one live policy, with a clock the test turns."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "policy.toml"
        self.write(DEFAULT_TEXT)
        self.seconds = 0.0
        self.told = Told()
        file = PolicyFile("live", self.path)
        self.rules = Rules(file.load())
        report: Any = self.told
        files: Sequence[PolicyFile] = [file]
        self.upkeep = Upkeep(self.rules, files, report, lambda: self.seconds)

    def write(self, text: str) -> None:
        self.path.write_text(text, encoding="utf-8")

    def pass_time(self, seconds: float = 1.0) -> list[str]:
        """Let time pass and a batch begin; return what has been told of policies so far."""
        self.seconds += seconds
        self.upkeep.between_batches(NOW)
        return self.told.results


@pytest.fixture
def running(tmp_path: Path) -> Running:
    return Running(tmp_path)


def test_a_file_is_looked_at_once_a_second(running: Running) -> None:
    running.write(DEFAULT_TEXT.replace("suspended = 5", "suspended = 6"))
    assert running.pass_time(0.9) == []
    assert running.pass_time(0.2) == ["applied"]
    assert running.rules.policy.ladder.standing(5) == "restricted"
    assert running.pass_time(5) == ["applied"]


def test_a_change_that_keeps_the_files_time_and_size_is_seen(running: Running) -> None:
    was = running.path.stat()
    running.write(DEFAULT_TEXT.replace("suspended = 5", "suspended = 6"))
    os.utime(running.path, ns=(was.st_atime_ns, was.st_mtime_ns))
    assert running.path.stat().st_size == was.st_size
    assert running.pass_time() == ["applied"]


def test_a_bad_file_keeps_the_old_policy_and_is_told_of_once(running: Running) -> None:
    old = running.rules.policy
    running.write("name = ")
    assert running.pass_time() == ["rejected"]
    assert running.pass_time() == ["rejected"]
    assert running.rules.policy is old
    assert str(running.path) in str(running.told.policies[0][2])
    running.write(DEFAULT_TEXT)
    assert running.pass_time() == ["rejected", "unchanged"]
    assert running.rules.policy is old


def test_a_comment_is_no_other_policy(running: Running) -> None:
    running.write(DEFAULT_TEXT + "# more words\n")
    assert running.pass_time() == ["unchanged"]


def test_asked_for_it_is_read_at_once(running: Running) -> None:
    running.upkeep.ask_for_reload()
    assert running.pass_time(0.01) == ["unchanged"]
    assert running.pass_time(0.01) == ["unchanged"]


def test_the_packaged_policy_is_read_on_request_only() -> None:
    file = PolicyFile("live", None)
    assert file.load().version == POLICY.version
    assert not file.changed()


def test_the_breaker_is_closed_on_request_and_its_state_told(running: Running) -> None:
    until = int((NOW + timedelta(hours=1)).timestamp() * 1000)
    running.rules.breaker = Breaker(POLICY.breaker, trips=1, cap="suspensions", until=until)
    running.pass_time()
    running.upkeep.ask_to_close_breaker()
    running.pass_time()
    assert running.told.open == [True, False]
    assert running.rules.breaker.trips == 1
