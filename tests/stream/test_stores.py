"""When a ledger is due and when a conversation is forgotten, through commits, aborts and restores."""

from typing import TypeVar

import orjson
import pytest

from consumer.events.conversation import ConversationMemory
from consumer.events.ledger import AccountLedger, Case
from consumer.stream.ownership import Owned
from consumer.stream.stores import ROTATION_MS, LedgerStore, MemoryStore, Store
from tests.stream.world import ACCOUNTS, ACTIONS, MESSAGES, ROLES

REMEMBERED = ConversationMemory()
T = TypeVar("T")
T0 = 1_900_000_000_000


def commit(store: Store[T], **entries: T | None) -> None:
    overlay = store.overlay()
    for key, entry in entries.items():
        overlay.put(key, entry)
    store.merge(overlay, overlay.changes())


def restored_ledgers(**due: int | None) -> LedgerStore:
    store = LedgerStore()
    store.table.load((key.encode(), orjson.dumps(AccountLedger(due=at))) for key, at in due.items())
    store.restored()
    return store


def test_restored_ledgers_are_due_when_their_entries_say() -> None:
    store = restored_ledgers(soon=T0, later=T0 + 90 * 86_400_000, never=None)
    assert store.due(T0 - 1, 9) == []
    assert store.due(T0, 9) == ["soon"]
    assert store.due(T0 + 91 * 86_400_000, 9) == ["later"]


def test_a_hostile_id_cannot_pass_for_the_due_instant() -> None:
    case = Case(
        message_id='"due":1,', revision=0, decision="violation", at=1, judged=1, expires=9, weight=1, kinds=("email",),
        policy='"due":2', actions=('"due":3}',),
    )  # fmt: skip
    store = LedgerStore()
    ledger = AccountLedger(cases=(case,), due=5_000, actions=('\\"due":4',))
    store.table.load([(b"ada", orjson.dumps(ledger))])
    store.restored()
    assert store.due(4_999, 9) == []
    assert store.due(5_000, 9) == ["ada"]


def test_a_committed_ledger_is_due_when_its_last_value_says() -> None:
    store = restored_ledgers(moved=T0, gone=T0)
    commit(store, moved=AccountLedger(due=T0 + 500), gone=None, new=AccountLedger(due=T0 + 100))
    assert store.due(T0 + 99, 9) == []
    assert store.due(T0 + 100, 9) == ["new"]
    assert store.due(T0 + 500, 9) == ["moved"]


def test_an_uncommitted_ledger_is_never_due() -> None:
    store = LedgerStore()
    store.overlay().put("a", AccountLedger(due=T0))
    assert store.due(T0, 9) == []


def test_an_aborted_expiry_comes_again() -> None:
    store = restored_ledgers(a=T0)
    taken = store.due(T0, 9)
    assert store.due(T0, 9) == []
    store.give_back(taken)
    assert store.due(T0, 9) == ["a"]


def rotations(store: MemoryStore, upto: int, limit: int = 9) -> dict[str, int]:
    """Look in every rotation, beginning with the first look at all; return who was forgotten at which."""
    forgotten: dict[str, int] = {}
    for turn in range(upto + 1):
        for key in store.due(T0 + turn * ROTATION_MS, limit):
            forgotten[key] = turn
            commit(store, **{key: None})
    return forgotten


def test_a_conversation_left_alone_is_forgotten_after_one_to_two_rotations() -> None:
    store = MemoryStore()
    assert store.due(T0, 9) == []
    commit(store, early=REMEMBERED)
    assert store.due(T0 + ROTATION_MS - 1, 9) == []
    assert store.due(T0 + ROTATION_MS, 9) == []
    commit(store, late=REMEMBERED)
    assert store.due(T0 + 2 * ROTATION_MS - 1, 9) == []
    assert store.due(T0 + 2 * ROTATION_MS, 9) == ["early"]
    assert store.due(T0 + 3 * ROTATION_MS - 1, 9) == []
    assert store.due(T0 + 3 * ROTATION_MS, 9) == ["late"]


@pytest.mark.parametrize("before_second", [1, ROTATION_MS - 1])
def test_a_conversation_touched_meanwhile_is_kept(before_second: int) -> None:
    store = MemoryStore()
    store.due(T0, 9)
    commit(store, talk=REMEMBERED)
    store.due(T0 + ROTATION_MS, 9)
    store.due(T0 + 2 * ROTATION_MS - before_second, 9)
    commit(store, talk=REMEMBERED)
    assert store.due(T0 + 2 * ROTATION_MS, 9) == []
    assert store.due(T0 + 3 * ROTATION_MS, 9) == ["talk"]


def test_a_conversation_touched_when_it_was_about_to_be_forgotten_is_kept() -> None:
    store = MemoryStore()
    store.due(T0, 9)
    commit(store, talk=REMEMBERED, other=REMEMBERED)
    store.due(T0 + ROTATION_MS, 9)
    (first,) = store.due(T0 + 2 * ROTATION_MS, 1)
    waiting = "other" if first == "talk" else "talk"
    commit(store, **{waiting: REMEMBERED})
    assert store.due(T0 + 2 * ROTATION_MS, 9) == []


def test_a_restored_conversation_counts_as_fresh() -> None:
    store = MemoryStore()
    store.table.load([(b"talk", orjson.dumps(REMEMBERED))])
    store.restored()
    assert rotations(store, 3) == {"talk": 2}


def test_the_limit_spreads_a_great_forgetting_over_looks_without_losing_any() -> None:
    store = MemoryStore()
    store.due(T0, 9)
    commit(store, **{f"talk-{number}": REMEMBERED for number in range(5)})
    store.due(T0 + ROTATION_MS, 2)
    looks = [store.due(T0 + 2 * ROTATION_MS, 2) for _ in range(4)]
    assert [len(look) for look in looks] == [2, 2, 1, 0]
    assert {key for look in looks for key in look} == {f"talk-{number}" for number in range(5)}


def test_an_aborted_forgetting_comes_again() -> None:
    store = MemoryStore()
    store.table.load([(b"talk", orjson.dumps(REMEMBERED))])
    store.restored()
    taken = [store.due(T0 + turn * ROTATION_MS, 9) for turn in range(3)][-1]
    assert store.due(T0 + 2 * ROTATION_MS, 9) == []
    store.give_back(taken)
    assert store.due(T0 + 2 * ROTATION_MS, 9) == ["talk"]


@pytest.mark.parametrize("ended_in_rotation", [0, 1])
def test_a_conversation_that_ended_by_itself_is_not_forgotten_once_more(ended_in_rotation: int) -> None:
    """A second tombstone for it would be a transaction for nothing."""
    store = MemoryStore()
    store.due(T0, 9)
    commit(store, talk=REMEMBERED)
    store.due(T0 + ended_in_rotation * ROTATION_MS, 9)
    commit(store, talk=None)
    assert rotations(store, 4) == {}


def test_owned_partitions_take_and_give_back_each_their_own() -> None:
    owned = Owned(ROLES)
    other = ACCOUNTS._replace(number=8)
    owned.add(ACCOUNTS, 0, restored_ledgers(a=T0))
    owned.add(other, 0, restored_ledgers(b=T0, c=T0 + 1))
    owned.add(MESSAGES, 0, MemoryStore())
    owned.add(ACTIONS, 0, None)
    due = owned.due(T0, 9)
    assert due == {ACCOUNTS: ["a"], other: ["b"]}
    owned.drop(other)
    owned.give_back(due)
    assert owned.due(T0, 9) == {ACCOUNTS: ["a"]}
    assert other not in owned


def test_a_store_of_the_wrong_kind_is_refused() -> None:
    owned = Owned(ROLES)
    with pytest.raises(AssertionError, match="MemoryStore"):
        owned.add(ACCOUNTS, 0, MemoryStore())
    assert ACCOUNTS not in owned
