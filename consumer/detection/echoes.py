"""Echoes: requests and proposals that only lead up to a detail which the same message gives."""

import re

from consumer.detection.finding import Finding
from consumer.detection.lexicon import word_list

_OWN = re.compile(rf"(?<!\w)(?i:{'|'.join(sorted(map(re.escape, word_list('handles.toml', 'own'))))})(?!\w)")
"""Says that what follows is the sender's."""
_BESIDE = 24
"""Code points between a detail and what only leads up to it."""


def without_echoes(findings: list[Finding], text: str) -> list[Finding]:
    """The findings without requests and proposals that only lead up to a detail given: "add me on Skype: ada.l".

    Whoever tells their own besides asks all the same: "whats your skype, mine is oskar.l".
    """
    given = [finding for finding in findings if finding.intent == "provide"]
    return [
        finding for finding in findings
        if finding.intent == "provide" or not any(_leads_up(finding, detail, text) for detail in given)
    ]  # fmt: skip


def _leads_up(finding: Finding, detail: Finding, text: str) -> bool:
    if finding.intent == "request" and _OWN.search(text, finding.end, max(finding.end, detail.start)):
        return False
    near = -_BESIDE <= detail.start - finding.end <= _BESIDE or 0 <= finding.start - detail.end <= _BESIDE
    if finding.intent == "request":
        return near and finding.kind == detail.kind and finding.network in {None, detail.network}
    return near and finding.network is not None and finding.kind == "off_platform"
