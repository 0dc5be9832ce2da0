"""The breaker opens beyond a cap, never below it; closes by itself or by command; and forgets what is past."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumer.policy.policy import BreakerRules
from consumer.strikes.breaker import CLOSED, SLOTS, Breaker, Sample

NOON = datetime(2031, 3, 1, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
RULES = BreakerRules(
    enabled=True,
    window=60_000,
    max_suspensions=3,
    max_violation_share=0.5,
    min_messages=10,
    cool_down=30_000,
)


def fed(*samples: tuple[int, Sample], rules: BreakerRules = RULES) -> Breaker:
    """A breaker after samples at so many seconds past noon."""
    breaker = Breaker(rules)
    for second, sample in samples:
        breaker = breaker.observe(NOON + second * SECOND, sample)
    return breaker


def test_new_breaker_is_closed() -> None:
    assert Breaker(RULES).state(NOON) == CLOSED
    assert not Breaker(RULES).is_open(NOON)


@pytest.mark.parametrize(("suspensions", "opens"), [(3, False), (4, True)])
def test_more_suspensions_than_the_cap_open_it(suspensions: int, opens: bool) -> None:  # noqa: FBT001
    breaker = fed(*[(place, Sample(suspensions=1)) for place in range(suspensions)])
    assert breaker.is_open(NOON + 5 * SECOND) is opens
    assert breaker.trips == opens


@pytest.mark.parametrize(
    ("messages", "violations", "opens"), [(10, 5, False), (10, 6, True), (9, 9, False), (100, 51, True)]
)
def test_larger_share_of_violations_opens_it_once_there_are_enough(
    messages: int,
    violations: int,
    opens: bool,  # noqa: FBT001
) -> None:
    breaker = fed((0, Sample(messages=messages)), (1, Sample(violations=violations)))
    assert breaker.is_open(NOON + 2 * SECOND) is opens


def test_it_tells_which_cap_and_until_when() -> None:
    state = fed((0, Sample(suspensions=4))).state(NOON + SECOND)
    assert (state.open, state.cap, state.until) == (True, "suspensions", NOON + 30 * SECOND)
    state = fed((0, Sample(messages=10, violations=10))).state(NOON + SECOND)
    assert state.cap == "violation_share"


def test_it_closes_by_itself_and_what_opened_it_does_not_open_it_again() -> None:
    breaker = fed((0, Sample(suspensions=4)))
    assert breaker.is_open(NOON + 29 * SECOND)
    assert not breaker.is_open(NOON + 30 * SECOND)
    after = breaker.observe(NOON + 31 * SECOND, Sample(suspensions=3))
    assert (after.is_open(NOON + 31 * SECOND), after.trips) == (False, 1)
    again = after.observe(NOON + 32 * SECOND, Sample(suspensions=1))
    assert (again.is_open(NOON + 32 * SECOND), again.trips) == (True, 2)


def test_while_open_nothing_is_counted() -> None:
    breaker = fed((0, Sample(suspensions=4)))
    assert breaker.observe(NOON + SECOND, Sample(suspensions=100)) is breaker


def test_it_closes_by_command() -> None:
    breaker = fed((0, Sample(suspensions=4))).closed()
    assert not breaker.is_open(NOON + SECOND)
    assert not breaker.observe(NOON + SECOND, Sample(suspensions=3)).is_open(NOON + SECOND)
    assert breaker.trips == 1


def test_what_the_window_has_left_behind_no_longer_counts() -> None:
    spread = fed((0, Sample(suspensions=3)), (61, Sample(suspensions=1)))
    assert not spread.is_open(NOON + 62 * SECOND)
    assert spread.seen == Sample(suspensions=1)
    close = fed((0, Sample(suspensions=3)), (58, Sample(suspensions=1)))
    assert close.is_open(NOON + 59 * SECOND)


def test_clock_set_back_loses_nothing() -> None:
    breaker = fed((30, Sample(suspensions=3)), (-600, Sample(suspensions=1)))
    assert breaker.trips == 1


def test_switched_off_it_never_opens() -> None:
    off = replace(RULES, enabled=False)
    assert not fed((0, Sample(messages=1000, violations=1000, suspensions=1000)), rules=off).is_open(NOON)


def test_new_rules_keep_what_was_seen_in_the_same_window() -> None:
    seen = fed((0, Sample(suspensions=3)))
    stricter = seen.under(replace(RULES, max_suspensions=2)).observe(NOON + SECOND, Sample(messages=1))
    assert stricter.is_open(NOON + SECOND)
    other = seen.under(replace(RULES, window=120_000)).observe(NOON + SECOND, Sample(suspensions=3))
    assert not other.is_open(NOON + SECOND)
    opened = fed((0, Sample(suspensions=4))).under(replace(RULES, max_suspensions=1_000))
    assert opened.is_open(NOON + SECOND)


def test_aborted_batch_leaves_no_trace() -> None:
    before = fed((0, Sample(suspensions=3)))
    copy = replace(before)
    before.observe(NOON + SECOND, Sample(suspensions=9))
    assert before == copy


@given(
    st.lists(
        st.tuples(st.integers(0, 300), st.integers(0, 40), st.integers(0, 4), st.integers(0, 1)),
        min_size=1,
        max_size=80,
    )
)
def test_it_agrees_with_counting_everything_anew(told: list[tuple[int, int, int, int]]) -> None:
    told.sort(key=lambda each: each[0])
    breaker = Breaker(RULES)
    seen: list[tuple[int, Sample]] = []
    until = -1
    for second, messages, violations, suspensions in told:
        sample = Sample(messages, violations, suspensions)
        moment = NOON + second * SECOND
        breaker = breaker.observe(moment, sample)
        if second >= until:
            seen.append((second, sample))
            recent = [each for at, each in seen if at > second - SLOTS]
            read = sum(each.messages for each in recent)
            share = read >= 10 and sum(each.violations for each in recent) > read / 2
            if sum(each.suspensions for each in recent) > 3 or share:
                until, seen = second + 30, []
        assert breaker.is_open(moment) is (second < until)
        assert len(breaker.slots) <= SLOTS
