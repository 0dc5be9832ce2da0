"""Lines come whole, numbered and bounded, however the bytes arrive."""

import tracemalloc
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumer.cli import lines
from consumer.cli.lines import Line, batches


class Arriving:
    """Bytes that arrive in given pieces."""

    def __init__(self, pieces: Sequence[bytes]) -> None:
        self._pieces = [piece for piece in pieces if piece]

    def read1(self, size: int = -1, /) -> bytes:
        """Return the next piece."""
        del size
        return self._pieces.pop(0) if self._pieces else b""


def split(pieces: Sequence[bytes]) -> list[Line]:
    return [line for batch in batches(Arriving(pieces)) for line in batch]


@given(st.lists(st.binary(max_size=8).map(lambda piece: piece.replace(b"x", b"\n"))))
def test_lines_do_not_depend_on_how_they_arrive(pieces: list[bytes]) -> None:
    whole = b"".join(pieces)
    expected = [Line(n, text) for n, text in enumerate(whole.split(b"\n"), 1) if text.strip()]
    assert split(pieces) == split([whole]) == expected


def test_a_complete_line_does_not_wait_for_the_next() -> None:
    arriving = batches(Arriving([b"one\ntw", b"o\n"]))
    assert next(arriving) == [Line(1, b"one")]


@given(st.lists(st.sampled_from([b"a", b"bb", b"c" * 9, b"\n"])))
def test_overlong_lines_lose_their_content_and_nothing_else(pieces: list[bytes]) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(lines, "MAX_LINE", 10)
        found = split(pieces)
    texts = enumerate(b"".join(pieces).split(b"\n"), 1)
    assert found == [Line(n, text if len(text) <= 10 else None) for n, text in texts if text]


def test_an_endless_line_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "MAX_LINE", 1_000_000)
    piece = b"x" * 100_000
    arriving = batches(Arriving([piece] * 1_000 + [b"\nok\n"]))
    tracemalloc.start()
    try:
        assert [line for batch in arriving for line in batch] == [Line(1, None), Line(2, b"ok")]
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 5_000_000
