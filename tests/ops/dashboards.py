"""The dashboards as the tests read them: panels, queries, and what Grafana puts in place of its variables."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
GRAFANA = ROOT / "deploy" / "grafana"
DASHBOARDS = sorted((GRAFANA / "dashboards").glob("*.json"))
_VARIABLE = re.compile(r"\$\{?(\w+)(?::\w+)?\}?")


@dataclass(frozen=True, slots=True)
class Panel:
    """One panel that shows something; rows are left out."""

    dashboard: str
    title: str
    body: Mapping[str, Any]

    @property
    def expressions(self) -> list[str]:
        """The queries, as Grafana stores them."""
        return [target["expr"] for target in self.body.get("targets", [])]

    def __str__(self) -> str:
        """Where to find it."""
        return f"{self.dashboard}: {self.title}"


def load(path: Path) -> dict[str, Any]:
    """Return one dashboard."""
    dashboard: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return dashboard


def panels(dashboard: Mapping[str, Any]) -> Iterator[Panel]:
    """Iterate over the panels of a dashboard, those in collapsed rows too."""
    for body in dashboard["panels"]:
        if body["type"] == "row":
            yield from panels({**dashboard, "panels": body.get("panels", [])})
        else:
            yield Panel(dashboard["title"], body.get("title", ""), body)


def annotations(dashboard: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the annotations that are queries."""
    return [each for each in dashboard["annotations"]["list"] if not each.get("builtIn")]


def expressions() -> Iterator[tuple[str, str]]:
    """Iterate over every query of every dashboard, with where it stands."""
    for path in DASHBOARDS:
        dashboard = load(path)
        for panel in panels(dashboard):
            yield from ((str(panel), expression) for expression in panel.expressions)
        for each in annotations(dashboard):
            yield f"{dashboard['title']}: annotation {each['name']}", each["expr"]


def filled_in(expression: str, *, rate_interval: str, shown: str) -> str:
    """Put values in place of Grafana's variables; every job and instance is chosen. KeyError for an unknown one."""
    values = {"__rate_interval": rate_interval, "__range": shown, "job": ".+", "instance": ".+"}
    return _VARIABLE.sub(lambda match: values[match[1]], expression)
