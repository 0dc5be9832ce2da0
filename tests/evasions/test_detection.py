"""What the detector finds of the generated evasions, and leaves of the look-alikes; a smaller run of the matrix.

The bar is a recall of 0.97 for each disguise and 0.90 for every two; it is not reached everywhere yet. What falls
short of it is held to a floor (`floors.toml`) a little under what is reached now: that only keeps it from being lost,
and passing here does not mean that the bar is met. `python -m tests.evasions --pairs` prints the figures beside the
bars. The false alarms are held to their bar, and masking must leave nothing.
"""

import re
import unicodedata

import pytest

from consumer.detection import Detector, mask
from tests.evasions.details import SUBJECTS
from tests.evasions.floors import (
    FLOORS,
    SEED,
    bar,
    floor,
    hidden,
    hidden_floor,
    hidden_of,
    pair_cell,
    plain_cell,
    single_cell,
)
from tests.evasions.generator import OBFUSCATORS, Case, cases, pairs, plain
from tests.evasions.lookalikes import CLASSES, lookalikes, talks
from tests.evasions.matrix import FALSE_BAR, Cell, findings_of, is_caught, observed

DETECTOR = Detector.default()
_MIXED = frozenset({"words_between", "halves", "described", "noise_word", "letters_between"})
"""Disguises with words of their own in them, which need not be blanked out."""


def _told(cell: Cell) -> str:
    return f"{cell.caught} of {cell.count}; missed: " + " | ".join(" // ".join(c.messages) for c in cell.missed[:5])


@pytest.mark.parametrize("subject", SUBJECTS)
def test_plain_details_are_found(subject: str) -> None:
    cell = plain_cell(DETECTOR, subject)
    assert cell.recall >= floor("plain", subject), _told(cell)


@pytest.mark.parametrize("name", OBFUSCATORS)
def test_a_disguise_is_undone_as_far_as_it_was(name: str) -> None:
    cell = single_cell(DETECTOR, name)
    assert cell.recall >= floor("single", name), _told(cell)


@pytest.mark.parametrize("pair", pairs(), ids="+".join)
def test_two_disguises_are_undone_as_far_as_they_were(pair: tuple[str, str]) -> None:
    cell = pair_cell(DETECTOR, pair)
    assert cell.recall >= floor("pair", "+".join(pair)), _told(cell)


@pytest.mark.parametrize(
    ("table", "names"),
    [("plain", set(SUBJECTS)), ("single", set(OBFUSCATORS)), ("pair", set(map("+".join, pairs())))],
    ids=["plain", "single", "pair"],
)
def test_floors_are_of_what_is_measured_and_under_the_bar(table: str, names: set[str]) -> None:
    assert FLOORS[table].keys() <= names
    assert all(0 <= recall < bar(table) for recall in FLOORS[table].values())


def test_lookalikes_are_left_alone() -> None:
    texts = [text for name in CLASSES for text in lookalikes(name, 6, SEED)]
    alarms = [text for text in texts if findings_of(DETECTOR, (text,))]
    assert len(alarms) <= FALSE_BAR * len(texts), alarms[:20]


def test_harmless_conversations_are_left_alone() -> None:
    spoken = talks(6, SEED)
    alarms = [talk for talk in spoken if any(observed(DETECTOR, talk))]
    assert len(alarms) <= FALSE_BAR * sum(map(len, spoken)), alarms[:5]


@pytest.mark.parametrize("name", OBFUSCATORS)
def test_the_prefilter_hides_no_more_of_a_disguise_than_is_known(name: str) -> None:
    texts = hidden(DETECTOR, name)
    assert len(texts) <= hidden_floor(name), texts


def test_the_prefilter_hides_nothing_plain_or_harmless() -> None:
    texts = [text for name in CLASSES for text in lookalikes(name, 6, SEED)]
    texts += [case.messages[0] for subject in SUBJECTS for case in plain(subject, 150, SEED)]
    assert hidden_of(DETECTOR, texts) == []


def _skeleton(text: str) -> str:
    """Letters and digits without their disguise, as far as Unicode's own forms go."""
    return re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", text).casefold())


def _secret(case: Case) -> str:
    """The part of a detail that must not be read: the network of a handle and the host of a link may be."""
    written = case.detail.written
    if case.subject == "handle":
        written = written.split()[-1]
    return _skeleton(written.rpartition("/")[2] if case.subject == "link" else written)


def leaks(case: Case, masked: str, size: int) -> list[str]:
    """Pieces of so many characters of the detail that can still be read."""
    inside = masked[case.start : case.end]
    left = [_skeleton(run) for run in inside.split("■")]
    secret = _secret(case)
    pieces = {secret[place : place + size] for place in range(len(secret) - size + 1)}
    return [run for run in left if any(piece in run for piece in pieces)]


@pytest.mark.parametrize("name", OBFUSCATORS)
def test_masking_leaves_nothing_of_what_is_found(name: str) -> None:
    for case in (*cases((name,), 60, SEED), *plain("email", 5, SEED), *plain("phone", 5, SEED)):
        found = findings_of(DETECTOR, case.messages)
        text = case.messages[-1]
        assert all(0 <= one.start < one.end <= len(text) for one in found)
        if len(case.messages) > 1 or case.detail.intent != "provide" or not is_caught(case, found):
            continue
        masked = mask(text, found)
        assert leaks(case, masked, 6 if name in _MIXED else 4) == [], (text, masked)
        if name not in _MIXED and case.subject not in {"handle", "link"}:
            shown = [char for char in masked[case.start : case.end] if not char.isspace()]
            assert shown.count("■") >= 0.6 * len(shown), (text, masked)
