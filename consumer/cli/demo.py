"""`backchannel demo`: the real worker on a broker inside this process, fed with made-up traffic."""

import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import Annotated, Final

import typer
from confluent_kafka import Producer
from rich.console import Console

from consumer.assembly import Assembly, assemble, topic_plans
from consumer.cli.errors import reported
from consumer.cli.showcase import Showcase, labelled
from consumer.events.topics import Role
from consumer.settings import HttpSettings, KafkaSettings, Settings, WorkerSettings
from consumer.stream.kafka.mock import MockBroker
from consumer.telemetry.health import HealthServer
from consumer.telemetry.logs import configure_logs
from consumer.traffic import Traffic, TrafficItem

_PATIENCE: Final = 60.0
_QUIET_SECONDS: Final = 1.5
_WINDOW: Final = timedelta(days=90)
_QUICK_MOTION: Final = timedelta(seconds=20)
_LAPSE: Final = timedelta(seconds=5)
"""How long after the start the first messages' strikes stop counting."""


@reported
def demo(
    *,
    messages: Annotated[int, typer.Option(min=1, max=40_000, help="How many messages to send.")] = 4_000,
    rate: Annotated[float, typer.Option(min=1.0, help="Messages a second.")] = 400.0,
    seed: Annotated[int | None, typer.Option(help="Repeat an earlier run's traffic; random without it.")] = None,
    port: Annotated[
        int, typer.Option(min=0, max=65_535, help="Port of /metrics, /livez and /readyz; 0 takes any.")
    ] = 0,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Only the closing summary.")] = False,
) -> None:
    """Watch the worker work: no Docker, no Java, no network.

    The broker is the mock cluster that ships inside librdkafka. The worker is the real one, loop, transactions and
    all, but this broker keeps little, forgets transactional offsets and isolates nothing: it demonstrates the flow
    and proves none of the guarantees. `backchannel run` against real Kafka does.

    It ends by itself with a summary; Ctrl-C ends it sooner.
    """
    console = Console()
    chosen = secrets.randbits(32) if seed is None else seed
    console.print(f"[dim]demonstration broker: librdkafka's mock cluster, in this process; traffic seed {chosen}[/]")
    broker = MockBroker()
    settings = Settings(
        kafka=KafkaSettings(bootstrap=broker.bootstrap, group_id="demo", session_timeout_ms=6_000),
        worker=WorkerSettings(tick_ms=200),
        http=HttpSettings(port=port),
        hash_key=secrets.token_hex(32),
        event_source="backchannel.demo",
    )
    configure_logs("warning", "text")
    broker.create(plan.name for plan in topic_plans(settings))
    assembly = assemble(settings, check_configs=False)
    showcase = Showcase(settings, console, quiet=quiet)
    with ExitStack() as stack:
        server = stack.enter_context(
            HealthServer(assembly.health, assembly.metrics.registry, host=settings.http.host, port=port)
        )
        console.print(f"[dim]metrics: http://{settings.http.host}:{server.port}/metrics[/]")
        stack.enter_context(showcase)
        failure = _drive(assembly, settings, showcase, lambda: _traffic(chosen, messages, rate), rate)
    if failure is not None:
        raise failure
    showcase.summary(assembly.metrics.registry)


def _traffic(seed: int, messages: int, rate: float) -> Iterator[TrafficItem]:
    """Yield a little traffic whose strikes lapse while people watch, then the last hours' in quick motion.

    By the messages' own times there are seconds between them, as on a real day; offences of one moment would be merged.
    """
    now = datetime.now(UTC)
    lapsing = max(1, messages // 40)
    old = Traffic(
        seed=seed ^ 1,
        start=now - _WINDOW + _LAPSE,
        spacing=timedelta(seconds=1 / rate),
        flagged=0.5,
        garbage=0.0,
        actions=0.0,
    )
    new = Traffic(
        seed=seed,
        start=now - messages * _QUICK_MOTION,
        spacing=_QUICK_MOTION,
        flagged=0.08,
        garbage=0.005,
        actions=0.005,
        conversations=64,
    )
    return chain(old.take(lapsing), new.take(messages - lapsing)) if messages > 1 else new.take(1)


def _drive(
    assembly: Assembly,
    settings: Settings,
    showcase: Showcase,
    traffic: Callable[[], Iterator[TrafficItem]],
    rate: float,
) -> BaseException | None:
    """Run the worker beside the feeder until everything fed is judged; return what ended it early, if anything."""
    failures: list[BaseException] = []

    def work() -> None:
        try:
            assembly.worker.run()
        except BaseException as error:  # noqa: BLE001 - carried to the command, which reports it
            failures.append(error)

    worker = threading.Thread(target=work, name="worker")
    worker.start()
    try:
        _await_ready(assembly, worker)
        lapsed = time.monotonic() + _LAPSE.total_seconds() + 1.0
        sent = _feed(settings, traffic(), rate, showcase, worker)
        _settle(assembly, sent, worker, lapsed)
    except KeyboardInterrupt:
        showcase.say("stopping early")
    finally:
        assembly.worker.stop()
        worker.join()
    return failures[0] if failures else None


def _await_ready(assembly: Assembly, worker: threading.Thread) -> None:
    """Wait until the worker takes messages, so that strikes about to lapse are still strikes when it sees them."""
    deadline = time.monotonic() + _PATIENCE
    while worker.is_alive() and not assembly.health.ready().ok and time.monotonic() < deadline:
        time.sleep(0.05)


def _feed(
    settings: Settings, traffic: Iterator[TrafficItem], rate: float, showcase: Showcase, worker: threading.Thread
) -> int:
    """Send the traffic at its rate; return how many messages there were."""
    producer = Producer({"bootstrap.servers": settings.kafka.bootstrap, "linger.ms": 5, "log_level": 0})
    names = settings.topics.names()
    started = time.monotonic()
    sent = 0
    for count, item in enumerate(traffic, start=1):
        producer.produce(names[item.topic_role], item.value, item.key)
        sent += item.topic_role is Role.MESSAGE_EVENTS
        if count % 20 == 0:
            producer.poll(0)
            showcase.progress(sent)
            time.sleep(max(0.0, started + count / rate - time.monotonic()))
            if not worker.is_alive():
                break
    producer.flush(_PATIENCE)
    showcase.progress(sent)
    return sent


def _settle(assembly: Assembly, sent: int, worker: threading.Thread, lapsed: float) -> None:
    """Wait until every message is processed, its second hop too, and the strikes that were to lapse have."""
    value = assembly.metrics.registry.get_sample_value
    deadline = time.monotonic() + _PATIENCE
    quiet_since, before = time.monotonic(), -1.0
    while worker.is_alive() and time.monotonic() < deadline:
        screened = sum(labelled(assembly.metrics.registry, "backchannel_events_total", "outcome").values())
        committed = value("backchannel_transactions_total", {"result": "committed"}) or 0.0
        if screened < sent or committed != before or time.monotonic() < lapsed:
            quiet_since, before = time.monotonic(), committed
        elif time.monotonic() - quiet_since > _QUIET_SECONDS:
            return
        time.sleep(0.1)
