"""Rates and intervals against values worked out by hand and from the literature."""

import pytest

from consumer.evaluation.calibration import reliability
from consumer.evaluation.rates import Tally, wilson


def test_wilson_agrees_with_the_published_example() -> None:
    """Newcombe 1998, table I, method 3: 81 of 263."""
    rate = wilson(81, 263)
    assert (rate.value, rate.low, rate.high) == pytest.approx((81 / 263, 0.2553, 0.3662), abs=5e-5)


@pytest.mark.parametrize(("hits", "count"), [(0, 10), (10, 10), (1, 1)])
def test_wilson_stays_within_bounds_at_the_ends(hits: int, count: int) -> None:
    rate = wilson(hits, count)
    assert rate.value == hits / count
    assert 0 <= rate.low <= hits / count <= rate.high <= 1
    assert rate.high - rate.low > 0


def test_a_share_of_nothing_says_nothing() -> None:
    rate = wilson(0, 0)
    assert (rate.value, rate.low, rate.high) == (None, 0.0, 1.0)


def test_f1_is_the_harmonic_mean_and_inside_its_interval() -> None:
    tally = Tally(right=90, missed=10, wrong=5)
    precision, recall, f1 = tally.precision.value, tally.recall.value, tally.f1
    assert precision is not None
    assert recall is not None
    assert f1.value == pytest.approx(2 * precision * recall / (precision + recall))
    assert f1.low < (f1.value or 0) < f1.high
    assert Tally(900, 100, 50).f1.high < f1.high


def test_tallies_add_up() -> None:
    assert Tally(1, 2, 3) + Tally(10, 20, 30) == Tally(11, 22, 33)


def test_reliability_of_a_modest_and_a_boastful_scorer() -> None:
    modest = reliability([(0.75, True)] * 10)
    assert modest.error == pytest.approx(0.25)
    boastful = reliability([(0.99, False)] * 5 + [(0.99, True)] * 5)
    (last,) = [each for each in boastful.bins if each.count]
    assert (last.low, last.high, last.count, last.right) == (0.98, 1.0, 10, 5)
    assert last.gap == pytest.approx(0.49)
    assert reliability([(0.9, True)] * 9 + [(0.9, False)]).error == pytest.approx(0.0)
    assert reliability([(1.0, True)]).bins[-1].count == 1
    assert reliability([]).error == 0.0
