"""Blanking out what was found."""

from collections.abc import Iterable

from consumer.detection.finding import Finding

BLOCK = "■"


def mask(text: str, findings: Iterable[Finding]) -> str:
    """The text with every found detail replaced by blocks, same length in code points.

    Spaces stay, so the text keeps its shape. What gives no detail (requests, proposals) blanks nothing out.
    """
    chars = list(text)
    for finding in findings:
        if finding.intent != "provide":
            continue
        for index in range(finding.start, finding.end):
            if not chars[index].isspace():
                chars[index] = BLOCK
    return "".join(chars)
