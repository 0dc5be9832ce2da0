"""Disguises of digits: spelled, mixed, in other figures, with things between them."""

import random
import re
from dataclasses import replace
from itertools import groupby

from tests.evasions.obfuscator import Draft, Obfuscator, Stage

_PLUS = {"en": "plus", "es": "más", "pt": "mais", "fr": "plus", "de": "plus", "it": "più", "hi-Latn": "plus"}
_DIGIT_SETS = (
    "٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹", "०१२३४५६७८९", "০১২৩৪৫৬৭৮৯", "௦௧௨௩௪௫௬௭௮௯", "๐๑๒๓๔๕๖๗๘๙", "၀၁၂၃၄၅၆၇၈၉",
    "០១២៣៤៥៦៧៨៩", "੦੧੨੩੪੫੬੭੮੯", "૦૧૨૩૪૫૬૭૮૯", "౦౧౨౩౪౫౬౭౮౯", "༠༡༢༣༤༥༦༧༨༩", "߀߁߂߃߄߅߆߇߈߉",
)  # fmt: skip
_ENCLOSED = ("⓪①②③④⑤⑥⑦⑧⑨", "⓿❶❷❸❹❺❻❼❽❾", "🄋➀➁➂➃➄➅➆➇➈", "🄀⒈⒉⒊⒋⒌⒍⒎⒏⒐")
_RAISED = ("⁰¹²³⁴⁵⁶⁷⁸⁹", "₀₁₂₃₄₅₆₇₈₉")
_TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_TEENS = (
    "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_HOMOPHONES = ("oh", "won", "too", "tree", "for", "fife", "six", "seven", "ate", "nein")
_COMMENTS = ("(remove this)", "(and this)", "ok", "then", "and", "(lol)", "next", "(wait)", "after that", "...")
_LEET_LETTERS = frozenset("OolISBZ|")
_EMOJI = ("🔥", "📞", "✨", "😊", "➡️", "🙂", "⭐")


def _digits(draft: Draft) -> str:
    return re.sub(r"[^\d]", "", draft.text)


def _tokens(draft: Draft) -> tuple[list[str], str]:
    """The digits as they are written so far, one each, and what joins them: words, if they were spelled."""
    words = [word.strip(",") for word in draft.text.replace("-", " ").split()]
    if any(len(word) > 1 and set(filter(str.isalpha, word)) - _LEET_LETTERS for word in words) and len(words) > 5:
        return words, " "
    if any(char.isalpha() and char not in _LEET_LETTERS for char in draft.text):
        return list("".join(words)), ""  # a script that spells a digit by one character
    return [char for char in draft.text if char.isalnum() or char == "|"], ""


def _grouped(draft: Draft, size: int) -> list[str]:
    tokens, joint = _tokens(draft)
    return [joint.join(tokens[i : i + size]) for i in range(0, len(tokens), size)]


def _plus(draft: Draft) -> str:
    word = _PLUS.get(draft.speech.language, "")
    return f"{word} " if word and draft.text.startswith("+") else ""


def spelled(draft: Draft, rng: random.Random) -> Draft:
    """Every digit a word of the carrier's language."""
    words = [draft.speech.digit(digit, rng) for digit in _digits(draft)]
    joint = rng.choice([" ", " ", " ", ", ", "-"])
    if draft.speech.language in {"zh", "ja", "ko"}:
        joint = rng.choice(["", "", " "])
    return replace(draft, text=_plus(draft) + joint.join(words))


def spelled_mixed(draft: Draft, rng: random.Random) -> Draft:
    """Some digits words, some figures."""
    words = [draft.speech.digit(digit, rng) if rng.random() < 0.5 else digit for digit in _digits(draft)]
    return replace(draft, text=" ".join(words))


def spelled_repeats(draft: Draft, rng: random.Random) -> Draft:
    """`double five`, `triple two`, where the language says so."""
    if not draft.speech.repeats:
        return draft
    said: list[str] = []
    for digit, run in groupby(_digits(draft)):
        count = len(list(run))
        while count:
            taken = min(count, 3)
            word = draft.speech.digit(digit, rng)
            said.append(f"{draft.speech.repeats[taken]} {word}" if taken in draft.speech.repeats else word)
            count -= taken
    text = " ".join(said)
    return replace(draft, text=text) if any(word in text for word in draft.speech.repeats.values()) else draft


def spelled_pairs(draft: Draft, rng: random.Random) -> Draft:
    """English pairs: `ninety eight eleven oh five`."""
    if draft.speech.language != "en":
        return draft
    digits, words = _digits(draft), []
    for first in range(0, len(digits), 2):
        pair = digits[first : first + 2]
        if len(pair) == 1 or pair[0] == "0":
            words.append(" ".join("oh" if digit == "0" else draft.speech.digit(digit, rng) for digit in pair))
        elif pair[0] == "1":
            words.append(_TEENS[int(pair[1])])
        else:
            words.append(_TENS[int(pair[0])] + (f" {draft.speech.digit(pair[1], rng)}" if pair[1] != "0" else ""))
    return replace(draft, text=rng.choice([" ", ", "]).join(words))


def homophones(draft: Draft, rng: random.Random) -> Draft:
    """English words that sound like digits."""
    if draft.speech.language != "en":
        return draft
    words = [_HOMOPHONES[int(d)] if rng.random() < 0.4 else draft.speech.digit(d, rng) for d in _digits(draft)]
    return replace(draft, text=" ".join(words))


def _respelt(draft: Draft, figures: str) -> Draft:
    return replace(draft, text="".join(figures[int(c)] if c in "0123456789" else c for c in draft.text))


def script_digits(draft: Draft, rng: random.Random) -> Draft:
    """The decimal digits of another script."""
    return _respelt(draft, rng.choice(_DIGIT_SETS))


def enclosed_digits(draft: Draft, rng: random.Random) -> Draft:
    """Circled digits and their like."""
    return _respelt(draft, rng.choice(_ENCLOSED))


def raised_digits(draft: Draft, rng: random.Random) -> Draft:
    """Superscripts and subscripts."""
    return _respelt(draft, rng.choice(_RAISED))


def keycaps(draft: Draft, rng: random.Random) -> Draft:
    """Keycap emoji."""
    sign = rng.choice(["\ufe0f\u20e3", "\u20e3"])
    return replace(draft, text=re.sub(r"([0-9])", rf"\1{sign}", draft.text))


def digit_leet(draft: Draft, rng: random.Random) -> Draft:
    """O for zero, l for one, S for five."""
    spelt = {"0": "Oo", "1": "llI|", "5": "S", "8": "B", "2": "Z"}
    text = "".join(rng.choice(spelt[c]) if c in "01" or (c in spelt and rng.random() < 0.25) else c for c in draft.text)
    return replace(draft, text=text)


def spaced_digits(draft: Draft, rng: random.Random) -> Draft:
    """A space, or some, after every digit."""
    return replace(draft, text=rng.choice([" ", " ", "  "]).join(_grouped(draft, 1)))


def separated_digits(draft: Draft, rng: random.Random) -> Draft:
    """A sign between all digits, or between pairs."""
    sign = rng.choice(["*", "-", ".", "/", "_", "•", "|", "~", ",", ":", "#", "=", " - ", " . ", "--", ";", "·", "+"])
    return replace(draft, text=sign.join(_grouped(draft, rng.choice([1, 1, 2, 3]))))


def wrapped_digits(draft: Draft, rng: random.Random) -> Draft:
    """Every digit in brackets."""
    wrap = rng.choice(["({})", "[{}]", "<{}>", "{{{}}}", " ({}) "])
    return replace(draft, text="".join(map(wrap.format, _grouped(draft, 1))).strip())


def emoji_between(draft: Draft, rng: random.Random) -> Draft:
    """An emoji between groups."""
    return replace(draft, text=rng.choice(_EMOJI).join(_grouped(draft, rng.choice([1, 2, 3]))))


def words_between(draft: Draft, rng: random.Random) -> Draft:
    """Words between groups of two or three."""
    groups = _grouped(draft, rng.choice([2, 3]))
    said = [f"{group} {rng.choice(_COMMENTS)}" for group in groups[:-1]] + groups[-1:]
    return replace(draft, text=" ".join(said))


def letters_between(draft: Draft, rng: random.Random) -> Draft:
    """A letter between the digits, to be taken out."""
    letter = rng.choice("xabz")
    hint = rng.choice([" minus the letters", " (no letters)", " without the letters"])
    return replace(draft, text=letter.join(_digits(draft)), after=hint)


def halves(draft: Draft, rng: random.Random) -> Draft:
    """Told in two halves."""
    tokens, joint = _tokens(draft)
    cut = len(tokens) // 2
    text = rng.choice(["first {a}: {x} / last {b}: {y}", "starts {x} and ends {y}", "{x} then {y}", "{x} & {y}"])
    first, last = joint.join(tokens[:cut]), joint.join(tokens[cut:])
    return replace(draft, text=text.format(a=cut, b=len(tokens) - cut, x=first, y=last))


_PHONE = frozenset({"phone"})
OBFUSCATORS = (
    Obfuscator("spelled", Stage.SIGNS, _PHONE, spelled),
    Obfuscator("spelled_mixed", Stage.SIGNS, _PHONE, spelled_mixed),
    Obfuscator("spelled_repeats", Stage.SIGNS, _PHONE, spelled_repeats),
    Obfuscator("spelled_pairs", Stage.SIGNS, _PHONE, spelled_pairs, alone=True),
    Obfuscator("homophones", Stage.SIGNS, _PHONE, homophones, alone=True),
    Obfuscator("digit_leet", Stage.LEET, _PHONE, digit_leet),
    Obfuscator("spaced_digits", Stage.SPACING, _PHONE, spaced_digits),
    Obfuscator("separated_digits", Stage.SPACING, _PHONE, separated_digits),
    Obfuscator("wrapped_digits", Stage.SPACING, _PHONE, wrapped_digits),
    Obfuscator("emoji_between", Stage.SPACING, _PHONE, emoji_between),
    Obfuscator("words_between", Stage.SPACING, _PHONE, words_between),
    Obfuscator("letters_between", Stage.SPACING, _PHONE, letters_between, alone=True),
    Obfuscator("halves", Stage.SPACING, _PHONE, halves),
    Obfuscator("script_digits", Stage.CHARACTERS, _PHONE, script_digits),
    Obfuscator("enclosed_digits", Stage.CHARACTERS, _PHONE, enclosed_digits),
    Obfuscator("raised_digits", Stage.CHARACTERS, _PHONE, raised_digits),
    Obfuscator("keycaps", Stage.CHARACTERS, _PHONE, keycaps),
)
