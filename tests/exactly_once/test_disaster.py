"""What deploy/SCALING.md promises for the worst days: a lost changelog, and more partitions for the second hop."""

import time
from collections import Counter
from pathlib import Path

import orjson
import pytest
from confluent_kafka import ConsumerGroupTopicPartitions, TopicPartition
from confluent_kafka.admin import AdminClient

from consumer.events.topics import Role
from consumer.traffic import TrafficItem
from tests.exactly_once.messages import message
from tests.exactly_once.site import PATIENCE, Site, site

pytestmark = pytest.mark.kafka
STRIKES = {"ana": 3, "bo": 1, "cy": 2}


def offences(first: int = 1) -> list[TrafficItem]:
    """Messages that cost each account its strikes: each in a conversation of its own, or they would be merged."""
    return [
        message(account, first + number, conversation_id=f"{account}-c{first + number}")
        for account, count in STRIKES.items()
        for number in range(count)
    ]


def standing(here: Site) -> dict[str, tuple[str, int]]:
    """Each account's last standing and active strikes."""
    values = (orjson.loads(each.value() or b"") for each in here.read(Role.ACCOUNT_STANDING))
    return {each["account_id"]: (each["standing"], each["active_strikes"]) for each in values}


def verdicts(here: Site) -> Counter[str]:
    """How often each verdict id was published."""
    return Counter(orjson.loads(each.value() or b"")["verdict_id"] for each in here.read(Role.FLAGGED_MESSAGES))


def judged(here: Site) -> None:
    """Process what is there and stop."""
    worker = here.start("0")
    here.wait_until_idle()
    assert worker.stop() == 0, worker.text()


def lose(here: Site, topic: str) -> None:
    """Delete a topic and wait until the broker has forgotten it."""
    admin = AdminClient({"bootstrap.servers": here.bootstrap})
    admin.delete_topics([topic], operation_timeout=20)[topic].result()
    deadline = time.monotonic() + PATIENCE
    while topic in admin.list_topics(timeout=10).topics:
        assert time.monotonic() < deadline, "the topic stays"
        time.sleep(0.1)


def rewind(here: Site, topic: str) -> None:
    """Set the stopped group back to the beginning of a topic."""
    admin = AdminClient({"bootstrap.servers": here.bootstrap})
    places = [TopicPartition(topic, number, 0) for number in range(here.partitions)]
    for future in admin.alter_consumer_group_offsets([ConsumerGroupTopicPartitions(here.name, places)]).values():
        future.result()


def test_a_lost_ledger_is_made_anew_from_the_account_events(kafka_bootstrap: str, tmp_path: Path) -> None:
    with site(kafka_bootstrap, tmp_path, partitions=3) as here:
        here.produce(offences())
        judged(here)
        before = standing(here), set(verdicts(here))
        assert {account: strikes for account, (_, strikes) in before[0].items()} == STRIKES
        lose(here, here.topic(Role.ACCOUNT_LEDGER))
        here.create_topics()
        rewind(here, here.topic(Role.ACCOUNT_EVENTS))
        judged(here)
        assert (standing(here), set(verdicts(here))) == before
        assert set(verdicts(here).values()) == {2}, "published again under the same ids"


def test_ledgers_move_to_more_partitions(kafka_bootstrap: str, tmp_path: Path) -> None:
    with site(kafka_bootstrap, tmp_path, partitions=3) as here:
        here.produce(offences())
        judged(here)
        moved = {role: f"{here.topic(role)}-v2" for role in (Role.ACCOUNT_EVENTS, Role.ACCOUNT_LEDGER)}
        overrides = {f"BACKCHANNEL_TOPICS__{role.name}": name for role, name in moved.items()}
        there = Site(kafka_bootstrap, tmp_path, 8, overrides, here.name)
        there.create_topics()
        try:
            copy(here, moved[Role.ACCOUNT_LEDGER])
            there.produce(offences(first=100))
            worker = there.start("0")
            wanted = {account: 2 * count for account, count in STRIKES.items()}
            deadline = time.monotonic() + PATIENCE
            while {account: strikes for account, (_, strikes) in standing(there).items()} != wanted:
                assert time.monotonic() < deadline, f"{standing(there)}\n{there.logs()}"
                time.sleep(0.3)
            assert worker.stop() == 0, worker.text()
        finally:
            there.close()


def copy(here: Site, target: str) -> None:
    """Write the ledgers to the new changelog, each where its account's events will be."""
    producer = here.producer()
    for each in here.read(Role.ACCOUNT_LEDGER):
        producer.produce(target, each.value(), each.key())
    assert producer.flush(30) == 0
