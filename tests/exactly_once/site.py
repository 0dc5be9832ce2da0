"""One test's corner of the shared broker: topics, group, traffic, worker processes, and what came out."""

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any
from uuid import uuid4

import orjson
from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, Message, Producer, TopicPartition
from confluent_kafka.admin import AdminClient

from consumer.assembly import connection, topic_plans
from consumer.events.topics import Role
from consumer.settings import Settings, load_settings
from consumer.stream.kafka.admin import Admin
from consumer.stream.kafka.consumed import place
from consumer.stream.records import Partition
from consumer.traffic import TrafficItem

HASH_KEY = "a key for tests, of no value elsewhere"
PATIENCE = 240.0
"""Seconds until a test gives up waiting for the workers."""


@dataclass
class WorkerProcess:
    """A worker in a process of its own, with its output in a file."""

    slot: str
    process: "subprocess.Popen[bytes]"
    output: Path
    _log: IO[bytes]

    def kill(self) -> None:
        """SIGKILL: no cleaning up of any sort."""
        self.process.kill()
        self.process.wait()
        self._log.close()

    def signal(self, number: signal.Signals) -> None:
        """Send a signal."""
        self.process.send_signal(number)

    def stop(self, patience: float = 30.0) -> int:
        """SIGTERM, and wait for the exit code."""
        if self.process.poll() is None:
            self.process.terminate()
        code = self.process.wait(patience)
        self._log.close()
        return code

    def wait_until_serving(self, patience: float = 90.0) -> None:
        """Wait until it has a partition, restored."""
        deadline = time.monotonic() + patience
        while "partition in service" not in (told := self.text()):
            assert self.process.poll() is None, told
            assert time.monotonic() < deadline, told
            time.sleep(0.1)

    def text(self) -> str:
        """Return everything it has written."""
        return self.output.read_text("utf-8", "replace")


@dataclass
class Site:
    """Topics and a group under a name of their own; nothing of it is seen by other tests."""

    bootstrap: str
    folder: Path
    partitions: int = 12
    overrides: Mapping[str, str] = field(default_factory=dict)
    name: str = field(default_factory=lambda: f"t{uuid4().hex[:10]}")
    workers: list[WorkerProcess] = field(default_factory=list)

    def env(self, slot: str = "0") -> dict[str, str]:
        """Return the settings of one worker slot as environment variables."""
        topics = {f"BACKCHANNEL_TOPICS__{role.name}": f"{self.name}.{role.value}" for role in Role}
        return {
            "BACKCHANNEL_KAFKA__BOOTSTRAP": self.bootstrap,
            "BACKCHANNEL_KAFKA__GROUP_ID": self.name,
            "BACKCHANNEL_KAFKA__SLOT": slot,
            "BACKCHANNEL_KAFKA__SESSION_TIMEOUT_MS": "6000",
            "BACKCHANNEL_KAFKA__TRANSACTION_TIMEOUT_MS": "5000",
            "BACKCHANNEL_TOPICS__PARTITIONS": str(self.partitions),
            "BACKCHANNEL_HASH_KEY": HASH_KEY,
            "BACKCHANNEL_HTTP__PORT": "0",
            **topics,
            **self.overrides,
        }

    @property
    def settings(self) -> Settings:
        """The settings of slot 0."""
        return load_settings(None, self.env())

    def topic(self, role: Role) -> str:
        """Return a topic's name here."""
        return self.settings.topics.name(role)

    def create_topics(self) -> None:
        """Create everything the workers need."""
        Admin(connection(self.settings)).create(topic_plans(self.settings), self.partitions, 1)

    def producer(self) -> Producer:
        """Return a producer as the platform would use."""
        return Producer({"bootstrap.servers": self.bootstrap, "linger.ms": 5, "partitioner": "murmur2_random"})

    def produce(self, items: Iterable[TrafficItem], per_second: float | None = None) -> int:
        """Produce traffic, at a steady rate if one is given; return the number of records."""
        producer = self.producer()
        names = self.settings.topics.names()
        started = time.monotonic()
        count = 0
        for item in items:
            while True:
                try:
                    producer.produce(names[item.topic_role], item.value, item.key)
                except BufferError:
                    producer.poll(0.05)
                else:
                    break
            count += 1
            if per_second and count % 50 == 0:
                producer.poll(0)
                time.sleep(max(0.0, started + count / per_second - time.monotonic()))
        assert producer.flush(60) == 0
        return count

    def start(self, slot: str) -> WorkerProcess:
        """Start a worker process."""
        output = self.folder / f"worker-{slot}-{len(self.workers)}.log"
        log = output.open("wb")
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("BACKCHANNEL_")}
        process = subprocess.Popen(
            [sys.executable, "-m", "consumer", "run"],
            env={**inherited, **self.env(slot)},
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        worker = WorkerProcess(slot, process, output, log)
        self.workers.append(worker)
        return worker

    def read(self, role: Role, *, committed: bool = True) -> list[Message]:
        """Read a topic from its beginning to its present end, in partition order."""
        return list(self._read(self.topic(role), "read_committed" if committed else "read_uncommitted"))

    def verdicts(self) -> list[dict[str, Any]]:
        """Return the published verdicts."""
        return [orjson.loads(each.value() or b"") for each in self.read(Role.FLAGGED_MESSAGES)]

    def committed(self) -> dict[Partition, int]:
        """Return the group's committed offsets."""
        consumer = Consumer({"bootstrap.servers": self.bootstrap, "group.id": self.name})
        inputs = (Role.MESSAGE_EVENTS, Role.ACCOUNT_EVENTS, Role.MODERATOR_ACTIONS)
        asked = [TopicPartition(self.topic(role), n) for role in inputs for n in range(self.partitions)]
        try:
            return {Partition(each.topic, each.partition): each.offset for each in consumer.committed(asked, 20)}
        finally:
            consumer.close()

    def wait_until_idle(self, patience: float = PATIENCE) -> None:
        """Wait until the group has processed every record of its inputs, those it makes itself included."""
        deadline = time.monotonic() + patience
        while behind := self._behind():
            if time.monotonic() > deadline:
                raise AssertionError(f"still behind after {patience:.0f} s: {behind}\n{self.logs()}")
            time.sleep(0.3)

    def logs(self) -> str:
        """Return the last lines of every worker's output."""
        return "\n".join(f"--- {each.output.name}\n{each.text()[-2000:]}" for each in self.workers)

    def close(self) -> None:
        """End what still runs and delete the topics."""
        for worker in self.workers:
            if worker.process.poll() is None:
                worker.signal(signal.SIGCONT)
                worker.kill()
        admin = AdminClient({"bootstrap.servers": self.bootstrap})
        for future in admin.delete_topics([self.topic(role) for role in Role], operation_timeout=10).values():
            future.exception()

    def _behind(self) -> dict[str, int]:
        committed = self.committed()
        ends = dict.fromkeys(committed, 0)
        for role in (Role.MESSAGE_EVENTS, Role.ACCOUNT_EVENTS, Role.MODERATOR_ACTIONS):
            for message in self.read(role):
                partition = Partition(message.topic() or "", message.partition() or 0)
                ends[partition] = (message.offset() or 0) + 1
        return {
            f"{topic}[{number}]": end - committed[Partition(topic, number)]
            for (topic, number), end in ends.items()
            if end > max(0, committed[Partition(topic, number)])
        }

    def _read(self, topic: str, isolation: str) -> Iterator[Message]:
        """Read up to the high watermark of now.

        A read_committed reader is told of an end that lies before an open transaction, such as a killed worker leaves
        behind until it times out; what was committed after it is there, but not seen yet. So an end before the mark
        means: wait.
        """
        consumer = Consumer(
            {
                "bootstrap.servers": self.bootstrap,
                "group.id": f"{self.name}-reader",
                "enable.auto.commit": False,
                "fetch.wait.max.ms": 20,
                "log_level": 0,
                "enable.partition.eof": True,
                "isolation.level": isolation,
                "auto.offset.reset": "error",
            }
        )
        count = len(consumer.list_topics(topic, timeout=20).topics[topic].partitions)
        partitions = [Partition(topic, number) for number in range(count)]
        marks = {each: high for each, (_, high) in Admin(connection(self.settings)).ends(partitions).items()}
        consumer.assign([TopicPartition(*each, OFFSET_BEGINNING) for each in partitions])
        unfinished = {each for each, high in marks.items() if high}
        deadline = time.monotonic() + PATIENCE
        try:
            while unfinished:
                assert time.monotonic() < deadline, f"a transaction stays open in {sorted(unfinished)}"
                for message in consumer.consume(10_000, 0.5):
                    error = message.error()
                    if error is None:
                        yield message
                    elif error.code() != KafkaError._PARTITION_EOF:
                        raise AssertionError(error)
                    if (message.offset() or 0) + (error is None) >= marks[place(message)]:
                        unfinished.discard(place(message))
                for each in consumer.position([TopicPartition(*each) for each in unfinished]):
                    if each.offset >= marks[Partition(each.topic, each.partition)]:
                        unfinished.discard(Partition(each.topic, each.partition))
        finally:
            consumer.close()


@contextmanager
def site(
    bootstrap: str, folder: Path, partitions: int = 12, overrides: Mapping[str, str] | None = None
) -> Iterator[Site]:
    """A site with its topics, cleaned up afterwards whatever happened."""
    here = Site(bootstrap, folder, partitions, overrides or {})
    here.create_topics()
    try:
        yield here
    finally:
        here.close()


def get(port: int, path: str) -> tuple[int, str]:
    """Return status and body of a request to a worker's health port."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
