"""Values framed for Confluent's Schema Registry, read back by Confluent's own deserializer and by our own commands."""

from pathlib import Path

import orjson
import pytest
from confluent_kafka.schema_registry import Schema, SchemaRegistryClient
from confluent_kafka.schema_registry.json_schema import JSONDeserializer
from confluent_kafka.serialization import MessageField, SerializationContext
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from consumer import assembly
from consumer.cli.errors import ExitCode, report
from consumer.events.examples import EXAMPLES
from consumer.events.framing import PLAIN, prefix, unframed
from consumer.events.schemas import schema_path, schema_text
from consumer.events.standing import AccountStanding
from consumer.events.topics import BY_ROLE, Role
from consumer.events.verdict import Verdict
from consumer.settings import Settings, load_settings
from consumer.stream.kafka.errors import BrokerUnavailableError, RegistryError
from consumer.stream.kafka.registry import connect, schema_ids
from consumer.stream.outputs import Frames, Outputs, OutputTopics
from tests.cli.running import run
from tests.exactly_once.messages import message
from tests.exactly_once.site import site

SCHEMAS = Path(__file__).parents[2] / "schemas"
TEXTS = {
    "verdicts": schema_text(BY_ROLE[Role.FLAGGED_MESSAGES]),
    "standing": schema_text(BY_ROLE[Role.ACCOUNT_STANDING]),
}
TOPICS = OutputTopics(
    account_events="events", flagged_messages="verdicts", account_standing="standing", dead_letters="dead"
)


def a_registry() -> SchemaRegistryClient:
    """The client's stand-in for a registry, empty."""
    return connect("mock://test", None, {})


def read(client: SchemaRegistryClient, topic: str, value: bytes | None) -> object:
    """What a subscriber with Confluent's deserializer gets."""
    deserializer = JSONDeserializer(None, schema_registry_client=client)
    return deserializer(value, SerializationContext(topic, MessageField.VALUE))


@given(st.integers(0, 2**32 - 1), st.binary())
def test_a_frame_comes_off_as_it_went_on(schema_id: int, value: bytes) -> None:
    assert unframed(prefix(schema_id) + value) == value


@given(st.dictionaries(st.text(), st.text()))
def test_plain_json_is_left_alone(value: dict[str, str]) -> None:
    assert unframed(PLAIN + orjson.dumps(value)) == orjson.dumps(value)


@pytest.mark.parametrize("role", [Role.FLAGGED_MESSAGES, Role.ACCOUNT_STANDING])
def test_what_is_registered_is_the_contracts_file(role: Role) -> None:
    assert schema_text(BY_ROLE[role]) == (SCHEMAS / schema_path(BY_ROLE[role])).read_text("utf-8")


@pytest.mark.parametrize(
    "value",
    [each.value for each in EXAMPLES if isinstance(each.value, Verdict | AccountStanding)],
    ids=lambda each: type(each).__name__,
)
def test_confluents_deserializer_finds_the_schema_and_reads_the_value(value: Verdict | AccountStanding) -> None:
    client = a_registry()
    ids = schema_ids(client, TEXTS, register=True)
    outputs = Outputs(TOPICS, "test", Frames(verdict=prefix(ids["verdicts"]), standing=prefix(ids["standing"])))
    record = outputs.verdict(value, []) if isinstance(value, Verdict) else outputs.standing(value, [])
    told = orjson.dumps(read(client, record.topic, record.value))
    assert TypeAdapter(type(value)).validate_json(told) == value


def test_without_a_registry_values_are_plain_json() -> None:
    assert assembly._frames(Settings()) == Frames(verdict=b"", standing=b"")


def test_a_schema_gets_the_same_id_however_many_workers_register_it() -> None:
    client = a_registry()
    assert schema_ids(client, TEXTS, register=True) == schema_ids(client, TEXTS, register=True)
    assert set(client.get_subjects()) == {"verdicts-value", "standing-value"}


def test_a_schema_that_is_there_is_looked_up_and_none_is_registered() -> None:
    client = a_registry()
    with pytest.raises(
        RegistryError, match=r"does not have this version's schema of verdicts-value: register schemas/v1"
    ):
        schema_ids(client, TEXTS, register=False)
    assert client.get_subjects() == []
    there = {topic: client.register_schema(f"{topic}-value", Schema(text, "JSON")) for topic, text in TEXTS.items()}
    assert schema_ids(client, TEXTS, register=False) == there


def test_a_registry_that_does_not_answer_is_told_from_one_that_refuses() -> None:
    client = connect("http://127.0.0.1:1", "user:secret", {"max.retries": 0, "timeout": 2})
    with pytest.raises(BrokerUnavailableError, match="the schema registry does not answer") as away:
        schema_ids(client, TEXTS, register=True)
    assert report(away.value) == ExitCode.UNAVAILABLE
    with pytest.raises(RegistryError, match="does not take its settings") as wrong:
        connect("http://127.0.0.1:1", None, {"tyop": 1})
    assert report(wrong.value) == ExitCode.CONFIG


def test_credentials_reach_the_client_and_stay_out_of_sight() -> None:
    env = {
        "BACKCHANNEL_SCHEMA_REGISTRY__URL": "https://registry:8081",
        "BACKCHANNEL_SCHEMA_REGISTRY__CREDENTIALS": "someone:unmistakable",
        "BACKCHANNEL_SCHEMA_REGISTRY__OPTIONS__SSL_CA_LOCATION": "/a.pem",
    }
    asked = load_settings(None, env).schema_registry
    assert "unmistakable" not in repr(asked)
    assert asked.options == {"ssl.ca.location": "/a.pem"}


@pytest.mark.kafka
def test_a_worker_frames_what_it_publishes_and_nothing_else(kafka_bootstrap: str, tmp_path: Path) -> None:
    overrides = {"BACKCHANNEL_SCHEMA_REGISTRY__URL": "mock://worker"}
    with site(kafka_bootstrap, tmp_path, 3, overrides) as here:
        worker = here.start("0")
        here.produce(message(f"account-{number}", 1) for number in range(3))
        here.wait_until_idle()
        assert worker.stop() == 0, worker.text()
        # The worker's stand-in is gone with it; one that is asked the same in the same order gives the same ids.
        client = a_registry()
        names = {role: here.topic(role) for role in (Role.FLAGGED_MESSAGES, Role.ACCOUNT_STANDING)}
        schema_ids(client, {name: schema_text(BY_ROLE[role]) for role, name in names.items()}, register=True)
        for role, name in names.items():
            values = [each.value() for each in here.read(role)]
            assert len(values) == 3
            assert {str(read(client, name, value)["account_id"]) for value in values} == {  # type: ignore[index]
                f"account-{number}" for number in range(3)
            }
        internal = here.read(Role.ACCOUNT_EVENTS) + here.read(Role.ACCOUNT_LEDGER)
        assert all((each.value() or b"").startswith(b"{") for each in internal)
        told = run("account", "account-1", "--json", env=here.env())
        assert told.code == 0, told.err
        assert (told.lines[0]["unread"], len(told.lines[0]["verdicts"])) == (0, 1)
        assert told.lines[0]["standing"]["standing"] == "warned"
        assert len(run("linked", "--json", env=here.env()).lines[0]["groups"]) == 1
