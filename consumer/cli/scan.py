"""`backchannel scan`: message events in, decisions out, without Kafka."""

import os
import secrets
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer

from consumer.cli.errors import ExitCode, reported
from consumer.cli.inputs import GigUpdate, Input, Unread, read_line
from consumer.cli.lines import Source, batches
from consumer.cli.opened import opened
from consumer.cli.replay import Replay, Scanned
from consumer.detection import Detector
from consumer.events.decode import TimeBounds
from consumer.events.finding import PublishedFinding
from consumer.events.message import MessageEvent
from consumer.events.verdict import Verdict
from consumer.policy import load_policy
from consumer.settings import load_settings
from consumer.stages.screen import Screener


@reported
def scan(
    file: Annotated[Path | None, typer.Argument(help="JSON lines; without it, or with -, standard input.")] = None,
    *,
    policy: Annotated[
        Path | None, typer.Option(help="Policy file, instead of the configured or the packaged one.")
    ] = None,
    flagged: Annotated[bool, typer.Option("--flagged", help="Print only messages with findings.")] = False,
    corrections: Annotated[
        bool, typer.Option("--corrections", help="Also print the verdicts that moderator actions correct.")
    ] = False,
    strict: Annotated[bool, typer.Option("--strict", help="End with 65 if a line could not be read.")] = False,
    gate: Annotated[bool, typer.Option("--gate", help="End with 1 if a message is a violation.")] = False,
    config: Annotated[
        Path | None, typer.Option(help="Settings file; the environment (BACKCHANNEL_…) goes over it.")
    ] = None,
) -> None:
    """Judge message events from a file or standard input, without Kafka.

    One JSON line in, one JSON line out, in order: message_id, decision, standing, masked_text, findings, and
    for a verdict its effect and reasons. The decision is `allow` where nothing is held against the message.

    A line with "topic": "gig-approvals" or "moderator-actions" feeds those inputs and prints nothing; the
    record is the rest of the line, or the object under "value". A line that cannot be read prints
    {"line": N, "error": {"reason", "detail"}} in its place, and the scan goes on.

    Time is the input's own: a message is judged at the latest time told so far, so that strikes expire as they
    did then. A message later than this machine's clock is refused. Details are hashed (detail_hash) only if
    hash_key is set.
    """
    settings = load_settings(config)
    key = settings.hash_key.get_secret_value().encode() if settings.hash_key else None
    screener = Screener(Detector.default(), secrets.token_bytes(32) if key is None else key)
    tolerance = timedelta(seconds=settings.worker.future_tolerance_seconds)
    work = _Scan(
        replay=Replay(screener, load_policy(policy or settings.policy_file)),
        bounds=TimeBounds(settings.worker.oldest_sent_at, tolerance),
        only_flagged=flagged,
        corrections=corrections,
        hashes=key is not None,
    )
    with opened(file, "scanning", bar=not sys.stdout.isatty()) as source:
        _write(work.run(source))
    if work.unread:
        typer.echo(f"{work.unread} of the lines could not be read", err=True)
    if strict and work.unread:
        raise typer.Exit(ExitCode.BAD_DATA)
    if gate and work.decisions["violation"]:
        raise typer.Exit(ExitCode.CHECK_FAILED)


def _write(batches_of_lines: Iterable[list[bytes]]) -> None:
    try:
        for lines in batches_of_lines:
            sys.stdout.buffer.write(b"".join(lines))
            sys.stdout.buffer.flush()
    except BrokenPipeError as error:
        # The reader of our output has had enough (`| head`). The interpreter's last flush must not fail again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(ExitCode.OK) from error


@dataclass(slots=True, kw_only=True)
class _Scan:
    """Input in, lines out; counts what it meets."""

    replay: Replay
    bounds: TimeBounds
    only_flagged: bool
    corrections: bool
    hashes: bool
    unread: int = 0
    decisions: Counter[str] = field(default_factory=Counter)

    def run(self, source: Source) -> Iterator[list[bytes]]:
        """The output's lines, as many at once as the input came at once."""
        for lines in batches(source):
            inputs = [read_line(line, self.bounds) for line in lines]
            texts = [(place, each.text) for place, each in enumerate(inputs) if isinstance(each, MessageEvent)]
            suspects = self.replay.suspects([text for _, text in texts])
            places = {texts[index][0] for index in suspects}
            yield [
                orjson.dumps(told, option=orjson.OPT_APPEND_NEWLINE)
                for place, each in enumerate(inputs)
                for told in self._tell(lines[place].number, each, suspect=place in places)
            ]

    def _tell(self, line: int, given: Input, *, suspect: bool) -> Iterable[dict[str, Any]]:
        match given:
            case MessageEvent():
                scanned = self.replay.message(given, suspect=suspect)
                self.decisions[scanned.decision or "allow"] += 1
                return [] if self.only_flagged and not scanned.findings else [self._scanned(scanned)]
            case GigUpdate():
                self.replay.approve(given.gig_id, given.approvals)
                return []
            case Unread():
                self.unread += 1
                return [_error(given)]
        judgement = self.replay.action(given)
        if judgement.refusal is not None:
            self.unread += 1
            return [_error(Unread(line, "refused_action", judgement.refusal))]
        return [self._corrected(verdict) for verdict in judgement.verdicts] if self.corrections else []

    def _scanned(self, scanned: Scanned) -> dict[str, Any]:
        event = scanned.event
        told = {
            "message_id": event.message_id,
            "decision": scanned.decision or "allow",
            "standing": scanned.standing,
            "masked_text": scanned.masked_text,
            "findings": [self._finding(finding) for finding in scanned.findings],
            "revision": event.revision,
            "account_id": event.sender_id,
            "outcome": scanned.outcome,
        }
        return told | (_grounds(scanned.verdict) if scanned.verdict else {})

    def _corrected(self, verdict: Verdict) -> dict[str, Any]:
        return {
            "message_id": verdict.message_id,
            "decision": verdict.decision,
            "standing": verdict.strike.standing_after,
            "masked_text": None,
            "findings": [],
            "revision": verdict.revision,
            "account_id": verdict.account_id,
            "corrects": verdict.corrects,
            "action_id": verdict.action_id,
        } | _grounds(verdict)

    def _finding(self, finding: PublishedFinding) -> dict[str, Any]:
        told = asdict(finding)
        if not self.hashes:
            del told["detail_hash"]
        return told


def _grounds(verdict: Verdict) -> dict[str, Any]:
    return {
        "verdict_id": verdict.verdict_id,
        "decided_at": verdict.decided_at,
        "strike": verdict.strike,
        "exempted": verdict.exempted,
        "reasons": verdict.reasons,
        "policy_version": verdict.policy_version,
        "detector_version": verdict.detector_version,
    }


def _error(unread: Unread) -> dict[str, Any]:
    return {"line": unread.line, "error": {"reason": unread.reason, "detail": unread.detail}}
