"""The command line: one file per command; here the parts are put together.

Errors that a user can mend end a command with one line on standard error and an exit code (`errors.ExitCode`).
"""

from typing import Annotated

import typer

from consumer import __version__
from consumer.cli import schemas, topics
from consumer.cli.demo import demo
from consumer.cli.run import run
from consumer.cli.scan import scan
from consumer.cli.traffic import traffic

app = typer.Typer(
    name="backchannel",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    rich_markup_mode="markdown",
)

app.command()(run)
app.command()(demo)
app.command()(scan)
app.add_typer(topics.app, name="topics")
app.add_typer(schemas.app, name="schemas")
app.command()(traffic)


def _version(wanted: bool) -> None:  # noqa: FBT001 - typer calls it so
    if wanted:
        typer.echo(f"backchannel {__version__}")
        raise typer.Exit


@app.callback()
def backchannel(
    *,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and end.")
    ] = False,
) -> None:
    """Finds contact exchange in a marketplace's messages, counts strikes, and publishes verdicts.

    Exit codes: 0 done; 1 a check failed; 2 wrong usage; 65 unreadable input; 69 no broker answers; 70 a failure
    inside; 78 settings, policy or topics cannot be used.
    """


def main() -> None:
    """Run the command line and exit with its code."""
    app(prog_name="backchannel")
