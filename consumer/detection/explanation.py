"""How the detector came to what it says of a text: the views, the marks, the findings, what spoke against.

A pure value for people who look into one case. It repeats the text and the details in clear, so it is for the
screen of whoever gave the text, never for logs.
"""

from dataclasses import dataclass

from consumer.detection.finding import Finding
from consumer.detection.lexicon import Role
from consumer.detection.reading import Reading

AGAINST = frozenset(
    {Role.REFUSE, Role.REFUSE_AFTER, Role.RULES, Role.WORK, Role.IGNORE, Role.NOT_PHONE, Role.OTHERS, Role.SCRIPT,
     Role.ABOUT, Role.DELIVERABLE}
)  # fmt: skip
"""Roles that speak against a finding."""
_MAX_MARKS = 200
"""Marks told; a text with more is told in part."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A phrase of the lexicon: its span in the original, the words there, the role, and the network it names."""

    start: int
    end: int
    words: str
    role: Role
    network: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """What was found in `text`, and by which steps.

    `views` are the readings of the text, by name, that differ from what was written; `undone` the disguised words with
    the name of their disguise. `marks` are the words that the
    detectors went by, `against` those that spoke against a finding. `suspected` is what the prefilter said, and
    `remembered` whether the message is kept as the possible beginning of something.
    """

    text: str
    suspected: bool
    remembered: bool
    views: tuple[tuple[str, str], ...]
    undone: tuple[tuple[str, str], ...]
    marks: tuple[Seen, ...]
    against: tuple[Seen, ...]
    findings: tuple[Finding, ...]


def explain(reading: Reading, findings: tuple[Finding, ...], *, suspected: bool, remembered: bool) -> Explanation:
    """Tell what a reading shows and what was found in it."""
    seen = [_seen(reading, index) for index in range(min(len(reading.marks), _MAX_MARKS))]
    return Explanation(
        text=reading.text,
        suspected=suspected,
        remembered=remembered,
        views=tuple(_views(reading)),
        undone=tuple((reading.text[d.start : d.end], d.technique) for d in reading.disguises[:_MAX_MARKS]),
        marks=tuple(one for one in seen if one.role not in AGAINST),
        against=tuple(one for one in seen if one.role in AGAINST),
        findings=findings,
    )


def _seen(reading: Reading, index: int) -> Seen:
    mark = reading.marks[index]
    start, end = reading.view.span(mark.start, mark.end)
    return Seen(start, end, reading.text[start:end], mark.role, mark.value or None)


def _views(reading: Reading) -> list[tuple[str, str]]:
    views = [("letters", reading.written.text), ("words", reading.letters), ("digits", reading.digits.text)]
    views += [("an address", addresses.view.text) for addresses in reading.addresses]
    told: list[tuple[str, str]] = []
    known = {reading.text.casefold()}
    for name, text in views:
        if text.casefold() not in known:
            known.add(text.casefold())
            told.append((name, text))
    return told
