"""`evaluate`: the figures as tables and as JSON, the gates, and files that cannot be used."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.running import run

FOUND = {"id": "f", "text": "write to zoe.quill@mailbox.org", "expect": [["email", "provide"]], "slice": "mail"}
CLEAN = {"id": "c", "text": "the footer looks great now", "expect": [], "slice": "small"}
LOST = {"id": "l", "text": "the quiet heron flies at noon", "expect": [["phone", "provide"]], "slice": "odd"}
TALK = {
    "id": "t",
    "slice": "talk",
    "messages": [{"sender": "A", "text": "what's your email?"}, {"sender": "B", "text": "zoe.quill@mailbox.org"}],
    "expect": [[0, "email", "request"], [1, "email", "provide"]],
}


def written(folder: Path, *rows: object) -> str:
    file = folder / "rows.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return str(file)


def test_tables(tmp_path: Path) -> None:
    ran = run("evaluate", written(tmp_path, FOUND, CLEAN, LOST, TALK))
    assert ran.code == 0
    told = ran.out.decode()
    assert "5 messages: 4 to be flagged, 1 harmless" in told
    assert all(word in told for word in ("recall", "0.750", "by slice", "email/provide", "calibration error"))
    assert "heron" not in told


def test_json(tmp_path: Path) -> None:
    ran = run("evaluate", written(tmp_path, FOUND, CLEAN, LOST, TALK), "--json", "--misses")
    told = json.loads(ran.out)
    assert told["total"]["flagged"]["recall"]["value"] == 0.75
    assert told["total"]["false_alarms"]["value"] == 0.0
    assert told["slices"]["odd"]["flagged"]["missed"] == 1
    assert [miss["id"] for miss in told["misses"]] == ["l"]
    assert "misses" not in json.loads(run("evaluate", written(tmp_path, LOST), "--json").out)


def test_misses_show_the_text_only_when_asked(tmp_path: Path) -> None:
    assert "heron" in run("evaluate", written(tmp_path, LOST), "--misses").out.decode()


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (("--min-recall", "0.75", "--max-false", "0"), 0),
        (("--min-recall", "0.76"), 1),
        (("--max-false", "0"), 0),
    ],
)
def test_gates(tmp_path: Path, options: tuple[str, ...], code: int) -> None:
    ran = run("evaluate", written(tmp_path, FOUND, CLEAN, LOST, TALK), *options)
    assert ran.code == code
    assert ("below" in ran.err) == (code == 1)


def test_a_gate_on_false_alarms(tmp_path: Path) -> None:
    ran = run("evaluate", written(tmp_path, FOUND | {"expect": []}), "--max-false", "0.5")
    assert (ran.code, "above 0.5" in ran.err) == (1, True)


def test_a_bad_line_is_named_by_its_number_and_not_quoted(tmp_path: Path) -> None:
    ran = run("evaluate", written(tmp_path, FOUND, {"text": "the quiet heron"}))
    assert ran.code == 65
    assert "line 2" in ran.err
    assert "heron" not in ran.err


def test_no_file_and_no_cases(tmp_path: Path) -> None:
    assert run("evaluate", str(tmp_path / "none.jsonl")).code == 2
    assert run("evaluate", written(tmp_path)).code == 65


@pytest.mark.parametrize(("gate", "code"), [("0.5", 0), ("0.9", 1)])
def test_a_reader_that_leaves_changes_no_exit_code(tmp_path: Path, gate: str, code: int) -> None:
    file = written(tmp_path, FOUND, CLEAN, LOST, TALK)
    command = [sys.executable, "-m", "consumer", "evaluate", file, "--misses", "--min-recall", gate]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.close()
        assert process.wait(60) == code


def test_a_policys_thresholds_decide_what_counts(tmp_path: Path) -> None:
    packaged = Path("consumer/policy/default.toml").read_text("utf-8")
    deaf = tmp_path / "policy.toml"
    deaf.write_text(packaged.replace("violation = 0.80", "violation = 1.0").replace("review = 0.50", "review = 1.0"))
    ran = run("evaluate", written(tmp_path, FOUND), "--json", "--policy", str(deaf))
    assert json.loads(ran.out)["total"]["flagged"]["missed"] == 1
