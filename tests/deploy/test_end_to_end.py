"""The compose file in action: two workers under traffic, one killed, the alert for it, and every verdict once.

The rules, the scrape configuration, the image and the start order are the ones that are shipped; only Grafana stays
away. The traffic that is recounted comes from the test, because its approvals must all be known before the first
message for the recount to be exact; Compose's own `traffic` follows when that is done.
"""

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import takewhile
from pathlib import Path

import orjson
import pytest

from consumer.events.topics import Role
from consumer.settings import TopicSettings
from consumer.traffic import Traffic, TrafficItem
from tests.deploy.containers import UP, Project, images_of_services, project, ran, require_images, until
from tests.deploy.test_compose import ROOT
from tests.exactly_once.messages import now
from tests.exactly_once.site import HASH_KEY, Site
from tests.exactly_once.verifier import verify
from tests.ops.prometheus import Prometheus
from tests.ops.tools import free_ports

MISSING = "BackchannelWorkersMissing"
PER_SECOND = 30.0
LONGEST = 20_000
"""Records made ahead; the test is over before they are."""
PARTITIONS = 36
"""Of the three inputs together."""
EXAMPLE = ROOT / "schemas/examples/consumer.py"

Say = Callable[[str], None]


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str]) -> Say:
    """Print one line of the story at once, with the seconds since its beginning."""
    began = time.monotonic()

    def line(text: str) -> None:
        with capsys.disabled():
            print(f"\n[{time.monotonic() - began:5.0f} s] {text}", end="", flush=True)

    return line


def site_of(kafka_port: int, folder: Path) -> Site:
    """The compose file's Kafka as the other tests' tools see it: topics and group have their default names."""
    names = {f"BACKCHANNEL_TOPICS__{role.name}": name for role, name in TopicSettings().names().items()}
    return Site(f"localhost:{kafka_port}", folder, 12, names, "backchannel")


@contextmanager
def feeding(here: Site, items: list[TrafficItem]) -> Iterator[None]:
    """Produce steadily until the block ends."""
    stopped = threading.Event()
    wanted = takewhile(lambda _: not stopped.is_set(), items)
    thread = threading.Thread(target=here.produce, args=(wanted, PER_SECOND))
    thread.start()
    try:
        yield
    finally:
        stopped.set()
        thread.join(60)


@contextmanager
def subscriber(here: Site, output: Path) -> Iterator[None]:
    """The example for subscribers, reading along from outside the containers."""
    command = [sys.executable, str(EXAMPLE), here.bootstrap, "a-subscriber", here.topic(Role.FLAGGED_MESSAGES)]
    with output.open("wb") as told, subprocess.Popen(command, stdout=told, stderr=subprocess.STDOUT) as process:
        try:
            yield
        finally:
            process.kill()


def everyone_knows(prometheus: Prometheus, approvals: int, workers: int) -> bool:
    """Whether that many workers answer, own all partitions together, and have read that many approvals."""
    return (
        prometheus.value('sum(up{job="backchannel"})') == workers
        and prometheus.value("sum(backchannel_assigned_partitions)") == PARTITIONS
        and prometheus.value('count(backchannel_worker_state{state="running"} == 1)') == workers
        and prometheus.value('min(backchannel_state_entries{store="gig_approvals"})') == approvals
    )


def one_owns_all(prometheus: Prometheus) -> bool:
    """Whether a single worker is left to be seen, and has all partitions."""
    return (
        prometheus.value('count(up{job="backchannel"} == 1)') == 1
        and prometheus.value("count(backchannel_build_info)") == 1
        and prometheus.value("sum(backchannel_assigned_partitions)") == PARTITIONS
    )


def kill_one(running: Project, prometheus: Prometheus) -> str:
    """SIGKILL the first worker's container, which no restart policy brings back; return its name."""
    assert prometheus.alert(MISSING) == "inactive"
    victim: str = running.containers("worker")[0]["Name"].removeprefix("/")
    ran("docker", "kill", "--signal", "KILL", victim)
    return victim


def test_a_worker_is_killed_and_nothing_is_lost_but_sleep(worker_image: str, tmp_path: Path, say: Say) -> None:
    require_images(worker_image, *images_of_services())
    kafka_port, prometheus_port = free_ports(2)
    env = {
        "KAFKA_PORT": str(kafka_port),
        "PROMETHEUS_PORT": str(prometheus_port),
        "BACKCHANNEL_HASH_KEY": HASH_KEY,
    }
    made = Traffic(seed=77, start=now() - timedelta(hours=2), flagged=0.2, garbage=0.01, actions=0.02, accounts=300)
    items = list(made.take(LONGEST))
    approvals = [item for item in items if item.topic_role == Role.GIG_APPROVALS]
    messages = [item for item in items if item.topic_role != Role.GIG_APPROVALS]
    prometheus = Prometheus(prometheus_port)
    here = site_of(kafka_port, tmp_path)
    with project(env) as running:
        running.up(*UP, workers=2)
        until("two healthy workers", lambda: running.healthy("worker") == 2, 90)
        say("Kafka, topics, two workers and Prometheus are up and healthy")
        here.produce(approvals)
        gigs = len({item.key for item in approvals})
        until("both workers at work", lambda: everyone_knows(prometheus, gigs, 2), 90)
        output = tmp_path / "subscriber.log"
        with subscriber(here, output):
            with feeding(here, messages):
                until("verdicts", lambda: (prometheus.value("sum(backchannel_verdicts_total)") or 0) > 50, 60)
                victim = kill_one(running, prometheus)
                say(f"more than 50 verdicts; {victim} killed with SIGKILL")
                until("takeover", lambda: one_owns_all(prometheus), 120)
                say("the other worker has taken over all partitions")
                until("the alert pending", lambda: prometheus.alert(MISSING) != "inactive", 60)
                until("the alert firing", lambda: prometheus.alert(MISSING) == "firing", 180)
                say(f"{MISSING} fires in Prometheus; no worker is down: {alerts_now(prometheus)}")
                running.up("worker", workers=3)
                until("three healthy workers", lambda: running.healthy("worker") == 3, 90)
                until("three at work", lambda: everyone_knows(prometheus, gigs, 3), 120)
                until("the alert over", lambda: prometheus.alert(MISSING) == "inactive", 60)
                say("--scale worker=3: the killed one is back, a third has joined, the alert is over")
            here.wait_until_idle()
            found = verify(here)
            assert found.verdicts["violation"] > 300
            say(f"every verdict once, every ledger right: {found.incidents} incidents, {dict(found.verdicts)}")
            published = sorted(line_of(each.value() or b"") for each in here.read(Role.FLAGGED_MESSAGES))
            until("the subscriber", lambda: len(output.read_text("utf-8").splitlines()) >= len(published), 30)
        assert sorted(output.read_text("utf-8").splitlines()) == published
        say(f"the subscriber example saw these {len(published)} verdicts, each once")
        own_traffic(running, here, prometheus)
        say("Compose's own traffic came through, and everyone stopped in order")


def own_traffic(running: Project, here: Site, prometheus: Prometheus) -> None:
    """Compose's traffic flows, and what ends on SIGTERM ends with 0."""
    before = prometheus.value("sum(backchannel_events_total)") or 0
    running.up("traffic", workers=3)
    until("Compose's traffic", lambda: (prometheus.value("sum(backchannel_events_total)") or 0) > before + 500, 60)
    running.compose("stop", "traffic")
    here.wait_until_idle()
    running.compose("stop", "worker")
    ended = {
        each["Name"]: each["State"]["ExitCode"] for name in ("worker", "traffic") for each in running.containers(name)
    }
    assert set(ended.values()) == {0}, ended
    ids = [line_of(each.value() or b"") for each in here.read(Role.FLAGGED_MESSAGES)]
    assert len(set(ids)) == len(ids)


def line_of(verdict: bytes) -> str:
    """What the example prints of a verdict."""
    value = orjson.loads(verdict)
    return f"{value['verdict_id']} {value['account_id']} {value['decision']}"


def alerts_now(prometheus: Prometheus) -> dict[str, str]:
    """Every alert that is not quiet."""
    return {each["labels"]["alertname"]: each["state"] for each in prometheus.ask("alerts")["alerts"]}
