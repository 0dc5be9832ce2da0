"""How a command ends: exit codes, and one line on standard error that says what to do.

The codes above 64 are those of BSD's sysexits.h.
"""

from collections.abc import Callable
from enum import IntEnum
from functools import wraps
from typing import Final, ParamSpec, cast

import typer
from confluent_kafka import KafkaException
from rich.console import Console

from consumer.policy import PolicyError
from consumer.settings import SettingsError
from consumer.stream.kafka.errors import (
    BrokerError,
    BrokerUnavailableError,
    FatalClientError,
    RegistryError,
    TopicsError,
    describe,
    error_of,
)
from consumer.telemetry.logs import describe_exception
from consumer.telemetry.tracing import TracingError

Parameters = ParamSpec("Parameters")


USAGE_ERROR: Final[type[Exception]] = typer.BadParameter.__mro__[1]
"""What typer raises for a wrong command, option or argument; it exports the subclass alone."""


class ExitCode(IntEnum):
    """What the command's end means to a script."""

    OK = 0
    CHECK_FAILED = 1
    USAGE = 2
    BAD_DATA = 65
    UNAVAILABLE = 69
    INTERNAL = 70
    CONFIG = 78


class CommandError(Exception):
    """A command cannot go on for a reason its user can mend; the message says how."""

    def __init__(self, message: str, code: ExitCode) -> None:
        super().__init__(message)
        self.code = code


_CODES: Final[dict[type[Exception], ExitCode]] = {
    SettingsError: ExitCode.CONFIG,
    PolicyError: ExitCode.CONFIG,
    TopicsError: ExitCode.CONFIG,
    RegistryError: ExitCode.CONFIG,
    TracingError: ExitCode.CONFIG,
    BrokerUnavailableError: ExitCode.UNAVAILABLE,
    BrokerError: ExitCode.INTERNAL,
    FatalClientError: ExitCode.INTERNAL,
}
"""Errors that say in their own words what is wrong; the first that fits counts."""


def reported(command: Callable[Parameters, None]) -> Callable[Parameters, None]:
    """Make a command end with one line and a code where it would have raised."""

    @wraps(command)
    def run(*args: Parameters.args, **kwargs: Parameters.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except (typer.Exit, typer.Abort, typer.BadParameter, BrokenPipeError):
            raise  # typer's own ways to end
        except Exception as error:
            raise typer.Exit(report(error)) from error

    return run


def report(error: Exception) -> ExitCode:
    """Tell of an error on standard error; return the code to exit with."""
    code, lines = _explain(error)
    console = Console(stderr=True, soft_wrap=True)
    for line in lines:
        console.print("[bold red]backchannel:[/] ", end="")
        console.print(line, markup=False, highlight=False)
    return code


def report_usage(error: Exception) -> ExitCode:
    """Tell of a wrong command or option in one line that says where to look; without any command the help was shown."""
    usage = cast("typer.BadParameter", error)  # what it has of its own is not used
    told = usage.format_message().rstrip(".")
    if not told:  # no command was given, and the help has been printed
        return ExitCode.USAGE
    command = usage.ctx.command_path if usage.ctx is not None else "backchannel"
    return report(CommandError(f"{told}; `{command} --help` tells what there is", ExitCode.USAGE))


def _explain(error: Exception) -> tuple[ExitCode, list[str]]:
    if isinstance(error, CommandError):
        return error.code, [str(error)]
    if isinstance(error, KafkaException):
        code = ExitCode.INTERNAL if error_of(error).fatal() else ExitCode.UNAVAILABLE
        return code, [f"Kafka: {describe(error_of(error))}"]
    for kind, code in _CODES.items():
        if isinstance(error, kind):
            return code, list(getattr(error, "problems", [str(error)]))
    return ExitCode.INTERNAL, _as_a_bug(error)


def _as_a_bug(error: Exception) -> list[str]:
    # Only places and types: an unexpected exception's own words may quote a message.
    lines = []
    for told in describe_exception(error):
        text = f": {told['text']}" if "text" in told else ""
        lines.append(f"internal error {told['type']}{text}, at {' > '.join(told['at'][-4:])}")
    return lines
