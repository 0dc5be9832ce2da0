"""A message as the detectors read it: its views and marks, and where its clauses end."""

import re
from collections.abc import Iterable, Iterator

from consumer.detection.lexicon import Role
from consumer.detection.marks import Mark, Marker
from consumer.detection.views import View, digits_view, letters_view, words_of

_CLAUSE_END = re.compile(r"[.!?;\n](?=\s|$)|[!?;\n]")
"""Ends of clauses; one character each, so the scan is linear."""

_QUOTES = "\"'`"


class Reading:
    """Views and marks of one text, computed once; the digits view only when asked for.

    Positions are of the letters view unless said otherwise.
    """

    __slots__ = ("_digits", "_ends", "letters", "locale", "marks", "roles", "text", "view", "words")

    def __init__(self, text: str, marker: Marker, locale: str | None = None) -> None:
        """Fold the text and find its marks: linear in its length."""
        self.text = text
        self.locale = locale
        self.view = letters_view(text)
        self.letters = self.view.text
        self.words = words_of(self.letters)
        self.marks: list[Mark] = marker.marks(self.words)
        self.roles: frozenset[Role] = frozenset(mark.role for mark in self.marks)
        self._digits: View | None = None
        self._ends: list[int] | None = None

    @property
    def digits(self) -> View:
        """The view for numbers and addresses."""
        if self._digits is None:
            self._digits = digits_view(self.text)
        return self._digits

    def having(self, *roles: Role) -> bool:
        """Whether any mark has one of these roles."""
        return not self.roles.isdisjoint(roles)

    def of(self, roles: Iterable[Role]) -> Iterator[Mark]:
        """The marks of these roles, in order."""
        wanted = frozenset(roles)
        return (mark for mark in self.marks if mark.role in wanted)

    def clause(self, position: int) -> tuple[int, int]:
        """The span of the clause around a position."""
        if self._ends is None:
            self._ends = [match.start() for match in _CLAUSE_END.finditer(self.letters)]
        start, end = 0, len(self.letters)
        low, high = 0, len(self._ends)
        while low < high:
            middle = (low + high) // 2
            if self._ends[middle] < position:
                low = middle + 1
            else:
                high = middle
        if low:
            start = self._ends[low - 1] + 1
        if low < len(self._ends):
            end = self._ends[low]
        return start, end

    def quoted(self, start: int, end: int) -> bool:
        """Whether the span stands inside quotation marks of its clause."""
        first, last = self.clause(start)
        before, after = self.letters[max(first, start - 40) : start], self.letters[end : min(end + 40, last + 2)]
        for quote in _QUOTES:
            opened = before.rfind(quote)
            if opened < 0 or quote not in after:
                continue
            lead = self.letters[max(first, start - 40) + opened - 1 : max(first, start - 40) + opened]
            if not lead.isalnum():
                return True
        return False
