"""What a batch counts so that people see it: near misses, kinds in verdicts, unread characters, times."""

from dataclasses import replace

import orjson
import pytest
from pydantic import TypeAdapter

from consumer.events.account import Incident
from consumer.events.vocabulary import to_millis
from tests.stream.world import ACCOUNTS, ACTIONS, MESSAGES, NOW, FakeRecord, World, action, message, second_hop

INCIDENT: TypeAdapter[Incident] = TypeAdapter(Incident)


def with_confidences(*values: float) -> FakeRecord:
    """An incident of a message that gives an address, once for each confidence."""
    (record,) = second_hop(World().process({MESSAGES: [message("give ana@example.org")]}))
    incident = INCIDENT.validate_json(record.value() or b"")
    (finding,) = incident.findings
    findings = tuple(replace(finding, confidence=value, start=5 + n) for n, value in enumerate(values))
    return FakeRecord(orjson.dumps(replace(incident, findings=findings)), record.key())


@pytest.mark.parametrize(
    ("confidences", "missed", "kinds"),
    [
        ((0.1, 0.3), 2, {}),
        ((0.3, 0.95), 1, {("violation", "email"): 1}),
        ((0.6, 0.6), 0, {("review", "email"): 1}),
        ((0.95,), 0, {("violation", "email"): 1}),
    ],
)
def test_findings_without_a_verdict_are_near_misses(
    confidences: tuple[float, ...], missed: int, kinds: dict[tuple[str, str], int]
) -> None:
    tally = World().process({ACCOUNTS: [with_confidences(*confidences)]}).tally
    assert tally.near_misses == ({("email", "provide"): missed} if missed else {})
    assert tally.verdict_kinds == kinds


def test_a_near_miss_of_an_incident_judged_before_is_not_counted_again() -> None:
    world = World()
    world.commit({ACCOUNTS: [with_confidences(0.3, 0.95)]})
    assert world.process({ACCOUNTS: [with_confidences(0.3, 0.95)]}).tally.near_misses == {}


def test_characters_are_counted_in_every_message_also_one_the_prefilter_spares() -> None:
    tally = World().process({MESSAGES: [message("hello \U00010330"), message("give \U00010331@x", 1)]}).tally
    assert tally.unfamiliar == {"gothic": 2}
    assert tally.events["clean"] == 1


def test_when_the_last_record_of_each_partition_was_appended_is_told() -> None:
    records = [FakeRecord(b"{}", _offset=100 + n, _timestamp=(1, 1_000 + n)) for n in range(3)]
    tally = World().process({MESSAGES: records, ACTIONS: [action()]}).tally
    assert tally.reached == {MESSAGES: 1_002, ACTIONS: to_millis(NOW) - 500}
