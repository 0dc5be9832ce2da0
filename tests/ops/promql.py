"""As much of PromQL as the checks need: which series an expression selects, and under which functions.

promtool says whether an expression is valid; this only reads valid ones.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_METRIC = re.compile(r"\b(?P<name>(?:backchannel|process|python)_[a-z0-9_]+|up|job:\w+:\w+)\b(?P<open>\s*[{])?")
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
_GROUPING = re.compile(r"\b(?:by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)")
_MATCHER = re.compile(r'(\w+)\s*(=~|!~|!=|=)\s*("(?:[^"\\]|\\.)*")')
_CALL = re.compile(r"(\w+)\s*\($")


@dataclass(frozen=True, slots=True)
class Selector:
    """One selection of series: the metric, its matchers as written, the range if any, and the function around it."""

    metric: str
    matchers: frozenset[str]
    window: str | None
    function: str | None


def selectors(expression: str) -> Iterator[Selector]:
    """Find every selection of a metric of ours, of the process's own, or of a recording rule."""
    plain = _GROUPING.sub(lambda match: " " * len(match[0]), expression)
    hidden = _STRING.sub(lambda match: '"' + "x" * (len(match[0]) - 2) + '"', plain)
    for match in _METRIC.finditer(hidden):
        if _inside_braces(hidden, match.start()) or _inside_string(hidden, match.start()):
            continue
        end = match.end("name")
        matchers: frozenset[str] = frozenset()
        if match["open"]:
            end = hidden.index("}", end) + 1
            found = _MATCHER.findall(expression[match.end() : end - 1])
            matchers = frozenset("".join(parts) for parts in found)
        window = re.match(r"\s*\[([^\]]+)\]", hidden[end:])
        call = _CALL.search(hidden[: match.start()].rstrip())
        yield Selector(match["name"], matchers, window[1] if window else None, call[1] if call else None)


def _inside_braces(text: str, position: int) -> bool:
    return text.rfind("{", 0, position) > text.rfind("}", 0, position)


def _inside_string(text: str, position: int) -> bool:
    return text.count('"', 0, position) % 2 == 1
