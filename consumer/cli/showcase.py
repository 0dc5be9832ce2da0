"""What `backchannel demo` shows: verdicts and standing as they are published, and a summary at the end."""

import threading
import time
from collections import Counter
from types import TracebackType
from typing import Any, Final, Self

import orjson
from confluent_kafka import Consumer
from prometheus_client import CollectorRegistry
from rich.columns import Columns
from rich.console import Console
from rich.table import Table
from rich.text import Text

from consumer.events.framing import unframed
from consumer.events.topics import Role
from consumer.settings import Settings

_COLOURS: Final = {"violation": "red", "review": "yellow", "exempt": "green", "overturned": "cyan"}
_LINES_A_SECOND: Final = 12
_EXCERPT: Final = 60
_LAST_POLLS: Final = 3
"""Empty polls after the worker has ended that show there is nothing left to read."""


class Showcase:
    """Follows the published topics with a consumer of its own, as a subscriber downstream would."""

    def __init__(self, settings: Settings, console: Console, *, quiet: bool) -> None:
        self._names = settings.topics.names()
        self._console = console
        self._quiet = quiet
        self._consumer = Consumer(
            {
                "bootstrap.servers": settings.kafka.bootstrap,
                "group.id": "showcase",
                "auto.offset.reset": "earliest",
                "isolation.level": "read_committed",
                "session.timeout.ms": 6_000,
                "log_level": 0,
            }
        )
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._follow, name="showcase")
        self._decisions: Counter[str] = Counter()
        self._kinds: Counter[tuple[str, str]] = Counter()
        self._standing: dict[str, str] = {}
        self._causes: Counter[tuple[str, str]] = Counter()
        self._started = time.monotonic()
        self._second, self._shown = 0, 0
        self._sent = 0

    def __enter__(self) -> Self:
        self._consumer.subscribe([self._names[Role.FLAGGED_MESSAGES], self._names[Role.ACCOUNT_STANDING]])
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._done.set()
        self._thread.join()
        self._consumer.close()

    def progress(self, sent: int) -> None:
        """Note how many messages were sent so far."""
        self._sent = sent

    def say(self, line: str) -> None:
        """Print a line of the demonstration's own."""
        self._console.print(f"[dim]{line}[/]")

    def summary(self, registry: CollectorRegistry) -> None:
        """Print what came of it all."""
        elapsed = time.monotonic() - self._started
        self._console.print()
        self._console.rule("what came of it")
        events = labelled(registry, "backchannel_events_total", "outcome")
        letters = {name: n for name, n in labelled(registry, "backchannel_dead_letters_total", "reason").items() if n}
        self._console.print(
            Columns(
                [
                    _table("message events", events),
                    _table("verdicts", self._decisions),
                    _table("kind and intent", {" ".join(pair): n for pair, n in self._kinds.most_common()}),
                    _table("standing now", Counter(self._standing.values())),
                    _table("standing changes", {f"{new} ({why})": n for (new, why), n in self._causes.most_common()}),
                    _table("dead letters", letters),
                ],
                padding=(0, 3),
            )
        )
        strikes = registry.get_sample_value("backchannel_strikes_total") or 0.0
        committed = registry.get_sample_value("backchannel_transactions_total", {"result": "committed"}) or 0.0
        self._console.print(
            f"{sum(events.values()):,.0f} messages, {strikes:,.0f} strikes, {committed:,.0f} transactions"
            f" in {elapsed:.1f} s on the demonstration broker, which proves no guarantee"
        )

    def _follow(self) -> None:
        quiet_polls = 0
        while not self._done.is_set() or quiet_polls < _LAST_POLLS:
            messages = self._consumer.consume(500, 0.2)
            quiet_polls = 0 if messages else quiet_polls + 1
            for message in messages:
                if message.error() is not None or message.value() is None:
                    continue
                value = orjson.loads(unframed(message.value() or b"null"))
                if message.topic() == self._names[Role.FLAGGED_MESSAGES]:
                    self._verdict(value)
                else:
                    self._change(value)

    def _verdict(self, verdict: dict[str, Any]) -> None:
        self._decisions[verdict["decision"]] += 1
        kinds = [(finding["kind"], finding["intent"]) for finding in verdict["findings"]]
        self._kinds.update(kinds)
        excerpt = " ".join((verdict["masked_text"] or "").split())
        if len(excerpt) > _EXCERPT:
            excerpt = excerpt[: _EXCERPT - 1] + "…"
        colour = _COLOURS.get(verdict["decision"], "white")
        line = Text.assemble(
            (f"{verdict['decision']:<11}", f"bold {colour}"),
            (f"{verdict['account_id'][:16]:<17}", "dim"),
            f"{', '.join(dict.fromkeys(kind for kind, _ in kinds)):<16.16} ",
            excerpt,
        )
        self._show(line)

    def _change(self, change: dict[str, Any]) -> None:
        self._standing[change["account_id"]] = change["standing"]
        if change["standing"] == change["previous"]:
            return
        self._causes[change["standing"], change["cause"]] += 1
        line = Text.assemble(
            ("standing   ", "bold magenta"),
            (f"{change['account_id'][:16]:<17}", "dim"),
            f"{change['previous']} → {change['standing']}",
            (f"  ({change['cause']}, {change['active_strikes']} active)", "dim"),
        )
        self._show(line)

    def _show(self, line: Text) -> None:
        """Print at most so many lines a second: a demonstration is for reading."""
        second = int(time.monotonic() - self._started)
        if second != self._second:
            self._second, self._shown = second, 0
        self._shown += 1
        if not self._quiet and self._shown <= _LINES_A_SECOND:
            self._console.print(line, no_wrap=True, overflow="ellipsis")


def _table(title: str, counts: "dict[str, float] | Counter[str]") -> Table:
    table = Table(title=title, show_header=False, title_justify="left", title_style="bold", box=None)
    for name, count in counts.items():
        table.add_row(name, f"{count:,.0f}", style=None)
    if not counts:
        table.add_row("none", "")
    return table


def labelled(registry: CollectorRegistry, name: str, label: str) -> dict[str, float]:
    """Return a metric's values by one of its labels."""
    return {
        sample.labels[label]: sample.value
        for family in registry.collect()
        for sample in family.samples
        if sample.name == name
    }
