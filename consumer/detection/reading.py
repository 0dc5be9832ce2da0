"""A message as the detectors read it: its views and marks, and where its clauses end."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

from consumer.detection.disguise import Disguise, undisguised
from consumer.detection.lexicon import Role
from consumer.detection.marks import Mark, Marker
from consumer.detection.speller import Spelled
from consumer.detection.spoken import Addresses, addresses, without
from consumer.detection.views import View, digits_view, letters_view, words_of

_Item = TypeVar("_Item")

_NUMBERED = ("phone", "mobile", "mob", "cell", "tel", "contact", "whatsapp", "wa", "ur", "your", "my", "apna", "aapka")
_CLAUSE_END = re.compile(rf"{''.join(f'(?<! {word} no)' for word in _NUMBERED)}\.(?=\s|$)|[!?;\n](?=\s|$)|[!?;\n]")
"""Ends of clauses; one character each, so the scan is linear. The full stop of "phone no." ends none."""

_LOOK_ALIKE = re.compile("[\u0370-\u052f]")
"""Greek and Cyrillic letters that no Latin one looks like: the others are folded."""
_QUOTES = "\"'`"
_MAX_CLAUSE = 240
"""Characters to either side beyond which nothing belongs to the same thought; it keeps the work on a text of
64 KiB without punctuation linear."""


MAX_LOOKS = 256
"""Places of one kind that are looked at in a text. More than that many numbers or network names is no message a
person reads; the bound keeps the cost of such a text near that of a long one."""


def both_ends(items: list[_Item]) -> list[_Item]:
    """The items, or the first and the last of them if there are more than `MAX_LOOKS`."""
    half = MAX_LOOKS // 2
    return items if len(items) <= MAX_LOOKS else items[:half] + items[-half:]


class Reading:
    """Views and marks of one text, computed once; the digits view and the address view only when asked for.

    `written` is the letters view as it stands. `view` is the same with disguised words undone (`disguise`), `letters`
    its text, and `disguises` what was undone. Positions are of `letters` unless said otherwise.
    """

    __slots__ = (
        "_addresses",
        "_digits",
        "_ends",
        "_figures",
        "_marker",
        "_signs",
        "_starts",
        "disguises",
        "letters",
        "locale",
        "marks",
        "roles",
        "text",
        "view",
        "words",
        "written",
    )

    def __init__(self, text: str, marker: Marker, locale: str | None = None) -> None:
        """Fold the text and find its marks: linear in its length."""
        self.text = text
        self.locale = locale
        self.written = letters_view(text)
        self.disguises: tuple[Disguise, ...]
        self.view, self.disguises = undisguised(text, self.written, marker.vocabulary)
        self.letters = self.view.text
        self.words = words_of(self.letters)
        self.marks: list[Mark] = marker.marks(self.words, self.letters)
        self.roles: frozenset[Role] = frozenset({mark.role for mark in self.marks})
        self._digits: View | None = None
        self._ends: list[int] | None = None
        self._figures = -1
        self._marker = marker
        self._signs: list[Spelled] | None = None
        self._starts: list[int] | None = None
        self._addresses: list[Addresses] | None = None

    @property
    def digits(self) -> View:
        """The view for numbers and addresses."""
        if self._digits is None:
            self._digits = digits_view(self.text)
        return self._digits

    @property
    def figures(self) -> int:
        """How many figures the view for numbers has."""
        if self._figures < 0:
            self._figures = sum(map(self.digits.text.count, "0123456789"))
        return self._figures

    def again(self, text: str) -> "Reading":
        """Another text read in the same way."""
        return Reading(text, self._marker, self.locale)

    @property
    def vocabulary(self) -> frozenset[str]:
        """The single words of the lexicon in Latin letters: what a name is hardly called."""
        return self._marker.vocabulary.words

    @property
    def signs(self) -> list[Spelled]:
        """The words of spelled addresses, in order."""
        if self._signs is None:
            self._signs = self._marker.speller.signs(self.words)
        return self._signs

    @property
    def addresses(self) -> list[Addresses]:
        """The address views: one if anything is spelled out, one more if words are to be left out of it."""
        if self._addresses is None:
            plain = addresses(self.view, self.signs)
            less = without(self.view, self.signs)
            signs = [] if less is None else self._marker.speller.signs(words_of(less.text))
            fewer = None if less is None else addresses(less, signs) or Addresses(less)
            if fewer is not None:
                fewer.stripped = True
            self._addresses = [view for view in (plain, fewer) if view is not None]
        return self._addresses

    def disguised(self, start: int, end: int) -> bool:
        """Whether a stretch of the letters was undone, or is written in characters of no ordinary alphabet.

        Where other letters of a script stay that has look-alikes, the stretch is a word of it: "вк" among Russian.
        """
        first, last = self.view.span(start, end)
        if any(disguise.start < last and disguise.end > first for disguise in self.disguises):
            return True
        foreign = self.letters[start:end].isascii() and not self.text[first:last].isascii()
        return foreign and _LOOK_ALIKE.search(self.letters) is None

    def having(self, *roles: Role) -> bool:
        """Whether any mark has one of these roles."""
        return not self.roles.isdisjoint(roles)

    def of(self, roles: Iterable[Role]) -> Iterator[Mark]:
        """The marks of these roles, in order."""
        wanted = frozenset(roles)
        return (mark for mark in self.marks if mark.role in wanted)

    def near(self, start: int, end: int, reach: int) -> Sequence[Mark]:
        """The marks that lie within `reach` characters of a span, in order."""
        if self._starts is None:
            self._starts = [mark.start for mark in self.marks]
        first = bisect_left(self._starts, start - reach)
        return self.marks[first : bisect_left(self._starts, end + reach, first)]

    def clause(self, position: int) -> tuple[int, int]:
        """The span of the clause around a position, at most 240 characters to either side."""
        if self._ends is None:
            self._ends = [match.start() for match in _CLAUSE_END.finditer(self.letters)]
        index = bisect_left(self._ends, position)
        start = self._ends[index - 1] + 1 if index else 0
        end = self._ends[index] if index < len(self._ends) else len(self.letters)
        return max(start, position - _MAX_CLAUSE), min(end, position + _MAX_CLAUSE)

    def quoted(self, start: int, end: int) -> bool:
        """Whether the span stands inside quotation marks of its clause."""
        first, last = self.clause(start)
        before, after = self.letters[first:start], self.letters[end : last + 2]
        for quote in _QUOTES:
            opened = before.rfind(quote)
            if opened >= 0 and quote in after and not before[max(0, opened - 1) : opened].isalnum():
                return True
        return False
