"""`backchannel traffic`: made-up marketplace traffic onto the topics the platform would write to."""

import secrets
import signal
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import FrameType
from typing import Annotated, Final

import typer
from confluent_kafka import KafkaError, KafkaException, Message, Producer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

from consumer.events.topics import Role
from consumer.settings import Settings, SettingsError, load_settings
from consumer.stream.kafka.errors import describe, error_of
from consumer.traffic import Traffic, TrafficItem

INPUTS: Final = (Role.MESSAGE_EVENTS, Role.MODERATOR_ACTIONS, Role.GIG_APPROVALS)
BROKER_PROBLEM: Final = 1
SETTINGS_PROBLEM: Final = 2
_REACH_SECONDS: Final = 15
_FLUSH_SECONDS: Final = 30
_REPORT_SECONDS: Final = 10
_LONGEST_PAUSE: Final = 0.1


def traffic(
    *,
    rate: Annotated[float, typer.Option(min=0.1, help="Records a second.")] = 200.0,
    messages: Annotated[
        int | None,
        typer.Option(min=1, help="Stop after this many messages; without it, go on until stopped."),
    ] = None,
    flagged: Annotated[
        float, typer.Option(min=0.0, max=0.9, help="Share of messages that exchange contact.")
    ] = 0.05,
    garbage: Annotated[float, typer.Option(min=0.0, max=0.05, help="Share of broken records.")] = 0.002,
    seed: Annotated[
        int | None, typer.Option(help="Repeat an earlier run's traffic, ids included; random without it.")
    ] = None,
    config: Annotated[
        Path | None, typer.Option(help="Settings file; the environment (BACKCHANNEL_…) goes over it.")
    ] = None,
) -> None:
    """Send made-up marketplace traffic to message-events, moderator-actions and gig-approvals.

    Benign chatter, contact exchange of all kinds, repeat offenders, approvals, appeals, duplicates, edits and
    broken records, with message times that are now. Ctrl-C or SIGTERM stops it; what was sent is delivered.
    """
    console = Console(stderr=True)
    try:
        settings = load_settings(config)
    except SettingsError as error:
        for problem in error.problems:
            console.print(problem, style="red", markup=False, soft_wrap=True)
        raise typer.Exit(SETTINGS_PROBLEM) from error
    chosen = secrets.randbits(32) if seed is None else seed
    made = Traffic(
        seed=chosen,
        start=datetime.now(UTC),
        spacing=timedelta(seconds=1 / rate),
        flagged=flagged,
        garbage=garbage,
    )
    sender = Sender(settings, console)
    obstacle = sender.missing_topics()
    if obstacle is not None:
        console.print(obstacle, style="red", markup=False, soft_wrap=True)
        raise typer.Exit(BROKER_PROBLEM)
    console.print(f"sending {rate:g} records a second, seed {chosen}", markup=False, highlight=False)
    sender.send(made, rate, messages)
    lost = sender.finish()
    console.print(f"sent {sender.sent} records, {lost} not delivered", markup=False, highlight=False)
    if lost:
        console.print(sender.last_error or "the broker did not answer in time", style="red", markup=False)
        raise typer.Exit(BROKER_PROBLEM)


class Sender:
    """Produces records at a steady pace until told to stop; SIGINT and SIGTERM tell it to."""

    def __init__(self, settings: Settings, console: Console) -> None:
        self.sent = 0
        self.last_error: str | None = None
        self._failed = 0
        self._stopped = False
        self._console = console
        self._bootstrap = settings.kafka.bootstrap
        self._topics: dict[Role, str] = {role: settings.topics.name(role) for role in INPUTS}
        self._producer = Producer(
            {
                "linger.ms": 5,
                "compression.type": "lz4",
                **settings.kafka.client_options(),
                **settings.kafka.producer_options,
                "enable.idempotence": True,
                "partitioner": "murmur2_random",
                "error_cb": self._on_error,
                "on_delivery": self._on_delivery,
            }
        )

    def missing_topics(self) -> str | None:
        """Say in one line what stands in the way: no broker, or topics that do not exist."""
        try:
            known = self._producer.list_topics(timeout=_REACH_SECONDS).topics
        except KafkaException as error:
            return f"no Kafka broker answers at {self._bootstrap}: {describe(error_of(error))}"
        missing = sorted(name for name in self._topics.values() if name not in known)
        if missing:
            return f"missing topics: {', '.join(missing)}; `backchannel topics create` makes them"
        return None

    def send(self, made: Traffic, rate: float, messages: int | None) -> None:
        """Send the traffic, `rate` records a second, up to the given number of messages."""
        before = {number: signal.signal(number, self._stop) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            with self._progress() as progress:
                task = progress.add_task("", total=None, sent=0)
                began = reported = time.monotonic()
                for item in iter(made) if messages is None else made.take(messages):
                    self._pace(began + self.sent / rate)
                    if self._stopped:
                        break
                    self._produce(item)
                    now = time.monotonic()
                    if now - reported >= (_LONGEST_PAUSE if self._console.is_terminal else _REPORT_SECONDS):
                        reported = now
                        self._report(progress, task)
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def finish(self) -> int:
        """Deliver what is queued; return how many records were not delivered."""
        return self._failed + self._producer.flush(_FLUSH_SECONDS)

    def _produce(self, item: TrafficItem) -> None:
        while not self._stopped:
            try:
                self._producer.produce(self._topics[item.topic_role], item.value, item.key)
            except BufferError:
                self._producer.poll(_LONGEST_PAUSE)
            else:
                self.sent += 1
                return

    def _pace(self, due: float) -> None:
        self._producer.poll(0)
        while not self._stopped and (early := due - time.monotonic()) > 0:
            time.sleep(min(early, _LONGEST_PAUSE))
            self._producer.poll(0)

    def _progress(self) -> Progress:
        return Progress(
            SpinnerColumn(),
            TextColumn("{task.fields[sent]} records sent"),
            TimeElapsedColumn(),
            console=self._console,
            transient=True,
            disable=not self._console.is_terminal,
        )

    def _report(self, progress: Progress, task: TaskID) -> None:
        progress.update(task, sent=self.sent)
        if not self._console.is_terminal:
            self._console.print(f"sent {self.sent} records, {self._failed} not delivered", highlight=False)

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self._stopped = True

    def _on_error(self, error: KafkaError) -> None:
        self.last_error = describe(error)

    def _on_delivery(self, error: KafkaError | None, _message: Message) -> None:
        if error is not None:
            self._failed += 1
            self.last_error = describe(error)
