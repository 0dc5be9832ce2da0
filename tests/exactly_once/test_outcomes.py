"""What comes out over Kafka besides strikes: dead letters, expiries, exemptions, appeals.

What each would look like broken is said in its test.
"""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import orjson
import pytest

from consumer.events.topics import Role
from consumer.stream.kafka.source import Membership
from consumer.stream.kafka.transaction import Transactor
from consumer.stream.records import Offsets, OutRecord
from consumer.stream.worker import Worker
from tests.exactly_once.inside import Clock, inside
from tests.exactly_once.messages import appeal, approval, message, now
from tests.exactly_once.site import site
from tests.exactly_once.verifier import verify

pytestmark = pytest.mark.kafka

ALMOST_EXPIRED = timedelta(days=90) - timedelta(hours=1)
"""The age of a message whose strike counts for an hour more."""


def test_bad_records_are_set_aside_with_their_bytes_and_origin(kafka_bootstrap: str, tmp_path: Path) -> None:
    # Broken (a bad record raises, or is skipped): the worker ends, or the letter is missing.
    bad: list[tuple[bytes | None, bytes | None, str]] = [
        (b"k", b"\xff\xfe not utf-8", "invalid_utf8"),
        (b"k", b'{"message_id": "m1", ', "invalid_json"),
        (b"k", b"[1, 2, 3]", "wrong_type"),
        (b"k", message("x", 1).value.replace(b'"x-m1"', b"17"), "wrong_type"),  # type: ignore[union-attr]
        (b"k", b'{"message_id": "m1"}', "missing_field"),
        (b"k", message("x", 1, text="a" * 65_537).value, "text_too_long"),
        (b"k", message("x", 1, sent_at=now() + timedelta(days=2)).value, "sent_in_future"),
        (b"k", message("x", 1, sent_at="1995-01-01T00:00:00Z").value, "sent_too_long_ago"),
        (b"k", message("x", 1, sent_at="2026-01-01T00:00:00").value, "wrong_type"),
        (b"k", message("x", 1, surface="billboard").value, "invalid_value"),
        (b"k", None, "null_value"),
        (None, message("x", 1).value, "null_key"),
        (b"k", b"", "invalid_json"),
        (b"k", b"\x00" * 990_000, "invalid_json"),
    ]
    with site(kafka_bootstrap, tmp_path, 1) as here:
        producer = here.producer()
        topic = here.topic(Role.MESSAGE_EVENTS)
        here.produce([message("ada", 0)])
        for number, (key, value, _) in enumerate(bad):
            producer.produce(topic, value, key, 0)
            if number % 5 == 0:
                producer.flush(10)
                here.produce([message("ada", number + 1)])
        producer.flush(10)
        with inside(here.settings) as running:
            here.wait_until_idle()
            assert running.value("dead_letters_total", reason="invalid_json") == 3
        letters = here.read(Role.DEAD_LETTERS)
        assert [dict(each.headers() or [])["backchannel_reason"].decode() for each in letters] == [  # type: ignore[union-attr]
            reason for *_, reason in bad
        ]
        for letter, (key, value, _) in zip(letters, bad, strict=True):
            assert letter.key() == key
            headers = dict(letter.headers() or [])
            if value is not None and len(value) > 960_000:
                assert headers["backchannel_truncated_from"] == b"990000"
                assert letter.value() == value[:960_000]
            else:
                assert letter.value() == value
            assert headers["backchannel_origin_topic"] == topic.encode()
        assert len(here.verdicts()) == 4
        verify(here)


def test_strikes_expire_without_new_messages(kafka_bootstrap: str, tmp_path: Path) -> None:
    # Broken (standing only moves with a message): the account stays warned for ever.
    clock = Clock()
    with site(kafka_bootstrap, tmp_path, 1, {"BACKCHANNEL_WORKER__TICK_MS": "200"}) as here:
        here.produce([message("ada", 1, sent_at=now() - ALMOST_EXPIRED)])
        with inside(here.settings, clock=clock) as running:
            here.wait_until_idle()
            (verdict,) = here.verdicts()
            assert verdict["strike"]["standing_after"] == "warned"
            clock.ahead = timedelta(hours=2)
            running.wait_for(lambda: running.value("expirations_total"))
        standing = [orjson.loads(each.value() or b"") for each in here.read(Role.ACCOUNT_STANDING)]
        assert [(each["standing"], each["cause"]) for each in standing] == [("warned", "verdict"), ("good", "expiry")]


def test_an_expiry_is_fenced_like_any_batch(kafka_bootstrap: str, tmp_path: Path) -> None:
    # Broken (an expiry sends no offsets): the broker cannot tell a stale owner, and both publish the standing.
    sent: list[Offsets] = []

    class Watched(Transactor):
        def commit(self, outputs: Sequence[OutRecord], offsets: Offsets, membership: Membership | None) -> None:
            sent.append(dict(offsets))
            super().commit(outputs, offsets, membership)

    def watch(worker: Worker) -> None:
        worker._transactor.__class__ = Watched

    clock = Clock()
    with site(kafka_bootstrap, tmp_path, 1, {"BACKCHANNEL_WORKER__TICK_MS": "200"}) as here:
        here.produce([message("ada", 1, sent_at=now() - ALMOST_EXPIRED)])
        with inside(here.settings, watch, clock) as running:
            here.wait_until_idle()
            clock.ahead = timedelta(hours=2)
            running.wait_for(lambda: running.value("expirations_total"))
        # Two hops, then the expiry alone: it repeats the position of the account's partition.
        assert [each.topic for each in sent[-1]] == [here.topic(Role.ACCOUNT_EVENTS)]
        assert sent[-1] == sent[-2]


def test_exemption_and_appeal_over_kafka(kafka_bootstrap: str, tmp_path: Path) -> None:
    # The table is read whole before the first judgement; an upheld appeal publishes a corrected verdict and standing.
    with site(kafka_bootstrap, tmp_path, 2) as here:
        here.produce([approval("gig-1", ("email",))])
        order = {"surface": "order", "order_id": "order-1", "gig_id": "gig-1"}
        here.produce([message("ada", 1, **order), message("ada", 2)])
        with inside(here.settings):
            here.wait_until_idle()
            here.produce([appeal("ada", "ada-m2")])
            here.wait_until_idle()
        by_message = [(each["message_id"], each["decision"]) for each in here.verdicts()]
        assert by_message == [("ada-m1", "exempt"), ("ada-m2", "violation"), ("ada-m2", "overturned")]
        assert here.verdicts()[2]["corrects"] == here.verdicts()[1]["verdict_id"]
        standing = [orjson.loads(each.value() or b"")["standing"] for each in here.read(Role.ACCOUNT_STANDING)]
        assert standing == ["warned", "good"]
        verify(here)
