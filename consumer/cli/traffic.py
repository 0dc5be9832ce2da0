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

from consumer.cli.errors import reported
from consumer.events.topics import Role
from consumer.settings import Settings, load_settings
from consumer.stream.kafka.errors import BrokerUnavailableError, TopicsError, describe, error_of
from consumer.traffic import Traffic, TrafficItem

_INPUTS: Final = (Role.MESSAGE_EVENTS, Role.MODERATOR_ACTIONS, Role.GIG_APPROVALS)
_REACH_SECONDS: Final = 15
_FLUSH_SECONDS: Final = 30
_REPORT_SECONDS: Final = 10
_LONGEST_PAUSE: Final = 0.1


@reported
def traffic(
    *,
    rate: Annotated[float, typer.Option(min=0.1, help="Records a second.")] = 200.0,
    messages: Annotated[
        int | None,
        typer.Option(min=1, help="Stop after this many messages; without it, go on until stopped."),
    ] = None,
    flagged: Annotated[float, typer.Option(min=0.0, max=0.9, help="Share of messages that exchange contact.")] = 0.05,
    garbage: Annotated[float, typer.Option(min=0.0, max=0.05, help="Share of broken records.")] = 0.002,
    seed: Annotated[
        int | None, typer.Option(help="Repeat an earlier run's traffic, ids included; random without it.")
    ] = None,
    config: Annotated[
        Path | None,
        typer.Option("--config", "-c", help="Settings file (TOML); environment variables go over it."),
    ] = None,
) -> None:
    """Send made-up marketplace traffic to message-events, moderator-actions and gig-approvals.

    Benign chatter, contact exchange of all kinds, repeat offenders, approvals, appeals, duplicates, edits and
    broken records, with message times that are now. Ctrl-C or SIGTERM stops it; what was sent is delivered.
    """
    settings = load_settings(config)
    chosen = secrets.randbits(32) if seed is None else seed
    made = Traffic(
        seed=chosen,
        start=datetime.now(UTC),
        spacing=timedelta(seconds=1 / rate),
        flagged=flagged,
        garbage=garbage,
    )
    console = Console(stderr=True)
    sender = Sender(settings, console)
    sender.check_topics()
    console.print(f"sending {rate:,.10g} records a second, seed {chosen}", markup=False, highlight=False)
    sender.send(made, rate, messages)
    sender.finish()
    console.print(f"sent {sender.sent} records, all delivered", markup=False, highlight=False)


class Sender:
    """Produces records at a steady pace until told to stop; SIGINT and SIGTERM tell it to."""

    def __init__(self, settings: Settings, console: Console) -> None:
        self.sent = 0
        self._last_error: str | None = None
        self._failed = 0
        self._stopped = False
        self._console = console
        self._bootstrap = settings.kafka.bootstrap
        self._topics: dict[Role, str] = {role: settings.topics.name(role) for role in _INPUTS}
        self._producer = Producer(
            {
                "linger.ms": 5,
                # What goes wrong arrives through the callbacks; librdkafka need not print it as well.
                "log_level": 0,
                "compression.type": "lz4",
                **settings.kafka.client_options(),
                **settings.kafka.producer_options,
                "enable.idempotence": True,
                "partitioner": "murmur2_random",
                "error_cb": self._on_error,
                "on_delivery": self._on_delivery,
            }
        )

    def check_topics(self) -> None:
        """Raise BrokerUnavailableError when no broker answers, TopicsError when a topic does not exist."""
        try:
            known = self._producer.list_topics(timeout=_REACH_SECONDS).topics
        except KafkaException as error:
            raise BrokerUnavailableError(
                f"no Kafka broker answers at {self._bootstrap}: {describe(error_of(error))}"
            ) from error
        missing = sorted(name for name in self._topics.values() if name not in known)
        if missing:
            raise TopicsError([f"{name}: no such topic; `backchannel topics create` makes it" for name in missing])

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

    def finish(self) -> None:
        """Wait until what is queued is delivered; raise BrokerUnavailableError when some of it was not."""
        lost = self._producer.flush(_FLUSH_SECONDS) + self._failed
        if lost:
            raise BrokerUnavailableError(
                f"{lost} of {self.sent} records were not delivered: {self._last_error or 'no answer in time'}"
            )

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
        self._last_error = describe(error)

    def _on_delivery(self, error: KafkaError | None, _message: Message) -> None:
        if error is not None:
            self._failed += 1
            self._last_error = describe(error)
