"""Lines of bytes from a file or a pipe, as soon as they are there, none longer than a bound."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

MAX_LINE = 8 * 1024 * 1024
"""Bytes. The longest allowed text, every code point escaped as a surrogate pair, takes a tenth of it."""
CHUNK = 256 * 1024


class Source(Protocol):
    """What `read1` offers: some bytes as soon as there are any, none at the end."""

    def read1(self, size: int = -1, /) -> bytes:
        """Return at most `size` bytes, after at most one read of the system's."""
        ...


@dataclass(frozen=True, slots=True)
class Line:
    """A line by its number, from 1; `content` is None if the line is longer than the bound."""

    number: int
    content: bytes | None


def batches(source: Source) -> Iterator[list[Line]]:
    """The complete lines of each read, at the end what follows the last newline; blank lines are left out."""
    number = 0
    rest = b""
    overlong = False
    while chunk := source.read1(CHUNK):
        *complete, tail = chunk.split(b"\n")
        lines: list[Line] = []
        for piece in complete:
            number += 1
            content = rest + piece
            if overlong or len(content) > MAX_LINE:
                lines.append(Line(number, None))
            elif content.strip():
                lines.append(Line(number, content))
            rest, overlong = b"", False
        rest += tail
        if len(rest) > MAX_LINE:
            rest, overlong = b"", True
        if lines:
            yield lines
    if overlong or rest.strip():
        yield [Line(number + 1, None if overlong else rest)]
