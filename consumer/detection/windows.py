"""Long texts, read in windows: what bounds the cost of a text that nobody writes by hand.

A text of up to `LONG` code points is read whole. A longer one is cut into windows that overlap, the prefilter says
which of them may hold anything, and of those the first and the last few are read, each like a message of its own.
So a long text costs the prefilter's pass and at most `MAX_WINDOWS` short readings, whatever it is made of. A detail is
found if it fits a window with the words around it; of a text with details all over, those at both its ends.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import islice

LONG = 4_096
"""Code points of a text that is read whole."""
WINDOW = 640
"""Code points of a window: more than a sentence and a detail in any disguise take."""
_BATCH = 4
"""Windows that the prefilter is asked about at a time."""
_OVERLAP = 160
"""Code points that a window has in common with the next: no detail is cut in both."""
MAX_WINDOWS = 4
"""Windows of a text that are read: the first and the last of those that are suspects."""
_WORD = 32
"""Code points by which a window begins later, to begin with a word."""


def windows(text: str, suspects: Callable[[Sequence[str]], list[int]]) -> Iterator[tuple[int, str]]:
    """Where each window of a long text that is to be read begins, and its text."""
    spans = list(_spans(text))
    first = list(islice(_suspected(text, spans, suspects), MAX_WINDOWS // 2))
    rest = spans[spans.index(first[-1]) + 1 :] if first else []
    last = list(islice(_suspected(text, rest[::-1], suspects), MAX_WINDOWS // 2))
    for start, end in (*first, *reversed(last)):
        yield start, text[start:end]


def _suspected(
    text: str, spans: Sequence[tuple[int, int]], suspects: Callable[[Sequence[str]], list[int]]
) -> Iterator[tuple[int, int]]:
    """The spans that the prefilter suspects, in their order; it is asked of a few at a time, as few are wanted."""
    for at in range(0, len(spans), _BATCH):
        asked = spans[at : at + _BATCH]
        yield from (asked[index] for index in suspects([text[start:end] for start, end in asked]))


def _spans(text: str) -> Iterator[tuple[int, int]]:
    for start in range(0, max(1, len(text) - _OVERLAP), WINDOW - _OVERLAP):
        space = text.find(" ", start, start + _WORD) + 1 if start else 0
        yield space or start, min(len(text), start + WINDOW)
