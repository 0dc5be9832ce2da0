"""The curve that maps stated to true confidence."""

import pytest

from tests.calibration import isotonic, mapped


def test_the_curve_rises_and_pools_what_does_not() -> None:
    pairs = [(0.5, True)] * 2 + [(0.6, False)] * 2 + [(0.9, True)] * 8
    steps, shares = zip(*isotonic(pairs), strict=True)
    assert steps == (0.5, 0.9)
    assert shares == pytest.approx((3 / 6, 9 / 10))


def test_a_perfect_order_is_kept() -> None:
    curve = isotonic([(0.2, False)] * 8 + [(0.8, True)] * 8)
    assert [step for step, _ in curve] == [0.2, 0.8]
    assert (mapped(curve, 0.1), mapped(curve, 0.5), mapped(curve, 0.95)) == pytest.approx((0.1, 0.1, 0.9))


def test_no_findings_leave_confidences_as_they_are() -> None:
    assert mapped(isotonic([]), 0.7) == 0.7
