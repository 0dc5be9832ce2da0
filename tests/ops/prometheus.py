"""A running Prometheus, and how to ask it."""

import json
import urllib.parse
import urllib.request
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Prometheus:
    """Its HTTP interface on a port of this machine."""

    port: int

    def ask(self, path: str, **query: str) -> Any:  # noqa: ANN401 - whatever the API answers
        """Return `data` of an answer; AssertionError when Prometheus refuses."""
        asked = f"{path}?{urllib.parse.urlencode(query)}"
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/api/v1/{asked}", timeout=10) as answer:
            body = json.load(answer)
        assert body["status"] == "success", body
        return body["data"]

    def ready(self) -> bool:
        """Say whether it answers."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/-/ready", timeout=2) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def value(self, query: str) -> float | None:
        """Return the one value a query has now; none where it has no series."""
        result = self.ask("query", query=query)["result"]
        assert len(result) < 2, result
        return float(result[0]["value"][1]) if result else None

    def alert(self, name: str) -> str:
        """Return the state of an alert: inactive, pending or firing."""
        states = {each["state"] for each in self.ask("alerts")["alerts"] if each["labels"]["alertname"] == name}
        return next((state for state in ("firing", "pending") if state in states), "inactive")
