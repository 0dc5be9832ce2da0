"""How long cases are remembered, and which go first when there are too many."""

import pytest

from consumer.events.ledger import MAX_CASES, Case
from consumer.strikes.ledger import EMPTY, MAX_ACTIONS, note, record_case, revisions, settle
from consumer.strikes.retention import bounded
from consumer.strikes.retention import next_drop as next_drop_of
from consumer.strikes.retention import remembered as remembered_of
from consumer.strikes.strike import strikes
from tests.strikes.cases import LADDER, case


def remembered(cases: tuple[Case, ...], now: int) -> tuple[Case, ...]:
    return remembered_of(cases, strikes(cases), now)


def next_drop(cases: tuple[Case, ...]) -> int | None:
    return next_drop_of(cases, strikes(cases))


def names(cases: tuple[Case, ...]) -> set[str]:
    return {f"{each.message_id}.{each.revision}" for each in cases}


def test_case_is_kept_a_window_after_judging_and_while_it_counts() -> None:
    prompt, late, early = case("a", at=10), case("b", at=10, judged=60), case("c", at=50, judged=10)
    assert names(remembered((prompt, late, early), 109)) == {"a.0", "b.0", "c.0"}
    assert names(remembered((prompt, late, early), 110)) == {"b.0", "c.0"}
    assert names(remembered((prompt, late, early), 150)) == {"b.0"}
    assert names(remembered((prompt, late, early), 160)) == set()


def test_revisions_of_a_message_are_forgotten_together() -> None:
    cases = (case("a", revision=0, at=0), case("a", revision=1, at=70), case("b", at=20))
    assert next_drop(cases) == 120
    assert names(remembered(cases, 130)) == {"a.0", "a.1"}
    assert next_drop(remembered(cases, 130)) == 170


def test_timer_is_set_for_strikes_and_for_memory() -> None:
    late = case("a", at=0, judged=40)
    ledger, _, _ = settle(record_case(EMPTY, late, 40), LADDER, 40)
    assert ledger.due == 100
    ledger, _, _ = settle(ledger, LADDER, 100)
    assert (ledger.due, ledger.active, names(ledger.cases)) == (140, 0, {"a.0"})
    ledger, _, _ = settle(ledger, LADDER, 140)
    assert (ledger.due, ledger.cases) == (None, ())


CHEAPEST_FIRST = (
    case("m", revision=1, at=60),
    case("a", at=-40, judged=10),
    case("b", "review", at=-30, judged=10),
    case("c", "exempt", at=55),
    case("d", "review", at=40),
    case("e", "overturned", at=30),
    case("m", revision=0, at=5),
    case("f", at=10),
)
"""In the order in which they are given up, at hour 80."""


@pytest.mark.parametrize("given_up", range(1, len(CHEAPEST_FIRST)))
def test_cheapest_cases_are_given_up_first(given_up: int) -> None:
    strikes = [case(f"s{number:03}", at=70) for number in range(MAX_CASES + given_up - len(CHEAPEST_FIRST))]
    full = tuple(sorted([*CHEAPEST_FIRST, *strikes], key=lambda each: (each.message_id, each.revision)))
    assert len(full) == MAX_CASES + given_up
    kept = bounded(full, 80)
    assert len(kept) == MAX_CASES
    assert names(full) - names(kept) == names(CHEAPEST_FIRST[:given_up])


def test_what_is_due_to_be_forgotten_makes_room_before_anything_else() -> None:
    strikes = [case(f"s{number:03}", at=90) for number in range(MAX_CASES - 2)]
    edited = (case("a", at=90), case("a", revision=1, at=95))
    full = (*edited, case("b", at=0), *strikes)
    assert names(bounded(full, 101)) == names(full) - {"b.0"}


def test_cases_stand_in_order_of_message_and_revision() -> None:
    ledger = EMPTY
    for message_id, revision in (("b", 1), ("a", 10), ("b", 0), ("a", 9), ("ab", 0)):
        ledger = record_case(ledger, case(message_id, revision=revision), 0)
    assert [(each.message_id, each.revision) for each in ledger.cases] == [
        ("a", 9),
        ("a", 10),
        ("ab", 0),
        ("b", 0),
        ("b", 1),
    ]
    assert [each.revision for each in revisions(ledger, "a")] == [9, 10]
    assert revisions(ledger, "aa") == ()
    assert revisions(ledger, "c") == ()


def test_actions_remembered_are_bounded_and_the_newest_stay() -> None:
    ledger = record_case(EMPTY, case("a"), 0)
    for number in range(MAX_ACTIONS + 5):
        ledger = note(ledger, "a", f"act-{number}")
    actions = ledger.cases[0].actions
    assert (len(actions), actions[0], actions[-1]) == (MAX_ACTIONS, "act-5", f"act-{MAX_ACTIONS + 4}")
