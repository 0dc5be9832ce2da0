"""How commands end: codes, one line of advice, and no message text in an unexpected error."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import typer
from confluent_kafka import KafkaError, KafkaException
from typer.testing import CliRunner

from consumer import __version__
from consumer.cli import main
from consumer.cli.errors import CommandError, ExitCode, reported
from consumer.policy import PolicyError
from consumer.settings import SettingsError
from consumer.stream.kafka.errors import (
    BrokerUnavailableError,
    FatalClientError,
    InputLostError,
    TopicsError,
)
from tests.cli.running import run

TEXT = "call me at 202 555 0143"


def ended(error: Exception) -> tuple[int, str]:
    app = typer.Typer()

    @app.command()
    @reported
    def fail() -> None:
        raise error

    result = CliRunner().invoke(app)
    return result.exit_code, result.stderr


@pytest.mark.parametrize(
    ("error", "code", "told"),
    [
        (CommandError("mend it", ExitCode.BAD_DATA), 65, "backchannel: mend it\n"),
        (SettingsError(["a: one", "b: [two]"]), 78, "backchannel: a: one\nbackchannel: b: [two]\n"),
        (PolicyError("p.toml: line 3"), 78, "backchannel: p.toml: line 3\n"),
        (TopicsError(["t: missing"]), 78, "backchannel: t: missing\n"),
        (BrokerUnavailableError("none at x:1"), 69, "backchannel: none at x:1\n"),
        (InputLostError("offset 5"), 70, "backchannel: offset 5\n"),
        (FatalClientError("fenced"), 70, "backchannel: fenced\n"),
    ],
)
def test_each_error_has_its_code_and_its_line(error: Exception, code: int, told: str) -> None:
    assert ended(error) == (code, told)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["scan", "--nope"], "No such option: --nope; `backchannel scan --help` tells what there is"),
        (["nope"], "No such command 'nope'; `backchannel --help` tells what there is"),
        (
            ["topics", "create", "--nope"],
            "No such option: --nope; `backchannel topics create --help` tells what there is",
        ),
        (["explain"], "Missing argument 'text'; `backchannel explain --help` tells what there is"),
    ],
)
def test_wrong_usage_is_told_in_one_line(
    arguments: list[str], told: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["backchannel", *arguments])
    with pytest.raises(SystemExit) as ended_with:
        main()
    assert ended_with.value.code == ExitCode.USAGE
    assert capsys.readouterr() == ("", f"backchannel: {told}\n")


@pytest.mark.parametrize("arguments", [[], ["topics"], ["schemas"]])
def test_without_a_command_the_help_is_shown_and_nothing_said_of_an_error(
    arguments: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["backchannel", *arguments])
    with pytest.raises(SystemExit) as ended_with:
        main()
    shown = capsys.readouterr()
    assert ended_with.value.code == ExitCode.USAGE
    assert "Usage:" in shown.out
    assert not shown.err


def test_a_kafka_error_is_told_in_one_line() -> None:
    code, told = ended(KafkaException(KafkaError(KafkaError._ALL_BROKERS_DOWN)))
    assert code == 69
    assert told.startswith("backchannel: Kafka: _ALL_BROKERS_DOWN")


def test_an_unexpected_error_is_told_by_its_place_without_its_words() -> None:
    code, told = ended(ValueError(TEXT))
    assert code == 70
    assert TEXT not in told
    assert told.startswith("backchannel: internal error ValueError, at ")
    assert "test_ending.py" in told


def test_typers_own_endings_pass_through() -> None:
    assert ended(typer.Exit(5)) == (5, "")
    code, told = ended(typer.BadParameter("no such thing"))
    assert code == 2
    assert "no such thing" in told


def test_the_version_is_the_packages() -> None:
    assert run("--version").out.decode() == f"backchannel {__version__}\n"


def test_an_unknown_command_or_option_is_wrong_usage() -> None:
    assert run("scam").code == 2
    assert run("scan", "--loud").code == 2


def test_without_a_command_the_help_is_shown() -> None:
    assert b"scan" in run().out


@pytest.mark.parametrize("command", [["scan"], ["schemas"], ["schemas", "write"], ["schemas", "check"], []])
def test_every_command_explains_itself(command: list[str]) -> None:
    ran = run(*command, "--help")
    assert ran.code == 0
    assert len(ran.out) > 300


def test_python_m_consumer_is_the_same_command() -> None:
    told = subprocess.run([sys.executable, "-m", "consumer", "--version"], capture_output=True, text=True, check=True)
    assert told.stdout == f"backchannel {__version__}\n"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_worker_that_is_stopped_while_it_starts_ends_in_order(tmp_path: Path, number: signal.Signals) -> None:
    output = tmp_path / "worker.log"
    env = {
        **os.environ,
        "BACKCHANNEL_HASH_KEY": "a key for tests, of no value elsewhere",
        "BACKCHANNEL_KAFKA__BOOTSTRAP": "127.0.0.1:1",
        "BACKCHANNEL_HTTP__PORT": "0",
    }
    with output.open("wb") as log:
        worker = subprocess.Popen([sys.executable, "-m", "consumer", "run"], stdout=log, stderr=log, env=env)
    try:
        deadline = time.monotonic() + 60
        while '"starting"' not in output.read_text("utf-8"):  # next it looks for a broker, which is not there
            assert worker.poll() is None, output.read_text("utf-8")
            assert time.monotonic() < deadline, output.read_text("utf-8")
            time.sleep(0.05)
        worker.send_signal(number)
        assert worker.wait(30) == 0, output.read_text("utf-8")
    finally:
        worker.kill()
    assert "stopping before it started" in output.read_text("utf-8")
