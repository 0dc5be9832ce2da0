"""The second hop: verdicts, standing, the ledger, approvals, support's actions, and the passing of time."""

from datetime import timedelta

import orjson
import pytest

from consumer.events.approval import Approval, GigApprovals
from consumer.events.ledger import AccountLedger
from consumer.events.vocabulary import to_millis
from consumer.stream.stores import LEDGERS
from tests.stream.world import (
    ACCOUNTS,
    ACTIONS,
    DAY,
    LEDGER_LOG,
    MESSAGES,
    NOW,
    FakeRecord,
    World,
    action,
    headers_of,
    loaded,
    message,
    outputs_to,
    second_hop,
)


def incidents(count: int = 1, **fields: object) -> list[FakeRecord]:
    """What the first hop makes of that many messages giving an address."""
    records = [message(f"give ana{number}@example.org", number, **fields) for number in range(count)]
    return second_hop(World().process({MESSAGES: records}))


def at_accounts(record: FakeRecord, offset: int) -> FakeRecord:
    return FakeRecord(record.value(), b"seller-7", offset)


def ledger(world: World, account: str = "seller-7") -> AccountLedger:
    value = world.ledgers.table.get(account)
    assert value is not None
    return LEDGERS.decode(value)


def test_an_incident_becomes_a_verdict_a_standing_and_one_ledger_record() -> None:
    world = World()
    result = world.commit({ACCOUNTS: incidents()})
    assert [out.topic for out in result.outputs] == ["flagged", "standing", LEDGER_LOG]
    verdict, standing, logged = result.outputs
    assert (loaded(verdict)["decision"], loaded(standing)["standing"]) == ("violation", "warned")
    assert (logged.key, logged.partition) == (b"seller-7", ACCOUNTS.number)
    assert ledger(world).active == 1
    assert (result.tally.verdicts, result.tally.strikes) == ({"violation": 1}, 1)
    assert result.tally.standings == {"warned": 1}
    assert result.tally.waited_since == [NOW - timedelta(milliseconds=500)]


def test_a_ledger_written_often_is_one_changelog_record_with_its_last_value() -> None:
    world = World()
    # In three conversations: in one, the policy would merge them into one strike.
    records = [message("give ana@example.org", number, conversation_id=f"talk-{number}") for number in range(3)]
    result = world.commit({ACCOUNTS: second_hop(World().process({MESSAGES: records}))})
    logged = outputs_to(result, LEDGER_LOG)
    assert len(logged) == 1
    assert LEDGERS.decode(logged[0].value or b"").active == 3
    assert [loaded(out)["strike"]["active_strikes"] for out in outputs_to(result, "flagged")] == [1, 2, 3]
    assert result.tally.standings == {"warned": 1, "restricted": 1}


@pytest.mark.parametrize("together", [True, False])
def test_an_incident_delivered_again_changes_nothing(*, together: bool) -> None:
    world = World()
    (once,) = incidents()
    if together:
        result = world.commit({ACCOUNTS: [once, at_accounts(once, 201)]})
        assert len(outputs_to(result, "flagged")) == 1
    else:
        world.commit({ACCOUNTS: [once]})
        result = world.commit({ACCOUNTS: [at_accounts(once, 201)]})
        assert result.outputs == []
    assert result.tally.duplicates == 1
    assert ledger(world).active == 1


def approved(gig: str) -> GigApprovals:
    granted = Approval(approval_id="ok", kinds=("email",), approved_at=NOW - DAY, approved_by="support")
    return GigApprovals(gig_id=gig, approvals=(granted,))


@pytest.mark.parametrize(
    ("surface", "gig", "decision"),
    [("order", "gig-1", "exempt"), ("order", "gig-2", "violation"), ("inbox", "gig-1", "violation")],
)
def test_the_approvals_of_the_messages_gig_are_used(surface: str, gig: str, decision: str) -> None:
    world = World(approvals={"gig-1": approved("gig-1")})
    result = world.commit({ACCOUNTS: incidents(surface=surface, gig_id=gig, order_id="order-1")})
    (verdict,) = outputs_to(result, "flagged")
    assert loaded(verdict)["decision"] == decision
    assert result.tally.strikes == (decision == "violation")


def test_an_approval_that_arrives_between_batches_is_used_from_then_on() -> None:
    world = World()
    first, second = incidents(2, surface="order", gig_id="gig-1", order_id="order-1")
    before = world.commit({ACCOUNTS: [first]})
    world.approvals["gig-1"] = approved("gig-1")
    after = world.commit({ACCOUNTS: [second]})
    assert (list(before.tally.verdicts), list(after.tally.verdicts)) == (["violation"], ["exempt"])


def test_an_appeal_upheld_in_the_batch_of_its_verdict_overturns_it() -> None:
    world = World()
    appeal = at_accounts(action("appeal", message_id="m0", outcome="upheld"), 201)
    result = world.commit({ACCOUNTS: [*incidents(), appeal]})
    assert [loaded(out)["decision"] for out in outputs_to(result, "flagged")] == ["violation", "overturned"]
    assert [loaded(out)["standing"] for out in outputs_to(result, "standing")] == ["warned", "good"]
    assert ledger(world).active == 0
    assert result.tally.actions == {("appeal", "overturned"): 1}


def test_actions_are_counted_by_what_they_did() -> None:
    world = World()
    appeal = action("appeal", message_id="m0", outcome="upheld")
    clear = action(action_id="act-2")
    records = [*incidents(), *(at_accounts(each, 201 + at) for at, each in enumerate([appeal, appeal, clear]))]
    tally = world.commit({ACCOUNTS: records}).tally
    assert tally.actions == {
        ("appeal", "overturned"): 1,
        ("appeal", "duplicate"): 1,
        ("clear_account", "no_effect"): 1,
    }


BAD = [
    ("null_value", FakeRecord(None, b"seller-7", 250)),
    ("invalid_utf8", FakeRecord(b"\xff", b"seller-7", 250)),
    ("invalid_json", FakeRecord(b"{", b"seller-7", 250)),
    ("missing_field", FakeRecord(b'{"account_id": "seller-7"}', b"seller-7", 250)),
    ("missing_field", FakeRecord(b'{"type": "incident"}', b"seller-7", 250)),
    ("invalid_value", FakeRecord(b'{"type": "gossip"}', b"seller-7", 250)),
    ("invalid_value", at_accounts(action("appeal", message_id="m0"), 250)),
    ("wrong_type", at_accounts(action(actor=3), 250)),
    ("refused_action", at_accounts(action("confirm_review", message_id="never-seen"), 250)),
]
"""Every reason for which an account event is set aside."""


@pytest.mark.parametrize(("reason", "record"), BAD)
@pytest.mark.parametrize("place", [0, 1, 3])
def test_a_bad_record_is_set_aside_and_disturbs_no_other(reason: str, record: FakeRecord, place: int) -> None:
    good = incidents(3)
    undisturbed = World().process({ACCOUNTS: good})
    result = World().process({ACCOUNTS: [*good[:place], record, *good[place:]]})
    (letter,) = outputs_to(result, "dead")
    assert [out for out in result.outputs if out is not letter] == undisturbed.outputs
    assert letter.value == record.value()
    headers = headers_of(letter)
    assert (headers["backchannel_reason"], headers["backchannel_origin_topic"]) == (reason, ACCOUNTS.topic)
    assert result.tally.dead_letters == {reason: 1}
    assert result.tally.actions == {}


def test_a_strike_that_expires_changes_the_standing_without_a_record() -> None:
    world = World()
    world.commit({ACCOUNTS: incidents()})
    due_at = ledger(world).due
    assert due_at is not None
    later = NOW + 90 * DAY
    assert world.owned.due(due_at - 1, 9) == {}
    due = world.owned.due(to_millis(later), 9)
    assert due == {ACCOUNTS: ["seller-7"]}
    result = world.commit({}, due, later)
    (standing,) = outputs_to(result, "standing")
    assert (loaded(standing)["standing"], loaded(standing)["cause"]) == ("good", "expiry")
    assert outputs_to(result, "flagged") == []
    assert result.offsets == {ACCOUNTS: 201}, "the present position again, so that the broker fences a stale owner"
    assert result.tally.expirations == 1
    assert "seller-7" not in world.ledgers.table or ledger(world).active == 0


def test_a_due_account_that_is_gone_is_left_alone() -> None:
    result = World().process({}, {ACCOUNTS: ["nobody"]})
    assert result.outputs == []
    assert result.offsets == {ACCOUNTS: 200}


def test_records_are_judged_before_time_is_let_pass() -> None:
    """A clearing in the same batch leaves nothing for the expiry to announce."""
    world = World()
    world.commit({ACCOUNTS: incidents()})
    result = world.commit({ACCOUNTS: [at_accounts(action(), 201)]}, {ACCOUNTS: ["seller-7"]}, NOW + 91 * DAY)
    assert [loaded(out)["cause"] for out in outputs_to(result, "standing")] == ["clear_account"]


def test_an_account_that_is_forgotten_leaves_a_tombstone() -> None:
    world = World()
    world.commit({ACCOUNTS: incidents()})
    now = NOW
    for _ in range(4):
        now += 91 * DAY
        due = world.owned.due(to_millis(now), 9)
        result = world.commit({}, due, now) if due else None
        if result is not None and "seller-7" not in world.ledgers.table:
            logged = outputs_to(result, LEDGER_LOG)
            assert [(out.key, out.value, out.partition) for out in logged] == [(b"seller-7", None, ACCOUNTS.number)]
            return
    pytest.fail("the account is remembered for ever")


def test_actions_are_routed_to_their_account() -> None:
    result = World().process({ACTIONS: [action(offset=300), action("appeal", message_id="m0", outcome="upheld")]})
    assert [(out.topic, out.key, out.partition) for out in result.outputs] == [(ACCOUNTS.topic, b"seller-7", None)] * 2
    assert [loaded(out)["action"] for out in result.outputs] == ["clear_account", "appeal"]
    assert all(orjson.loads(out.value or b"")["type"] == "action" for out in result.outputs)


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59.999999-14:00"])
def test_an_action_at_the_edge_of_time_is_routed_and_judged(at: str) -> None:
    world = World()
    world.commit({ACCOUNTS: incidents()})
    routed = second_hop(world.commit({ACTIONS: [action(at=at)]}), 201)
    result = world.commit({ACCOUNTS: routed})
    assert outputs_to(result, "dead") == []
    assert result.tally.actions.total() == 1


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_bad_action_is_set_aside_and_disturbs_no_other(place: int) -> None:
    good = [action(action_id="act-1"), action(action_id="act-2")]
    bad = FakeRecord(b'{"action": "dance"}', None, 350)
    result = World().process({ACTIONS: [*good[:place], bad, *good[place:]]})
    (letter,) = outputs_to(result, "dead")
    assert headers_of(letter)["backchannel_origin_offset"] == "350"
    assert [loaded(out)["action_id"] for out in outputs_to(result, ACCOUNTS.topic)] == ["act-1", "act-2"]
    assert result.tally.dead_letters.total() == 1
