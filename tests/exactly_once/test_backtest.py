"""A backtest through the topics says what a backtest over the same events in a file says."""

from datetime import timedelta
from importlib import resources
from pathlib import Path
from typing import Any

import orjson
import pytest

from consumer.events.topics import BY_ROLE, Role
from consumer.traffic import Traffic, TrafficItem
from tests.cli.running import run
from tests.exactly_once.inside import inside
from tests.exactly_once.messages import now
from tests.exactly_once.site import site

pytestmark = pytest.mark.kafka

DEFAULT = (resources.files("consumer.policy") / "default.toml").read_text(encoding="utf-8")
TOLD_BY_BOTH = ("incidents", "actions", "newly_suspended", "changed")


def past(items: list[TrafficItem], path: Path) -> Path:
    """Write the events as `backtest` and `scan` read them."""
    lines = []
    for item in items:
        if item.topic_role is Role.MESSAGE_EVENTS:
            lines.append(item.value or b"")
        else:
            topic = BY_ROLE[item.topic_role].default_name
            key = (item.key or b"").decode()
            lines.append(orjson.dumps({"topic": topic, "key": key, "value": orjson.loads(item.value or b"null")}))
    path.write_bytes(b"\n".join(lines))
    return path


def test_the_topics_tell_what_a_file_of_the_same_events_tells(kafka_bootstrap: str, tmp_path: Path) -> None:
    strict = tmp_path / "strict.toml"
    strict.write_text(DEFAULT.replace("suspended = 5", "suspended = 4"), encoding="utf-8")
    traffic = Traffic(
        seed=4, start=now() - timedelta(days=3), spacing=timedelta(minutes=1), flagged=0.3, garbage=0.0, actions=0.01
    )
    # In this order, so that no action comes before the message it is about: across topics Kafka promises none.
    order = (Role.GIG_APPROVALS, Role.MESSAGE_EVENTS, Role.MODERATOR_ACTIONS)
    items = sorted(traffic.take(3_000), key=lambda item: order.index(item.topic_role))
    with site(kafka_bootstrap, tmp_path, 3) as here, inside(here.settings) as worker:
        for role in order:
            here.produce(item for item in items if item.topic_role is role)
            here.wait_until_idle()
        assert worker.value("strikes_total") > 500
        ran = run("backtest", "--policy", str(strict), "--topic", "--json", env=here.env())
        assert ran.code == 0, ran.err
        shown = run("backtest", "--policy", str(strict), "--topic", "--max-newly-suspended", "0", env=here.env())
        assert shown.code == 1
        assert "newly suspended accounts: " in shown.err
    told: dict[str, Any] = ran.lines[0]
    (wanted,) = run("backtest", "--policy", str(strict), "--json", str(past(items, tmp_path / "past.jsonl"))).lines
    assert len(told["newly_suspended"]) > 5
    assert {name: told[name] for name in TOLD_BY_BOTH} == {name: wanted[name] for name in TOLD_BY_BOTH}
    for side in ("before", "after"):
        assert {**told[side]} == {**wanted[side]}
