"""`backchannel schemas`: write the contract's files, or check that they are what the models say."""

import difflib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from consumer.cli.errors import CommandError, ExitCode, reported
from consumer.events.json_schema import schema_of
from consumer.events.schemas import breaks, contract_files, schema_path
from consumer.events.topics import TOPICS

app = typer.Typer(no_args_is_help=True, help="Write or check JSON Schemas, examples and the AsyncAPI document.")

Directory = Annotated[Path, typer.Argument(file_okay=False, help="The schemas' directory.")]
DEFAULT = Path("schemas")
PUBLISHED = "published"
_SHOWN_LINES = 12


@app.command()
@reported
def write(directory: Directory = DEFAULT) -> None:
    """Generate every file from the models; files that no model makes any more are removed."""
    files = contract_files()
    try:
        for stale in sorted(_present(directory) - files.keys()):
            (directory / stale).unlink()
        for name, text in files.items():
            path = directory / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise CommandError(f"{error.filename}: {error.strerror}", ExitCode.USAGE) from error
    typer.echo(f"{len(files)} files written to {directory}", err=True)


@app.command()
@reported
def check(directory: Directory = DEFAULT) -> None:
    """Compare the files with the models, and the models with the last published version.

    Ends with 1 if a file differs, or if a change breaks readers of the published version.
    """
    if not directory.is_dir():
        raise CommandError(f"{directory} is no directory; give the schemas' directory", ExitCode.USAGE)
    problems = [*differences(directory), *published_breaks(directory)]
    for problem in problems:
        typer.echo(problem)
    if problems:
        typer.echo("`backchannel schemas write` makes the files anew", err=True)
        raise typer.Exit(ExitCode.CHECK_FAILED)
    typer.echo(f"{directory}: as the models say", err=True)


def differences(directory: Path) -> Iterator[str]:
    """What is missing, different or left over, one item each, with the first lines of a difference."""
    files = contract_files()
    for name, text in files.items():
        path = directory / name
        if not path.is_file():
            yield f"{path}: missing"
        elif json.loads(path.read_text(encoding="utf-8")) != json.loads(text):
            lines = difflib.unified_diff(
                path.read_text(encoding="utf-8").splitlines(), text.splitlines(), "file", "model", lineterm="", n=1
            )
            shown = [line for line in lines if not line.startswith(("---", "+++"))]
            more = [f"  … {len(shown) - _SHOWN_LINES} more lines"] if len(shown) > _SHOWN_LINES else []
            yield "\n".join([f"{path}: differs", *(f"  {line}" for line in shown[:_SHOWN_LINES]), *more])
    for stale in sorted(_present(directory) - files.keys()):
        yield f"{directory / stale}: no model makes this file"


def published_breaks(directory: Path) -> Iterator[str]:
    """What breaks those who built on the schemas in `published/`."""
    for topic in TOPICS:
        path = directory / PUBLISHED / schema_path(topic)
        if path.is_file():
            published = json.loads(path.read_text(encoding="utf-8"))
            for each in breaks(topic, published, schema_of(topic)):
                yield f"{topic.record}: {each}"


def _present(directory: Path) -> set[str]:
    """The generated files in the directory, which are its JSON files outside `published/`."""
    found = (path.relative_to(directory) for path in directory.rglob("*.json"))
    return {path.as_posix() for path in found if path.parts[0] != PUBLISHED}
