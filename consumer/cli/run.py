"""`backchannel run`: the worker against the configured Kafka."""

import gc
import logging
import signal
from contextlib import nullcontext
from pathlib import Path
from types import FrameType
from typing import Annotated

import typer

from consumer import __version__
from consumer.assembly import CLOSE_BREAKER, Assembly, assemble
from consumer.cli.errors import reported
from consumer.settings import Settings, load_settings
from consumer.telemetry.health import HealthServer
from consumer.telemetry.logs import configure_logs

log = logging.getLogger(__name__)

_STOPPING = (signal.SIGTERM, signal.SIGINT)


def _leave(number: int, _frame: FrameType | None) -> None:
    """End a worker that is still being put together: it has joined nothing, so there is nothing to finish."""
    log.info("stopping before it started", extra={"signal": signal.Signals(number).name})
    raise SystemExit(0)


@reported
def run(
    config: Annotated[
        Path | None,
        typer.Option("--config", "-c", help="Settings file (TOML); environment variables go over it."),
    ] = None,
) -> None:
    """Run the worker until it is told to stop.

    It joins the group, restores the state of the partitions it is given, and processes messages exactly once. SIGTERM
    or SIGINT ends it in order: the batch in hand is finished and committed, the group is left, the exit code is 0.

    The policy is read again when its file changes and on SIGHUP, between batches; a bad file leaves the old one in
    force and raises policy_reloads_total{result="rejected"}. When too much happens at once a breaker opens and what
    would strike falls to review; it closes by itself, or by `backchannel breaker close`.

    Exit codes: 0 stopped in order, 69 no broker answers, 70 the client failed and a new process must take over, 78 the
    settings, the policy or the topics are wrong.
    """
    settings = load_settings(config)
    configure_logs(settings.log_level, settings.log_format)
    for each in _STOPPING:
        signal.signal(each, _leave)
    log.info("starting", extra={"version": __version__, "slot": settings.kafka.slot})
    gc.disable()  # until `serve`: building makes nothing but what stays
    serve(settings, assemble(settings))


def serve(settings: Settings, assembly: Assembly) -> None:
    """Run an assembled worker with its health port: SIGTERM and SIGINT stop it in order, SIGHUP reloads the policy."""

    def stop(number: int, _frame: FrameType | None) -> None:
        log.info("stopping", extra={"signal": signal.Signals(number).name})
        assembly.worker.stop()

    for each in _STOPPING:
        signal.signal(each, stop)
    signal.signal(signal.SIGHUP, lambda _number, _frame: assembly.upkeep.ask_for_reload())
    http = settings.http
    server = (
        HealthServer(
            assembly.health,
            assembly.metrics.registry,
            host=http.host,
            port=http.port,
            orders={CLOSE_BREAKER: assembly.upkeep.ask_to_close_breaker},
        )
        if http.enabled
        else nullcontext()
    )
    # What is built by now lives as long as the process, and batches free themselves by reference counts: collections
    # would walk millions of entries to find nothing.
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)
    gc.enable()
    with server:
        assembly.worker.run()
