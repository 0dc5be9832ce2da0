"""What the detector saw in a text."""

from dataclasses import dataclass

from consumer.events.vocabulary import Intent, Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One piece of contact exchange, with its place in the original text.

    `start` and `end` are code points into the original, `end` exclusive. `value` is the canonical detail in clear
    (`ana@example.org`, `+12025550143`, `telegram:ana_b`), absent for requests and proposals; it stays inside the
    process: outside, only its keyed hash is told (`events.finding.PublishedFinding`). `confidence` is a calibrated
    probability in [0, 1]. `techniques` names the disguises undone to see it, and `message_ids` the earlier
    messages of the conversation that it was put together from.
    """

    kind: Kind
    intent: Intent
    start: int
    end: int
    confidence: float
    network: str | None = None
    techniques: tuple[str, ...] = ()
    value: str | None = None
    message_ids: tuple[str, ...] = ()

    def __repr__(self) -> str:
        """Leave the detail out: a repr ends up in logs and tracebacks."""
        return f"Finding({self.kind}/{self.intent} [{self.start}:{self.end}] {self.confidence:.2f})"
