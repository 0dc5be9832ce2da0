"""The example for subscribers, run as it stands against verdicts that a real worker wrote."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import orjson
import pytest
from confluent_kafka import Producer

from consumer.events.topics import Role
from tests.exactly_once.messages import message
from tests.exactly_once.site import Site, site

EXAMPLE = Path(__file__).parents[2] / "schemas/examples/consumer.py"
ACCOUNTS = 5


@contextmanager
def subscriber(here: Site, output: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """The example in a process of its own, killed at the end as a crash would."""
    command = [
        sys.executable,
        str(EXAMPLE),
        here.bootstrap,
        f"{here.name}-subscriber",
        here.topic(Role.FLAGGED_MESSAGES),
    ]
    with output.open("wb") as told, subprocess.Popen(command, stdout=told, stderr=subprocess.STDOUT) as process:
        try:
            yield process
        finally:
            process.kill()


def lines(output: Path, count: int) -> list[str]:
    """Its lines, once there are as many as expected and no more follow."""
    deadline = time.monotonic() + 40
    while len(output.read_text("utf-8").splitlines()) < count:
        assert time.monotonic() < deadline, output.read_text("utf-8")
        time.sleep(0.1)
    time.sleep(0.5)
    return output.read_text("utf-8").splitlines()


def published(here: Site) -> list[str]:
    """What the example should print, whatever the order of partitions."""
    values = (orjson.loads(each.value() or b"") for each in here.read(Role.FLAGGED_MESSAGES))
    return sorted(f"{each['verdict_id']} {each['account_id']} {each['decision']}" for each in values)


def aborted(here: Site) -> None:
    """Leave a verdict in the topic that its transaction took back."""
    producer = Producer({"bootstrap.servers": here.bootstrap, "transactional.id": f"{here.name}-aborted"})
    producer.init_transactions(20)
    producer.begin_transaction()
    ghost = {"verdict_id": "ver_ghost", "account_id": "ghost", "decision": "violation"}
    producer.produce(here.topic(Role.FLAGGED_MESSAGES), orjson.dumps(ghost), b"ghost")
    producer.flush(20)
    producer.abort_transaction(20)


@pytest.mark.kafka
def test_the_example_sees_each_verdict_and_none_that_was_taken_back(kafka_bootstrap: str, tmp_path: Path) -> None:
    with site(kafka_bootstrap, tmp_path, partitions=3) as here:
        worker = here.start("0")
        here.produce(message(f"account-{number}", 1) for number in range(ACCOUNTS))
        here.wait_until_idle()
        assert worker.stop() == 0, worker.text()
        aborted(here)
        assert "ver_ghost" in {
            orjson.loads(each.value() or b"{}").get("verdict_id")
            for each in here.read(Role.FLAGGED_MESSAGES, committed=False)
        }
        output = tmp_path / "subscriber.log"
        with subscriber(here, output):
            assert sorted(lines(output, ACCOUNTS)) == published(here)


def test_the_example_is_ten_lines_and_asks_for_committed_records_only() -> None:
    # librdkafka's default is read_committed, Java's is not; an example is copied into both.
    text = EXAMPLE.read_text("utf-8")
    assert '"isolation.level": "read_committed"' in text
    loop = text.partition("consumer = Consumer(")[2].strip().splitlines()
    assert len(loop) <= 11
