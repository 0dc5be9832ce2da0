"""The demonstration ends by itself and tells the truth; and a broker that goes away does not stop the loop."""

import subprocess
import sys
import threading
import time

import pytest

from consumer.assembly import assemble, topic_plans
from consumer.settings import KafkaSettings, Settings
from consumer.stream.kafka.mock import MockBroker


def test_the_demo_ends_by_itself_with_verdicts_strikes_and_standing() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "consumer", "demo", "--messages", "1500", "--rate", "500", "--seed", "3"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={"COLUMNS": "140", "PATH": "/usr/bin:/bin"},
    )
    assert done.returncode == 0, done.stderr
    summary = done.stdout.split("what came of it")[1]
    for word in ("violation", "exempt", "warned (verdict)", "good (expiry)", "email provide", "invalid_json"):
        assert word in summary, word
    assert "1,500 messages" in summary
    assert "demonstration broker" in done.stdout
    assert "http://127.0.0.1:" in done.stdout


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_broker_that_goes_away_leaves_the_worker_alive() -> None:
    # Broken (the loop waits for the broker without a limit): an orchestrator kills workers for the broker's fault.
    broker = MockBroker()
    settings = Settings(kafka=KafkaSettings(bootstrap=broker.bootstrap, group_id="g"), hash_key="0123456789abcdef")
    broker.create(plan.name for plan in topic_plans(settings))
    assembly = assemble(settings, check_configs=False)
    beats: list[float] = []

    def beat() -> None:
        beats.append(time.monotonic())
        assembly.health.beat()

    assembly.worker._report.beat = beat  # type: ignore[method-assign]
    thread = threading.Thread(target=assembly.worker.run)
    thread.start()
    try:
        deadline = time.monotonic() + 30
        while not assembly.health.ready().ok:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        del broker
        gone = time.monotonic()
        time.sleep(3.0)
        assert thread.is_alive()
        assert len([at for at in beats if at > gone + 1.0]) > 5
        assert assembly.health.live().ok
    finally:
        assembly.worker.stop()
        thread.join(60)
    assert not thread.is_alive()
