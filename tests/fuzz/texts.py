"""Strategies for texts: random characters of many scripts, generated evasions, and what comes of mixing them."""

import random

from hypothesis import strategies as st

from tests.evasions.generator import OBFUSCATORS, cases, plain
from tests.evasions.lookalikes import CLASSES, lookalikes

_SEED = 5
_EVASIONS = [text for name in OBFUSCATORS for case in cases((name,), 8, _SEED) for text in case.messages]
_PLAIN = [case.messages[0] for subject in ("email", "phone", "handle", "link") for case in plain(subject, 40, _SEED)]
_HARMLESS = [text for name in CLASSES for text in lookalikes(name, 1, _SEED)]
SAMPLES = [*_EVASIONS, *_PLAIN, *_HARMLESS]
_SPECIAL = (
    "\x00", "\r\n", "\t", "\u200b", "\u200d", "\ufeff", "\u00ad", "\u202e", "\u2066", "\ufe0f\u20e3", "\u0301" * 8,
    "\ud800", "\udfff", "\U0001f1e6\U0001f1e7", "\U000e0041", "İ", "\u0131", "ß", "ﬃ", "ŉ", "ΐ", "㎏", "㏂", "﷽", "①",
    "½", "٪", "。", "@", "\uff20", ".", "dot", "at", "0", "+", "(", ")", "/", ":", "==", "YQ==", "\uffff", "\U0010ffff",
)  # fmt: skip

sampled = st.sampled_from(SAMPLES)
wild = st.text(max_size=120)
any_character = st.text(alphabet=st.characters(exclude_categories=()), max_size=120)
"""Lone surrogates too: a caller of `detect` may have them."""


@st.composite
def spliced(draw: st.DrawFn) -> str:
    """Pieces of samples and odd characters, glued."""
    pieces = []
    for _ in range(draw(st.integers(1, 6))):
        text = draw(sampled | st.sampled_from(_SPECIAL) | st.text(max_size=6))
        first = draw(st.integers(0, len(text)))
        pieces.append(text[first : draw(st.integers(first, len(text)))] if draw(st.booleans()) else text)
    return draw(st.sampled_from(["", " ", "\n"])).join(pieces)


@st.composite
def sprinkled(draw: st.DrawFn) -> str:
    """A sample with odd characters put in, doubled or left out."""
    text, rng = draw(sampled), random.Random(draw(st.integers(0, 1 << 30)))
    chars = list(text)
    for _ in range(draw(st.integers(1, 8))):
        place = rng.randrange(len(chars) + 1)
        match rng.randrange(3):
            case 0:
                chars.insert(place, rng.choice(_SPECIAL))
            case 1:
                chars[place : place + 1] = []
            case _:
                chars[place:place] = chars[place : place + 2]
    return "".join(chars)


texts = sampled | wild | any_character | spliced() | sprinkled()


def encodable(text: str) -> str:
    """The text without lone surrogates: no message has any, since the decoder refuses them."""
    return text.encode("utf-8", "replace").decode()


conversations = st.lists(
    st.tuples(st.sampled_from("ab"), (texts | st.text(max_size=8)).map(encodable)), min_size=1, max_size=8
)
