"""Blanking out what was found."""

from collections.abc import Iterable

from consumer.detection.finding import Finding

BLOCK = "■"


def mask(text: str, findings: Iterable[Finding]) -> str:
    """The text with every found detail replaced by blocks, same length in code points.

    Spaces stay, so the text keeps its shape. Findings without a detail (requests, proposals) blank nothing out.
    """
    chars = list(text)
    for finding in findings:
        if finding.value is None:
            continue
        for index in range(finding.start, finding.end):
            if not chars[index].isspace():
                chars[index] = BLOCK
    return "".join(chars)
