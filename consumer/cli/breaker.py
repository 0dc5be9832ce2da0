"""`backchannel breaker`: is a worker's breaker open, and close it."""

import urllib.error
import urllib.request
from typing import Annotated

import orjson
import typer

from consumer.assembly import CLOSE_BREAKER
from consumer.cli.errors import CommandError, ExitCode, reported
from consumer.telemetry.health import ORDER_HEADER

app = typer.Typer(
    no_args_is_help=True,
    help="Look at a worker's circuit breaker, or close it. Each worker has its own, reached on its health port.",
)

Url = Annotated[str, typer.Option(help="The worker's health port; orders are taken from its own machine only.")]
DEFAULT_URL = "http://127.0.0.1:9464"
_SECONDS = 10.0


@app.command()
@reported
def status(
    url: Url = DEFAULT_URL,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Tell whether the breaker is open; exit code 1 if it is.

    While it is open, what would be a violation is published as `review` and strikes nobody.
    """
    samples = _samples(_ask(url, "/metrics"))
    is_open = samples.get("backchannel_breaker_open") == 1
    trips = int(samples.get("backchannel_breaker_trips_total", 0))
    diverted = int(samples.get("backchannel_breaker_diverted_total", 0))
    if as_json:
        typer.echo(orjson.dumps({"open": is_open, "trips": trips, "diverted": diverted}))
    else:
        typer.echo(f"{'open' if is_open else 'closed'}; opened {trips} times, {diverted} verdicts fell to review")
    if is_open:
        raise typer.Exit(ExitCode.CHECK_FAILED)


@app.command()
@reported
def close(url: Url = DEFAULT_URL) -> None:
    """Close the breaker, so that violations strike again from the next batch on.

    What it has counted is forgotten. Run it where the worker runs, in its container for example. Without it the breaker
    closes by itself after the policy's cool-down.
    """
    _ask(url, CLOSE_BREAKER, order=True)
    typer.echo("the worker closes its breaker before its next batch")


def _ask(url: str, path: str, *, order: bool = False) -> str:
    if not url.startswith(("http://", "https://")):
        raise CommandError(f"--url: {url} is no address; write {DEFAULT_URL}", ExitCode.USAGE)
    headers = {ORDER_HEADER: "1"} if order else {}
    request = urllib.request.Request(  # noqa: S310 - http or https, checked above
        url.rstrip("/") + path, data=b"" if order else None, headers=headers
    )
    try:
        with urllib.request.urlopen(request, timeout=_SECONDS) as answer:  # noqa: S310 - the same
            body: bytes = answer.read()
    except urllib.error.HTTPError as error:
        raise CommandError(
            f"{url}{path}: {error.code} {error.read().decode().strip()}", ExitCode.UNAVAILABLE
        ) from error
    except OSError as error:
        reason = getattr(error, "reason", error)
        raise CommandError(f"{url}: no worker answers ({reason})", ExitCode.UNAVAILABLE) from error
    return body.decode()


def _samples(text: str) -> dict[str, float]:
    lines = (line.split() for line in text.splitlines() if line and not line.startswith("#"))
    return {parts[0]: float(parts[1]) for parts in lines if len(parts) >= 2}  # noqa: PLR2004 - a name and a value
