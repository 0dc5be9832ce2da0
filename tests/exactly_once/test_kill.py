"""kill -9, again and again: every verdict once, every ledger right."""

import random
import time
from datetime import timedelta
from pathlib import Path
from threading import Thread

import pytest

from consumer.events.topics import Role
from consumer.traffic import Traffic
from tests.exactly_once.messages import now
from tests.exactly_once.site import site
from tests.exactly_once.verifier import verify

pytestmark = pytest.mark.kafka

ROUNDS = 20
SEED = 20_261


def test_every_verdict_once_and_every_ledger_right_after_twenty_kills(kafka_bootstrap: str, tmp_path: Path) -> None:
    chance = random.Random(SEED)
    made = Traffic(seed=SEED, start=now() - timedelta(hours=2), flagged=0.2, garbage=0.01, actions=0.02, accounts=500)
    # Small batches, so that a kill falls between begin, produce, send offsets and commit of some transaction.
    with site(kafka_bootstrap, tmp_path, 6, {"BACKCHANNEL_WORKER__MAX_BATCH": "100"}) as here:
        items = list(made.take(24_000))
        here.produce(item for item in items if item.topic_role == Role.GIG_APPROVALS)
        rest = [item for item in items if item.topic_role != Role.GIG_APPROVALS]
        feed = Thread(target=here.produce, args=(rest, 300.0))
        workers = {slot: here.start(slot) for slot in ("0", "1")}
        feed.start()
        for _ in range(ROUNDS):
            time.sleep(chance.uniform(0.5, 4.0))
            slot = chance.choice(sorted(workers))
            assert workers[slot].process.poll() is None, workers[slot].text()
            workers[slot].kill()
            workers[slot] = here.start(slot)
        feed.join()
        here.wait_until_idle()
        found = verify(here)
        assert found.verdicts["violation"] > 1_000
        assert found.dead_letters
        print(f"\n{ROUNDS} kills: {found.incidents} account events, verdicts {dict(found.verdicts)}")
        secrets = {line for item in rest[:4_000] for line in _telling_parts(item.value)}
        written = "".join(worker.text() for worker in here.workers)
        assert not [part for part in secrets if part in written], "message text in a log"


def _telling_parts(value: bytes | None) -> list[str]:
    """Return pieces of a message's text long enough to be recognised in a log."""
    if value is None or b'"text":"' not in value:
        return []
    text = value.split(b'"text":"', 1)[1].split(b'"', 1)[0].decode("utf-8", "replace")
    return [text[start : start + 24] for start in range(0, min(len(text), 240) - 24, 24)]
