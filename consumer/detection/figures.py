"""Figures in messages: what a message that may be a piece of a telephone number says in digits.

A message may be nothing but figures ("then 555"), end with some ("done. 98110"), begin with some ("0158, evenings"), or
tell them along with other things. Everything is bounded: only short messages are looked at, or the ends of longer ones.
"""

import re
from dataclasses import dataclass

from consumer.detection.lexicon import word_list, word_table
from consumer.detection.views import digits_view
from consumer.events.conversation import MAX_FRAGMENT

FILLER = word_list("fragments.toml", "filler")
CHATTER = word_list("fragments.toml", "chatter")
ASKING_FIGURES = word_list("fragments.toml", "asking_figures")
ORDER = {word: int(rank) for rank, words in word_table("fragments.toml", "order").items() for word in words.split()}
"""What says where a piece belongs, and its place: 0 is the front, 9 the end."""
_PARTS = word_list("fragments.toml", "parts")
_OF_TEXT = frozenset({"line", "row"})
"""Parts of texts and tables, which are numbered themselves: "line 514"."""
_MIDDLE = 4
"""The place of a piece that is counted in words: people send those one after another."""
MAX_TOKENS = 4
MAX_TAIL = 120
"""Code points of a message whose last word is a piece of a number."""
_MAX_ASIDE = 8
"""Tokens of a message of figures with filler around."""
MIN_FIGURES, _MAX_DIGITS = 2, 12
"""Digits of a piece: one alone is an answer, more are a whole number."""
TRIM = ".,!?;:…\"'()[]"
_FIGURE = re.compile(r"[+(]{0,2}[0-9][0-9().\-/]{0,15}|-[0-9]{2,8}")
_TAIL = re.compile(r"(\S{1,16})[ \n]{1,2}\(?([0-9]{3,8})[).!]{0,2}")
"""The last word but one of a message, and the figures that it ends with."""
_PHRASE = re.compile(r"(?:[^.!?;,\n]|[.!?;,](?=\S)){1,120}")
"""What stands between two marks that end a phrase, or a part of one that is too long."""
_MIN_PASSING = 3
"""Digits of a piece of a number among other things: one or two are counts."""
_LABEL = re.compile(r"[A-Za-z]{0,6}[0-9]{1,2}[.:)=]|#[0-9]{1,2}:?|[0-9]/[0-9][:)]?")
"""The number of a piece, before the piece: "part 1: 98110"."""
_LEADING = re.compile(
    r"\s{0,4}(?P<figures>[+(]{0,2}[0-9](?:[ ().\-]{0,2}[0-9]){0,11})(?![0-9%$€£:/.]|[.,][0-9])"
    r"[)]?[ ,.!]{1,3}(?P<unit>[^\W\d_]{1,24})"
)
"""Figures before words that are no unit of theirs; bounded, and a figure is never read twice."""
_FINAL = re.compile(r"(?<![0-9])[+(]{0,2}[0-9](?:[ ().\-]{0,2}[0-9]){0,11}$")
_WORD = re.compile(r"\S{1,40}")
_SHARE = re.compile(r"([1-9])/[2-9]")
_GROUPS = re.compile(r"[0-9]{2,8}(?:[ \-][0-9]{2,4}){0,2}(?![0-9])")
_GROUP = re.compile(r"(?<![0-9])[0-9]{2,8}(?![0-9])")
_NOT_TAIL = frozenset("$€£₹#=/<>%")
_PLUS = frozenset({"plus", "más", "mas", "mais", "più", "плюс"})
"""What is said for the sign before a country's code."""
_SENTENCE_END = frozenset(".,!;:)…")


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures a message consists of: as written, and their span in the message."""

    text: str
    start: int
    end: int

    @property
    def digits(self) -> str:
        """The digits alone."""
        return "".join(filter(str.isdigit, self.text))


def figures_of(text: str, least: int = MIN_FIGURES) -> Figures | None:
    """The figures that a message consists of but for filler ("and then 555"), to 12 digits; None if it is more."""
    if len(text) > MAX_FRAGMENT or _says_more(text):
        return None
    view = digits_view(text)
    first = last = -1
    position = 0
    plus = ""
    for count, token in enumerate(view.text.split()):
        place = view.text.index(token, position)
        position = place + len(token)
        bare = token.strip(TRIM[:9])
        if _FIGURE.fullmatch(bare) and not (first < 0 and _LABEL.fullmatch(token)):
            first = place + token.index(bare) if first < 0 else first
            last = place + token.index(bare) + len(bare)
        elif first < 0 and _LABEL.fullmatch(token):
            continue
        elif count >= _MAX_ASIDE or not _is_aside(token.strip(TRIM).lower()):
            return None
        elif first < 0 and token.lower() in _PLUS:
            plus = "+"
    if first < 0:
        return None
    found = Figures(plus + view.text[first:last], *view.span(first, last))
    numeric = all(char.isdigit() or char in " +().-/" for char in found.text)
    return found if numeric and least <= len(found.digits) <= _MAX_DIGITS else None


def is_trunked(text: str) -> bool:
    """Whether a message is figures that begin like a telephone number: no price and no size does."""
    figures = figures_of(text)
    return figures is not None and figures.text[0] in "0+" and len(figures.digits) > MIN_FIGURES


def _says_more(text: str) -> bool:
    """Whether the first or the last word of a text is a word and no filler: most sentences are told from figures so."""
    if not text.isascii():
        return False
    words = text.lower().split()
    return (
        any(word.isalpha() and not _is_aside(word) for word in (words[0].strip(TRIM), words[-1].strip(TRIM)))
        if words
        else False
    )


def _is_aside(word: str) -> bool:
    return not word or word in FILLER or word in CHATTER


def tail_figures(text: str) -> Figures | None:
    """The figures after filler or a finished sentence that end a message about something else: "done. 98110"."""
    if len(text) > MAX_TAIL or not any(map(str.isdigit, text[-4:])):
        return None
    view = digits_view(text)
    stripped = view.text.rstrip()
    cut = max(0, len(stripped) - 28)
    start = stripped.rfind(" ", 0, max(0, stripped.rfind(" ")))
    found = _TAIL.fullmatch(stripped, max(cut, start + 1))
    if found is None:
        return None
    word = found.group(1).lower()
    brief = len(stripped.split()) <= MAX_TOKENS
    if not _NOT_TAIL.isdisjoint(word) or not (brief or word.strip(TRIM) in FILLER or word[-1] in _SENTENCE_END):
        return None
    return Figures(found.group(2), *view.span(*found.span(2)))


def passing_figures(text: str) -> Figures | None:
    """The last figures that are a phrase by themselves in a message about something else: "done. 0159, thats me"."""
    if len(text) > MAX_TAIL or not any(map(str.isdigit, text)):
        return None
    for phrase in reversed(list(_PHRASE.finditer(text))):
        found = figures_of(phrase.group(), _MIN_PASSING)
        if found is not None:
            return Figures(found.text, phrase.start() + found.start, phrase.start() + found.end)
    return None


def leading_figures(text: str) -> Figures | None:
    """The figures that a message begins with, and then goes on about: "52 appelle quand tu veux", "43, its mine"."""
    view = digits_view(text)
    found = _LEADING.match(view.text)
    if found is None or (found.group("unit") or "").lower() in ASKING_FIGURES:
        return None
    return Figures(found.group("figures"), *view.span(*found.span("figures")))


def final_figures(text: str) -> Figures | None:
    """All the figures that a message ends with: "mi número es 612 34", "bel me op +31"."""
    view = digits_view(text)
    found = _FINAL.search(view.text.rstrip(" -"), max(0, len(view.text) - MAX_FRAGMENT))
    return None if found is None else Figures(found.group(), *view.span(*found.span()))


def ordered_figures(text: str) -> tuple[int, Figures] | None:
    """The figures that a message tells the place of, and that place: "last four 0187", "part one 0806, wait"."""
    if len(text) > MAX_TAIL or not any(map(str.isdigit, text)):
        return None
    view = digits_view(text)
    place, before = None, ""
    for token in _WORD.finditer(view.text):
        word = token.group().lower().strip(TRIM)
        if place is not None and len(word) >= MIN_FIGURES and word.isdecimal():
            start = token.start() + token.group().index(word)
            found = _GROUPS.match(view.text, start)
            end = found.end() if found is not None else start + len(word)
            return place, Figures(view.text[start:end], *view.span(start, end))
        place = _place(word, before, place)
        before = word
    return None


def _place(word: str, before: str, place: int | None) -> int | None:
    """The place that is told once a word has been read, None if it is no longer told; `before` is the word before."""
    share = _SHARE.fullmatch(word)
    if share is not None or (before in _PARTS and len(word) == 1 and word.isdecimal()):
        return int(word[0])
    if word in _PARTS and place is None:
        return None if word in _OF_TEXT else _MIDDLE
    if place is None:
        return ORDER.get(word)
    return place if not word or word in FILLER or word in _PARTS or before in _PARTS else ORDER.get(word)


def last_figures(text: str) -> Figures | None:
    """The last group of 2 to 8 digits among the last 200 code points of a message about anything."""
    view = digits_view(text)
    groups = list(_GROUP.finditer(view.text, max(0, len(view.text) - 200)))
    return Figures(groups[-1].group(), *view.span(*groups[-1].span())) if groups else None
