"""What cases amount to at a given time."""

import pytest

from consumer.events.vocabulary import StandingName
from consumer.strikes.ledger import EMPTY, record_case, settle
from consumer.strikes.standing import Tally, standing_at, tally
from tests.strikes.cases import LADDER, case


@pytest.mark.parametrize(
    ("active", "standing"),
    [
        (0, "good"),
        (1, "warned"),
        (2, "warned"),
        (3, "restricted"),
        (4, "restricted"),
        (5, "suspended"),
        (99, "suspended"),
    ],
)
def test_rung_is_the_highest_reached(active: int, standing: StandingName) -> None:
    assert LADDER.standing(active) == standing


def test_only_violations_in_force_are_added_up() -> None:
    cases = [
        case("a", weight=2, at=10),
        case("b", "review"),
        case("c", "overturned", weight=4),
        case("d", "exempt"),
        case("e", at=0),
        case("f", at=5),
    ]
    assert tally(cases, LADDER, 99) == Tally(3, 4, "restricted", 100)
    assert tally(cases, LADDER, 100) == Tally(2, 3, "restricted", 105)
    assert tally(cases, LADDER, 105) == Tally(1, 2, "warned", 110)
    assert tally(cases, LADDER, 110) == Tally(0, 0, "good", None)


def test_message_weighs_what_its_first_breach_weighs() -> None:
    revisions = [
        case("a", "review", revision=0),
        case("a", revision=1, weight=2, at=10),
        case("a", revision=2, weight=9, at=50),
    ]
    assert tally(revisions, LADDER, 60) == Tally(1, 2, "warned", 110)
    assert tally(revisions, LADDER, 120) == Tally(0, 0, "good", None)


def test_standing_of_a_ledger_is_true_before_its_timer_fired() -> None:
    ledger, _, _ = settle(record_case(EMPTY, case("a"), 0), LADDER, 0)
    assert ledger.standing == "warned"
    assert standing_at(ledger, LADDER, 99) == "warned"
    assert standing_at(ledger, LADDER, 100) == "good"
