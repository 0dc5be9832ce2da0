"""Every policy scenario through Kafka: one worker, whose clock the test turns, and all scenarios side by side.

Each scenario has accounts, gigs and messages of its own. The steps of all are played in the order of their time, so the
clock goes forward as it does in life, and a strike expires because its time has come and nothing else.
"""

import heapq
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

import orjson
import pytest
from confluent_kafka import OFFSET_BEGINNING, Consumer, TopicPartition

from consumer.events.approval import GigApprovals
from consumer.events.message import MessageEvent
from consumer.events.topics import Role
from consumer.traffic import TrafficItem, Truth
from tests.exactly_once.inside import Inside, inside
from tests.exactly_once.site import Site, site
from tests.scenarios.scenario import Record, Scenario, Script, load

pytestmark = pytest.mark.kafka

HERE = Path(__file__).parents[1] / "scenarios"
SHARED = Path(os.environ.get("BACKCHANNEL_TEST_SHARED_EVAL") or Path(__file__).parents[3] / "shared" / "eval")
QUICK = {"BACKCHANNEL_WORKER__TICK_MS": "20", "BACKCHANNEL_WORKER__MAX_WAIT_MS": "20"}
PATIENCE = 10.0
"""Seconds until what is expected and not there counts as a fault."""
ENOUGH = 5
"""Faults after which the rest need not be played."""
ABOUT = Truth(label="contact", topic="scenario")


@dataclass(frozen=True)
class Turn:
    """One step of one scenario at its time."""

    scenario: Scenario
    script: Script
    number: int
    now: datetime
    record: Record | None
    expected: Mapping[str, Any]


def files() -> list[Path]:
    """Return the scenarios of the project, and the shared ones where they are."""
    shared = SHARED / "policy.jsonl"
    return [*sorted(HERE.glob("*.jsonl")), *([shared] if shared.is_file() else [])]


def in_time(scenarios: Sequence[Scenario]) -> Iterator[Turn]:
    """Yield all steps in the order of time; a scenario whose clock jumps back keeps its own order."""
    return (turn for _, _, _, turn in heapq.merge(*(_keyed(place, each) for place, each in enumerate(scenarios))))


def _keyed(place: int, scenario: Scenario) -> Iterator[tuple[datetime, int, int, Turn]]:
    script = Script(scenario, f"{scenario.id}/{place}/")
    latest = datetime.min.replace(tzinfo=UTC)
    for number, (now, record, expected) in enumerate(script.play(), start=1):
        latest = max(latest, now)
        yield latest, place, number, Turn(scenario, script, number, now, record, expected)


@dataclass
class Stage:
    """A running worker, what was put in, and what has come out so far."""

    here: Site
    worker: Inside
    clock: list[datetime]
    put: int = 0
    verdicts: list[dict[str, Any]] = field(default_factory=list)
    standing: dict[str, tuple[int, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._follower = Consumer(
            {
                "bootstrap.servers": self.here.bootstrap,
                "group.id": f"{self.here.name}-follower",
                "enable.auto.commit": False,
                "isolation.level": "read_committed",
                "fetch.wait.max.ms": 10,
                "log_level": 0,
            }
        )
        topics = (self.here.topic(Role.FLAGGED_MESSAGES), self.here.topic(Role.ACCOUNT_STANDING))
        self._follower.assign([TopicPartition(topic, 0, OFFSET_BEGINNING) for topic in topics])

    def close(self) -> None:
        """Stop following."""
        self._follower.close()

    def play(self, turn: Turn) -> list[str]:
        """Take one step and return what is not as expected."""
        self.clock[0] = turn.now
        before = len(self.verdicts)
        if turn.record is not None:
            self._put(turn.record)
        self._settle()
        faults: list[str] = []
        if isinstance(turn.record, MessageEvent):
            faults += self._of_message(turn.record, turn.expected, self.verdicts[before:])
        faults += self._of_users(turn)
        return [f"{turn.scenario.id}, step {turn.number}: {fault}" for fault in faults]

    def _put(self, record: Record) -> None:
        if isinstance(record, GigApprovals):
            self.here.produce([TrafficItem(Role.GIG_APPROVALS, record.gig_id.encode(), orjson.dumps(record), ABOUT)])
            self.worker.wait_for(lambda: self.worker.worker._approvals.get(record.gig_id) == record)
            return
        role = Role.MESSAGE_EVENTS if isinstance(record, MessageEvent) else Role.MODERATOR_ACTIONS
        key = record.conversation_id if isinstance(record, MessageEvent) else record.account_id
        self.here.produce([TrafficItem(role, key.encode(), orjson.dumps(record), ABOUT)])
        self.put += 1 if isinstance(record, MessageEvent) else 2  # an action is read again after it was routed

    def _settle(self) -> None:
        """Wait until all that was put in is judged, and read all verdicts."""
        value = self.worker.value
        self.worker.wait_for(lambda: value("batch_events_sum") == self.put + value("events_total", outcome="flagged"))
        published = sum(
            value("verdicts_total", decision=decision) for decision in ("violation", "review", "exempt", "overturned")
        )
        deadline = time.monotonic() + PATIENCE
        while len(self.verdicts) < published:
            assert time.monotonic() < deadline, "verdicts were counted but cannot be read"
            self._follow(0.2)

    def _follow(self, seconds: float) -> None:
        for message in self._follower.consume(100, seconds):
            assert message.error() is None, message.error()
            value = orjson.loads(message.value() or b"null")
            if message.topic() == self.here.topic(Role.FLAGGED_MESSAGES):
                self.verdicts.append(value)
            else:
                self.standing[value["account_id"]] = (value["active_strikes"], value["standing"])

    def _of_message(
        self, event: MessageEvent, expected: Mapping[str, Any], new: Sequence[Mapping[str, Any]]
    ) -> Iterator[str]:
        known = [
            each
            for each in self.verdicts
            if each["message_id"] == event.message_id and each["revision"] == event.revision and each["findings"]
        ]
        findings = [[each["kind"], each["intent"]] for each in known[-1]["findings"]] if known else []
        exempted = known[-1]["exempted"] if known else []
        exempt = [pair for pair in findings if pair[0] in exempted]
        for name, given in (("findings", findings), ("exempt", exempt)):
            wanted = expected.get(name)
            if wanted is not None and sorted(wanted) != sorted(given):
                yield f"{name} {sorted(wanted)} expected, {sorted(given)} published"
        struck = any(each["strike"]["counted"] for each in new)
        if expected.get("struck") is not None and expected["struck"] != struck:
            yield f"struck {expected['struck']} expected, {struck} published"

    def _of_users(self, turn: Turn) -> Iterator[str]:
        wanted = {
            user: (turn.expected["active_strikes"][user], turn.expected["standing"][user])
            for user in turn.scenario.users
        }
        deadline = time.monotonic() + PATIENCE
        while (seen := self._stands(turn)) != wanted and time.monotonic() < deadline:
            self._follow(0.05)
        if seen != wanted:
            yield f"{wanted} expected, {seen} published"

    def _stands(self, turn: Turn) -> dict[str, tuple[int, str]]:
        return {user: self.standing.get(turn.script.account(user), (0, "good")) for user in turn.scenario.users}


def test_every_scenario_comes_true_through_kafka(kafka_bootstrap: str, tmp_path: Path) -> None:
    scenarios = [scenario for path in files() for scenario in load(path)]
    turns = list(in_time(scenarios))
    clock = [turns[0].now]
    with (
        site(kafka_bootstrap, tmp_path, 1, QUICK) as here,
        inside(here.settings, clock=lambda: clock[0]) as worker,
    ):
        worker.wait_until_ready()
        stage = Stage(here, worker, clock)
        try:
            faults = list(islice((fault for turn in turns for fault in stage.play(turn)), ENOUGH))
        finally:
            stage.close()
    assert faults == []
    print(f"\n{len(scenarios)} scenarios, {len(turns)} steps, {len(stage.verdicts)} verdicts")
