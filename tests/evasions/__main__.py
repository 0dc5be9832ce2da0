"""`python -m tests.evasions`: recall by disguise and by pair of disguises, and false alarms on look-alikes.

`--show NAME` prints what was missed of a disguise (or `a+b`, or a look-alike's name); `--pairs` adds the pairs.
`--floors` writes what the tests hold on to (`floors`).
"""

import argparse

from rich.console import Console
from rich.table import Table

from consumer.detection import Detector, Finding
from tests.evasions import floors
from tests.evasions.details import SUBJECTS
from tests.evasions.generator import OBFUSCATORS, cases, pairs, plain
from tests.evasions.lookalikes import CLASSES, lookalikes, talks
from tests.evasions.matrix import FALSE_BAR, PAIR_BAR, SINGLE_BAR, Cell, findings_of, measured, observed

_ROUNDS = 12
"""Look-alikes made of a sentence with figures in it."""


Alarm = tuple[str, str, tuple[Finding, ...]]
"""The message with what came before it, the message, and what was found in it."""


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.evasions", description=__doc__)
    parser.add_argument("--count", type=int, default=200, help="cases a disguise (pairs: a sixth of it)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--pairs", action="store_true", help="also every two disguises composed")
    parser.add_argument("--show", action="append", default=[], metavar="NAME", help="print what was missed")
    parser.add_argument("--subject", help="only this kind of detail")
    parser.add_argument("--floors", action="store_true", help="write floors.toml and end")
    return parser.parse_args()


def main() -> None:
    """Print the matrix."""
    options = _arguments()
    detector = Detector.default()
    console = Console(width=150, highlight=False)
    if options.floors:
        floors.write(detector)
        return
    if options.show:
        for name in options.show:
            _show(console, detector, name, options)
        return
    table = Table("disguise", "cases", "recall", "", "missed in", title="recall by disguise")
    for subject in SUBJECTS:
        _row(table, measured(detector, ("plain", subject), plain(subject, options.count, options.seed)), SINGLE_BAR)
    table.add_section()
    for name in OBFUSCATORS:
        _row(table, _cell(detector, (name,), options.count, options), SINGLE_BAR)
    console.print(table)
    if options.pairs:
        _pairs(console, detector, options)
    _false_alarms(console, detector, options)


def _cell(detector: Detector, names: tuple[str, ...], count: int, options: argparse.Namespace) -> Cell:
    made = cases(names, count, options.seed)
    return measured(detector, names, [each for each in made if options.subject in {None, each.subject}])


def _row(table: Table, cell: Cell, bar: float) -> None:
    if not cell.count:
        return
    missed: dict[str, int] = {}
    for case in cell.missed:
        key = f"{case.subject}/{case.language}"
        missed[key] = missed.get(key, 0) + 1
    worst = sorted(missed, key=lambda key: -missed[key])[:5]
    verdict = "ok" if cell.recall >= bar else "[bold red]low[/]"
    told = ", ".join(f"{key} {missed[key]}" for key in worst)
    table.add_row(" + ".join(cell.names), str(cell.count), f"{cell.recall:.3f}", verdict, told)


def _pairs(console: Console, detector: Detector, options: argparse.Namespace) -> None:
    cells = [_cell(detector, pair, max(8, options.count // 6), options) for pair in pairs()]
    cells = sorted((cell for cell in cells if cell.count), key=lambda cell: cell.recall)
    table = Table("two disguises", "cases", "recall", "", "missed in", title="recall by two disguises composed")
    for cell in cells:
        if cell.recall < PAIR_BAR:
            _row(table, cell, PAIR_BAR)
    console.print(table)
    good = sum(cell.recall >= PAIR_BAR for cell in cells)
    caught, count = sum(cell.caught for cell in cells), sum(cell.count for cell in cells)
    console.print(
        f"{good} of {len(cells)} pairs reach {PAIR_BAR}; all together {caught / max(1, count):.3f} of {count}"
    )


def _show(console: Console, detector: Detector, name: str, options: argparse.Namespace) -> None:
    alarms: list[Alarm] = []
    for each in CLASSES if name == "lookalikes" else {name} & CLASSES.keys():
        alarms += false_alarms(detector, each, options.seed)
    if name in {"lookalikes", "talks"}:
        alarms += false_talk(detector, options.seed)
    for text, last, found in alarms:
        told = ", ".join(f"{one!r} {last[one.start : one.end]!r}" for one in found)
        console.print(f"  {text!r}   <- {told}", markup=False, soft_wrap=True)
    if name in {"lookalikes", "talks", *CLASSES}:
        return
    names = tuple(name.split("+"))
    if names[0] in SUBJECTS:
        cell = measured(detector, ("plain", *names), plain(names[0], options.count, options.seed))
    else:
        cell = _cell(detector, names, options.count, options)
    console.print(f"{name}: {cell.caught} of {cell.count}, {cell.recall:.3f}", markup=False)
    for case in cell.missed:
        told = " // ".join(repr(message) for message in case.messages)
        line = f"  {case.subject:8} {case.language:7} {told}   <- {case.detail.written}"
        console.print(line, markup=False, soft_wrap=True)


def false_alarms(detector: Detector, name: str, seed: int) -> list[Alarm]:
    """The look-alikes of a class in which something was found."""
    found = ((text, findings_of(detector, (text,))) for text in lookalikes(name, _ROUNDS, seed))
    return [(text, text, findings) for text, findings in found if findings]


def false_talk(detector: Detector, seed: int) -> list[Alarm]:
    """The messages of harmless conversations in which something was found."""
    alarms = []
    for talk in talks(_ROUNDS, seed):
        for place, findings in enumerate(observed(detector, talk)):
            if findings:
                told = " / ".join(f"{sender}: {text}" for sender, text in talk[: place + 1])
                alarms.append((told, talk[place][1], findings))
    return alarms


def _false_alarms(console: Console, detector: Detector, options: argparse.Namespace) -> None:
    table = Table("look-alike", "messages", "false alarms", title="harmless look-alikes")
    rows = [
        (name, len(lookalikes(name, _ROUNDS, options.seed)), len(false_alarms(detector, name, options.seed)))
        for name in CLASSES
    ]
    spoken = sum(len(talk) for talk in talks(_ROUNDS, options.seed))
    rows.append(("talks", spoken, len(false_talk(detector, options.seed))))
    for name, count, alarms in rows:
        table.add_row(name, str(count), str(alarms or ""))
    console.print(table)
    total, wrong = sum(count for _, count, _ in rows), sum(alarms for _, _, alarms in rows)
    verdict = "ok" if wrong <= FALSE_BAR * total else "[bold red]high[/]"
    console.print(f"false alarms {wrong} of {total}, {wrong / total:.4f} {verdict}")


if __name__ == "__main__":
    main()
