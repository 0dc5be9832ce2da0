"""Timers against the plainest model there is: look at every entry."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from consumer.stream.timers import BUCKET_MS, Timers

KEYS = st.sampled_from("abcdefgh")
INSTANTS = st.one_of(
    st.integers(0, 50),
    st.integers(-3, 3).map(lambda near: 2 * BUCKET_MS + near),
    st.integers(0, 40 * BUCKET_MS),
    st.integers(0, 3000 * BUCKET_MS),
)


class TimersModel(RuleBasedStateMachine):
    """Entries with due instants, as a store would hold them; `taken` ones are in a batch not yet committed."""

    def __init__(self) -> None:
        super().__init__()
        self.timers = Timers()
        self.due: dict[str, int | None] = {}
        self.taken: set[str] = set()
        self.now = 0

    @rule(key=KEYS, due=INSTANTS | st.none())
    def change(self, key: str, due: int | None) -> None:
        """Commit an entry, with or without a due instant: what it had before is a stale hint now."""
        if key in self.taken:
            return
        self.due[key] = due
        if due is not None:
            self.timers.add(key, due)

    @rule(key=KEYS)
    def repeat_hint(self, key: str) -> None:
        """Ask twice for the same."""
        due = self.due.get(key)
        if due is not None and key not in self.taken:
            self.timers.add(key, due)

    @rule(key=KEYS, hint=INSTANTS)
    def stale_hint(self, key: str, hint: int) -> None:
        """Ask for a key at an instant that means nothing."""
        self.timers.add(key, hint)

    @rule(key=KEYS)
    def forget(self, key: str) -> None:
        """Remove an entry; its hints stay behind."""
        if key not in self.taken:
            self.due.pop(key, None)

    @rule(now=INSTANTS, limit=st.integers(1, 20))
    def take(self, now: int, limit: int) -> None:
        """Let it be any time, also an earlier one."""
        self.now = now
        want = {key for key, due in self.due.items() if due is not None and due <= now} - self.taken
        got = self.timers.take(now, limit, lambda key: None if key in self.taken else self.due.get(key))
        assert len(got) == len(set(got)) == min(limit, len(want))
        assert set(got) <= want
        self.taken.update(got)

    @rule(later=st.dictionaries(KEYS, INSTANTS))
    def commit(self, later: dict[str, int]) -> None:
        """What was taken gets a new due instant, or none."""
        for key in sorted(self.taken):
            self.due[key] = later.get(key)
            if key in later:
                self.timers.add(key, later[key])
        self.taken.clear()

    @rule()
    def abort(self) -> None:
        """What was taken is due again."""
        self.timers.give_back(sorted(self.taken), self.due.get)
        self.taken.clear()


TestTimers = TimersModel.TestCase
TestTimers.settings = settings(max_examples=150, stateful_step_count=30, deadline=None)


@settings(deadline=None)
@given(st.dictionaries(st.text(max_size=3), INSTANTS, max_size=30))
def test_every_key_fires_at_its_own_instant_and_not_a_millisecond_before(dues: dict[str, int]) -> None:
    timers = Timers()
    for key, due in dues.items():
        timers.add(key, due)
    fired: dict[str, int] = {}
    left = dict[str, int | None](dues)
    for now in sorted({max(0, due + shift) for due in dues.values() for shift in (-1, 0)}):
        for key in timers.take(now, 100, left.get):
            fired[key] = now
            del left[key]
    assert fired == dues


def constant(due: int | None) -> Callable[[str], int | None]:
    return lambda _: due


def test_the_earliest_come_first_and_the_limit_leaves_the_rest_for_the_next_time() -> None:
    dues: dict[str, int | None] = {"c": 30, "a": 10, "b": 20 * BUCKET_MS}
    timers = Timers()
    for key, due in dues.items():
        timers.add(key, due or 0)
    now = 21 * BUCKET_MS
    assert [timers.take(now, 1, dues.get) for _ in range(4)] == [["a"], ["c"], ["b"], []]


def test_an_entry_that_moved_away_is_still_found_when_its_bucket_was_opened_early() -> None:
    timers = Timers()
    timers.add("a", 2 * BUCKET_MS)
    assert timers.take(2 * BUCKET_MS, 9, constant(90 * BUCKET_MS)) == []
    assert timers.take(90 * BUCKET_MS - 1, 9, constant(90 * BUCKET_MS)) == []
    assert timers.take(90 * BUCKET_MS, 9, constant(90 * BUCKET_MS)) == ["a"]


def test_time_that_goes_back_neither_loses_nor_hastens_a_key() -> None:
    timers = Timers()
    timers.take(50 * BUCKET_MS, 9, constant(None))
    timers.add("a", 49 * BUCKET_MS)
    assert timers.take(48 * BUCKET_MS, 9, constant(49 * BUCKET_MS)) == []
    assert timers.take(49 * BUCKET_MS, 9, constant(49 * BUCKET_MS)) == ["a"]


@pytest.mark.parametrize("later", [1, 3 * BUCKET_MS])
def test_what_an_aborted_batch_gives_back_is_due_at_once(later: int) -> None:
    timers = Timers()
    timers.add("a", 5)
    assert timers.take(5, 9, constant(5)) == ["a"]
    assert timers.take(5, 9, constant(5)) == []
    timers.give_back(["a"], constant(5))
    assert timers.take(5 + later, 9, constant(5)) == ["a"]


def test_what_is_given_back_before_the_clock_goes_back_is_not_lost() -> None:
    timers = Timers()
    timers.add("a", 5)
    timers.give_back(timers.take(5, 9, constant(5)), constant(5))
    assert timers.take(4, 9, constant(5)) == []
    assert timers.take(5, 9, constant(5)) == ["a"]
