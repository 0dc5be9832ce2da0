"""Addresses that are spelled out: "ben at driftwood dot io", "maria (arroba) gmail punto com", "t . me / nord".

The plain view becomes an address view: words for symbols are symbols, and what parts them from the names beside them
is gone. Then it is read like any text with addresses in it. An "at" can be an ordinary word, so each @ remembers how it
was written, and each dot whether it was spelled.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import IntEnum
from typing import NamedTuple

from consumer.detection.disguise import Edit, rewrite
from consumer.detection.lexicon import word_list, word_table
from consumer.detection.lexicon.spelling import SYMBOLS, Sign
from consumer.detection.matches import few
from consumer.detection.speller import Spelled
from consumer.detection.suffixes import is_suffix
from consumer.detection.views import View

_CUSHION = frozenset(" \n\t()[]{}<>_-+*~|\"'`\\^=,;\u2022\u00b7\u2192")
"""What people put around a spelled symbol."""
_COMMAS = frozenset(",;")
_DOT_LIKE = frozenset({",", "..", "\u00b7", "\u2022", "\u2027", "\u2219", "\u30fb"})
"""What is written for the dot of a host: a comma, two dots, bullets."""
_LIKE_DOT = re.compile(r"[ )\]}>]{0,2}[,\u00b7\u2022\u2027\u2219\u30fb][a-z]{2}")
_LABEL = re.compile(r"[a-z]{2,12}(?![a-z0-9])")
_DRAWN_AT = frozenset(
    "\u2709\U0001f4e7\U0001f4e8\U0001f4e9\U0001f48c\U0001f300\U0001f40c\U0001f412\U0001f4ee\U0001f4ea\U0001f4eb"
)
"""Letters, whirls, snails and monkeys: what is drawn for an @."""
_DRAWN_DOT = frozenset(
    "\U0001f518\U0001f535\u26ab\u26aa\U0001f534\U0001f7e2\U0001f7e1\U0001f7e0\U0001f7e3\U0001f7e4\u23fa\u2b24\u25cf\u25cb\u25c9\u25aa\U0001f539\U0001f538"
)
"""Discs: what is drawn for a dot."""
_LITERAL = re.compile(
    rf"[{''.join(_DRAWN_AT | _DRAWN_DOT)}]|"
    r"@@|\.\.|[,\u00b7\u2022\u2027\u2219\u30fb](?=[a-z])|[@._/]|&#64;|&commat;|[(\[{<]a[)\]}>]"
)
_AMONG_ASCII = (
    r"(?<=@)|(?<=\.)\.|(?<=,)(?=[a-z])|(?<=&)(?:#64;|commat;)|(?<=[(\[{<])a[)\]}>]"
    rf"|(?<=[{re.escape(''.join(filter(str.isascii, sorted(_CUSHION))))}][._/])"
)
_PARTING = re.compile(rf"[@._/,&(\[{{<](?:{_AMONG_ASCII})")
"""In a text of ASCII without a word for a symbol or a filler, what `_Builder` could make a symbol of: no dot, slash or
underscore that stands right behind a word is one."""
_MAX_CUSHION = 24
"""Characters to either side that may part a symbol from the names."""
_MAX_SYMBOLS = 512
_ENDINGS = word_list("addresses.toml", "endings")
_WORD = re.compile(r"[ \n]{1,3}([^\W_]{2,12})")
_PROVIDERS = frozenset({Sign.PROVIDER, Sign.WEAK_PROVIDER, Sign.AFTER_AT})


class Written(IntEnum):
    """How an @ was written, from surely one to hardly."""

    TIGHT = 0  # as in any address
    LOOSE = 1  # with spaces around
    STRONG = 2  # in words that mean nothing else, or a word in brackets
    MENTION = 3  # a space before and none after: "thanks @nord"
    WEAK = 4  # a plain "at"


class _Symbol(NamedTuple):
    start: int
    end: int
    char: str
    written: Written
    spelled: bool


@dataclass(slots=True)
class Addresses:
    """The address view, how its @ were written, where its dots were spelled, and its hosts that are mail services.

    `ordinary` are those whose names are words for other things, `completed` those whose ending was added.
    `stripped`: words were left out on request.
    """

    view: View
    ats: dict[int, Written] = field(default_factory=dict)
    dots: list[int] = field(default_factory=list)
    completed: list[int] = field(default_factory=list)
    providers: list[int] = field(default_factory=list)
    ordinary: list[int] = field(default_factory=list)
    stripped: bool = False

    def without_weak(self) -> str:
        """The text with a space for every @ that is an ordinary "at" as well: "talk at t dot me" names no mail."""
        chars = list(self.view.text)
        for at, written in self.ats.items():
            if written is Written.WEAK:
                chars[at] = " "
        return "".join(chars)

    def spelled(self, start: int, end: int) -> bool:
        """Whether a dot of this stretch was spelled."""
        return _any_in(self.dots, start, end)


def _any_in(positions: list[int], start: int, end: int) -> bool:
    index = bisect_left(positions, start)
    return index < len(positions) and positions[index] < end


class _Builder:
    """Makes the edits that take a plain view to its address view."""

    def __init__(self, letters: str, signs: list[Spelled]) -> None:
        self._letters = letters
        self._signs = signs
        self._starts = {sign.start for sign in signs if sign.sign in SYMBOLS}
        self._fillers_by_start = {sign.start: sign for sign in signs if sign.sign is Sign.FILLER}
        self._fillers_by_end = {sign.end: sign for sign in signs if sign.sign is Sign.FILLER}
        self._providers = {sign.start: sign for sign in reversed(signs) if sign.sign in _PROVIDERS}
        self._endings = {sign.start: sign for sign in signs if sign.sign is Sign.ENDING}
        self.edits: list[Edit] = []
        self.symbols: list[tuple[int, _Symbol]] = []  # index of the edit, symbol
        self.hosts: list[tuple[int, bool, bool]] = []  # index of the edit, whether completed, whether an ordinary word

    def build(self) -> None:
        done = 0
        for symbol in self._ordered():
            if symbol.start < done:
                continue
            left, right = self._around(symbol, done)
            joined = left == done and bool(self.edits) and self.edits[-1].end == left
            if not (joined or (left > 0 and _named(self._letters[left - 1]))) or right >= len(self._letters):
                continue
            if not symbol.spelled and (right in self._starts or not self._apart(symbol, left, right)):
                continue  # a sign on its own, or an ornament of the spelled symbol that follows: "_ at _"
            self.symbols.append((len(self.edits), symbol))
            self.edits.append(Edit(left, right, symbol.char, [symbol.start]))
            done = right
            if symbol.char == "@":
                done = self._host(right)
            elif symbol.char == ".":
                done = self._ending(right)

    def _ordered(self) -> list[_Symbol]:
        letters = self._letters
        found = [
            _Symbol(sign.start, sign.end, SYMBOLS[sign.sign], self._written(sign), spelled=True)
            for sign in self._signs
            if sign.sign in SYMBOLS
        ]
        for match in few(list(_LITERAL.finditer(letters))):
            start = match.start()
            if match.group() in _DRAWN_AT:
                found.append(_Symbol(start, match.end(), "@", Written.STRONG, spelled=True))
                continue
            if match.group() in _DOT_LIKE or match.group() in _DRAWN_DOT:
                if self._dotted(match):
                    found.append(_Symbol(start, match.end(), ".", Written.TIGHT, spelled=True))
                continue
            if match.end() - start > 1:  # "[a]", "%40"
                if match.group() == "@@":
                    found.append(_Symbol(start, match.end(), "@", Written.LOOSE, spelled=True))
                elif match.end() in self._providers or match.end() + 1 in self._providers:
                    found.append(_Symbol(start, match.end(), "@", Written.STRONG, spelled=True))
                continue
            before, after = letters[start - 1 : start], letters[start + 1 : start + 2]
            if before and before in "([{<" and after and after in ")]}>" and match.group() in "@.":
                found.append(_Symbol(start, start + 1, match.group(), Written.STRONG, spelled=True))  # "[@]", "[.]"
                continue
            loose = before in _CUSHION or after in _CUSHION
            if match.group() == "@" or (loose and before and after):
                tight_after = bool(after) and not after.isspace()
                if start + 1 in self._fillers_by_start and match.group() == "@":  # "@the rate"
                    found.append(_Symbol(start, start + 1, "@", Written.STRONG, spelled=True))
                    continue
                written = Written.TIGHT if not loose else Written.MENTION if tight_after else Written.LOOSE
                found.append(_Symbol(start, start + 1, match.group(), written, spelled=False))
        found.sort()
        half = _MAX_SYMBOLS // 2
        return found if len(found) <= _MAX_SYMBOLS else found[:half] + found[-half:]

    def _dotted(self, match: re.Match[str]) -> bool:
        """Whether a comma or a bullet without spaces is drawn for the dot of a host: an ending follows it."""
        letters = self._letters
        drawn = match.group() in _DRAWN_DOT
        first = match.end() + (drawn and letters[match.end() : match.end() + 1] == " ")
        label = _LABEL.match(letters, first, first + 16)
        before = letters[max(0, match.start() - 2) : match.start()].rstrip(" " if drawn else "")[-1:]
        return label is not None and before.isalnum() and is_suffix(label.group())

    def _written(self, sign: Spelled) -> Written:
        if sign.sign is not Sign.WEAK_AT:
            return Written.STRONG
        before = self._letters[max(0, sign.start - 2) : sign.start].strip()
        after = self._letters[sign.end : sign.end + 2].strip()
        if before[-1:] == "/" == after[:1]:
            return Written.STRONG
        boxed = before[-1:] in _CUSHION and after[:1] in _CUSHION and before and after
        if boxed and (before[-1] in _COMMAS) != (after[0] in _COMMAS):
            return Written.WEAK
        return Written.STRONG if boxed else Written.WEAK

    def _around(self, symbol: _Symbol, done: int) -> tuple[int, int]:
        """Where the names to either side of a symbol end and begin."""
        letters = self._letters
        if symbol.spelled and letters[symbol.start - 1 : symbol.start] == "/" == letters[symbol.end : symbol.end + 1]:
            return max(done, symbol.start - 1), symbol.end + 1
        return self._left(symbol, done), self._right(symbol)

    def _left(self, symbol: _Symbol, done: int) -> int:
        """Where the name before a symbol ends: before spaces, brackets and fillers, not a comma without a filler."""
        position, stop = symbol.start, max(done, symbol.start - _MAX_CUSHION)
        filled = False
        while position > stop:
            if self._letters[position - 1] in _CUSHION:
                position -= 1
            elif position in self._fillers_by_end and self._fillers_by_end[position].start >= stop:
                position, filled = self._fillers_by_end[position].start, True
            else:
                break
        return self._kept(symbol, position, symbol.start, filled=filled)

    def _right(self, symbol: _Symbol) -> int:
        position, stop = symbol.end, min(len(self._letters), symbol.end + _MAX_CUSHION)
        filled = False
        while position < stop:
            if self._letters[position] in _CUSHION:
                position += 1
            elif position in self._fillers_by_start and self._fillers_by_start[position].end <= stop:
                position, filled = self._fillers_by_start[position].end, True
            else:
                break
        commas = not filled and (symbol.written is Written.WEAK or not symbol.spelled)
        if commas and not _COMMAS.isdisjoint(self._letters[symbol.end : position]):
            return symbol.end
        return position

    def _kept(self, symbol: _Symbol, left: int, start: int, *, filled: bool) -> int:
        """The same place, unless a comma shows that a thought ends there."""
        commas = not filled and (symbol.written is Written.WEAK or not symbol.spelled)
        if commas and not _COMMAS.isdisjoint(self._letters[left:start]):
            return start
        return left

    def _apart(self, symbol: _Symbol, left: int, right: int) -> bool:
        """Whether a symbol written as such is loose, and stands where it parts two pieces of an address."""
        letters = self._letters
        if symbol.char == "@":
            return True
        before, after = symbol.start - left, right - symbol.end
        if before and after:
            return True
        if symbol.char != ".":
            return False
        if before:  # "gmail .com"
            return letters[right : right + 1].isalpha()
        # "gmail. com" goes on, "see you. Come" does not
        word = re.match(r"[a-z]{2,6}(?![^\W_])", letters[right : right + 8])
        return word is not None and word.group() in _ENDINGS and bool(self.symbols) and self.symbols[-1][1].char == "@"

    def _host(self, right: int) -> int:
        """Write the mail service named right after an @ as a host; where that ends."""
        sign = self._providers.get(right)
        if sign is None:
            return right
        letters, host = self._letters, sign.value
        text, end = host, sign.end
        named = letters[sign.start : sign.end].split()
        completed = True
        if (len(named) > 1 and named[-1] == host.rsplit(".", 1)[1]) or named[0] == host.replace(".", ""):
            completed = False
        elif self._continues(sign.end):
            text, completed = host.split(".", 1)[0], False
        else:
            word = _WORD.match(letters, sign.end, sign.end + 16)
            if word is not None and (word.group(1) in _ENDINGS or word.group(1) == host.rsplit(".", 1)[1]):
                completed = False
                end = word.end()
                own = word.group(1) in {"dotcom", "con", "cm"}
                text = host if own else f"{host.split('.', 1)[0]}.{word.group(1)}"
        size = min(len(text), end - sign.start)
        origins = [*range(sign.start, sign.start + size), *[end - 1] * (len(text) - size)]
        origins[-1] = end - 1
        self.hosts.append((len(self.edits), completed, sign.sign is Sign.AFTER_AT))
        self.edits.append(Edit(sign.start, end, text, origins))
        return end

    def _ending(self, right: int) -> int:
        """Write the last label of a host that stands here as it sounds; where that ends."""
        sign = self._endings.get(right)
        if sign is None:
            return right
        text, size = sign.value, sign.end - sign.start
        origins = [sign.start + min(index, size - 1) for index in range(len(text))]
        origins[-1] = sign.end - 1
        self.edits.append(Edit(sign.start, sign.end, text, origins))
        return sign.end

    def _continues(self, end: int) -> bool:
        """Whether a dot follows, written or spelled."""
        letters, position = self._letters, end
        while position < len(letters) and position - end < _MAX_CUSHION:
            if position in self._fillers_by_start:
                position = self._fillers_by_start[position].end
            elif letters[position] in _CUSHION or letters[position] == "/":
                position += 1
            else:
                break
        if _LIKE_DOT.match(letters, end):
            return True
        if letters[position : position + 1] == ".":
            return bool(re.match(r"\.[ )\]}>]{0,2}[a-z0-9]{2}", letters[position : position + 5]))
        return any(sign.sign is Sign.DOT and sign.start == position for sign in self._near(position))

    def _near(self, position: int) -> Iterator[Spelled]:
        index = bisect_left(self._signs, position, key=lambda sign: sign.start)
        return iter(self._signs[index : index + 3])


def _named(char: str) -> bool:
    return char.isalnum() or char in "+%'" or not char.isascii()


_PARTS_OF_ADDRESSES = frozenset({*SYMBOLS, Sign.FILLER})


def addresses(plain: View, signs: list[Spelled]) -> Addresses | None:
    """The address view of a plain view, or None if nothing in it is spelled out."""
    if not any(sign.sign in _PARTS_OF_ADDRESSES for sign in signs):
        literal = _PARTING if plain.text.isascii() else _LITERAL
        if literal.search(plain.text) is None:
            return None
    builder = _Builder(plain.text, signs)
    builder.build()
    if not builder.edits:
        return None
    view = rewrite(plain, builder.edits)
    found = Addresses(view)
    shift, places = 0, []
    for edit in builder.edits:
        places.append(edit.start + shift)
        shift += len(edit.text) - (edit.end - edit.start)
    for index, symbol in builder.symbols:
        if symbol.char == "@":
            found.ats[places[index]] = symbol.written
        elif symbol.char == "." and symbol.spelled:
            found.dots.append(places[index])
    for index, completed, ordinary in builder.hosts:
        (found.ordinary if ordinary else found.providers).append(places[index])
        if completed:
            found.completed.append(places[index])
    return found


_DROPPED = re.compile(r"[ \"'(\[]{0,3}(?:(?:the|all|these|those|every) )?([^\W_]{2,20})")
_TAKEN_OUT = re.compile(
    r"(?:take|leave|cut|pull|throw|get|drop|edit)(?: (?:the|all|every|all the))?"
    r" ([a-z]{3,20}?)s?(?: bits?| parts?)? out(?![a-z])"
)
"""Says which word to leave out: "take the spam out"."""
_CHARACTERS = word_table("addresses.toml", "characters")
"""The sign that a word names: "slashes" are `/`."""
_SWAPPED = re.compile(
    r"(?:replace|swap|change|switch|turn)(?: the| every| each| all)? ['\"]?([^\w\s])['\"]? (?:with|for|by|to|into)"
    r"(?: an?| the)? (@|at|dot|\.)(?!\w)"
    r"|(?:^|[ ,(])([^\w\s]) (?:is|=|means|stands for|instead of)(?: an?| the)? (@|at|dot|\.)(?!\w)"
)
"""Says that a sign stands for an at or a dot; nothing in it repeats."""
_ASIDE = re.compile(r" ?[(\[][a-z][a-z ]{2,20}[)\]]")
"""Words in brackets."""
_SPELLED_SIGNS = frozenset({"dot", "dash", "underscore"})
_MIN_ASIDES = 2
_INSTEAD = (" at", " dot", " @", " .")
"""What ends every such saying."""


def _swapped(plain: View) -> View | None:
    """The plain view with the sign that it says stands for another put right."""
    match = _SWAPPED.search(plain.text) if any(symbol in plain.text for symbol in _INSTEAD) else None
    if match is None:
        return None
    sign, symbol = match.group(1) or match.group(3), match.group(2) or match.group(4)
    symbol = {"at": "@", "dot": "."}.get(symbol, symbol)
    places = [
        at for at in _places(plain.text, sign, len(plain.text))
        if not match.start() <= at < match.end() and plain.text[at - 1 : at].isalnum()
    ]  # fmt: skip
    return rewrite(plain, [Edit(at, at + 1, symbol, [at]) for at in places]) if places else None


def without(plain: View, signs: list[Spelled]) -> View | None:
    """The plain view without the words it asks to leave out ("without the XX"), or None if it asks for none.

    A plural is the word with an s: "without the XXs" leaves out every XX.
    """
    letters = plain.text
    for sign in signs:
        if sign.sign is not Sign.STRIP:
            continue
        match = _DROPPED.match(letters, sign.end)
        if match is None:
            continue
        char = _CHARACTERS.get(match.group(1))
        if char is not None:
            instead = "" if "@" in letters else " "
            places = _places(letters, char, len(letters))
            return rewrite(plain, [Edit(at, at + 1, instead, [at] * len(instead)) for at in places]) if places else None
        for word in (match.group(1), match.group(1).removesuffix("s")):
            places = _places(letters, word, sign.start)
            if len(word) > 1 and places:
                return rewrite(plain, [Edit(start, start + len(word), "", []) for start in places])
    taken = _TAKEN_OUT.search(letters) if " out" in letters else None
    if taken is not None and (places := _places(letters, taken.group(1), taken.start())):
        return rewrite(plain, [Edit(at, at + len(taken.group(1)), "", []) for at in places])
    return _swapped(plain) or _without_asides(plain)


def _without_asides(plain: View) -> View | None:
    """The plain view without the words in brackets around its @, if several: "mia (hi) @ (ok) web (yes) .de"."""
    if "@" not in plain.text or not ("(" in plain.text or "[" in plain.text):
        return None
    asides = [match for match in _ASIDE.finditer(plain.text) if match.group(0).strip(" ([])") not in _SPELLED_SIGNS]
    if not _MIN_ASIDES <= len(asides) <= _MAX_SYMBOLS:
        return None
    return rewrite(plain, [Edit(*match.span(), "", []) for match in asides])


def _places(letters: str, word: str, end: int) -> list[int]:
    places: list[int] = []
    start = letters.find(word, 0, end)
    while start >= 0 and len(places) < _MAX_SYMBOLS:
        places.append(start)
        start = letters.find(word, start + len(word), end)
    return places
