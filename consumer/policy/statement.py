"""The statement of reasons: what a verdict tells the person it concerns.

It names the rule, what was found by kind and intent, an excerpt of the masked text, what that did to the account and
until when, and how to appeal. Beside the excerpt, whose details are blanked out, it is put together from fixed phrases,
dates and numbers only, so no contact detail can be in it; and its longest form is checked against `MAX_NOTE` when the
phrases are loaded, so it is never cut.
"""

from datetime import UTC, datetime
from functools import lru_cache
from typing import Literal, Self, get_args

from pydantic import BaseModel, ConfigDict, model_validator

from consumer.events.verdict import StrikeEffect
from consumer.events.vocabulary import MAX_NOTE, Intent, Kind, StandingName

Opening = Literal["violation", "review", "exempt", "overturned", "confirmed"]
Counting = Literal["counted", "merged", "repeat", "expired", "none"]
Rule = Literal["contact", "payment", "leaving"]
Mention = tuple[Kind, Intent | None]
"""What a statement may name: a kind with the intent seen, or the kind alone."""

RULES: dict[Kind, Rule] = {
    "email": "contact",
    "phone": "contact",
    "handle": "contact",
    "link": "contact",
    "payment": "payment",
    "off_platform": "leaving",
}
"""The rule that each kind falls under (DESIGN §1)."""

CONTESTABLE: frozenset[Opening] = frozenset({"violation", "review", "confirmed"})
"""What a person has a reason to appeal against."""

_MENTIONS: tuple[Mention, ...] = tuple(
    (kind, intent) for kind in get_args(Kind) for intent in (None, *get_args(Intent))
)
_LARGEST_COUNT = 2**31 - 1
MAX_EXCERPT = 80
"""Characters of the masked text that a statement repeats."""
_BEFORE = 24
"""Of these, characters before the place in question."""
_CUT = "…"


class _Phrases(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class KindPhrases(_Phrases):
    """How one kind is named, in general and by intent."""

    any: str
    provide: str
    request: str
    solicit: str


class FoundPhrases(_Phrases):
    """Sentences about what was found."""

    sentence: str
    excerpt: str
    exempted: str
    kinds: dict[Kind, KindPhrases]


class Phrasebook(_Phrases):
    """One language's phrases, as in `reasons/en.toml`: complete, fillable, and short enough together."""

    opening: dict[Opening, str]
    rule: dict[Rule, str]
    found: FoundPhrases
    effect: dict[Counting, str]
    standing: dict[StandingName, str]
    lasting: str
    appeal: dict[Literal["open", "closed"], str]

    @model_validator(mode="after")
    def _usable(self) -> Self:
        for name, table, words in (
            ("opening", self.opening, get_args(Opening)),
            ("rule", self.rule, get_args(Rule)),
            ("found.kinds", self.found.kinds, get_args(Kind)),
            ("effect", self.effect, get_args(Counting)),
            ("standing", self.standing, get_args(StandingName)),
            ("appeal", self.appeal, ("open", "closed")),
        ):
            missing = [word for word in words if word not in table]
            if missing:
                raise ValueError(f"{name} lacks {', '.join(missing)}")
        try:
            longest = _longest(Statement(self))
        except (KeyError, IndexError, AttributeError) as error:
            raise ValueError(f"a phrase names an unknown field: {error}") from error
        if longest > MAX_NOTE:
            raise ValueError(f"a statement could take {longest} characters; {MAX_NOTE} are allowed")
        return self


class Statement:
    """Puts statements of reasons together in one language."""

    __slots__ = (
        "_appeal",
        "_effect",
        "_excerpt",
        "_exempted",
        "_found",
        "_lasting",
        "_message",
        "_opening",
        "_phrase",
        "_rule",
        "_standing",
    )

    def __init__(self, phrases: Phrasebook) -> None:
        self._opening = phrases.opening
        self._rule = {kind: phrases.rule[rule] for kind, rule in RULES.items()}
        self._found = phrases.found.sentence
        self._excerpt = phrases.found.excerpt
        self._exempted = phrases.found.exempted
        self._phrase: dict[Mention, str] = {
            (kind, intent): getattr(phrases.found.kinds[kind], intent or "any") for kind, intent in _MENTIONS
        }
        self._effect = phrases.effect
        self._standing = phrases.standing
        self._lasting = phrases.lasting
        self._appeal = phrases.appeal
        # Few combinations make up nearly all verdicts; the bound is for the others.
        self._message = lru_cache(maxsize=1024)(self._about_message)

    def write(
        self,
        opening: Opening,
        mentions: tuple[Mention, ...],
        exempted: tuple[Kind, ...],
        counting: Counting,
        strike: StrikeEffect,
        *,
        excerpt: str = "",
        lasting: bool = False,
    ) -> str:
        """The statement on one verdict.

        `mentions` is what the decision rests on, `exempted` what support's approval allowed beside it; `counting`
        and `strike` say what that did to the account. The rules and the appeal are named only where something
        breaks, or may break, a rule. `excerpt` (of `excerpt_of`) is left out if it is empty; `lasting` says that a
        suspension does not end by itself. Dates are in UTC.
        """
        expires = strike.expires_at.date() if strike.expires_at is not None else None
        parts = [self._message(opening, mentions, exempted)]
        if excerpt:
            parts.append(self._excerpt.format(excerpt=excerpt))
        parts.append(self._effect[counting].format(expires=expires))
        parts.append(self._standing[strike.standing_after].format(active=strike.active_strikes))
        if lasting:
            parts.append(self._lasting)
        parts.append(self._appeal["open" if opening in CONTESTABLE else "closed"])
        return " ".join(parts)

    def _about_message(self, opening: Opening, mentions: tuple[Mention, ...], exempted: tuple[Kind, ...]) -> str:
        named = dict.fromkeys(mentions)
        sentences = [self._opening[opening]]
        if opening in CONTESTABLE:
            sentences += dict.fromkeys([self._rule[kind] for kind, _ in named])
        if named:
            names = ", ".join([self._phrase[mention] for mention in named])
            sentences.append(self._found.format(found=names))
        if exempted:
            names = ", ".join([self._phrase[kind, None] for kind in exempted])
            sentences.append(self._exempted.format(exempted=names))
        return " ".join(sentences)


def excerpt_of(masked_text: str, start: int) -> str:
    """The masked text around the code point `start`, in one line and at most MAX_EXCERPT characters."""
    first = max(0, start - _BEFORE)
    # Two characters less, for the signs that it was cut.
    window = masked_text[first : first + MAX_EXCERPT - 2]
    if not window.isprintable():
        window = "".join([char if char.isprintable() else " " for char in window])
    line = " ".join(window.split())
    if not line:
        return ""
    before = _CUT if first > 0 else ""
    after = _CUT if first + MAX_EXCERPT - 2 < len(masked_text) else ""
    return f"{before}{line}{after}"


def _longest(statement: Statement) -> int:
    """The length of the longest statement that can be written; every phrase is filled in on the way."""
    kinds: tuple[Kind, ...] = get_args(Kind)
    far = datetime(9999, 12, 31, tzinfo=UTC)
    effects = [
        StrikeEffect(
            counted=True,
            weight=_LARGEST_COUNT,
            active_strikes=_LARGEST_COUNT,
            standing_before=standing,
            standing_after=standing,
            expires_at=far,
        )
        for standing in get_args(StandingName)
    ]
    return max(
        len(statement.write(opening, _MENTIONS, kinds, counting, effect, excerpt="x" * MAX_EXCERPT, lasting=True))
        for opening in get_args(Opening)
        for counting in get_args(Counting)
        for effect in effects
    )
