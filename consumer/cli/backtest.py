"""`backchannel backtest`: what another policy would have changed."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer

from consumer.backtest.comparison import Comparison
from consumer.backtest.decided import Label
from consumer.backtest.screening import Screening
from consumer.cli.backtest_report import plain, show
from consumer.cli.errors import CommandError, ExitCode, reported
from consumer.cli.inputs import GigUpdate, Input, Unread, read_line
from consumer.cli.lines import Line, Source, batches
from consumer.cli.opened import opened
from consumer.cli.reading import read_roles
from consumer.cli.support import AsJson, Config
from consumer.detection import Detector
from consumer.events.account import Incident
from consumer.events.decode import Rejected, TimeBounds, decode_account_event, decode_approvals
from consumer.events.message import MessageEvent
from consumer.events.topics import Role
from consumer.policy import load_policy
from consumer.settings import Settings, load_settings
from consumer.stages.screen import Screener
from consumer.stream.records import Record

_NO_KEY = b"details are hashed and the hashes thrown away"


@reported
def backtest(
    file: Annotated[
        Path | None,
        typer.Argument(help="Past events as JSON lines, as `backchannel scan` reads them; - is standard input."),
    ] = None,
    *,
    policy: Annotated[Path, typer.Option(help="The policy to try.")],
    against: Annotated[
        Path | None, typer.Option(help="The policy to compare it with; without it the configured or the packaged one.")
    ] = None,
    topic: Annotated[
        bool, typer.Option("--topic", help="Take the past from Kafka instead: account-events and gig-approvals.")
    ] = False,
    max_newly_suspended: Annotated[
        int | None,
        typer.Option(min=0, help="End with 1 if the new policy suspends more accounts that the old one spares."),
    ] = None,
    max_false_alarms: Annotated[
        int | None, typer.Option(min=0, help="End with 1 if more messages labelled harmless become violations.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="Accounts in the table; --json has all.")] = 40,
    config: Config = None,
    as_json: AsJson = False,
) -> None:
    """Judge the past by two policies and report what changes.

    Messages are screened once and judged twice, by the clock of the time. The report counts verdicts by kind and
    decision under each policy, the decisions that differ, and names the accounts that fare otherwise, those newly
    suspended first. Every account begins in good standing, so begin the file a whole strike window before what you want
    to know. The circuit breaker stays closed.

    A line may carry a label: "expect": [] says the message is harmless, "expect": [["email", "provide"]] that it
    exchanges contact. Then false alarms and misses are counted too.

    With --topic the incidents are those the workers found at the time, as far back as account-events reaches; clean
    messages are not there, and labels neither.

    Exit codes: 0 done; 1 a gate failed (--max-…); 65 nothing could be read.

    Example: backchannel backtest --policy next.toml --max-newly-suspended 20 march.jsonl
    """
    if topic == (file is not None):
        raise CommandError("give either a file or --topic", ExitCode.USAGE)
    settings = load_settings(config)
    comparison = Comparison.of(load_policy(against or settings.policy_file), load_policy(policy))
    unread = _from_topics(settings, comparison) if topic else _from_file(settings, comparison, file)
    report = comparison.report()
    if not report.messages and unread:
        raise CommandError(f"none of the {unread} records could be read", ExitCode.BAD_DATA)
    if as_json:
        typer.echo(orjson.dumps(plain(report, unread)))
    else:
        show(report, unread, limit)
    passed = _gates(
        ("newly suspended accounts", len(report.newly_suspended), max_newly_suspended),
        ("false alarms", report.after.false_alarms, max_false_alarms),
    )
    for told in passed:
        typer.echo(told, err=True)
    if passed:
        raise typer.Exit(ExitCode.CHECK_FAILED)


def _gates(*gates: tuple[str, int, int | None]) -> list[str]:
    return [f"{name}: {count}, more than {most}" for name, count, most in gates if most is not None and count > most]


def _from_file(settings: Settings, comparison: Comparison, file: Path | None) -> int:
    """Feed a file's events; return how many lines could not be read."""
    past = _Past(comparison, Screening(Screener(Detector.default(), _NO_KEY)))
    tolerance = timedelta(seconds=settings.worker.future_tolerance_seconds)
    bounds = TimeBounds(settings.worker.oldest_sent_at, tolerance)
    with opened(file, "replaying", bar=True) as source:
        past.feed(source, bounds)
    return past.unread


class _Past:
    """A file's events in its order; the clock is the latest time told so far."""

    def __init__(self, comparison: Comparison, screening: Screening) -> None:
        self.unread = 0
        self._comparison = comparison
        self._screening = screening
        self._clock: datetime | None = None

    def feed(self, source: Source, bounds: TimeBounds) -> None:
        """Read everything."""
        for lines in batches(source):
            given = [(line, read_line(line, bounds)) for line in lines]
            texts = [(place, each.text) for place, (_, each) in enumerate(given) if isinstance(each, MessageEvent)]
            suspects = {texts[index][0] for index in self._screening.suspects([text for _, text in texts])}
            for place, (line, each) in enumerate(given):
                self._take(line, each, suspect=place in suspects)

    def _take(self, line: Line, given: Input, *, suspect: bool) -> None:
        match given:
            case MessageEvent():
                now = self._advance(given.sent_at)
                incident = self._screening.incident(given, now, suspect=suspect)
                label = label_of(line.content)
                if incident is None:
                    self._comparison.clean(now, label)
                else:
                    self._comparison.incident(incident, now, label)
            case GigUpdate():
                self._comparison.approve(given.gig_id, given.approvals)
            case Unread():
                self.unread += 1
            case action:
                self._comparison.action(action, self._advance(action.at))

    def _advance(self, told: datetime) -> datetime:
        self._clock = told if self._clock is None else max(self._clock, told)
        return self._clock


def label_of(content: bytes | None) -> Label | None:
    """What a line says the message is, none if it says nothing."""
    if content is None or b'"expect"' not in content:
        return None
    parsed: Any = orjson.loads(content)
    value = parsed.get("value") if "topic" in parsed and isinstance(parsed.get("value"), dict) else parsed
    expect = parsed.get("expect", value.get("expect"))
    if not isinstance(expect, list):
        return None
    return "contact" if expect else "harmless"


def _from_topics(settings: Settings, comparison: Comparison) -> int:
    """Feed what the workers have kept; return how many records could not be read."""
    unread = 0
    # Approvals first and whole: a gig's record holds its history, and each message looks up its own time in it.
    for taking in (_approvals, _account_events):
        unread += taking(settings, comparison)
    return unread


def _approvals(settings: Settings, comparison: Comparison) -> int:
    unread = 0
    for _, record in read_roles(settings, (Role.GIG_APPROVALS,)):
        key = (record.key() or b"").decode("utf-8", "replace")
        try:
            comparison.approve(key, None if record.value() is None else decode_approvals(record.value()))
        except Rejected:
            unread += 1
    return unread


def _account_events(settings: Settings, comparison: Comparison) -> int:
    unread = 0
    for record in _records(settings):
        try:
            event = decode_account_event(record.value())
        except Rejected:
            unread += 1
            continue
        now = datetime.fromtimestamp(max(0, record.timestamp()[1]) / 1000, UTC)
        if isinstance(event, Incident):
            comparison.incident(event, now)
        else:
            comparison.action(event, now)
    return unread


def _records(settings: Settings) -> Iterator[Record]:
    for _, record in read_roles(settings, (Role.ACCOUNT_EVENTS,)):
        yield record
