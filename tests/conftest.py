"""Fixtures for every test: so far the one broker that all tests of a session share."""

import os
import socket
from collections.abc import Iterator

import pytest

from tests.kafka.container import IMAGE, ApacheKafka, why_unavailable

LONGEST_IN_NAME = 40


@pytest.fixture(scope="session")
def kafka_bootstrap() -> Iterator[str]:
    """Address of a real broker: BACKCHANNEL_TEST_BOOTSTRAP, else a container started for this session.

    Without either the test is skipped, or fails when BACKCHANNEL_REQUIRE_KAFKA=1. The broker is shared, so a
    test takes topic, group and transactional names of its own.
    """
    given = os.environ.get("BACKCHANNEL_TEST_BOOTSTRAP")
    if given:
        _require_listener(given)
        yield given
        return
    reason = why_unavailable()
    if reason is not None:
        _without_kafka(f"needs a real Kafka broker: {reason}, and BACKCHANNEL_TEST_BOOTSTRAP is not set")
    with ApacheKafka(IMAGE) as broker:
        yield broker.bootstrap


def _without_kafka(reason: str) -> None:
    if os.environ.get("BACKCHANNEL_REQUIRE_KAFKA") == "1":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


def _require_listener(bootstrap: str) -> None:
    """Fail at once where nothing listens; a Kafka client would retry until each test's timeout."""
    host, _, port = bootstrap.split(",", maxsplit=1)[0].rpartition(":")
    try:
        socket.create_connection((host.strip("[]"), int(port)), timeout=5).close()
    except (OSError, ValueError) as error:
        pytest.fail(f"BACKCHANNEL_TEST_BOOTSTRAP={bootstrap}: nothing listens there ({error})", pytrace=False)


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Keep message texts and contact details, made up as they are, out of test names; pytest numbers what is alike."""
    if isinstance(val, str | bytes) and (len(val) > LONGEST_IN_NAME or sum(map(_telling, str(val)))):
        return argname
    return None


def _telling(char: str) -> bool:
    return char in " @" or not char.isascii()
