"""Strike counts do not depend on the upstream key, and workers come and go without loss."""

from datetime import timedelta
from pathlib import Path
from typing import Literal

import pytest

from consumer.events.topics import Role
from consumer.traffic import Traffic, TrafficItem
from tests.exactly_once.messages import now
from tests.exactly_once.site import Site, site
from tests.exactly_once.verifier import Found, verify

pytestmark = pytest.mark.kafka


def traffic(key_by: Literal["conversation", "random"]) -> list[TrafficItem]:
    """Return the same messages whatever their key; none needs another message to be understood."""
    made = Traffic(
        seed=7,
        start=now() - timedelta(hours=9),
        spacing=timedelta(seconds=5),
        flagged=0.2,
        splits=0.0,
        actions=0.0,
        accounts=300,
        key_by=key_by,
    )
    return list(made.take(6_000))


def settled(here: Site, items: list[TrafficItem]) -> Found:
    """Process traffic with two workers while a third joins late and one leaves; return what was found."""
    here.produce(item for item in items if item.topic_role == Role.GIG_APPROVALS)
    messages = [item for item in items if item.topic_role != Role.GIG_APPROVALS]
    first, second = here.start("0"), here.start("1")
    here.produce(messages[: len(messages) // 3])
    here.wait_until_idle()
    third = here.start("2")
    here.produce(messages[len(messages) // 3 : 2 * len(messages) // 3], per_second=1_000)
    third.wait_until_serving()
    assert second.stop() == 0, second.text()
    here.produce(messages[2 * len(messages) // 3 :], per_second=2_000)
    here.wait_until_idle()
    assert first.stop() == 0, first.text()
    assert third.stop() == 0, third.text()
    return verify(here)


def test_keyed_by_conversation_or_at_random_the_strikes_are_the_same(kafka_bootstrap: str, tmp_path: Path) -> None:
    found = {}
    for key_by in ("conversation", "random"):
        folder = tmp_path / key_by
        folder.mkdir()
        with site(kafka_bootstrap, folder) as here:
            found[key_by] = settled(here, traffic(key_by))
    assert found["conversation"].strikes == found["random"].strikes
    assert found["conversation"].standing == found["random"].standing
    assert len(found["random"].strikes) > 50
    assert {"warned", "restricted", "suspended"} <= set(found["random"].standing.values())
