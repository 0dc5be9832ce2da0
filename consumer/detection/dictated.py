"""A telephone number told over several messages of one sender.

People answer questions with figures all day, so figures count as a number only in shapes that hardly anything else has
(`joining`), or where something says that a number is being given.
"""

import re
from collections.abc import Sequence

from consumer.detection.figures import (
    Figures,
    figures_of,
    final_figures,
    last_figures,
    leading_figures,
    ordered_figures,
    passing_figures,
    tail_figures,
)
from consumer.detection.finding import Finding
from consumer.detection.fragments import gathers
from consumer.detection.joining import number_of
from consumer.detection.pieces import Completed
from consumer.events.conversation import Fragment
from consumer.events.message import MessageEvent
from consumer.events.vocabulary import to_millis

_IN_PASSING = 2
"""Messages before the last that tell figures in passing: fewer are a size or a price."""
_LEAST_PASSING = 3
"""Digits of a piece that only a later message says to be one."""
_TRUNKS = frozenset("0+(")
"""What a telephone number begins with, and sizes and prices do not."""
_MORE_DIGITS = 4
"""Digits of a message with which a number goes on that seemed complete."""
_HEAD = re.compile(r"[^.!?;,\n]{1,40}(?=[.!?;,\n])")
"""What a message says before its first stop."""


def dictated_number(event: MessageEvent, own: Sequence[Fragment]) -> Completed | None:
    """The number that the figures of this message complete, if there is one.

    Either every piece is nothing but figures, or the last message says that figures named in passing belong
    together: "also 98110" … "also 21. put them together and ring me".
    """
    ordered = _ordered(event, own)
    if ordered is not None:
        return ordered
    last = figures_of(event.text, 1)
    if last is not None:
        cued = gathers(event.text) or any(gathers(entry.text) or _abroad(entry.text) for entry in own)
        return _number_of_pieces(event, last, [(_figures(entry.text, cued=cued), entry) for entry in own], cued=cued)
    return _gathered(event, own) or _led(event, own) or _headed(event, own) or _in_passing(event, own)


def gone_on(event: MessageEvent, told: Sequence[Fragment]) -> Completed | None:
    """The longer number of which an earlier message seemed to be the end: "090-12" - "34-851" - "8"."""
    more = figures_of(event.text, 1)
    if more is None or len(more.digits) > _MORE_DIGITS:
        return None
    pieces: list[tuple[Figures, Fragment]] = []
    for entry in reversed(told):
        figures = _figures(entry.text, cued=True) if entry.spent else None
        if figures is None:
            break
        pieces.insert(0, (figures, entry))
    if not pieces:
        return None
    number = number_of([*(figures.text for figures, _ in pieces), more.text], event.locale, cued=True)
    used = tuple(entry.message_id for _, entry in pieces)
    return None if number is None else Completed(_number(event, more.start, more.end, number, used), used)


def _abroad(text: str) -> bool:
    """Whether a message ends with figures that begin with a plus: nothing but telephone numbers does."""
    final = final_figures(text) if "+" in text else None
    return final is not None and "+" in final.text


def _gathered(event: MessageEvent, own: Sequence[Fragment]) -> Completed | None:
    """The number of figures named in passing, which the message says belong together, or what they are for."""
    passing = (passing_figures(event.text) or last_figures(event.text)) if gathers(event.text) else None
    if passing is None:
        return _told_before(event, own)
    pieces = [
        (figures_of(entry.text, 1) or passing_figures(entry.text) or last_figures(entry.text), entry) for entry in own
    ]
    return _number_of_pieces(event, passing, pieces, cued=True)


def _told_before(event: MessageEvent, own: Sequence[Fragment]) -> Completed | None:
    """The number that earlier figures make, as a message without any says: "join the two and call me"."""
    if not gathers(event.text) or any(map(str.isdigit, event.text)):
        return None
    told = [(passing_figures(entry.text) or tail_figures(entry.text), entry.message_id) for entry in own]
    pieces = [(figures.text, message_id) for figures, message_id in told if figures is not None]
    if len(pieces) < _IN_PASSING or any(len(text) < _LEAST_PASSING for text, _ in pieces):
        return None
    number = number_of([text for text, _ in pieces], event.locale, cued=True)
    used = tuple(message_id for _, message_id in pieces)
    return None if number is None else Completed(_number(event, 0, len(event.text.rstrip()), number, used), used)


def _ordered(event: MessageEvent, own: Sequence[Fragment]) -> Completed | None:
    """The number whose pieces are told with their places: "last four 0187" - "middle 555" - "front 773"."""
    told = [(ordered_figures(entry.text), entry.message_id) for entry in own]
    before = [(*found, message_id) for found, message_id in told if found is not None]
    last = ordered_figures(event.text) or (_remaining(event, [place for place, *_ in before]) if before else None)
    if last is None or not before:
        return None
    pieces = sorted([*before, (*last, event.message_id)], key=lambda piece: piece[0])
    number = number_of([figures.text for _, figures, _ in pieces], event.locale, cued=True)
    used = tuple(message_id for _, _, message_id in before)
    return None if number is None else Completed(_number(event, last[1].start, last[1].end, number, used), used)


def _remaining(event: MessageEvent, places: Sequence[int]) -> tuple[int, Figures] | None:
    """The figures of a message after two others that told their places: they go where none has been put."""
    figures = figures_of(event.text)
    if figures is None or len(places) < _IN_PASSING or len(set(places)) < len(places):
        return None
    return (0 if min(places) > 0 else max(places) + 1), figures


def _led(event: MessageEvent, own: Sequence[Fragment]) -> Completed | None:
    """The number that the figures before some words complete, after figures with a trunk or country code."""
    figures = leading_figures(event.text)
    pieces = [(figures_of(entry.text, 1), entry) for entry in own]
    told = [found for found, _ in pieces if found is not None]
    if figures is None or len(told) < len(pieces) or not told or told[0].text[0] not in _TRUNKS:
        return None
    return _number_of_pieces(event, figures, pieces, cued=False)


def _headed(event: MessageEvent, own: Sequence[Fragment]) -> Completed | None:
    """The number that figures complete before the message goes on: "718" - "555" - "0158. Mountain time"."""
    head = _HEAD.match(event.text)
    last = figures_of(head.group(), 1) if head is not None else None
    told = _last_in_row([(_figures(entry.text, cued=True), entry) for entry in own])
    if last is None or not told:
        return None
    return _number_of_pieces(event, last, told, cued=any(gathers(entry.text) for entry in own))


def _last_in_row(told: Sequence[tuple[Figures | None, Fragment]]) -> list[tuple[Figures | None, Fragment]]:
    """The pieces after the last that has no figures."""
    first = next((at + 1 for at in range(len(told) - 1, -1, -1) if told[at][0] is None), 0)
    return list(told[first:])


def _in_passing(event: MessageEvent, own: Sequence[Fragment]) -> Completed | None:
    """The number told along with other things: "margins fixed. 646" - "page 9. 555" - "thanks, 0183 for me"."""
    last = passing_figures(event.text)
    told = [(passing_figures(entry.text), entry) for entry in own]
    if last is None or sum(figures is not None for figures, _ in told) < _IN_PASSING:
        return None
    return _number_of_pieces(event, last, told, cued=False)


def _figures(text: str, *, cued: bool) -> Figures | None:
    """The figures of a piece; those at the end of one that says what they are for: "phone me then, 202"."""
    found = figures_of(text, 1) if cued else figures_of(text)
    if found is None and text.rstrip(" -")[-1:].isdigit():
        final = final_figures(text)
        if final is not None and (final.text[0] in "+(" or gathers(text)):
            return final
    return found or tail_figures(text)


def _number_of_pieces(
    event: MessageEvent, last: Figures, own: Sequence[tuple[Figures | None, Fragment]], *, cued: bool
) -> Completed | None:
    at = to_millis(event.sent_at)
    pieces = [(entry.at, figures.text, entry.message_id) for figures, entry in own if figures is not None]
    pieces = sorted([*pieces, (at, last.text, event.message_id)], key=lambda piece: piece[0])
    for first in range(len(pieces) - 1):
        parts = [text for _, text, _ in pieces[first:]]
        used = tuple(message_id for _, _, message_id in pieces[first:] if message_id != event.message_id)
        if len(used) == len(parts):
            return None  # only pieces that are later than this message
        number = number_of(parts, event.locale, cued=cued)
        if number is not None:
            return Completed(_number(event, last.start, last.end, number, used), used)
    return None


def _number(event: MessageEvent, start: int, end: int, number: str, ids: tuple[str, ...]) -> Finding:
    return Finding(
        kind="phone", intent="provide", start=start, end=min(max(end, start + 1), len(event.text)), confidence=0.85,
        value=number, techniques=("split",), message_ids=ids,
    )  # fmt: skip
