"""Long texts: what is found in them, and what bounds their cost."""

import pytest

from consumer.detection import Detector
from consumer.detection.windows import LONG, MAX_WINDOWS, WINDOW, windows

_TALK = "the second draft of the logo looks calm and the green suits the shop very well, thank you "
_ADDRESS = "write to mirela.stan@posteo.de please"


def _long(before: int, after: int, middle: str = _ADDRESS) -> str:
    return _TALK * before + middle + " " + _TALK * after


@pytest.mark.parametrize("before", range(80, 100, 2))
def test_a_detail_is_found_wherever_it_stands_in_a_long_text(detector: Detector, before: int) -> None:
    text = _long(before, 400)
    assert len(text) > LONG
    (finding,) = detector.detect(text)
    assert text[finding.start : finding.end] == "mirela.stan@posteo.de"


def test_a_long_text_without_details_has_no_findings_and_no_window_to_read(detector: Detector) -> None:
    text = _TALK * 700
    assert detector.detect(text) == ()
    assert list(windows(text, detector.suspects)) == []


def test_of_a_text_full_of_details_only_a_few_windows_at_both_ends_are_read(detector: Detector) -> None:
    text = f"{_ADDRESS} " * 2_000
    read = list(windows(text, detector.suspects))
    assert len(read) == MAX_WINDOWS
    assert all(text[start : start + len(window)] == window and len(window) <= WINDOW for start, window in read)
    assert [start for start, _ in read] == sorted({start for start, _ in read})
    assert read[0][0] == 0
    assert read[-1][0] + len(read[-1][1]) == len(text)


@pytest.mark.parametrize("text", ["0" * 40_000, "a" * 40_000, " " * 40_000, "7 " * 3_000, "1" * 4_096])
def test_a_monotonous_text_is_read_without_an_error(detector: Detector, text: str) -> None:
    detector.analyse(text)
