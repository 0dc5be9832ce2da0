"""The topics are made and checked on a real broker, and what is wrong with them is said in one line each."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic

from consumer.assembly import assemble, connection, topic_plans
from consumer.events.topics import Role
from consumer.stream.kafka.admin import Admin
from consumer.stream.kafka.errors import BrokerUnavailableError, TopicsError
from tests.cli.running import run
from tests.exactly_once.site import Site

pytestmark = pytest.mark.kafka


@pytest.fixture
def bare(kafka_bootstrap: str, tmp_path: Path) -> Iterator[Site]:
    """Yield a site whose topics do not exist yet."""
    here = Site(kafka_bootstrap, tmp_path, 3)
    yield here
    here.close()


def make(here: Site, role: Role, partitions: int, cleanup: str) -> None:
    """Create one topic behind the command's back."""
    admin = AdminClient({"bootstrap.servers": here.bootstrap})
    new = NewTopic(
        here.topic(role), num_partitions=partitions, replication_factor=1, config={"cleanup.policy": cleanup}
    )
    for future in admin.create_topics([new]).values():
        future.result()
    Admin(connection(here.settings))._await([new.topic])


def test_create_makes_what_is_missing_and_check_is_content(bare: Site) -> None:
    first = run("topics", "create", env=bare.env())
    assert first.code == 0, first.err
    assert b"9 created, 0 there already" in first.out
    assert b"0 created, 9 there already" in run("topics", "create", env=bare.env()).out
    checked = run("topics", "check", env=bare.env())
    assert checked.code == 0, checked.err
    counts = Admin(connection(bare.settings)).check(topic_plans(bare.settings))
    assert set(counts.values()) == {3}


def test_missing_topics_are_named_with_the_remedy(bare: Site) -> None:
    checked = run("topics", "check", env=bare.env())
    assert checked.code == 78
    assert f"topic {bare.topic(Role.ACCOUNT_LEDGER)} is missing; `backchannel topics create` makes it" in checked.err
    assert len(checked.err.splitlines()) == 9


def test_a_worker_refuses_a_changelog_with_another_number_of_partitions(bare: Site) -> None:
    make(bare, Role.ACCOUNT_LEDGER, 5, "compact")
    run("topics", "create", env=bare.env())
    with pytest.raises(TopicsError, match="has 5 partitions but must have the 3 of"):
        assemble(bare.settings)


def test_a_worker_refuses_a_changelog_that_is_not_compacted(bare: Site) -> None:
    make(bare, Role.CONVERSATION_MEMORY, 3, "delete")
    run("topics", "create", env=bare.env())
    with pytest.raises(TopicsError, match=r"has cleanup\.policy=delete but needs compact"):
        assemble(bare.settings)


def test_a_changelog_gets_as_many_partitions_as_its_input_has(bare: Site) -> None:
    make(bare, Role.ACCOUNT_EVENTS, 7, "delete")
    assert run("topics", "create", env=bare.env()).code == 0
    assert Admin(connection(bare.settings)).partition_counts()[bare.topic(Role.ACCOUNT_LEDGER)] == 7


def test_a_broker_that_does_not_answer_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("consumer.stream.kafka.admin.SECONDS", 1.0)
    nowhere = Site("127.0.0.1:1", tmp_path)
    with pytest.raises(BrokerUnavailableError, match=r"no Kafka broker answers at 127\.0\.0\.1:1"):
        assemble(nowhere.settings)
    assert run("topics", "check", env=nowhere.env()).code == 69
