"""Undoing the disguises of words: figures for letters, single letters with gaps between.

The letters view of a text becomes its plain view: the same text with disguised words written as words, mapped back to
the original as exactly. What is undone is only what then is a word of the lexicon, so `mp4` and `h264` stay, or
letters that stand one by one, which is nobody's ordinary writing.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from consumer.detection.lexicon import Lexicon, Role
from consumer.detection.lexicon.spelling import Sign
from consumer.detection.views import LETTERS, View

_LEET = re.compile(
    r"(?<![\w@$|!+])(?=[a-z\u0430-\u044f!|]{0,15}[0-9@$]|[a-z]{0,15}[!|][a-z])[a-z\u0430-\u044f0-9@$!|]{2,20}(?![\w@$|])"
)
"""A token that mixes letters with what stands for them; bounded on every side, so a scan is linear."""
_LEET_SIGN = re.compile(r"[0-9@$!|](?:(?<=[0-9@$])|(?=[a-z]))")
"""What every such token has."""
_LEET_CHARACTERS = frozenset("0123456789@$!|abcdefghijklmnopqrstuvwxyz" + "".join(map(chr, range(0x430, 0x450))))
_MAX_LEET = 20
_SPACED = re.compile(r"(?<![a-z0-9])[a-z0-9](?:[ .\-_*|/\n,~+'?:\u2022\u00b7]{1,3}[a-z0-9@](?![a-z0-9])){3,}")
"""Four or more single characters with gaps. A gap holds no letter, so a scan has no choice and is linear."""
_GLUED = re.compile(
    r"(?<![a-z0-9_.@])([a-z0-9._\-]{2,30}?)at([a-z]{3,12})(dot|\.)(?:com|net|org|co|in|ru|de|fr|me)(?![a-z0-9])"
)
"""A name, "at", a mail service and its ending in one; every repetition is bounded."""
_DOTTED = re.compile(r"\.[a-z]")
GLUED_ENDINGS = (
    "com", "net", "org", "io", "co", "me", "in", "ru", "de", "fr", "uk", "es", "it", "nl", "pl", "br", "ua", "studio",
    "design", "dev", "app", "art", "xyz", "info", "biz", "online", "site", "store",
)  # fmt: skip
"""Endings that are read in a token whose capitals part it: "noraATnorthpineDOTco"."""
_PARTED = re.compile(r"(?<![a-z0-9@.+])([a-z]{1,10})(\+| \+ | plus )([a-z]{1,10})(?![a-z0-9@+])")
"""Two halves of a word and a sign that says to put them together: "gm + ail", "tele plus gram"."""
_CAPITALS = re.compile(
    r"(?<![A-Za-z0-9_.\-])[A-Za-z0-9_.\-]{2,40}?(AT|At)[a-z0-9\-]{2,40}?(DOT|Dot)"
    rf"(?:{'|'.join(GLUED_ENDINGS)})(?![a-z0-9])"
)
_HASH = re.compile(
    r"(?<![\w#])(?:your|ur|yr|ya|u'r|what|which|good|best|a|cell|phone|mobile|contact|direct|whatsapp|wa) {1,2}"
    r"(#)(?=$|[ ?!.,])(?! ?[0-9])"
)
"""A number sign that stands for the word behind a word that asks for it; every repetition is bounded."""
_REGIONAL = re.compile("[\U0001f1e6-\U0001f1ff] [\U0001f1e6-\U0001f1ff](?![\U0001f1e6-\U0001f1ff])")
_GAP = re.compile(r"[^a-z0-9@]+")
_STANDS_FOR = {
    "0": "o", "1": "l", "2": "z", "3": "e", "4": "a", "5": "s", "6": "g", "7": "t", "8": "b", "9": "g",
    "@": "a", "$": "s", "!": "l", "|": "l", "i": "l",
}  # fmt: skip
"""What a figure or sign is written for; i and l share a class, as 1 is written for both."""
_SKELETON = str.maketrans({**_STANDS_FOR, "\u0437": "e", "\u0447": "a", "\u0431": "g"})
_CYRILLIC = re.compile(r"[a-z\u0430-\u044f]{4,20}")
"""A word of the folded view with Cyrillic letters that have no Latin look-alike."""
CIRCLED_AT = frozenset("\u24d0\u24b6\U0001f150\U0001f170\U0001f130\u00a9\u00ae")
"""Circled and squared letters a: alone, between spaces, they are drawn at-signs."""
_MIN_WORD, _SURE_WORD = 3, 4
_MIN_NETWORK = 4
_LONGEST_WORD = 16
_JOINTS = frozenset({"at", "dot"})
"""Short words that part the names of an address."""
_MIN_LETTERS = 3
"""Letters that a run of single characters must hold: fewer are figures with gaps, which are for the digits view."""
_ORDINAL = re.compile(r"[0-9]+(?:st|nd|rd|th|s|k|d|p|x|px|h|am|pm|mm|cm|ml|mb|gb|kb|hr|hrs|min|mins)")
_EDGE = re.compile(r"[0-9]+[a-z]+|[a-z]+[0-9]+")
_MIN_EDGE = 4
"""Letters of a word whose only figures stand at one end: "1nsta", "emai1", not "top5"."""
_INTRODUCING = frozenset({" @", ": "})
"""What makes a network of two characters before it: "1g @nora.k"."""
_MENTIONING = frozenset({" @"})
"""The same of a longer one: "sign41 @nora.k"; a colon stands behind "step1" and "v2" as well."""
_PAIR = 2
_WORD = re.compile(r"(?<![a-z0-9@.])[a-z]{2,10}(?![a-z0-9@.])")
_PARTS = re.compile(r"[a-z]+")
_MIN_TORN, _MOST_PIECES = 7, 4
"""Letters of a name that is sought in pieces, and pieces after the first."""
_MIN_PARTED = 5
"""Letters of a name that is looked for in two halves."""
_MAX_PLACES = 256
_MAX_RUN = 400
"""Characters of a run that are looked at for words."""


_SERVICES = frozenset({Sign.PROVIDER, Sign.WEAK_PROVIDER, Sign.AFTER_AT})


class Disguise(NamedTuple):
    """Where something was undone, in the original, and the name of the technique."""

    start: int
    end: int
    technique: str


class Edit(NamedTuple):
    """A stretch of a view and what stands there instead: characters with the position each comes from."""

    start: int
    end: int
    text: str
    origins: list[int]


def rewrite(view: View, edits: list[Edit]) -> View:
    """The view with edits made: in order, without overlaps, their origins positions of the view."""
    pieces: list[str] = []
    origins: list[int] = []
    done = 0
    for edit in edits:
        pieces += (view.text[done : edit.start], edit.text)
        origins += range(done, edit.start)
        origins += edit.origins
        done = edit.end
    pieces.append(view.text[done:])
    origins += range(done, len(view.text))
    return View("".join(pieces), view.length, view.origins(origins))


def _halved(patterns: set[str]) -> set[str]:
    """The patterns of two words that are one word cut in two: their halves are no words."""
    return {pattern for pattern in patterns if " " in pattern[1:-1] and f" {pattern.replace(' ', '')} " in patterns}


def _proper_names(lexicon: Lexicon) -> Iterator[str]:
    """What mail services and networks are called by themselves, in one long word."""
    hosts = (m.value for meanings in lexicon.spelling.values() for m in meanings if m.sign in _SERVICES)
    networks = {e.value for p in lexicon.by_role[Role.NETWORK] for e in lexicon.patterns[p] if e.role is Role.NETWORK}
    for name in (*(host.partition(".")[0] for host in hosts), *networks):
        if len(name) >= _MIN_PARTED and name.isascii() and name.isalpha():
            yield name


def _two_words(lexicon: Lexicon) -> Iterator[str]:
    """Names of mail services that are two words: "gee mail"."""
    for pattern, meanings in lexicon.spelling.items():
        words = pattern.split() if any(meaning.sign is Sign.PROVIDER for meaning in meanings) else []
        if len(words) == _PAIR and pattern.isascii() and "".join(words).isalpha():
            yield pattern.strip()


class Vocabulary:
    """The words of the lexicon, by themselves and by the shape they share with their disguises."""

    def __init__(self, lexicon: Lexicon) -> None:
        """Take the words of all patterns that are written in Latin letters, but for halves of words."""
        patterns = {*lexicon.patterns, *lexicon.spelling}
        unhalved = set(" ".join(patterns - _halved(patterns)).split())
        words = {word for word in unhalved if word.isascii() and word.isalpha()}
        self.services = frozenset(
            pattern.strip()
            for pattern, meanings in lexicon.spelling.items()
            if pattern.strip().isalpha() and pattern.isascii() and any(m.sign in _SERVICES for m in meanings)
        )
        self.words = frozenset(words)
        self.parted = frozenset(_proper_names(lexicon))
        """Names of one word that are read where a plus stands between their halves."""
        self.long = frozenset(name for name in self.parted if len(name) >= _MIN_TORN)
        self.torn = frozenset(name[:size] for name in self.long for size in range(2, len(name)))
        """Long names, and how they begin where they are torn."""
        self.pairs = frozenset(_two_words(lexicon))
        """Names of two words that are read where a plus stands between them."""
        self.networks = frozenset(
            word for word in words & {pattern.strip() for pattern in lexicon.having(Role.NETWORK, Role.WEAK_NETWORK)}
            if len(word) >= _MIN_NETWORK
        )  # fmt: skip
        """Networks that are known by one word, whichever of its letters are figures."""
        self.longest = max(map(len, words), default=0)
        self._shapes: dict[str, tuple[str, ...]] = {}
        others = (word for word in set(" ".join(patterns).split()) if not word.isascii())
        cyrillic = {word for word in others if word.isalpha() and _CYRILLIC.fullmatch(word)}
        for word in (*sorted(words), *sorted(cyrillic)):
            if len(word) > 1:
                shape = word.translate(_SKELETON)
                self._shapes[shape] = (*self._shapes.get(shape, ()), word)

    def unleet(self, token: str) -> str | None:
        """The word of the lexicon that a token with figures in it is written for."""
        for written in dict.fromkeys((token, token.replace("9", "p"), token.replace("7", "y"))):  # "sky9e", "sk7pe"
            for word in self._shapes.get(written.translate(_SKELETON), ()):
                if _writes(written, word):
                    return word
        return None


def _writes(token: str, word: str) -> bool:
    """Whether the letters of the token are those of the word; figures, signs and an i for an l may stand for others."""
    return all(a == b or not a.isalpha() or (a == "i" and b == "l") for a, b in zip(token, word, strict=True))


def _leet_tokens(text: str) -> Iterator[re.Match[str]]:
    """What `_LEET` finds in a text, sought from the figures and signs in it: a token begins where its characters do."""
    done = 0
    for sign in _LEET_SIGN.finditer(text):
        start = at = sign.start()
        if at < done:
            continue
        while start > done and at - start < _MAX_LEET and text[start - 1] in _LEET_CHARACTERS:
            start -= 1
        token = _LEET.match(text, start)
        if token is not None:
            yield token
            done = token.end()


def _leet_edits(text: str, vocabulary: Vocabulary) -> list[Edit]:
    found = list(_leet_tokens(text))
    if len(found) > _MAX_PLACES:
        found = found[: _MAX_PLACES // 2] + found[-_MAX_PLACES // 2 :]
    sure: list[Edit] = []
    short: list[Edit] = []
    for match in found:
        token = match.group().rstrip("!|")
        word = None if token.isalpha() or token.isdigit() else vocabulary.unleet(token)
        if word is None or (_ORDINAL.fullmatch(token) and word != "is"):
            continue
        start, end = match.start(), match.start() + len(token)
        edit = Edit(start, end, word, list(range(start, end)))
        introduced = text[end : end + 2] in (_INTRODUCING if len(token) < _MIN_WORD else _MENTIONING)
        (sure if introduced or word in vocabulary.networks or _sure(token) else short).append(edit)
    return sorted(sure + short) if sure else []


def _sure(token: str) -> bool:
    """Whether a token that spells a word is no ordinary token with a figure at its end."""
    if token[0] in "@$" or not token[-1].isalnum() or len(token) < _MIN_WORD:
        return False
    if _EDGE.fullmatch(token):
        letters = sum(map(str.isalpha, token))
        return letters >= _MIN_EDGE and len(token) - letters == 1 and token[-1] != "5"
    return True


def _separator(gaps: list[str]) -> str:
    """The gap that is only there to part the letters: the commonest."""
    return max(set(gaps), key=lambda gap: (gaps.count(gap), -len(gap)))


def _run_edit(match: re.Match[str], text: str, view: View, vocabulary: Vocabulary) -> Edit | None:
    """A run of single characters as words: equal gaps go, what else stands in a gap stays."""
    run, base = match.group(), match.start()
    if sum(map(str.isalpha, run[: 4 * _MAX_RUN])) < _MIN_LETTERS or len(run) > _MAX_RUN:
        return None
    gaps = list(_GAP.finditer(run))
    usual = _separator([gap.group() for gap in gaps])
    width = min(_inked(text, view.origin(base + gap.start() - 1), view.origin(base + gap.end())) for gap in gaps)
    chars: list[tuple[str, int]] = []
    position = 0
    for gap in gaps:
        chars.append((run[position], base + position))
        position = gap.end()
        chars += _kept(gap, base, usual, width, text, view)
    chars.append((run[position], base + position))
    return _with_words(match, chars, vocabulary)


def _inked(text: str, before: int, after: int) -> int:
    """How many code points stand between two of the original, but for invisible ones: the view has one for spaces."""
    return len(text[before + 1 : after].translate(LETTERS))


def _kept(gap: re.Match[str], base: int, usual: str, width: int, text: str, view: View) -> list[tuple[str, int]]:
    """What of a gap is no separator: a sign of its own, and a space where the gap is wider than usual."""
    mark = usual.strip() or "\n"
    inner = gap.group().strip(" \n").removeprefix(mark).removesuffix(mark) if gap.group() != usual else ""
    at = base + gap.start() + (gap.group().index(inner[0]) if inner else 0)
    before, after = view.origin(base + gap.start() - 1), view.origin(base + gap.end())
    if not inner:
        wide = gap.group() != usual or _inked(text, before, after) > width
        return [(" ", at)] if wide else []
    kept = [(inner[0], at)]
    if _inked(text, before, view.origin(at)) > width:
        kept.insert(0, (" ", base + gap.start()))
    if _inked(text, view.origin(at), after) > width:
        kept.append((" ", at))
    return kept


def _with_words(match: re.Match[str], chars: list[tuple[str, int]], vocabulary: Vocabulary) -> Edit:
    text: list[str] = []
    origins: list[int] = []
    joined = "".join(char for char, _ in chars)
    cuts = set(_cuts(joined, vocabulary)) if joined.isalnum() else set()
    for index, (char, origin) in enumerate(chars):
        if index in cuts and text[-1] != " " and char != " ":
            text.append(" ")
            origins.append(origins[-1])
        text.append(char)
        origins.append(origin)
    return Edit(match.start(), match.end(), "".join(text), origins)


def _cuts(joined: str, vocabulary: Vocabulary) -> list[int]:
    """Where words of the lexicon begin and end in letters without gaps: the cheapest way to read them.

    A word of four letters or more costs 1, a shorter one 2, a stretch that is no word 1 and 1 for each character.
    Bounded by the longest word that is looked for, so linear.
    """
    best: list[tuple[int, int, bool]] = [(0, 0, True)]  # cost, start of the last piece, whether that is a word
    for end in range(1, len(joined) + 1):
        cost, start, word = best[end - 1]
        choice = (cost + 1 + word, end - 1 if word else start, False)
        for begin in range(max(0, end - _LONGEST_WORD), end - 1):
            if joined[begin:end] in vocabulary.words:
                price = 1 if end - begin >= _SURE_WORD or joined[begin:end] in _JOINTS else 2
                choice = min(choice, (best[begin][0] + price, begin, True))
        best.append(choice)
    pieces: list[tuple[str, int, bool]] = []
    end = len(joined)
    while end > 0:
        _, start, word = best[end]
        pieces.append((joined[start:end], start, word))
        end = start
    return _firm(pieces[::-1])


def _firm(pieces: list[tuple[str, int, bool]]) -> list[int]:
    """The cuts that stand: among letters of no word, a short word is more likely a part of a name."""
    whole = all(word for _, _, word in pieces)
    firm = [word and (whole or len(text) >= _SURE_WORD or text in _JOINTS) for text, _, word in pieces]
    return [pieces[index][1] for index in range(1, len(pieces)) if firm[index - 1] or firm[index]]


def _glued_edits(text: str, vocabulary: Vocabulary) -> list[Edit]:
    """Addresses without any gap: "noraatgmaildotcom"."""
    edits = []
    glued = "at" in text and ("dot" in text or _DOTTED.search(text) is not None)
    for match in _GLUED.finditer(text) if glued else ():
        if match.group(2) in vocabulary.services:
            at = match.start(2) - 2
            edits.append(Edit(at, match.start(2), "@", [at]))
            if match.group(3) == "dot":
                edits.append(Edit(match.start(3), match.end(3), ".", [match.start(3)]))
    return edits


def _parted_edits(text: str, vocabulary: Vocabulary) -> list[Edit]:
    """Names of services and networks in two halves: "hot + mail"."""
    edits = []
    for match in _PARTED.finditer(text) if "+" in text or " plus " in text else ():
        name, pair = match.group(1) + match.group(3), f"{match.group(1)} {match.group(3)}"
        first, second = range(match.start(), match.end(1)), range(match.start(3), match.end())
        if name in vocabulary.parted:
            edits.append(Edit(match.start(), match.end(), name, [*first, *second]))
        elif pair in vocabulary.pairs:
            edits.append(Edit(match.start(), match.end(), pair, [*first, match.end(1), *second]))
    return edits


def _torn_edits(text: str, vocabulary: Vocabulary) -> list[Edit]:
    """Long names with spaces in them where no word ends: "instag ram", "te le gr am".

    Nearly every word is no beginning of such a name, and at most five are put together: linear.
    """
    edits = []
    words = list(_WORD.finditer(text)) if not vocabulary.torn.isdisjoint(_PARTS.findall(text)) else []
    at = 0
    while at < len(words):
        joined, last = words[at].group(), at
        while joined in vocabulary.torn and joined not in vocabulary.long and last + 1 < len(words):
            if words[last + 1].start() - words[last].end() > 1 or last - at >= _MOST_PIECES:
                break
            last += 1
            joined += words[last].group()
        if last > at and joined in vocabulary.long:
            places = [place for word in words[at : last + 1] for place in range(*word.span())]
            edits.append(Edit(words[at].start(), words[last].end(), joined, places))
            at = last
        at += 1
    return edits


def _capital_edits(text: str, view: View) -> list[Edit]:
    """Addresses whose words for symbols are told by their capitals alone: "noraATnorthpineDOTco"."""
    edits = []
    for match in _CAPITALS.finditer(text) if "DOT" in text or "Dot" in text else ():
        for group, symbol in ((1, "@"), (2, ".")):
            start, end = map(view.position, match.span(group))
            edits.append(Edit(start, end, symbol, [start]))
    return edits


def _at_edits(text: str, view: View) -> list[Edit]:
    """Circled letters a that stand alone, or among plain letters, as at-signs."""
    edits = []
    for origin, char in enumerate(text):
        if char in CIRCLED_AT:
            position = view.position(origin)
            around = view.text[max(0, position - 1) : position] + view.text[position + 1 : position + 2]
            beside = text[max(0, origin - 1) : origin] + text[origin + 1 : origin + 2]
            alone = not any(map(str.isalnum, around)) or beside.isascii()
            if view.text[position : position + 1] == "a" and alone:
                edits.append(Edit(position, position + 1, "@", [position]))
    return edits


def _flag_edits(text: str, view: View) -> list[Edit]:
    """Two letters in regional indicators with a space between, as one word: what no flag is written as."""
    edits = []
    for match in _REGIONAL.finditer(text):
        first, last = view.position(match.start()), view.position(match.end() - 1)
        edits.append(Edit(first, last + 1, view.text[first] + view.text[last], [first, last]))
    return edits


def names_number_sign(text: str) -> bool:
    """Whether a "#" in a letters view is written for a telephone number: "what's ur #"."""
    return _HASH.search(text) is not None


def _hash_edits(text: str) -> list[Edit]:
    """Number signs that are the word: "what # do i text"."""
    found = _HASH.finditer(text) if "#" in text else ()
    return [Edit(one.start(1), one.end(1), "number", [one.start(1)] * len("number")) for one in found]


def undisguised(text: str, view: View, vocabulary: Vocabulary) -> tuple[View, tuple[Disguise, ...]]:
    """The plain view of a text, given its letters view, and what was undone to get there."""
    named = [(edit, "leet") for edit in _leet_edits(view.text, vocabulary)]
    runs = (_run_edit(match, text, view, vocabulary) for match in _SPACED.finditer(view.text))
    named += [(edit, "spaced") for edit in runs if edit is not None]
    if not text.isascii() and not CIRCLED_AT.isdisjoint(text):
        named += [(edit, "circled") for edit in _at_edits(text, view)]
    if not text.isascii():
        named += [(edit, "spaced") for edit in _flag_edits(text, view)]
    named += [(edit, "glued") for edit in _glued_edits(view.text, vocabulary)]
    named += [(edit, "glued") for edit in _capital_edits(text, view)]
    named += [(edit, "leet") for edit in _hash_edits(view.text)]
    named += [(edit, "spaced") for edit in _parted_edits(view.text, vocabulary)]
    named += [(edit, "spaced") for edit in _torn_edits(view.text, vocabulary)]
    if not named:
        return view, ()
    named.sort(key=lambda pair: pair[0].start)
    edits: list[Edit] = []
    disguises: list[Disguise] = []
    for edit, technique in named:
        if edits and edit.start < edits[-1].end:
            continue
        edits.append(edit)
        disguises.append(Disguise(*view.span(edit.start, edit.end), technique))
    return rewrite(view, edits), tuple(disguises)


def disguised(text: str, view: View, vocabulary: Vocabulary) -> bool:
    """Whether a text, given its letters view, has words of the lexicon in it that are disguised."""
    return undisguised(text, view, vocabulary)[0] is not view
