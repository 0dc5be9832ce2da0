"""The newer rebalance protocol and static membership keep the same promises."""

import time
from datetime import timedelta
from pathlib import Path

import pytest

from consumer.traffic import Traffic
from tests.exactly_once.messages import now
from tests.exactly_once.site import site
from tests.exactly_once.verifier import verify

pytestmark = pytest.mark.kafka


@pytest.mark.parametrize(
    "setting",
    [{"BACKCHANNEL_KAFKA__GROUP_PROTOCOL": "consumer"}, {"BACKCHANNEL_KAFKA__STATIC_MEMBERSHIP": "true"}],
    ids=["kip-848", "static"],
)
def test_workers_come_go_and_die(kafka_bootstrap: str, tmp_path: Path, setting: dict[str, str]) -> None:
    made = Traffic(seed=5, start=now() - timedelta(hours=1), flagged=0.2, garbage=0.01, actions=0.01, accounts=200)
    items = list(made.take(4_000))
    with site(kafka_bootstrap, tmp_path, 4, {"BACKCHANNEL_WORKER__MAX_BATCH": "100", **setting}) as here:
        first, second = here.start("0"), here.start("1")
        here.produce(items[:1_500], per_second=500)
        time.sleep(1.0)
        second.kill()
        here.produce(items[1_500:3_000], per_second=500)
        second = here.start("1")
        second.wait_until_serving()
        here.produce(items[3_000:], per_second=500)
        here.wait_until_idle()
        assert first.stop() == 0, first.text()
        assert second.stop() == 0, second.text()
        found = verify(here)
        assert found.verdicts["violation"] > 100
