"""What confidences should be: `python -m tests.calibration [--tune FILE] [--held FILE]`.

From the part of the corpus that is tuned on, it prints for every type of finding (kind, intent, disguised or not)
the stated confidence beside the share that was right, and a curve that maps stated to true confidence. From the part
that is only measured, it prints the calibration error without and with the curve, and what each threshold would do.
Nothing is changed: confidences live in the detectors, thresholds in the policy, and people move both.
"""

import argparse
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from consumer.detection import Detector, Finding
from consumer.evaluation import Judge, Judged, parse_case
from consumer.evaluation.calibration import reliability
from consumer.evaluation.rates import wilson
from consumer.policy import load_policy

_CORPUS = Path(__file__).with_name("corpus")
_THRESHOLDS = (0.3, 0.4, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95)
Pair = tuple[float, bool]


def judged_of(judge: Judge, file: Path) -> list[Judged]:
    """Every message of a file of cases."""
    lines = file.read_bytes().splitlines()
    return [each for line in lines if line.strip() for each in judge.judge(parse_case(line))]


def pairs_of(judged: Iterable[Judged]) -> list[tuple[Finding, bool]]:
    """Findings with whether they were right; of messages whose label says so."""
    return [
        (found, each.is_right(found)) for each in judged if each.positive or each.harmless for found in each.findings
    ]


def isotonic(pairs: Iterable[Pair]) -> list[tuple[float, float]]:
    """The rising steps (from this confidence on, share right) that fit best: pool adjacent violators.

    Every step is drawn to one half by one right and one wrong finding more, so that few findings promise little.
    """
    steps: list[list[float]] = []  # from, right, count
    for confidence, right in sorted(pairs):
        if steps and steps[-1][0] == confidence:
            steps[-1][1] += right
            steps[-1][2] += 1
        else:
            steps.append([confidence, float(right), 1.0])
    pooled: list[list[float]] = []
    for step in steps:
        pooled.append(step)
        while len(pooled) > 1 and pooled[-2][1] * pooled[-1][2] >= pooled[-1][1] * pooled[-2][2]:
            _, right_last, count_last = pooled.pop()
            pooled[-1][1] += right_last
            pooled[-1][2] += count_last
    return [(start, (right + 1) / (count + 2)) for start, right, count in pooled]


def mapped(curve: Sequence[tuple[float, float]], confidence: float) -> float:
    """A stated confidence by the curve; below its first step, the first."""
    value = curve[0][1] if curve else confidence
    for start, share in curve:
        if confidence >= start:
            value = share
    return value


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(prog="python -m tests.calibration", description=__doc__)
    parser.add_argument("--tune", type=Path, default=_CORPUS / "tune.jsonl")
    parser.add_argument("--held", type=Path, default=_CORPUS / "held.jsonl")
    options = parser.parse_args()
    console = Console(width=120, highlight=False)
    judge = Judge(Detector.default(), load_policy(None))
    tuned, held = judged_of(judge, options.tune), judged_of(judge, options.held)
    _print_types(console, pairs_of(tuned))
    curve = isotonic((found.confidence, right) for found, right in pairs_of(tuned))
    steps = ", ".join(f"{start:.2f} -> {share:.3f}" for start, share in curve)
    console.print(f"curve fitted on {options.tune.name}: {steps}")
    stated = [(found.confidence, right) for found, right in pairs_of(held)]
    before = reliability(stated).error
    after = reliability((mapped(curve, confidence), right) for confidence, right in stated).error
    console.print(f"calibration error on {options.held.name}: {before:.3f} as stated, {after:.3f} by the curve")
    _print_thresholds(console, tuned, held)


def _print_types(console: Console, pairs: Iterable[tuple[Finding, bool]]) -> None:
    groups: defaultdict[tuple[str, str], list[Pair]] = defaultdict(list)
    for found, right in pairs:
        disguise = "disguised" if found.techniques else "plain"
        groups[f"{found.kind}/{found.intent}", disguise].append((found.confidence, right))
    table = Table("finding", "", "count", "stated", "right", "interval", "advice", title="by type of finding")
    for (name, disguise), group in sorted(groups.items()):
        mean, hits = sum(confidence for confidence, _ in group) / len(group), sum(right for _, right in group)
        rate = wilson(hits, len(group))
        advice = "" if rate.low <= mean <= rate.high else ("lower" if mean > rate.high else "raise")
        interval = f"{rate.low:.3f} to {rate.high:.3f}"
        table.add_row(name, disguise, str(len(group)), f"{mean:.3f}", f"{hits / len(group):.3f}", interval, advice)
    console.print(table)


def _print_thresholds(console: Console, tuned: Sequence[Judged], held: Sequence[Judged]) -> None:
    title = "what a threshold would do: choose by the tuned part, believe the held one"
    table = Table("from", "recall", "false per 1000", "recall, held", "false per 1000, held", title=title)
    for threshold in _THRESHOLDS:
        table.add_row(f"{threshold:.2f}", *_beyond(tuned, threshold), *_beyond(held, threshold))
    console.print(table)


def _beyond(judged: Sequence[Judged], threshold: float) -> tuple[str, str]:
    """Recall, and false alarms per thousand harmless messages, if findings counted from a threshold on."""
    flagged = [any(found.confidence >= threshold for found in each.findings) for each in judged]
    positives = [hit for hit, each in zip(flagged, judged, strict=True) if each.positive and not each.excused]
    harmless = [hit for hit, each in zip(flagged, judged, strict=True) if each.harmless]
    return f"{sum(positives) / max(1, len(positives)):.3f}", f"{1000 * sum(harmless) / max(1, len(harmless)):.2f}"


if __name__ == "__main__":
    main()
