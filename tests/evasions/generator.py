"""Cases: a detail, one or two disguises, a sentence around it."""

import random
from dataclasses import dataclass
from functools import cache

from tests.evasions import letters, numbers, signs, wholes
from tests.evasions.details import SUBJECTS, Detail, subjects_of
from tests.evasions.obfuscator import Draft, Obfuscator
from tests.evasions.speech import SPEECHES, Speech

OBFUSCATORS: dict[str, Obfuscator] = {
    obfuscator.name: obfuscator
    for obfuscator in (*signs.OBFUSCATORS, *numbers.OBFUSCATORS, *letters.OBFUSCATORS, *wholes.OBFUSCATORS)
}
_UNLIKELY: dict[str, frozenset[str]] = {
    "lines": frozenset(
        {"spelled", "spelled_mixed", "spelled_repeats", "missing_at", "missing_dot", "provider_and_name",
         "at_dot_words", "at_the_rate", "bracketed", "glued_words", "provider_nickname", "digit_leet"}
    ),
    "reversed": frozenset(
        {"spelled", "spelled_mixed", "spelled_repeats", "lines", "words_between", "halves", "missing_at",
         "provider_and_name", "combining", "keycaps", "at_dot_words", "at_the_rate", "bracketed", "glued_words"}
    ),
    "split": frozenset(
        {"lines", "words_between", "halves", "capitals", "glued_words", "emoji_between", "spaced", "spaced_digits",
         "punctuated", "provider_and_name"}
    ),
    "spaced": frozenset({"missing_at", "provider_and_name", "at_the_rate", "glued_words"}),
    "punctuated": frozenset({"missing_at", "provider_and_name", "at_the_rate", "glued_words", "bracketed"}),
    "spaced_digits": frozenset({"spelled", "spelled_repeats"}),
    "wrapped_digits": frozenset({"spelled_repeats", "digit_leet"}),
    "words_between": frozenset({"spelled_repeats", "digit_leet"}),
    "halves": frozenset({"spelled_repeats", "digit_leet"}),
    "separated_digits": frozenset({"spelled_repeats"}),
    "emoji_between": frozenset({"spelled_repeats", "digit_leet"}),
    "spaced_signs": frozenset({"missing_at", "provider_and_name"}),
    "at_dot_words": frozenset({"provider_and_name"}),
    "at_the_rate": frozenset({"missing_at", "provider_and_name"}),
    "bracketed": frozenset({"provider_and_name"}),
    "glued_words": frozenset({"missing_at", "provider_and_name"}),
    "sign_lookalikes": frozenset({"missing_at", "missing_dot", "provider_and_name"}),
}  # fmt: skip
"""What goes over what only to make something nobody can read, not even the one it is meant for."""
_CHATTER = ("ok", "?", "yes", "go on", "the blue version looks better")
_ROUNDS = 40
"""Tries to find a language and a detail that both disguises change."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Messages of one sender that give a detail away, and where it stands in the last.

    `chatter` is what the other side says between them, nothing if empty.
    """

    subject: str
    language: str
    detail: Detail
    obfuscators: tuple[str, ...]
    messages: tuple[str, ...]
    start: int
    end: int
    chatter: str = ""


@cache
def pairs() -> list[tuple[str, str]]:
    """All pairs of disguises of which both can change something, in the order they are put on."""
    return [
        (first.name, second.name)
        for first in OBFUSCATORS.values()
        for second in OBFUSCATORS.values()
        if first.composes(second)
        and first.name not in _UNLIKELY.get(second.name, ())
        and case((first.name, second.name), random.Random(f"{first.name}+{second.name}")) is not None
    ]


def case(names: tuple[str, ...], rng: random.Random) -> Case | None:
    """A case of these disguises; None if they cannot both change anything."""
    chosen = [OBFUSCATORS[name] for name in names]
    common = frozenset(SUBJECTS).intersection(*(each.subjects for each in chosen))
    for _ in range(_ROUNDS):
        speech = rng.choice(list(SPEECHES.values()))
        possible = sorted(common & subjects_of(speech))
        if not possible:
            continue
        subject = rng.choice(possible)
        made = _disguised(subject, speech, chosen, rng)
        if made is not None:
            return _placed(subject, made, names, rng)
    return None


def cases(names: tuple[str, ...], count: int, seed: int) -> list[Case]:
    """Up to `count` cases of one cell, always the same for a seed."""
    rng = random.Random(f"{seed}:{'+'.join(names)}")
    return [made for _ in range(count) if (made := case(names, rng)) is not None]


def _disguised(subject: str, speech: Speech, chosen: list[Obfuscator], rng: random.Random) -> Draft | None:
    detail = SUBJECTS[subject](speech, rng)
    drafts = [Draft(detail=detail, speech=speech, text=detail.written)]
    for obfuscator in chosen:
        drafts.append(obfuscator.change(drafts[-1], rng))
        if (drafts[-1].text, drafts[-1].pieces) == (drafts[-2].text, drafts[-2].pieces):
            return None
    return drafts[-1]


def _placed(subject: str, draft: Draft, names: tuple[str, ...], rng: random.Random) -> Case:
    detail = draft.detail
    carrier = "{}" if detail.intent != "provide" else rng.choice(draft.speech.carriers[detail.kind])
    opening, _, closing = carrier.partition("{}")
    if draft.pieces:
        first = f"{opening}{draft.pieces[0]}"
        messages = (first, *draft.pieces[1:-1], f"{draft.pieces[-1]}")
        start, end = 0, len(messages[-1])
        chatter = rng.choice(["", "", *_CHATTER])
    else:
        messages = (f"{opening}{draft.text}{draft.after}{closing}",)
        chatter = ""
        start, end = len(opening), len(opening) + len(draft.text)
    return Case(
        subject=subject, language=draft.speech.language, detail=detail, obfuscators=names, messages=messages,
        start=start, end=end, chatter=chatter,
    )  # fmt: skip


def plain(subject: str, count: int, seed: int) -> list[Case]:
    """Details that are not disguised at all: what the other figures are measured against."""
    rng = random.Random(f"{seed}:plain:{subject}")
    speeches = [speech for speech in SPEECHES.values() if subject in subjects_of(speech)]
    made = []
    for _ in range(count):
        speech = rng.choice(speeches)
        detail = SUBJECTS[subject](speech, rng)
        draft = Draft(detail=detail, speech=speech, text=detail.written)
        made.append(_placed(subject, draft, ("plain",), rng))
    return made
