"""`backtest` over a file: what is reported, how it gates, and what it says about bad input."""

from pathlib import Path
from typing import Any

import pytest

import consumer.policy
from tests.cli.running import Ran, json_lines, message, run

DEFAULT = (Path(consumer.policy.__file__).parent / "default.toml").read_text(encoding="utf-8")


@pytest.fixture
def strict(tmp_path: Path) -> Path:
    path = tmp_path / "strict.toml"
    path.write_text(DEFAULT.replace("suspended = 5", "suspended = 4"), encoding="utf-8")
    return path


def offences(count: int, **fields: object) -> list[dict[str, Any]]:
    return [message(f"m{number}", conversation_id=f"c{number}", **fields) for number in range(count)]


def backtest(policy: Path, *values: object, options: tuple[str, ...] = ("--json",)) -> Ran:
    return run("backtest", "--policy", str(policy), *options, "-", given=json_lines(*values))


def test_the_report_names_whom_the_new_policy_suspends(strict: Path) -> None:
    ran = backtest(strict, *offences(4), message("x", sender_id="bo", conversation_id="cx"))
    (told,) = ran.lines
    assert told["newly_suspended"] == ["ana"]
    assert told["accounts"][0]["worst_before"] == "restricted"
    assert told["before"]["decisions"] == {"violation": 5}


def test_a_gate_ends_the_command_with_one_and_says_why(strict: Path) -> None:
    ran = backtest(strict, *offences(4), options=("--max-newly-suspended", "0"))
    assert ran.code == 1
    assert "newly suspended accounts: 1, more than 0" in ran.err
    assert "ana" in ran.out.decode()
    assert backtest(strict, *offences(4), options=("--max-newly-suspended", "1")).code == 0


def test_false_alarms_are_counted_from_labels_and_can_gate(strict: Path) -> None:
    labelled = [message("m1", expect=[]), message("m2", text="hello there", expect=[["email", "provide"]])]
    (told,) = backtest(strict, *labelled).lines
    assert (told["labelled"], told["after"]["false_alarms"], told["after"]["misses"]) == (2, 1, 1)
    assert backtest(strict, *labelled, options=("--max-false-alarms", "0")).code == 1


def test_approvals_and_actions_take_part(strict: Path) -> None:
    given = [
        {
            "topic": "gig-approvals",
            "gig_id": "g1",
            "approvals": [
                {
                    "approval_id": "a1",
                    "kinds": ["email"],
                    "approved_at": "2025-03-01T00:00:00Z",
                    "approved_by": "support",
                }
            ],
        },
        message("m1", surface="order", gig_id="g1", order_id="o1"),
        message("m2"),
        {
            "topic": "moderator-actions",
            "action_id": "act-1",
            "action": "appeal",
            "account_id": "ana",
            "actor": "support:dana",
            "at": "2025-03-03T00:00:00Z",
            "message_id": "m2",
            "outcome": "upheld",
        },
    ]
    (told,) = backtest(strict, *given).lines
    assert told["before"]["decisions"] == {"exempt": 1, "violation": 1}
    assert (told["before"]["overturned"], told["actions"]) == (1, 1)


def test_a_bad_line_is_counted_and_a_file_of_nothing_else_is_an_error(strict: Path) -> None:
    (told,) = backtest(strict, b"not json", *offences(1)).lines
    assert told["unread"] == 1
    ran = backtest(strict, b"not json")
    assert ran.code == 65
    assert "none of the 1 records could be read" in ran.err


def test_a_bad_policy_is_one_line_that_names_the_line_of_the_file(tmp_path: Path) -> None:
    broken = tmp_path / "broken.toml"
    broken.write_text(DEFAULT.replace("suspended = 5", "suspended = 3"), encoding="utf-8")
    ran = backtest(broken, *offences(1))
    assert ran.code == 78
    assert "broken.toml, line " in ran.err.replace("\n", " ")


def test_either_a_file_or_the_topic(strict: Path, tmp_path: Path) -> None:
    assert run("backtest", "--policy", str(strict)).code == 2
    assert run("backtest", "--policy", str(strict), "--topic", str(tmp_path)).code == 2


def test_the_report_for_people_says_the_same(strict: Path) -> None:
    out = backtest(strict, *offences(4), options=()).out.decode()
    assert "1 accounts fare otherwise, 1 of them newly suspended" in out
    assert "restricted → suspended" in out
