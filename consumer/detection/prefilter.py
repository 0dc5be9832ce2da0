"""The batch-wide prefilter: which texts may contain anything at all.

All texts are joined into one buffer and searched in one pass of a native Aho-Corasick automaton for anchors: words
without which no detector finds anything, an `@`, the host of a contact link, three digits in a row. An anchor
that is also an ordinary word, or digits, is looked at once more before the text becomes a suspect.

Invariant: a text that is not a suspect has no findings and starts no memory (`Detector` asks this module first,
and a property test asks the detectors without it).
"""

import re
from collections.abc import Callable, Sequence
from enum import IntEnum, auto

from ahocorasick_rs import BytesAhoCorasick, Implementation

from consumer.detection.anchors import STRONG, gapped_anchors, leet_anchors
from consumer.detection.compositions import Compositions
from consumer.detection.digit_gate import DigitGate
from consumer.detection.disguise import CIRCLED_AT, Vocabulary, disguised, names_number_sign
from consumer.detection.emblem import DRAWN, names_drawn
from consumer.detection.encoded import figure_anchors, shows_figures
from consumer.detection.fragments import MAX_OPENING, opens_by_figures, opens_by_word
from consumer.detection.lexicon import Lexicon, Role
from consumer.detection.lexicon.spelling import Sign
from consumer.detection.names import TAGGED
from consumer.detection.suffixes import is_suffix
from consumer.detection.views import LETTERS, WORDS, Fold, letters_view
from consumer.detection.wallets import has_token, is_token, wallet_anchors

_LONG = 4_096
"""Longer texts are suspects unseen: they are rare, and made of anchors they would cost a search for each."""
_NUL = "\x00"
_WEAK = frozenset({Role.NUMBER, Role.WEAK_NETWORK})
_PAYING = frozenset({Role.PAY, Role.BANK})
"""Beside these an account counts, if there is one."""
_AWAY = frozenset({Role.AWAY, Role.DIRECT})
_DOING = frozenset({Role.DO, Role.PAY})
"""Without one of these, going away proposes nothing."""
_CUES = frozenset(
    {Role.ASK, Role.PLACE, Role.ASK_AFTER, Role.HAVE, Role.YOUR, Role.MY, Role.MOVE, Role.PAY, Role.CALL, Role.POLITE,
     Role.GIVE, Role.MOVE_AFTER, Role.THERE, Role.OFFER, Role.SAME, Role.ACCOUNT}
)  # fmt: skip
_ZEROS = str.maketrans("123456789", "0" * 9)
_FIGURES = re.compile("[1-9]")


_SPELLED = frozenset({Sign.AT, Sign.PROVIDER, Sign.WEAK_PROVIDER, Sign.SITE, Sign.ENCODED, Sign.BACKWARDS})
"""Words without which no address is spelled out, but for dots: those need a host after them."""
_PIECES = frozenset({Sign.FRONT, Sign.BACK, Sign.PARTS})
"""What talks of the parts of an address, which speaks for itself where it names the sign: "before the @"."""
_NAMELIKE = re.compile(r"[=>(_#]|\w\.\w|[^\W\d_]\d|[^\x00-\x7f]")
"""What a user name, or the sign before it, has and plain words have not."""
_SEEKING = (b" search ", b" find ", b" look ")
"""What leads to a full name on a network."""
_BRIEF = 10
"""Words of a message that is too long to be nothing but a network and a name."""
_LATIN = re.compile(r"[a-z0-9]*")
_AFTER_SIGN = 64
"""Bytes after a dot or an @ in which its host must begin."""


_MAX_LOOKS = 24
"""Dots and at-signs of one text that are judged; a text with more is a suspect."""


class _Anchor(IntEnum):
    STRONG = auto()
    WEAK = auto()
    DIGITS = auto()
    AT = auto()
    SPELLED = auto()
    SPLICE = auto()
    DOT = auto()
    LEET = auto()
    AT_WORD = auto()
    AWAY = auto()
    WALLET = auto()
    COMPOSED = auto()
    EMBLEM = auto()
    ENCODED = auto()
    SLOT = auto()


_HOSTED = re.compile(r"[.,\u00b7\u2022](?:(?<=[\w)\]}>].)[a-zA-Z]{2}|(?<= [.]) ?[a-zA-Z]{2}|(?<=[(\[{<][.])[)\]}>])")
"""A dot that can be one of a host, somewhere in a text. The dot is sought first: there are few."""


def _ascii_table() -> bytes:
    def fold(code: int) -> str:
        char = chr(code)
        if char == _NUL or char in "'@":
            return char
        return "0" if char.isdigit() else char.lower() if char.isalpha() else " "

    return "".join(fold(code) for code in range(128)).encode() + b" " * 128


_ASCII = _ascii_table()


def _fold(char: str) -> str:
    if char in CIRCLED_AT:
        return "@"
    if char in DRAWN:
        return _EMBLEM
    return char if char == _NUL else char.translate(LETTERS).translate(WORDS).translate(_ZEROS)


_FLAGS = ("ig", "tg", "fb", "wa", "vk", "dc", "sc")
"""Networks of two letters, written as two regional indicators."""
_EMBLEM = " \x02 "
"""What stands for every emblem: a word by itself, whatever touches it."""
_FOLDED = Fold(_fold)
"""What the letters view, its words and the zeroing of digits do, in one step."""


_SPACES = re.compile("  +")
_FOREIGN = re.compile(r"[^\x00-\x7f]+")
_ASCII_AMONG_OTHERS = _ASCII[:2] + b"\x02" + _ASCII[3:128] + bytes(range(128, 256))
"""The table for text that is folded where it is not ASCII: emblems and the bytes of other scripts stay."""


def _fold_run(run: re.Match[str]) -> str:
    return run.group().translate(_FOLDED)


class Prefilter:
    """Finds the suspects of a batch."""

    def __init__(self, lexicon: Lexicon, compositions: Compositions, vocabulary: Vocabulary | None = None) -> None:
        """Build the two automatons: anchors for the batch, cues for single texts. `vocabulary` is the lexicon's."""
        self._vocabulary = vocabulary or Vocabulary(lexicon)
        kinds: dict[str, _Anchor] = {}
        for roles, kind in _BY_ROLES:
            # All at once: a translation for each of a hundred thousand patterns would be felt.
            phrases = _FIGURES.sub("0", "\n".join(lexicon.having(*roles)))
            kinds.update({phrase: kind for phrase in phrases.split("\n") if phrase and phrase not in kinds})
        self._gate = DigitGate(lexicon)
        self._number_words = lexicon.numerals.words
        kinds.update({anchor: _Anchor.SPELLED for anchor in self._gate.spelled if anchor not in kinds})
        kinds.update(dict.fromkeys(self._gate.digits, _Anchor.DIGITS))
        kinds.update({anchor: _Anchor.WALLET for anchor in wallet_anchors() if anchor not in kinds})
        kinds.update({anchor: _Anchor.ENCODED for anchor in figure_anchors() if anchor not in kinds})
        kinds["@"] = _Anchor.AT
        kinds[_EMBLEM] = _Anchor.EMBLEM
        kinds.update({f" {' '.join(flag)} ": _Anchor.WEAK for flag in _FLAGS})
        kinds.setdefault(" 0g ", _Anchor.LEET)
        for pattern, meanings in lexicon.spelling.items():
            signs = {meaning.sign for meaning in meanings}
            if not signs.isdisjoint(_SPELLED):
                kinds[pattern.translate(_ZEROS)] = _Anchor.STRONG
            elif Sign.DOT in signs:
                kinds.setdefault(pattern, _Anchor.DOT)
            elif not signs.isdisjoint(_PIECES) and ("@" in pattern or pattern.endswith(" at ")):
                kinds.setdefault(pattern, _Anchor.STRONG)
            elif Sign.WEAK_AT in signs:
                kinds.setdefault(pattern, _Anchor.AT_WORD)
            if Sign.FRONT in signs:
                kinds.setdefault(pattern, _Anchor.SLOT)
        for pattern in gapped_anchors(lexicon, self._vocabulary):
            kinds.setdefault(pattern, _Anchor.STRONG)
        for pattern in leet_anchors(lexicon, self._vocabulary):
            kinds.setdefault(pattern, _Anchor.LEET)
        self._endings = {
            pattern.strip()
            for pattern, meanings in lexicon.spelling.items()
            if any(meaning.sign is Sign.ENDING for meaning in meanings)
        }
        self._fillers = {
            pattern.strip()
            for pattern, meanings in lexicon.spelling.items()
            if any(meaning.sign is Sign.FILLER for meaning in meanings)
        }
        confirming: dict[_Anchor, Callable[[str, bytes], bool]] = {
            _Anchor.LEET: lambda text, _: disguised(text, letters_view(text), self._vocabulary),
            _Anchor.DIGITS: lambda text, piece: self._gate.digits_pass(text, piece) or opens_by_figures(text),
            _Anchor.SPELLED: lambda _, piece: self._gate.spelled_pass(piece),
            _Anchor.WALLET: lambda text, _: has_token(text if text.isascii() else letters_view(text).text),
            _Anchor.EMBLEM: lambda text, _: names_drawn(text),
            _Anchor.ENCODED: lambda text, _: shows_figures(text),
            _Anchor.SLOT: self._slotted,
            _Anchor.SPLICE: lambda _, piece: self._gate.count_pass(piece),
            _Anchor.AWAY: lambda _, piece: bool(self._doing.find_matches_as_indexes(piece)),
            _Anchor.WEAK: self._weak,
        }
        self._checks = [confirming.get(kind) for kind in (None, *_Anchor)]
        keys = compositions.keys
        composed = [f" {word} " for word in keys if kinds.get(f" {word} ") is not _Anchor.STRONG]
        self._compositions = compositions
        self._keys = [*[None] * len(kinds), *(keys[pattern.strip()] for pattern in composed)]
        self._kinds = [int(kind) for kind in (*kinds.values(), *[_Anchor.COMPOSED] * len(composed))]
        self._anchors = BytesAhoCorasick(
            [p.encode() for p in (*kinds, *composed)], implementation=Implementation.ContiguousNFA
        )  # as fast as the DFA, which no longer fits the processor's caches, and built in a sixth of its time
        self._cues = _automaton(lexicon, _CUES)
        self._doing = _automaton(lexicon, _DOING)
        backs = {p for p, meanings in lexicon.spelling.items() if any(m.sign is Sign.BACK for m in meanings)}
        self._backs = BytesAhoCorasick(sorted(p.encode() for p in backs), implementation=Implementation.ContiguousNFA)

    def suspects(self, texts: Sequence[str]) -> list[int]:
        """Indices, ascending, of the texts that may contain a finding or start a memory."""
        plain: list[int] = []
        other: list[int] = []
        found: set[int] = set()
        numbers = self._number_words
        for index, text in enumerate(texts):
            size = len(text)
            if size <= MAX_OPENING:
                if opens_by_word(text, numbers):
                    found.add(index)
                    continue
            elif size > _LONG:
                found.add(index)
                continue
            if ("#" in text and _asks_by_sign(text)) or (" " not in text and is_token(text)):
                found.add(index)
            elif text.isascii():
                plain.append(index)
            elif _asks_by_wide_sign(text):
                found.add(index)
            else:
                other.append(index)
        found |= self._search(texts, plain, _plain_buffer)
        if other:
            found |= self._search(texts, other, _folded_buffer)
        return sorted(found)

    def suspect(self, text: str) -> bool:
        """Whether one text may contain a finding or start a memory."""
        return bool(self.suspects((text,)))

    def _search(self, texts: Sequence[str], indices: list[int], buffer: Callable[[list[str]], bytes]) -> set[int]:
        haystack = buffer([texts[index] for index in indices])
        hits = self._anchors.find_matches_as_indexes(haystack, overlapping=True)
        if not hits:
            return set()
        return self._confirm(hits, haystack, texts, indices)

    def _confirm(
        self, hits: Sequence[tuple[int, int, int]], haystack: bytes, texts: Sequence[str], indices: list[int]
    ) -> set[int]:
        """The texts with an anchor that is one. Hits come by their end, so the texts they are in come in order."""
        pieces = haystack.split(b"\x00")[1:-1]
        kinds, checks, keys = self._kinds, self._checks, self._keys
        tried = -1  # the last key of compositions of the piece at hand: words repeat
        strong, at_word = int(_Anchor.STRONG), int(_Anchor.AT_WORD)
        found: set[int] = set()
        at, index, looks = 0, indices[0], 0
        edge = 2 + len(pieces[0])  # where the piece at hand and its separator end
        refuted = 0  # bits of kinds; all of them once the text is a suspect
        for pattern, _, end in hits:
            if end > edge:
                while end > edge:
                    at += 1
                    edge += 1 + len(pieces[at])
                index, refuted, looks, tried = indices[at], 0, 0, -1
            kind = kinds[pattern]
            if refuted >> kind & 1:
                continue
            check, key = checks[kind], keys[pattern]
            if key is not None:
                if pattern == tried or not self._compositions.asked(key, texts[index], pieces[at]):
                    tried = pattern
                    if b"'" in pieces[at]:
                        refuted |= 1 << kind  # all keys were asked
                    continue
                suspect = True
            elif check is not None:
                suspect = check(texts[index], pieces[at])
            else:
                unhosted = kind == at_word and _HOSTED.search(texts[index]) is None
                suspect = kind == strong or (not unhosted and self._placed(kind, haystack[end : end + _AFTER_SIGN]))
                if not suspect and not unhosted:
                    looks += 1
                    if looks <= _MAX_LOOKS:
                        continue
                    suspect = True
            refuted = -1 if suspect else refuted | 1 << kind
            if suspect:
                found.add(index)
        return found

    def _hosted(self, after: bytes, *, loose: bool) -> bool:
        """Whether what follows a dot or an @ can go on as a host: one of the next words is a public suffix.

        After a dot it must be the next word. After an @ there is a name first, or its first letters one by one.
        """
        words = [word.decode("utf-8", "replace") for word in after.split(b"\x00", 1)[0].split()[:4]]
        words = [_latin(word).strip("'") for word in words]
        if not loose:
            while len(words) > 1 and words[0] in self._fillers:
                words.pop(0)  # "dot, then me"
            return bool(words) and (is_suffix(words[0]) or words[0] in self._endings)
        return any(map(is_suffix, words[1:])) or [len(word) for word in words[:2]] == [1, 1]

    def _placed(self, kind: int, after: bytes) -> bool:
        if kind == _Anchor.DOT:
            return self._hosted(after, loose=False)
        glued = kind == _Anchor.AT and (after[:1].isalnum() or not after[:1].isascii())
        return glued or self._hosted(after, loose=True)

    def _weak(self, text: str, piece: bytes) -> bool:
        return (
            ":" in text
            or "?" in text
            or (len(piece.split()) < _BRIEF and _NAMELIKE.search(text) is not None)
            or self._cued(piece)
            or any(word in piece for word in _SEEKING)
        )

    def _slotted(self, text: str, piece: bytes) -> bool:
        """Whether a text with a word for the name of an address has one for its host, and a host."""
        return _HOSTED.search(text) is not None and bool(self._backs.find_matches_as_indexes(piece))

    def _cued(self, piece: bytes) -> bool:
        return bool(self._cues.find_matches_as_indexes(piece))


_BY_ROLES = (
    (STRONG, _Anchor.STRONG), (_WEAK, _Anchor.WEAK), (_AWAY, _Anchor.AWAY), (frozenset({Role.SPLICE}), _Anchor.SPLICE),
    (_PAYING, _Anchor.WALLET),
)  # fmt: skip
"""What kind of anchor a phrase with one of these roles is: the first that holds."""


def _asks_by_sign(text: str) -> bool:
    """Whether a text asks for a number by its sign, or has a name with figures behind it: the buffer keeps no signs."""
    letters = letters_view(text).text
    return names_number_sign(letters) or TAGGED.search(letters) is not None


def _asks_by_wide_sign(text: str) -> bool:
    return ("\uff03" in text or "\ufe5f" in text) and _asks_by_sign(text)


def _latin(word: str) -> str:
    """The word without what a script without spaces puts after it: "ioです"."""
    return word if word.isascii() else _LATIN.match(word).group() or word  # type: ignore[union-attr]


def _automaton(lexicon: Lexicon, roles: frozenset[Role]) -> BytesAhoCorasick:
    """Finds the phrases of these roles."""
    patterns = {pattern.translate(_ZEROS).encode() for pattern in lexicon.having(*roles)}
    return BytesAhoCorasick(sorted(patterns), implementation=Implementation.ContiguousNFA)


def _joined(texts: list[str]) -> str:
    """The texts with single spaces in them, each between separators."""
    single = [text if "  " not in text else _SPACES.sub(" ", text) for text in texts]
    joined = " \x00 ".join(single)
    if joined.count(_NUL) != len(texts) - 1:
        joined = " \x00 ".join(text.replace(_NUL, " ") for text in single)
    return f"{_NUL} {joined} {_NUL}"


def _plain_buffer(texts: list[str]) -> bytes:
    """The texts, all of them ASCII, as padded words, each between separators."""
    return _joined(texts).encode().translate(_ASCII)


def _folded_buffer(texts: list[str]) -> bytes:
    """The same of texts of any script."""
    return _FOREIGN.sub(_fold_run, _joined(texts)).encode("utf-8", "surrogatepass").translate(_ASCII_AMONG_OTHERS)
