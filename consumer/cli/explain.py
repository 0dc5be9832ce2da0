"""`backchannel explain`: what the detector sees in one text, and why."""

import sys
from dataclasses import asdict
from typing import Annotated, Any

import orjson
import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from consumer.cli.errors import CommandError, ExitCode, reported
from consumer.detection import Detector, Explanation, Finding
from consumer.events.vocabulary import MAX_TEXT

_STYLES = {"provide": "black on yellow", "request": "black on cyan", "solicit": "black on magenta"}
_MAX_SHOWN = 2_000
"""Code points of a view that are shown."""


@reported
def explain(
    text: Annotated[str, typer.Argument(help="The text; with -, it is read from standard input.")],
    *,
    locale: Annotated[
        str | None, typer.Option(help="Language and country, such as pt-BR: whose numbers come first.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Show what is found in a text, and the steps that led there.

    The findings are highlighted in the text: by colour on a terminal, in ⟦brackets⟧ elsewhere. Below stand the ways
    the text was read, the words that counted, and what spoke against a finding.

    This prints the text and the details in clear.
    """
    given = sys.stdin.buffer.read().decode("utf-8", "replace").rstrip("\n") if text == "-" else text
    if len(given) > MAX_TEXT:
        raise CommandError(f"the text has {len(given)} characters; a message has at most {MAX_TEXT}", ExitCode.USAGE)
    explanation = Detector.default().explain(given, locale)
    if as_json:
        sys.stdout.buffer.write(orjson.dumps(_told(explanation, locale), option=orjson.OPT_APPEND_NEWLINE))
        return
    console = Console(highlight=False, markup=False, emoji=False, soft_wrap=True)
    for part in _parts(explanation, coloured=console.is_terminal and not console.no_color):
        console.print(part)


def _parts(explanation: Explanation, *, coloured: bool) -> list[Text | Table | str]:
    parts: list[Text | Table | str] = [highlighted(explanation, coloured=coloured), ""]
    parts.append(_table(explanation) if explanation.findings else _nothing(explanation))
    steps = _steps(explanation)
    if steps.row_count:
        parts += ["", steps]
    return parts


def highlighted(explanation: Explanation, *, coloured: bool) -> Text:
    """The text with its findings marked: coloured, or in brackets with kind and intent."""
    shown = Text()
    position = 0
    for finding in explanation.findings:
        shown.append(explanation.text[position : finding.start])
        detail = explanation.text[finding.start : finding.end]
        if coloured:
            shown.append(detail, style=_STYLES[finding.intent])
        else:
            shown.append(f"⟦{detail}⟧({finding.kind}/{finding.intent})")
        position = finding.end
    shown.append(explanation.text[position:])
    return shown


def _table(explanation: Explanation) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for column in ("found", "network", "span", "confidence", "undone", "read as"):
        table.add_column(column, overflow="fold")
    for finding in explanation.findings:
        table.add_row(
            f"{finding.kind}/{finding.intent}",
            finding.network or "-",
            f"{finding.start}-{finding.end}",
            f"{finding.confidence:.2f}",
            ", ".join(finding.techniques) or "-",
            finding.value or "-",
        )
    return table


def _nothing(explanation: Explanation) -> str:
    if not explanation.suspected:
        return "nothing found: the prefilter sees no word, sign or number that contact could begin with"
    against = _words(explanation.against)
    end = f"; against it: {against}" if against else ""
    kept = "; kept as the possible beginning of something" if explanation.remembered else ""
    return f"nothing found{end}{kept}"


def _steps(explanation: Explanation) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), show_header=False)
    table.add_column()
    table.add_column(overflow="fold")
    for name, text in explanation.views:
        table.add_row(f"read as {name}", text[:_MAX_SHOWN])
    for disguised, technique in explanation.undone:
        table.add_row(f"undone: {technique}", repr(disguised))
    by_role: dict[str, list[str]] = {}
    for seen in (*explanation.marks, *explanation.against):
        name = seen.role.value.replace("_", " ") + (f" ({seen.network})" if seen.network else "")
        by_role.setdefault(name, []).append(seen.words)
    for name, words in by_role.items():
        table.add_row(name, ", ".join(repr(word) for word in dict.fromkeys(words)))
    return table


def _words(seen: tuple[Any, ...]) -> str:
    return ", ".join(f"{one.words!r} ({one.role.value.replace('_', ' ')})" for one in dict.fromkeys(seen))


def _told(explanation: Explanation, locale: str | None) -> dict[str, Any]:
    return asdict(explanation) | {
        "locale": locale,
        "views": dict(explanation.views),
        "findings": [_finding(explanation.text, finding) for finding in explanation.findings],
    }


def _finding(text: str, finding: Finding) -> dict[str, Any]:
    told = asdict(finding) | {"words": text[finding.start : finding.end]}
    del told["message_ids"]
    return told
