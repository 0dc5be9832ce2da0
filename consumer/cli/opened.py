"""A command's input: a file with a progress bar, or standard input."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

import typer
from rich.console import Console
from rich.progress import Progress

from consumer.cli.errors import CommandError, ExitCode
from consumer.cli.lines import Source


@contextmanager
def opened(file: Path | None, doing: str, *, bar: bool) -> Iterator[Source]:
    """Open a file, or standard input for None and `-`; CommandError if it cannot be read.

    With `bar`, reading a file shows progress on a terminal, under the word `doing`.
    """
    if file is None or str(file) == "-":
        if sys.stdin.isatty():
            typer.echo("reading events from the keyboard; end with Ctrl-D", err=True)
        yield cast("Source", sys.stdin.buffer)  # a buffered reader, though typed as any binary file
        return
    try:
        content = file.open("rb")
    except OSError as error:
        raise CommandError(f"{file}: cannot be read: {error.strerror}", ExitCode.USAGE) from error
    console = Console(stderr=True)
    with content:
        if not (bar and console.is_terminal):
            yield content
            return
        with Progress(console=console, transient=True) as progress:
            yield _Watched(content, progress, doing)


class _Watched:
    """A file whose reading moves a progress bar; `read1` returns some bytes, as `lines.Source` asks."""

    def __init__(self, file: BinaryIO, progress: Progress, doing: str) -> None:
        self._file = file
        self._progress = progress
        self._task = progress.add_task(doing, total=os.fstat(file.fileno()).st_size or None)

    def read1(self, size: int = -1, /) -> bytes:
        """Read some bytes and tell the bar."""
        chunk = self._file.read(size)
        self._progress.advance(self._task, len(chunk))
        return chunk
