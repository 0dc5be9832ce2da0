"""The command line: one file per command; here the parts are put together.

Errors that a user can mend end a command with one line on standard error and an exit code (`errors.ExitCode`).
"""

import sys
from typing import Annotated

import typer

from consumer import __version__
from consumer.cli import breaker, schemas, topics
from consumer.cli.account import account
from consumer.cli.approve_gig import approve_gig, revoke_gig
from consumer.cli.backtest import backtest
from consumer.cli.clear_account import clear_account
from consumer.cli.confirm import confirm
from consumer.cli.demo import demo
from consumer.cli.errors import USAGE_ERROR, CommandError, ExitCode, report, report_usage
from consumer.cli.evaluate import evaluate
from consumer.cli.explain import explain
from consumer.cli.linked import linked
from consumer.cli.overturn import overturn
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
app.command()(explain)
app.command()(evaluate)
app.command()(backtest)
for each in (approve_gig, revoke_gig, overturn, confirm, clear_account, account, linked):
    app.command(rich_help_panel="Support")(each)
app.add_typer(breaker.app, name="breaker", rich_help_panel="Support")
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
    try:
        code = app(prog_name="backchannel", standalone_mode=False)
    except USAGE_ERROR as error:
        code = report_usage(error)
    except typer.Abort:
        code = report(CommandError("given up", ExitCode.CHECK_FAILED))
    sys.exit(code)
