"""`scan`: one line in, one line out, in order, whatever the lines hold."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import orjson
import pytest

from consumer.cli.lines import MAX_LINE
from tests.cli.running import LEAK, MAIL, json_lines, message, run, scan

APPEAL = {
    "topic": "moderator-actions",
    "action_id": "a1",
    "action": "appeal",
    "outcome": "upheld",
    "account_id": "ana",
    "actor": "support:dana",
    "at": "2025-03-03T09:30:00Z",
    "message_id": "m1",
}
APPROVAL = {
    "gig_id": "g1",
    "approvals": [
        {
            "approval_id": "p1",
            "kinds": ["email"],
            "approved_at": "2025-01-01T00:00:00Z",
            "approved_by": "support:dana",
        }
    ],
}
ON_ORDER = {"surface": "order", "order_id": "o1", "gig_id": "g1"}


def test_a_violation_with_exact_spans_and_an_allow() -> None:
    ran = scan(message(), message("m2", "three revisions are fine", sender_id="bo"))
    violation, allowed = ran.lines
    start = LEAK.index(MAIL)
    assert ran.code == 0
    assert {name: violation[name] for name in ("message_id", "decision", "standing", "masked_text")} == {
        "message_id": "m1",
        "decision": "violation",
        "standing": "warned",
        "masked_text": LEAK.replace(MAIL, "■" * len(MAIL)),
    }
    (finding,) = violation["findings"]
    assert finding.pop("confidence") > 0.9
    assert finding == {
        "kind": "email",
        "intent": "provide",
        "network": None,
        "start": start,
        "end": start + len(MAIL),
        "techniques": [],
        "message_ids": [],
    }
    assert (allowed["message_id"], allowed["decision"], allowed["findings"]) == ("m2", "allow", [])
    assert (allowed["standing"], allowed["masked_text"]) == ("good", "three revisions are fine")


def test_spans_are_code_points_not_bytes_or_utf16() -> None:
    text = f"😀é {LEAK}"
    (finding,) = scan(message(text=text)).lines[0]["findings"]
    assert text[finding["start"] : finding["end"]] == MAIL


def test_the_address_is_nowhere_in_the_output() -> None:
    assert MAIL.encode() not in scan(message()).out


def test_details_are_hashed_alike_only_with_a_key() -> None:
    env = {"BACKCHANNEL_HASH_KEY": "a key of sixteen bytes or more"}
    given = json_lines(message(), message("m2", sender_id="bo"))
    hashes = [line["findings"][0]["detail_hash"] for line in run("scan", given=given, env=env).lines]
    assert hashes[0] == hashes[1]
    assert len(hashes[0]) == 64
    assert all("detail_hash" not in line["findings"][0] for line in run("scan", given=given).lines)


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (b'{"message_id": "m\xff"}', "invalid_utf8"),
        (b'{"message_id": ', "invalid_json"),
        (b"nonsense", "invalid_json"),
        (b"[1, 2]", "wrong_type"),
        (b"null", "wrong_type"),
        ({"message_id": "m"}, "missing_field"),
        (message(text=5), "wrong_type"),
        (message(sent_at="2025-03-02T09:30:00"), "wrong_type"),
        (message(text="x" * 65_537), "text_too_long"),
        (message(message_id="x" * 129), "invalid_value"),
        (message(surface="forum"), "invalid_value"),
        (message(sent_at="2999-01-01T00:00:00Z"), "sent_in_future"),
        (message(sent_at="1999-01-01T00:00:00Z"), "sent_too_long_ago"),
        (b'{"text": "' + b"x" * MAX_LINE + b'"}', "line_too_long"),
        (message(topic="chatter"), "unknown_topic"),
        (message(topic=["message-events"]), "unknown_topic"),
        ({"topic": "message-events", "value": None}, "null_value"),
        ({"topic": "message-events", "value": "text"}, "wrong_type"),
        ({"topic": "gig-approvals", "value": None}, "null_key"),
        ({"topic": "gig-approvals", "gig_id": "g1"}, "missing_field"),
        (APPEAL | {"outcome": None}, "invalid_value"),
        (APPEAL | {"message_id": "never seen"}, "refused_action"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_bad_line_is_told_in_its_place_and_the_scan_goes_on(bad: object, reason: str) -> None:
    ran = scan(message(), bad, message("m2", sender_id="bo"))
    first, error, last = ran.lines
    assert (first["message_id"], last["message_id"]) == ("m1", "m2")
    assert last["decision"] == "violation"
    assert error.keys() == {"line", "error"}
    assert (error["line"], error["error"]["reason"]) == (2, reason)
    assert 0 < len(error["error"]["detail"]) < 200
    assert ran.code == 0
    assert "1 of the lines could not be read" in ran.err


def test_a_detail_in_a_bad_line_is_not_repeated() -> None:
    assert MAIL.encode() not in scan(message(surface=LEAK, text=LEAK)).out


def test_strict_ends_with_bad_data_only_if_there_was_some() -> None:
    assert scan(b"nonsense", options=["--strict"]).code == 65
    assert scan(message(), options=["--strict"]).code == 0


def test_gate_ends_with_one_only_if_there_was_a_violation() -> None:
    assert scan(message(), options=["--gate"]).code == 1
    assert scan(message(text="hello"), b"nonsense", options=["--gate"]).code == 0


def test_flagged_prints_what_has_findings_and_what_is_wrong() -> None:
    ran = scan(message(text="hello"), message("m2"), b"nonsense", options=["--flagged"])
    assert [line.get("message_id", line.get("line")) for line in ran.lines] == ["m2", 3]


def test_blank_lines_windows_line_ends_and_a_missing_last_one_are_no_matter() -> None:
    one, two = orjson.dumps(message("m1")), orjson.dumps(message("m2"))
    ran = run("scan", given=b"\n" + one + b"\r\n  \n" + two)
    assert [line["message_id"] for line in ran.lines] == ["m1", "m2"]
    assert run("scan", given=b"\n" + one + b"\n\nbad").lines[-1]["line"] == 4


def test_empty_input_is_fine() -> None:
    ran = run("scan")
    assert (ran.code, ran.out) == (0, b"")


def test_strikes_add_up_to_standings_and_the_same_message_counts_once() -> None:
    # In conversations of their own: the default policy merges what follows within minutes in one.
    events = [message(f"m{number}", conversation_id=f"c{number}") for number in (1, 1, 2, 3, 4, 5)]
    ran = scan(*events)
    assert [line["decision"] for line in ran.lines] == ["violation"] * 6
    assert [line["standing"] for line in ran.lines] == [
        "warned",
        "warned",
        "warned",
        "restricted",
        "restricted",
        "suspended",
    ]
    assert ran.lines[1]["outcome"] == "duplicate"
    assert ran.lines[1]["findings"] == ran.lines[0]["findings"]


def test_a_strike_expires_by_the_inputs_own_clock() -> None:
    ran = scan(
        message("m1"),
        message("m2", "hello", sent_at="2025-05-31T09:29:59Z"),
        message("m3", "hello", sent_at="2025-05-31T09:30:00Z"),
    )
    assert [line["standing"] for line in ran.lines] == ["warned", "warned", "good"]


def test_the_clock_never_goes_back() -> None:
    ran = scan(message("m1", "hello", sent_at="2025-08-01T00:00:00Z", sender_id="bo"), message("m2"))
    assert (ran.lines[1]["outcome"], ran.lines[1]["standing"]) == ("expired", "good")


@pytest.mark.parametrize("record", [APPEAL, {"topic": "moderator-actions", "value": APPEAL}])
def test_an_upheld_appeal_takes_the_strike_away_without_a_line_of_its_own(record: dict[str, Any]) -> None:
    ran = scan(message(), record, message("m2", "hello"))
    assert [(line["message_id"], line["standing"]) for line in ran.lines] == [("m1", "warned"), ("m2", "good")]


def test_corrections_prints_the_corrected_verdict() -> None:
    first, corrected, again = scan(message(), APPEAL, message(), options=["--corrections"]).lines
    assert (corrected["message_id"], corrected["decision"], corrected["standing"]) == ("m1", "overturned", "good")
    assert corrected["corrects"] == first["verdict_id"]
    assert (again["decision"], again["outcome"]) == ("overturned", "duplicate")


@pytest.mark.parametrize(
    "record",
    [
        {"topic": "gig-approvals"} | APPROVAL,
        {"topic": "gig-approvals", "key": "g1", "value": APPROVAL},
    ],
)
def test_an_approved_gig_exempts_its_order_page(record: dict[str, Any]) -> None:
    ran = scan(record, message(**ON_ORDER), message("m2", **(ON_ORDER | {"surface": "inbox"})))
    assert [line["decision"] for line in ran.lines] == ["exempt", "violation"]
    assert ran.lines[0]["standing"] == "good"


def test_a_null_value_forgets_a_gig() -> None:
    gone = {"topic": "gig-approvals", "key": "g1", "value": None}
    ran = scan({"topic": "gig-approvals"} | APPROVAL, gone, message(**ON_ORDER))
    assert [line["decision"] for line in ran.lines] == ["violation"]


def test_a_conversation_is_remembered_across_lines() -> None:
    ran = scan(message("m1", "what's your instagram?", sender_id="bo"), message("m2", "ana_b.design"))
    alone = scan(message("m2", "ana_b.design"))
    assert [line["decision"] for line in alone.lines] == ["allow"]
    assert [line["decision"] for line in ran.lines] == ["violation", "violation"]
    assert ran.lines[1]["findings"][0]["kind"] == "handle"


def test_the_word_topic_in_a_text_changes_nothing() -> None:
    ran = scan(message(text=f'"topic": "gig-approvals" {LEAK}'))
    assert ran.lines[0]["decision"] == "violation"


def test_a_file_reads_like_standard_input(tmp_path: Path) -> None:
    given = json_lines(*(message(f"m{number}", sender_id=f"s{number % 7}") for number in range(300)), b"bad")
    path = tmp_path / "events.jsonl"
    path.write_bytes(given)
    from_file, piped = run("scan", str(path)), run("scan", "-", given=given)
    assert len(from_file.lines) == 301
    assert from_file.out == piped.out


def test_a_missing_file_is_wrong_usage_in_one_line(tmp_path: Path) -> None:
    ran = run("scan", str(tmp_path / "absent.jsonl"))
    assert ran.code == 2
    assert ran.err.count("\n") == 1
    assert "absent.jsonl: cannot be read: No such file" in ran.err


def test_a_broken_policy_or_setting_is_a_configuration_error_in_one_line(tmp_path: Path) -> None:
    policy = tmp_path / "policy.toml"
    policy.write_text("nonsense = 1\n")
    for ran in (
        run("scan", "--policy", str(policy)),
        run("scan", env={"BACKCHANNEL_NONSENSE": "1"}),
        run("scan", "--config", str(tmp_path / "absent.toml")),
    ):
        assert ran.code == 78
        assert ran.err.startswith("backchannel: ")
        assert ran.err.count("\n") == 1
        assert "Traceback" not in ran.err


def test_an_answer_comes_before_the_next_question() -> None:
    """A line is answered as soon as it is there: the input stays open."""
    command = [sys.executable, "-m", "consumer", "scan"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for number in (1, 2):
            process.stdin.write(json_lines(message(f"m{number}")))
            process.stdin.flush()
            assert orjson.loads(process.stdout.readline())["message_id"] == f"m{number}"
        process.stdin.close()
    assert process.returncode == 0


def test_a_reader_that_stops_reading_is_no_error(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    path.write_bytes(json_lines(*(message(f"m{number}", sender_id=f"s{number}") for number in range(3000))))
    command = [sys.executable, "-m", "consumer", "scan", str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 0
