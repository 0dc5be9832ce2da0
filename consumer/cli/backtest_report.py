"""How a backtest's report is shown: tables for a person, plain JSON for a program."""

from dataclasses import asdict
from typing import Any, Final, get_args

from rich.console import Console
from rich.table import Table

from consumer.backtest.decided import Decided
from consumer.backtest.report import AccountChange, Report
from consumer.events.vocabulary import Kind

_DECISIONS: Final[tuple[Decided, ...]] = get_args(Decided)


def plain(report: Report, unread: int) -> dict[str, Any]:
    """The whole report as JSON, every account included."""
    return {
        "messages": report.messages,
        "incidents": report.incidents,
        "actions": report.actions,
        "labelled": report.labelled,
        "unread": unread,
        "first": report.first,
        "last": report.last,
        "before": asdict(report.before),
        "after": asdict(report.after),
        "changed": [{"from": old, "to": new, "count": count} for (old, new), count in sorted(report.changed.items())],
        "newly_suspended": [change.account_id for change in report.newly_suspended],
        "accounts": [asdict(change) for change in report.accounts],
    }


def show(report: Report, unread: int, limit: int) -> None:
    """Print the report as tables."""
    console = Console()
    span = f", {report.first:%Y-%m-%d %H:%M} to {report.last:%Y-%m-%d %H:%M}" if report.first and report.last else ""
    left = f", {unread} unreadable" if unread else ""
    console.print(
        f"{report.messages:,} messages, {report.incidents:,} with findings, {report.actions:,} actions{left}{span}",
        highlight=False,
    )
    console.print(_numbers(report))
    console.print(_kinds(report))
    if report.changed:
        console.print(_changed(report))
    console.print(_accounts(report, limit) if report.accounts else "no account fares otherwise")


def _numbers(report: Report) -> Table:
    before, after = report.before, report.after
    table = Table("", f"before: {before.name}", f"after: {after.name}", "change")
    table.add_row("policy version", before.version[-12:], after.version[-12:], "")
    rows: list[tuple[str, int, int]] = [
        (decision, before.decisions.get(decision, 0), after.decisions.get(decision, 0)) for decision in _DECISIONS
    ]
    rows += [
        ("strikes", before.strikes, after.strikes),
        ("accounts ever suspended", before.suspended, after.suspended),
        ("appeals upheld against it", before.overturned, after.overturned),
    ]
    if report.labelled:
        rows += [
            ("false alarms", before.false_alarms, after.false_alarms),
            ("harmless, for review", before.doubts, after.doubts),
            ("misses", before.misses, after.misses),
        ]
    for name, old, new in rows:
        table.add_row(name, f"{old:,}", f"{new:,}", f"{new - old:+,}" if new != old else "")
    return table


def _kinds(report: Report) -> Table:
    table = Table("kind", *_DECISIONS, title="incidents by kind: before → after", title_justify="left")
    before, after = report.before.kinds, report.after.kinds
    for kind in get_args(Kind):
        if kind in before or kind in after:
            cells = [(before.get(kind, {}).get(each, 0), after.get(kind, {}).get(each, 0)) for each in _DECISIONS]
            table.add_row(kind, *(f"{old:,}" if old == new else f"{old:,} → {new:,}" for old, new in cells))
    return table


def _changed(report: Report) -> Table:
    table = Table("from", "to", "incidents", title="decided otherwise", title_justify="left")
    for (old, new), count in sorted(report.changed.items(), key=lambda each: -each[1]):
        table.add_row(old, new, f"{count:,}")
    return table


def _accounts(report: Report, limit: int) -> Table:
    newly = len(report.newly_suspended)
    title = f"{len(report.accounts):,} accounts fare otherwise, {newly:,} of them newly suspended (!)"
    table = Table("", "account", "at worst", "at the end", "active", "first differs on", title=title)
    table.title_justify = "left"
    table.columns[1].no_wrap = table.columns[2].no_wrap = True
    table.columns[1].overflow = table.columns[5].overflow = "fold"
    for change in report.accounts[:limit]:
        table.add_row(*_account(change))
    if len(report.accounts) > limit:
        table.caption = f"and {len(report.accounts) - limit:,} more; --limit or --json shows them"
        table.caption_justify = "left"
    return table


def _account(change: AccountChange) -> tuple[str, ...]:
    return (
        "!" if change.newly_suspended else "",
        change.account_id,
        _moved(change.worst_before, change.worst_after),
        _moved(change.now_before, change.now_after),
        _moved(str(change.active_before), str(change.active_after)),
        change.message_id or "",
    )


def _moved(old: str, new: str) -> str:
    return old if old == new else f"{old} → {new}"
