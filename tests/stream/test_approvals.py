"""The table of gig approvals: the last record of a gig counts, and a bad one changes nothing."""

import logging

import orjson
import pytest

from consumer.events.approval import Approval, GigApprovals
from consumer.stream.approvals import Approvals
from tests.stream.world import NOW, FakeRecord


def history(gig: str, *ids: str) -> GigApprovals:
    return GigApprovals(
        gig_id=gig,
        approvals=tuple(
            Approval(approval_id=each, kinds=("email",), approved_at=NOW, approved_by="support") for each in ids
        ),
    )


def record(gig: str, *ids: str, key: bytes | None = None) -> FakeRecord:
    return FakeRecord(orjson.dumps(history(gig, *ids)), gig.encode() if key is None else key)


BAD_APPROVALS = [
    ("null_key", FakeRecord(b"{}", None)),
    ("invalid_utf8", FakeRecord(b"\xff", b"gig-1")),
    ("invalid_json", FakeRecord(b"{", b"gig-1")),
    ("missing_field", FakeRecord(b'{"gig_id": "gig-1"}', b"gig-1")),
    ("wrong_type", FakeRecord(b'{"gig_id": "gig-1", "approvals": "all +12025550143"}', b"gig-1")),
    ("wrong_key", record("gig-2", "b", key=b"gig-1")),
]
"""Every reason for which a gig's approvals are not taken over."""


def test_the_last_record_of_a_gig_counts_and_a_null_forgets_it() -> None:
    rejected: list[str] = []
    table = Approvals(rejected.append)
    table.load([record("gig-1", "a"), record("gig-2", "b"), record("gig-1", "a", "c")])
    table.load([FakeRecord(None, b"gig-2"), FakeRecord(None, b"never-seen")])
    assert dict(table) == {"gig-1": history("gig-1", "a", "c")}
    assert (len(table), table.get("gig-2"), rejected) == (1, None, [])


@pytest.mark.parametrize(("reason", "bad"), BAD_APPROVALS)
def test_a_bad_record_is_counted_and_the_gig_keeps_what_it_had(
    reason: str, bad: FakeRecord, caplog: pytest.LogCaptureFixture
) -> None:
    rejected: list[str] = []
    table = Approvals(rejected.append)
    with caplog.at_level(logging.WARNING):
        table.load([record("gig-1", "a"), bad, record("gig-3", "c")])
    assert dict(table) == {"gig-1": history("gig-1", "a"), "gig-3": history("gig-3", "c")}
    assert rejected == [reason]
    (logged,) = caplog.records
    assert logged.__dict__["reason"] == reason
    assert "12025550143" not in str(logged.__dict__)
