"""The tables that `backchannel evaluate` prints."""

from collections.abc import Iterable, Mapping

from rich.console import Console
from rich.table import Table

from consumer.evaluation import Judged, Report
from consumer.evaluation.calibration import Reliability
from consumer.evaluation.rates import Rate, Tally
from consumer.evaluation.report import Group


def print_report(console: Console, report: Report) -> None:
    """Print all figures, the whole before its parts."""
    total = report.total
    console.print(
        f"{total.messages} messages: {total.flagged.right + total.flagged.missed} to be flagged, "
        f"{total.harmless} harmless"
    )
    whole = Table("", "value", "95 % interval", title="flagged or clean")
    for name, rate in (
        ("recall", total.flagged.recall),
        ("precision", total.flagged.precision),
        ("F1", total.flagged.f1),
        ("kind and intent exact", total.exact),
        ("false alarms, per thousand harmless", _thousand(total.false_alarms)),
        ("... that would strike, per thousand", _thousand(total.false_strikes)),
    ):
        whole.add_row(name, _share(rate), f"{rate.low:.3f} to {rate.high:.3f}")
    console.print(whole)
    _print_groups(console, "by slice", report.slices)
    if len(report.languages) > 1:
        _print_groups(console, "by language (und: not stated)", report.languages)
    _print_kinds(console, report.kinds)
    _print_techniques(console, report.techniques)
    _print_calibration(console, report.calibration)


def print_misses(console: Console, judged: Iterable[Judged]) -> None:
    """List the messages that are not as labelled, with their texts."""
    for each in judged:
        if not each.missing and not each.wrong:
            continue
        missing = ", ".join(f"{wanted.kind}/{wanted.intent or '*'}" for wanted in each.missing)
        wrong = ", ".join(f"{found.kind}/{found.intent} {found.confidence:.2f}" for found in each.wrong)
        place = f"{each.case.name or each.case.group}[{each.index}]"
        told = " · ".join(filter(None, [missing and f"missing {missing}", wrong and f"wrong {wrong}"]))
        console.print(f"{place}: {told}", markup=False, soft_wrap=True)
        for index, (sender, text) in enumerate(each.case.messages):
            mark = ">" if index == each.index else " "
            console.print(f"  {mark} {sender}: {text!r}", markup=False, soft_wrap=True)


def _print_groups(console: Console, title: str, groups: Mapping[str, Group]) -> None:
    table = Table("", "to flag", "recall", "interval", "exact", "harmless", "false", "per 1000", title=title)
    for name, group in groups.items():
        flagged = group.flagged
        table.add_row(
            name,
            str(flagged.right + flagged.missed or ""),
            _share(flagged.recall),
            _interval(flagged.recall),
            _share(group.exact),
            str(group.harmless or ""),
            str(flagged.wrong or ""),
            _share(_thousand(group.false_alarms)),
        )
    console.print(table)


def _print_kinds(console: Console, kinds: Mapping[str, Tally]) -> None:
    table = Table(
        "", "right", "missed", "wrong", "precision", "recall", "F1", "F1 interval", title="by kind and intent"
    )
    for name, tally in kinds.items():
        table.add_row(
            name,
            str(tally.right),
            str(tally.missed or ""),
            str(tally.wrong or ""),
            _share(tally.precision),
            _share(tally.recall),
            _share(tally.f1),
            _interval(tally.f1),
        )
    console.print(table)


def _print_techniques(console: Console, techniques: Mapping[str, Tally]) -> None:
    table = Table("", "right", "wrong", "precision", "interval", title="by technique (labels name none: no recall)")
    for name, tally in techniques.items():
        table.add_row(
            name, str(tally.right), str(tally.wrong or ""), _share(tally.precision), _interval(tally.precision)
        )
    console.print(table)


def _print_calibration(console: Console, calibration: Reliability) -> None:
    table = Table("confidence", "findings", "stated", "observed", "interval", "gap", title="calibration")
    for each in calibration.bins:
        if each.count:
            table.add_row(
                f"{each.low:.2f} to {each.high:.2f}",
                str(each.count),
                f"{each.stated:.3f}",
                _share(each.observed),
                _interval(each.observed),
                f"{each.gap:+.3f}",
            )
    console.print(table)
    console.print(f"expected calibration error {calibration.error:.3f}")


def _thousand(rate: Rate) -> Rate:
    return Rate(None if rate.value is None else 1000 * rate.value, 1000 * rate.low, 1000 * rate.high)


def _share(rate: Rate) -> str:
    return "" if rate.value is None else f"{rate.value:.3f}"


def _interval(rate: Rate) -> str:
    return "" if rate.value is None else f"{rate.low:.3f} to {rate.high:.3f}"
