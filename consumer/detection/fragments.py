"""Fragments: messages that may be a piece of a detail which its sender splits over several messages.

A detail is split into figures ("98110", "then 555"), into names and the words of an address ("mira.roen", "arroba"),
and into sentences one word a message ("lets", "talk", "outside"). Here is what single messages look like; what they
come to together is told by `assembling`.

Everything is bounded: only the first 120 code points of a message are looked at, or its last 80 kept.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import pairwise

from consumer.detection.figures import (
    ASKING_FIGURES,
    CHATTER,
    FILLER,
    MAX_TAIL,
    MAX_TOKENS,
    MIN_FIGURES,
    ORDER,
    TRIM,
    figures_of,
    tail_figures,
)
from consumer.detection.lexicon import Role, word_list, word_table
from consumer.detection.lexicon.numbers import Numeral, Part
from consumer.detection.lexicon.spelling import Sign
from consumer.detection.numerals import NumeralReader, runs
from consumer.detection.pieces import PLAIN_LETTERS
from consumer.detection.reading import Reading
from consumer.detection.views import LETTERS, digits_view, letters_view, words_of
from consumer.events.conversation import MAX_FRAGMENT

_OPENING = word_list("fragments.toml", "opening")
_OPENING_PHRASES = word_list("fragments.toml", "opening_phrases")
SIGNS = {word: sign for sign, words in word_table("fragments.toml", "signs").items() for word in words.split()}
"""Words for the signs between the parts of a name, with the sign."""
_OPENING_AT_END = word_list("fragments.toml", "opening_at_end")
_GATHERING = word_list("fragments.toml", "gathering")
SUPPOSING = word_list("fragments.toml", "supposing")
"""What may stand at the end of a supposition and is none of it."""
_GENERIC_MAIL = word_list("fragments.toml", "generic_mail")
_NUMBERING = word_list("fragments.toml", "numbering")
_URGING = word_list("fragments.toml", "urging")
_OF_FIGURES = word_list("fragments.toml", "of_figures")
_OF_PEOPLE = word_list("fragments.toml", "of_people")
_URGING_WORDS = word_list("fragments.toml", "urging_words")
_NAMING = word_list("fragments.toml", "naming")
_NAMING_VERBS = frozenset(phrase.rsplit(" ", 1)[-1] for phrase in _NAMING)
_REFERRING = word_list("fragments.toml", "referring")
_AT_SIGNS = word_list("fragments.toml", "at_signs")
_AT_ENDS = ("@", "[at]", "(at)", "{at}", "<at>", "(a)", "[a]")
"""What a name ends with whose host comes in another message."""
_PARTING = frozenset(",-;:|/\u2013\u2014")
_YES = word_list("fragments.toml", "confirming")
_REFERRED = frozenset({"search", "name", "there", "same", "before", "after"})
_PLAIN_WORDS = 3
"""Words of a message that may be a piece whatever they are."""
NO_NUMBERS: Mapping[str, Numeral] = {}
"""For who asks about figures alone."""
_LEADING_WORDS = word_list("fragments.toml", "leading_on")
_LEADING_ON = frozenset(":-=@\uff1a\uff0d\uff1d")
_SIGNS_OF_DETAILS = frozenset("@./_-")
"""Signs that somebody who sends a detail in pieces sends alone."""
_TORN_OFF = frozenset(
    name[:size] for name in word_list("fragments.toml", "torn") for size in range(2, len(name))
) - word_list("fragments.toml", "not_torn")  # fmt: skip
"""What a message of one word begins a name with that is torn over several."""
_ALONE = word_list("fragments.toml", "opening_alone") | _OPENING | _OPENING_AT_END | ASKING_FIGURES
_MAX_QUESTION = 40
"""Code points of a question that is answered with figures."""

MAX_OPENING = 40
"""Code points of a message that opens by one of its words."""
_PAIR = 2
_OH = frozenset({"o", "oh"})
"""Short words for zero; other number words of two letters are mostly something else."""
_MAX_REFERRING = 8
"""Words of a message in which one that refers to a name is sought."""
_MIN_NAMED = 4
_NAMED = re.compile(r"[a-z0-9][a-z0-9._-]{3,31}")
_NAME = re.compile(r"@?[^\W_][\w.\-]{2,31}|[@._][\w.\-]{2,31}")
_NAME_MARKS = frozenset("._@")
_MIN_SPELLED = 3
"""Digits of a piece that is read out; one fewer after a zero, which telephone numbers begin with."""
_RUN_OF_DIGITS = re.compile(r"[0-9]{3}|[0-9] [0-9] [0-9]")
"""In a first fragment: one or two digits are quantities far more often, and no anchor of the prefilter."""
_PASSING = re.compile(r"(?<![^\s(])(?!(?:19|20)[0-9]{2})[0-9]{3,4}(?![^\s),!])")
"""Figures named in passing, which a later message may put together; no year."""
_ASIDE = re.compile(r"\((?!(?:19|20)[0-9]{2}\))[0-9]{4,8}\) ?$")
"""Figures in brackets at the end of a message about something else; no year."""
_ABROAD = re.compile(r"\+[0-9]{1,4}(?:[ -][0-9]{1,4}){0,2} ?$")
"""The code of a country, and a first figure or two, at the end of a message."""
_COUNTRY = re.compile(r"\(?\+[0-9]{1,4}\)?")


def is_name(token: str) -> bool:
    """Whether one word looks like a user name or a piece of an address: `jorge.maqueta`, `.designs_88`, `mira88`."""
    if not _NAME.fullmatch(token) or not any(map(str.isalpha, token)) or "://" in token:
        return False
    inner = token.strip(".-")
    if token[0] in _NAME_MARKS and token[:2] != "..":
        return True
    return "_" in inner or "." in inner or (inner[-1].isdigit() and inner[0].isalpha())


def opens_by_word(text: str, numbers: Mapping[str, Numeral] = NO_NUMBERS) -> bool:
    """Whether a short message may be the first piece by one of its words, is a name, or asks for figures.

    `numbers` are number words: three of them, or a zero and one more, are a piece of a number read out. Asked of every
    message, so that the rest of this room is asked of few.
    """
    if len(text) > MAX_OPENING:
        return False
    if _begins_by_word(text, numbers):
        return True
    folded = text if text.isascii() else text.translate(LETTERS)
    return folded != text and _begins_by_word(folded, numbers)


def _begins_by_word(text: str, numbers: Mapping[str, Numeral]) -> bool:
    tokens = text.lower().split()
    while len(tokens) > _PAIR and tokens[-1] in _PARTING:
        tokens.pop()  # "write to felix.k -"
    if named_in(tokens) is not None or text.rstrip().endswith(_AT_ENDS) or _ABROAD.search(text) is not None:
        return True
    if _letter_by_letter(tokens) or is_at_sign(text):
        return True
    if len(tokens) == 1:
        bare = tokens[0].strip("!?,:;()[]{}<>*\"'") or tokens[0]
        return _opens_alone(bare) or tokens[0] in _AT_SIGNS or tokens[0].endswith(_AT_ENDS)
    if not _PAIR <= len(tokens) <= MAX_TOKENS:
        return len(tokens) > _PAIR and (
            f"{tokens[0]} {tokens[1]}" in _OPENING_PHRASES
            or _read_out(tokens, numbers)
            or ((tokens[-2] in FILLER or not _NAME_MARKS.isdisjoint(tokens[-1][1:-1])) and is_name(tokens[-1]))
            or (tokens[-1].endswith("?") and asks_figures(text))
            or (len(tokens) <= _MAX_WORDS and _numbers_things(tokens))
        )
    return (
        tokens[-1] in _OPENING_AT_END
        or (tokens[-1][-1] == ":" and len(tokens) < MAX_TOKENS)
        or any(f"{a} {b}" in _OPENING_PHRASES for a, b in pairwise(tokens))
        or (len(tokens) == _PAIR and not _OPENING.isdisjoint(tokens))
        or not SIGNS.keys().isdisjoint(tokens[1:-1])
        or ((tokens[-1][0] == "@" or not _NAME_MARKS.isdisjoint(tokens[-1].strip("._-"))) and is_name(tokens[-1]))
        or _read_out(tokens, numbers)
        or (len(tokens) < MAX_TOKENS and any(token.strip(TRIM) in ASKING_FIGURES for token in tokens))
        or (tokens[0][-1] == ":" and tokens[0][:-1] in ORDER and tokens[1].isdigit())
        or ((tokens[-1].endswith("?") or tokens[-1] in _OF_FIGURES) and asks_figures(text))
    )


def named_in(tokens: Sequence[str]) -> str | None:
    """The word that a message says something is called, which must be its last: "my company is larkrow"."""
    if len(tokens) <= _PAIR or _NAMING_VERBS.isdisjoint(tokens[1:-1]) or not tokens[-1].isascii():
        return None
    named = tokens[-1].strip(TRIM)
    if len(named) < _MIN_NAMED or not _NAMED.fullmatch(named):
        return None
    return named if any(f"{a} {b}" in _NAMING or b in _NAMING for a, b in pairwise(tokens[:-1])) else None


def referred(text: str, name: str) -> Iterator[str]:
    """The ways to read a message that refers to a name told before: "same at outlook com"."""
    words = text.split()
    if words and (words[0] in _AT_SIGNS or words[0][0] == "@"):
        yield f"{name} {text}"
    for size in (_PAIR, 1):
        for at in range(min(len(words), _MAX_REFERRING) - size + 1):
            phrase = " ".join(words[at : at + size]).lower().strip(TRIM)
            if phrase in _REFERRING:
                yield " ".join((*words[:at], name, *words[at + size :]))


def _letter_by_letter(tokens: Sequence[str]) -> bool:
    """Whether a message is nothing but single characters with letters among them: "k e l l y"."""
    return len(tokens) > _MIN_SPELLED and max(map(len, tokens)) == 1 and sum(map(str.isalpha, tokens)) >= _MIN_SPELLED


def _opens_alone(token: str) -> bool:
    """Whether a message of this one word may be the first piece of something."""
    if token.isdigit():
        return len(token) >= MIN_FIGURES
    if token.find("@") > 0 and is_name(token.replace("@", ".")):
        return True  # an address that goes on: "mira.roen@", "mira@gm"
    if token in _ALONE or is_name(token) or _COUNTRY.fullmatch(token) is not None:
        return True
    return token.translate(PLAIN_LETTERS) in _TORN_OFF


def _read_out(tokens: list[str], numbers: Mapping[str, Numeral]) -> bool:
    """Whether words are nothing but figures, three or more number words, or two of which the first is a zero."""
    first = tokens[0].removeprefix("(").removeprefix("+").removesuffix(")")
    if first != tokens[0] and first.isdigit() and all(map(str.isdigit, tokens[1:])):
        return True
    if len(tokens) == _PAIR and tokens[1] in numbers and len(first) > _PAIR:
        zero = numbers.get(letters_view(first).text)
        return zero is not None and zero.part is Part.VALUE and zero.value == 0
    if not (first.isdigit() or first in numbers or first in _OH):
        return False
    if all(map(str.isdigit, tokens)):
        return sum(map(len, tokens)) >= MIN_FIGURES
    return len(tokens) > _PAIR and all(
        word.isdigit() or word in _OH or (word in numbers and len(word) > _PAIR) for word in tokens
    )


def opens_by_figures(text: str) -> bool:
    """Whether a message, with three digits in a row, may be the first piece of a split number."""
    if len(text) <= MAX_FRAGMENT and _RUN_OF_DIGITS.search(digits_view(text).text) and figures_of(text):
        return True
    if len(text) <= MAX_TAIL and _ASIDE.search(text) is not None:
        return True
    return tail_figures(text) is not None or (len(text) <= MAX_OPENING and _PASSING.search(text) is not None)


def begins(text: str) -> bool:
    """Whether a message may be the first piece of something, by what it is made of."""
    return (opens_by_word(text) and not asks_figures(text)) or opens_by_figures(text)


_TOPICS = frozenset(
    {Role.EMAIL, Role.PHONE, Role.NUMBER, Role.NETWORK, Role.WEAK_NETWORK, Role.PAYMENT, Role.CALL, Role.SPELLING}
)
_NETWORKS = frozenset({Role.NETWORK, Role.WEAK_NETWORK})
_PARTS_OF_ADDRESS = frozenset({Sign.FRONT, Sign.BACK})
_TELEPHONES = frozenset({Role.PHONE, Role.NUMBER, Role.CALL})
_MAX_WORDS = 6
"""Words of a message that names a way of contact and may go on in the next."""


def names_a_way(reading: Reading) -> bool:
    """Whether a brief message names a way of contact without saying more: "insta", "my gmail"."""
    if len(reading.letters) > MAX_FRAGMENT or reading.having(Role.REFUSE):
        return False
    named = max((reading.letters.count(" ", *mark[:2]) for mark in reading.of(_NETWORKS)), default=0)
    brief = len(reading.words.split()) <= _MAX_WORDS + 1 + named
    if reading.roles.isdisjoint(_TOPICS):
        return brief and any(sign.sign is Sign.PROVIDER for sign in reading.signs)
    return brief or reading.having(Role.SPELLING)


def gathers(text: str) -> bool:
    """Whether a message tells to put pieces together, or what they are for: "ring me", "my number"."""
    tokens = text.lower().replace(",", " ").replace(".", " ").replace(":", " ").split()
    if any(pair in _OPENING_PHRASES for pair in map(" ".join, pairwise(tokens))):
        return True
    padded = f" {' '.join(tokens)} "
    return any((f" {phrase} " if phrase.isascii() else phrase) in padded for phrase in _GATHERING)


def digits_said(text: str, numerals: NumeralReader) -> int:
    """How many digits a text says, in figures or in words."""
    atoms = numerals.atoms(words_of(letters_view(text).text))
    return sum(len(atom.digits) if atom.numeral is None else atom.numeral.digits for atom in atoms)


def spells_digits(reading: Reading, numerals: NumeralReader) -> bool:
    """Whether a message is nothing but digits in words, with filler: "three one two"."""
    if len(reading.letters) > MAX_FRAGMENT or not _read_from(reading, numerals):
        return False
    atoms = numerals.atoms(reading.words)
    said = sum(len(atom.digits) if atom.numeral is None else atom.numeral.digits for atom in atoms)
    trunked = bool(atoms) and atoms[0].numeral is not None and atoms[0].numeral.value == 0
    if said < _MIN_SPELLED - trunked:
        return False
    rest = list(reading.letters)
    for atom in atoms:
        rest[atom.start : atom.end] = " " * (atom.end - atom.start)
    return all(token.strip(TRIM) in FILLER or not any(map(str.isalnum, token)) for token in "".join(rest).split())


def _read_from(reading: Reading, numerals: NumeralReader) -> bool:
    """Whether the first word of a message can be one of a number or filler: it tells most sentences from numbers."""
    word = reading.letters.split(maxsplit=1)[:1]
    first = word[0].strip(TRIM) if word else ""
    return not (first.isalpha() and first.isascii()) or first in FILLER or numerals.knows(first)


def opens(text: str, reading: Reading, numerals: NumeralReader) -> bool:
    """Whether a message without findings is remembered as the possible beginning of something."""
    return (
        begins(text)
        or names_a_way(reading)
        or spells_digits(reading, numerals)
        or _begins_a_number(reading, numerals)
        or _tells_a_part(reading)
        or reads_out_last(text, numerals)
    )


def reads_out_last(text: str, numerals: NumeralReader) -> bool:
    """Whether a message about something else ends with digits that are read out: "bigger font, five five five"."""
    head, comma, tail = text.rpartition(",")
    words = tail.split()
    if not comma or not head or not _MIN_SPELLED <= len(words) <= MAX_TOKENS or len(text) > MAX_TAIL:
        return False
    known = all(numerals.knows(letters_view(word).text.strip(TRIM)) for word in words)
    return known and digits_said(tail, numerals) >= _MIN_SPELLED


def _tells_a_part(reading: Reading) -> bool:
    """Whether a message tells one part of an address: "before the at: noor underscore frames"."""
    return len(reading.letters) <= MAX_FRAGMENT and any(
        sign.sign in _PARTS_OF_ADDRESS and " " in reading.letters[sign.start : sign.end] for sign in reading.signs
    )


def _begins_a_number(reading: Reading, numerals: NumeralReader) -> bool:
    """Whether a message speaks of a telephone and ends with digits: "my number is three one two", "cell: (4)(1)(7"."""
    if len(reading.letters) > MAX_FRAGMENT or reading.roles.isdisjoint(_TELEPHONES):
        return False
    atoms = numerals.atoms(reading.words)
    if not atoms or any(map(str.isalnum, reading.letters[atoms[-1].end :])):
        return False
    last = list(runs(atoms, reading.letters))[-1]
    return sum(len(a.digits) if a.numeral is None else a.numeral.digits for a in last.atoms) >= _MIN_SPELLED


def contributes(text: str, numbers: Collection[str]) -> bool:
    """Whether an unsuspected message can be a piece: a few words, or something that is no plain sentence.

    `numbers` are number words.
    """
    words = text.lower().split()
    if len(words) <= _PLAIN_WORDS or not text.isascii() or any(map(str.isdigit, text)):
        return True
    if (
        words[0].strip(TRIM) in _YES
        or "$" in text
        or words[1] in numbers
        or not _SIGNS_OF_DETAILS.isdisjoint(text[:-1])
    ):
        return True
    return any(word in SIGNS or word in _AT_SIGNS or word in _REFERRED for word in words)


def supposes(text: str) -> bool:
    """Whether a short question supposes something: "gmail?", "at gmail?", "google one right?"."""
    words = text.lower().split()
    if not 0 < len(words) <= MAX_TOKENS or len(text) > _MAX_QUESTION:
        return False
    if len(words) == 1:
        return words[0].endswith("?") and words[0] not in _GENERIC_MAIL
    return words[-1] in SUPPOSING or (words[0] in {"at", "@", "on"} and words[-1].endswith("?"))


def ends_host(text: str) -> bool:
    """Whether a message is nothing but the end of a host name: "dot com", ".de"."""
    words = text.lower().split()
    if len(words) == 1:
        return words[0][0] == "." and words[0][1:].isalpha()
    return len(words) == _PAIR and SIGNS.get(words[0], words[0]) == "." and words[1].isalpha()


def is_at_sign(text: str) -> bool:
    """Whether a message is nothing but the sign before a host, or words for it: "@", "[at]", "then arroba"."""
    bare = text.strip(" \n()[]{}<>*\"'.,").lower()
    while bare not in _AT_SIGNS and bare.partition(" ")[0] in FILLER and " " in bare:
        bare = bare.partition(" ")[2]
    return text.strip().lower() in _AT_SIGNS or bare in _AT_SIGNS


def asks_figures(text: str) -> bool:
    """Whether a short message asks for figures that are no telephone number: "width?", "order ids please"."""
    if len(text) > _MAX_QUESTION:
        return False
    words = [token.strip(TRIM) for token in text.lower().split()]
    asked = text.rstrip().endswith("?") or len(words) <= MAX_TOKENS
    if asked and len(words) > 1 and words[-1] in _OF_FIGURES and words[-2].isalnum() and words[-2] not in _OF_PEOPLE:
        return True
    return any(word in ASKING_FIGURES for word in words) or _numbers_things(words)


def _numbers_things(tokens: Sequence[str]) -> bool:
    """Whether words name numbers of things: "order refs i need fixed", "part no on the sticker"."""
    return not _NUMBERING.isdisjoint(tokens) or any(f"{a} {b}" in _NUMBERING for a, b in pairwise(tokens))


def leads_on(text: str) -> bool:
    """Whether a message ends with a sign or a word after which more must come: "add me on viber -", "on snap im"."""
    stripped = text.rstrip()
    if stripped[-1:] == "\u306f":  # the Japanese topic, but for honorifics, which ask
        return not any(char in stripped for char in "\u304a\u3054")
    return stripped[-1:] in _LEADING_ON or stripped.lower().rpartition(" ")[2] in _LEADING_WORDS


def is_chatter(text: str) -> bool:
    """Whether a message is nothing but an acknowledgement."""
    if (len(text) == 1 and text in _SIGNS_OF_DETAILS) or text.strip() in _AT_SIGNS:
        return False
    return all(token.strip(TRIM).lower() in CHATTER or not any(map(str.isalnum, token)) for token in text.split())


def urges(text: str) -> bool:
    """Whether a question only asks the other to go on."""
    words = [word.strip(TRIM) for word in text.lower().split()]
    if len(words) <= _MAX_WORDS and all(word in _URGING_WORDS for word in words):
        return True
    return " ".join(text.lower().split()) in _URGING or not any(map(str.isalpha, text))


def kept(text: str) -> str:
    """What is kept of a message: at most its last 80 code points."""
    return text.strip()[-MAX_FRAGMENT:]
