"""The anchors of words in disguise: with gaps between their letters, with figures or signs for some, or torn.

The prefilter looks for them in its buffer, where a figure is a 0 and any other sign a space.
"""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from itertools import chain

from consumer.detection.disguise import GLUED_ENDINGS, Vocabulary
from consumer.detection.lexicon import Lexicon, Role
from consumer.detection.lexicon.spelling import Sign

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_MIN_DISGUISED = 4
"""Letters of a word that is looked for with gaps between its letters, or with a figure at its edge."""
_MAX_SPACED = 8
"""Characters of a host with gaps between its letters that are looked for."""
_MIN_BARE = 5
"""Letters of a mail service that is looked for without a space after it, as in scripts that have none."""
_PLUSES = (" ", "   ", " plus ")
"""What a plus between two words is here."""
_GAPS = (" ", "  ", "   ")
"""What parts a host's labels, as words: "t.me", "t. me", "t . me"."""
_SIGNED = frozenset("sil")
"""Letters that `$`, `!` and `|` are written for."""
_REST: tuple[dict[int, int], ...] = ({}, str.maketrans("oieast", "0" * 6), str.maketrans("oieast", "000@00"))
"""What stands for the other letters of such a word."""
_MIN_EDGED = 3
"""Letters that are left of a network's name whose first or last letters are figures."""

STRONG = frozenset(
    {Role.EMAIL, Role.PHONE, Role.NETWORK, Role.PAYMENT, Role.OUTSIDE, Role.DEAL, Role.LINK, Role.SPELLING,
     Role.ASKS_EMAIL, Role.ASKS_PHONE, Role.ASKS_HANDLE, Role.ASKS_PAYMENT}
)  # fmt: skip
"""Roles of phrases that make a message a suspect by themselves."""


def gapped_anchors(lexicon: Lexicon, vocabulary: Vocabulary) -> Iterator[str]:
    """What makes a message a suspect: words with gaps between their letters, hosts with gaps around their dots."""
    return _disguised(lexicon, vocabulary, _words(lexicon))


def leet_anchors(lexicon: Lexicon, vocabulary: Vocabulary) -> Iterator[str]:
    """What makes a message one if a word is disguised in it: figures and signs among letters, names that are torn."""
    return chain(_mixed(_words(lexicon)), _edged(vocabulary), _parted(vocabulary), _torn(vocabulary))


def _words(lexicon: Lexicon) -> set[str]:
    """The anchors that are one word in Latin letters."""
    names = lexicon.having(*STRONG)
    names |= {
        pattern for pattern, meanings in lexicon.spelling.items() if any(m.sign is Sign.PROVIDER for m in meanings)
    }
    words = {pattern.strip() for pattern in names if pattern.startswith(" ") and pattern.endswith(" ")}
    return {word for word in words if word.isascii() and word.isalpha() and len(word) >= _MIN_DISGUISED}


def _disguised(lexicon: Lexicon, vocabulary: Vocabulary, words: AbstractSet[str]) -> Iterator[str]:
    """The beginnings of anchors with gaps between their letters, and contact hosts with gaps around their dots."""
    run_together = (pattern.replace(" ", "") for pattern in lexicon.having(*STRONG))
    latin = (letters for letters in run_together if letters.isascii() and letters.isalpha())
    for opening in {letters[:_MIN_DISGUISED] for letters in latin if len(letters) >= _MIN_DISGUISED}:
        yield from (f" {gap.join(opening)} " for gap in _GAPS)
    for pattern in lexicon.having(Role.LINK):
        for gap in _GAPS:
            yield f" {gap.join(pattern.split())} "
            yield f"'{gap.join(pattern.split())} "
            yield f" {gap.join(' '.join(label) for label in pattern.split())[:_MAX_SPACED].strip()} "
    for word in words:
        yield from (f" {gap.join(word[:_MIN_DISGUISED])} " for gap in _GAPS)
    for service in vocabulary.services:
        yield f"at{service}dot"
        if lexicon.spelling[f" {service} "][0].sign is not Sign.AFTER_AT:
            yield f"'{service}"
            yield f" at {service}"
        else:
            yield f" {lexicon.spelling[f' {service} '][0].value.replace('.', ' ')} "
        yield f"at{service} "
        if len(service) >= _MIN_BARE:
            yield f" {service}"
            if lexicon.spelling[f" {service} "][0].sign is Sign.PROVIDER:
                yield service  # a script without spaces may go before it as well
    for ending in GLUED_ENDINGS:
        yield f"dot{ending} "


def _mixed(words: AbstractSet[str]) -> Iterator[str]:
    """A figure or two between letters, and anchors whose first or last letter is a figure."""
    for first in _LETTERS:
        for last in _LETTERS:
            yield f"{first}0{last}"
            yield f"{first}00{last}"
    for letter in "бгджзийлпфцчшщъыьэюя":
        for other in (*_LETTERS, *"бгджзийлпфцчшщъыьэюя"):
            yield f"{letter}0{other}"
            yield f"{other}0{letter}"
    for word in words:
        yield f" 0{word[1:]} "
        yield f" {word[:-1]}0 "
        yield f" 0{word[1:-1]}0 "
        yield from _signed(word)


def _signed(word: str) -> Iterator[str]:
    """A word with a sign for one of its letters, which is a space here, and figures or an @ for none or all others."""
    for at, letter in enumerate(word[:-1]):
        if letter in _SIGNED:
            for table in _REST:
                front, back = word[:at].translate(table), word[at + 1 :].translate(table)
                yield f" {front} {back} " if front else f" {back} "


def _edged(vocabulary: Vocabulary) -> Iterator[str]:
    """Networks whose first or last letters are figures: "11nkedin", "snapch47"."""
    for name in vocabulary.networks:
        for size in (1, 2):
            if len(name) - size >= _MIN_EDGED:
                yield f" {'0' * size}{name[size:]} "
                yield f" {name[:-size]}{'0' * size} "


def _parted(vocabulary: Vocabulary) -> Iterator[str]:
    """Names in two halves with a plus between them; the plus is a space here."""
    for name in vocabulary.parted:
        for cut in range(1, len(name)):
            for plus in _PLUSES:
                yield f" {name[:cut]}{plus}{name[cut:]} "
    for pair in vocabulary.pairs:
        for plus in _PLUSES[1:]:
            yield f" {pair.replace(' ', plus)} "


def _torn(vocabulary: Vocabulary) -> Iterator[str]:
    """The first two pieces of long names that are torn where no word ends."""
    for name in vocabulary.long:
        for first in range(2, len(name) - 1):
            yield from (f" {name[:first]} {name[first:last]} " for last in range(first + 2, len(name) + 1))
