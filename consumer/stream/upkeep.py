"""What happens to the rules between batches: policies read again, the breaker closed on request, its state told.

Policy files are read again on request and when their content changes, which is looked at once a second at most. What
is compared is the content, not the time of the file, so that neither a coarse clock nor a swapped link (as Kubernetes
does it) hides a change; a policy is a few kilobytes. A file that cannot be used changes nothing: the policy it had
stays in force until the file is usable again.
"""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from consumer.policy import Policy, PolicyError, load_policy
from consumer.stream.report import Report
from consumer.stream.rules import Rules
from consumer.telemetry.metrics import PolicyRole

CHECK_SECONDS = 1.0


@dataclass(slots=True)
class PolicyFile:
    """Where a policy comes from; `path` None is the packaged default, which is read again on request only."""

    role: PolicyRole
    path: Path | None
    _read: bytes | None = field(default=None, init=False)

    def load(self) -> Policy:
        """Read the policy; raises PolicyError."""
        # Noted before it is read for good: a change in between is then seen as a change next time.
        self._read = self._content()
        return load_policy(self.path)

    def changed(self) -> bool:
        """Whether the file's content is another than when it was last read."""
        return self._content() != self._read

    def _content(self) -> bytes | None:
        try:
            return None if self.path is None else self.path.read_bytes()
        except OSError:
            return None


class Upkeep:
    """Keeps the rules in line with the policy files and with orders. `clock` counts seconds and never goes back."""

    def __init__(self, rules: Rules, files: Sequence[PolicyFile], report: Report, clock: Callable[[], float]) -> None:
        self._rules = rules
        self._files = files
        self._report = report
        self._clock = clock
        self._reload = threading.Event()
        self._close = threading.Event()
        self._next_look = clock() + CHECK_SECONDS

    def ask_for_reload(self) -> None:
        """Read every policy file again before the next batch. Safe to call from a signal handler."""
        self._reload.set()

    def ask_to_close_breaker(self) -> None:
        """Close the breaker before the next batch. Safe to call from another thread."""
        self._close.set()

    def between_batches(self, now: datetime) -> None:
        """Do what was asked for and what is due; a bad policy file is reported, never raised."""
        if self._close.is_set():
            self._close.clear()
            self._rules.close_breaker()
        asked = self._reload.is_set()
        if asked or self._clock() >= self._next_look:
            self._reload.clear()
            self._next_look = self._clock() + CHECK_SECONDS
            for each in self._files:
                if asked or each.changed():
                    self._read_again(each)
        self._report.breaker(is_open=self._rules.breaker.is_open(now))

    def _read_again(self, file: PolicyFile) -> None:
        held = self._rules.held(file.role)
        try:
            policy = file.load()
        except PolicyError as error:
            self._report.policy(file.role, "rejected", held, str(error))
            return
        if policy.version == held.version:
            self._report.policy(file.role, "unchanged", held)
            return
        self._rules.hold(file.role, policy)
        self._report.policy(file.role, "applied", policy)
