"""What the detector reaches today, of the seeded sample the tests take: a floor under each figure, in `floors.toml`.

The aim is the bar of `matrix` (0.97, for two disguises 0.90), and a floor is no aim: it only keeps what is reached
from being lost. A disguise that is not listed is held to the bar itself. `python -m tests.evasions --floors` writes
the file anew after the detector got better; a floor that sinks in it is a loss to be explained, not to be written.
"""

import tomllib
from pathlib import Path
from typing import Any, Final

from consumer.detection import Detector
from tests.evasions.details import SUBJECTS
from tests.evasions.generator import OBFUSCATORS, cases, pairs, plain
from tests.evasions.matrix import PAIR_BAR, SINGLE_BAR, Cell, measured

SEED: Final = 20
SINGLE_COUNT, PAIR_COUNT, PREFILTER_COUNT = 100, 20, 40
"""Cases of the sample: of each disguise, of every two, and of each disguise for the prefilter."""
_SINGLE_MARGIN, _PAIR_MARGIN = 0.02, 0.05
"""How far a floor lies under the measured figure: two cases of a hundred, one of twenty."""
_PATH: Final = Path(__file__).with_name("floors.toml")
FLOORS: Final[dict[str, dict[str, Any]]] = tomllib.loads(_PATH.read_text("utf-8"))
"""The tables `plain` by kind of detail, `single` by disguise and `pair` by `a+b` hold recalls; `hidden` by disguise
holds how many texts with a finding the prefilter may lose, `fuzz` how many of the fuzzer's short run."""
_HEAD = "# Written by `python -m tests.evasions --floors`; what each table means stands in floors.py.\n"


def floor(table: str, name: str) -> float:
    """The least recall to be reached: what is listed, else the bar."""
    return float(FLOORS[table].get(name, bar(table)))


def bar(table: str) -> float:
    """The recall aimed at."""
    return PAIR_BAR if table == "pair" else SINGLE_BAR


def hidden_floor(name: str) -> int:
    """How many texts with a finding may be missing from the suspects: none, unless listed."""
    return int(FLOORS["hidden"].get(name, 0))


def plain_cell(detector: Detector, subject: str) -> Cell:
    """What is found of undisguised details of a kind."""
    return measured(detector, ("plain", subject), plain(subject, SINGLE_COUNT, SEED))


def single_cell(detector: Detector, name: str) -> Cell:
    """What is found under one disguise."""
    return measured(detector, (name,), cases((name,), SINGLE_COUNT, SEED))


def pair_cell(detector: Detector, pair: tuple[str, str]) -> Cell:
    """What is found under two disguises."""
    return measured(detector, pair, cases(pair, PAIR_COUNT, SEED))


def hidden(detector: Detector, name: str) -> list[str]:
    """The texts of a disguise in which something is found, though the prefilter lets them pass."""
    return hidden_of(detector, [text for case in cases((name,), PREFILTER_COUNT, SEED) for text in case.messages])


def hidden_of(detector: Detector, texts: list[str]) -> list[str]:
    """Of these texts, the ones with a finding that the prefilter lets pass."""
    silent = set(range(len(texts))) - set(detector.suspects(texts))
    return [texts[index] for index in sorted(silent) if detector.analyse(texts[index])]


def write(detector: Detector) -> None:
    """Measure the sample and write `floors.toml`: only what cannot be held to the bar with the margin."""
    singles = {name: single_cell(detector, name).recall for name in OBFUSCATORS}
    tables: dict[str, dict[str, float]] = {
        "plain": _under("plain", {name: plain_cell(detector, name).recall for name in SUBJECTS}, _SINGLE_MARGIN),
        "single": _under("single", singles, _SINGLE_MARGIN),
        "pair": _under("pair", {"+".join(two): pair_cell(detector, two).recall for two in pairs()}, _PAIR_MARGIN),
        "hidden": {name: count for name in OBFUSCATORS if (count := len(hidden(detector, name)))},
    }
    parts = [
        f"\n[{table}]\n" + "".join(f'"{name}" = {figure}\n' for name, figure in figures.items())
        for table, figures in tables.items()
    ]
    parts.append(f"\n[fuzz]\nhidden = {FLOORS['fuzz']['hidden']}\n")
    _PATH.write_text(_HEAD + "".join(parts), "utf-8")


def _under(table: str, recalls: dict[str, float], margin: float) -> dict[str, float]:
    figures = {name: max(0.0, round(recall - margin, 2)) for name, recall in recalls.items()}
    return {name: figure for name, figure in figures.items() if figure < bar(table)}
