"""`backchannel evaluate`: how well labelled cases are found."""

import os
import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer
from rich.console import Console
from rich.progress import Progress

from consumer.cli.errors import CommandError, ExitCode, reported
from consumer.cli.evaluation_tables import print_misses, print_report
from consumer.detection import DETECTOR_VERSION, Detector
from consumer.evaluation import Case, CaseError, Judge, Judged, Report, parse_case, report_of
from consumer.evaluation.rates import Rate, Tally
from consumer.policy import load_policy


@reported
def evaluate(
    files: Annotated[list[Path], typer.Argument(help="JSON lines of labelled messages and conversations.")],
    *,
    policy: Annotated[Path | None, typer.Option(help="Policy file, instead of the packaged one.")] = None,
    misses: Annotated[bool, typer.Option("--misses", help="List what was missed or wrong, with the texts.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as one JSON object.")] = False,
    min_recall: Annotated[float | None, typer.Option(min=0, max=1, help="End with 1 below this recall.")] = None,
    max_false: Annotated[
        float | None, typer.Option(min=0, max=1, help="End with 1 above this share of harmless messages flagged.")
    ] = None,
) -> None:
    """Measure recall, precision and false alarms on labelled cases.

    A line is {"text", "expect": [[kind, intent], …]} or {"messages": [{"sender", "text"}, …], "expect": [[index,
    kind, intent], …]}; optional: "alt" (findings accepted beside or in place of an expected one), "slice", "lang",
    "id". An empty "expect" is a harmless message. A finding counts from the policy's threshold for review on.
    Intervals are of 95 %: Wilson's for shares; for F1, Wilson's of the overlap it is made of.

    Texts are printed with --misses only. Ends with 65 at a line that is no case.
    """
    judge = Judge(Detector.default(), load_policy(policy))
    judged = [each for case in _watched(files) for each in judge.judge(case)]
    if not judged:
        raise CommandError("the files hold no cases", ExitCode.BAD_DATA)
    report = report_of(judged)
    try:
        if as_json:
            _write_json(report, judged, misses=misses)
        else:
            _write_tables(report, judged, misses=misses)
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader has had enough (`| head`); the gates still decide. The interpreter's last flush must not fail.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    problems = list(_beyond(report, min_recall, max_false))
    for problem in problems:
        typer.echo(problem, err=True)
    if problems:
        raise typer.Exit(ExitCode.CHECK_FAILED)


def _beyond(report: Report, min_recall: float | None, max_false: float | None) -> Iterator[str]:
    recall, alarms = report.total.flagged.recall.value, report.total.false_alarms.value
    if min_recall is not None and recall is not None and recall < min_recall:
        yield f"recall {recall:.4f} is below {min_recall}"
    if max_false is not None and alarms is not None and alarms > max_false:
        yield f"false alarms {alarms:.5f} are above {max_false}"


def _watched(files: list[Path]) -> Iterator[Case]:
    """The files' cases, with a bar on a terminal."""
    lines = [(file, _lines(file)) for file in files]
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("evaluating", total=sum(len(each) for _, each in lines))
        for file, content in lines:
            for number, line in enumerate(content, start=1):
                if line.strip():
                    yield _case(file, number, line)
                progress.advance(task)


def _lines(file: Path) -> list[bytes]:
    try:
        return file.read_bytes().split(b"\n")
    except OSError as error:
        raise CommandError(f"{file}: cannot be read: {error.strerror}", ExitCode.USAGE) from error


def _case(file: Path, number: int, line: bytes) -> Case:
    try:
        return parse_case(line)
    except CaseError as error:
        raise CommandError(f"{file}, line {number}: {error}", ExitCode.BAD_DATA) from error


class _Tables(Console):
    """A console that says when its reader is gone, instead of ending the process."""

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError


def _write_tables(report: Report, judged: Iterable[Judged], *, misses: bool) -> None:
    console = _Tables(highlight=False, width=None if sys.stdout.isatty() else 140)
    print_report(console, report)
    if misses:
        print_misses(console, judged)


def _write_json(report: Report, judged: Iterable[Judged], *, misses: bool) -> None:
    told = _plain(report) | {"detector_version": DETECTOR_VERSION}
    if misses:
        told["misses"] = [_miss(each) for each in judged if not each.exact and (each.missing or each.wrong)]
    sys.stdout.buffer.write(orjson.dumps(told, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))


def _plain(report: Report) -> dict[str, Any]:
    told = asdict(report)
    told["total"]["flagged"] = _rates(report.total.flagged)
    for name, groups in (("slices", report.slices), ("languages", report.languages)):
        for key, group in groups.items():
            told[name][key]["flagged"] = _rates(group.flagged)
    told["kinds"] = {name: _rates(tally) for name, tally in report.kinds.items()}
    told["techniques"] = {
        name: {"right": tally.right, "wrong": tally.wrong, "precision": _rate(tally.precision)}
        for name, tally in report.techniques.items()
    }
    for bin_, told_bin in zip(report.calibration.bins, told["calibration"]["bins"], strict=True):
        told_bin["observed"] = _rate(bin_.observed)
    return told


def _rates(tally: Tally) -> dict[str, Any]:
    rates = {"precision": tally.precision, "recall": tally.recall, "f1": tally.f1}
    return asdict(tally) | {name: _rate(rate) for name, rate in rates.items()}


def _rate(rate: Rate) -> dict[str, Any]:
    return asdict(rate)


def _miss(each: Judged) -> dict[str, Any]:
    return {
        "id": each.case.name,
        "slice": each.case.group,
        "index": each.index,
        "messages": [{"sender": sender, "text": text} for sender, text in each.case.messages],
        "missing": [[wanted.kind, wanted.intent] for wanted in each.missing],
        "wrong": [[found.kind, found.intent, found.start, found.end, found.confidence] for found in each.wrong],
    }
