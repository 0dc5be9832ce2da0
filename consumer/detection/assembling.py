"""Assembling: what a message says together with earlier short ones that say nothing by themselves.

The pieces are put after one another and read like one message, so that whatever is undone in a single message is
undone here. A finding counts only if the message at hand completes it: it is in neither the message alone nor the
pieces without it. Figures are the hard part, since people answer questions with figures all day: see `dictated`.

Everything is bounded: at most 8 pieces of 80 code points are read together, a dozen times at most.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

from consumer.detection.answering import Analyse, Prompt
from consumer.detection.dictated import dictated_number, gone_on
from consumer.detection.figures import FILLER
from consumer.detection.finding import Finding
from consumer.detection.fragments import (
    SUPPOSING,
    digits_said,
    gathers,
    is_at_sign,
    is_chatter,
    is_name,
    named_in,
    reads_out_last,
    referred,
    spells_digits,
)
from consumer.detection.joining import SURE_DIGITS, number_of
from consumer.detection.lexicon import Role
from consumer.detection.lexicon.numbers import Part
from consumer.detection.lexicon.spelling import Sign
from consumer.detection.naming import BRIEF_NAME, Namer
from consumer.detection.numerals import NumeralReader, values
from consumer.detection.pieces import (
    CONFIRMING,
    ENDS,
    Completed,
    Joined,
    Joiner,
    Piece,
    as_split,
    glued,
    is_cut,
    piece_of,
)
from consumer.detection.reading import Reading
from consumer.detection.telephony import Fit, international
from consumer.detection.views import digits_view, letters_view, words_of
from consumer.events.conversation import MAX_FRAGMENT, Fragment
from consumer.events.message import MessageEvent
from consumer.events.vocabulary import to_millis

_MAX_PIECES = 8
"""Pieces read together: somebody who types one word a message needs that many."""
_MAX_MESSAGE = 200
"""Code points of a message that completes something."""
_BRIEF = 3
"""Words of a piece of a sentence, as one-word typers send them."""
_MAX_HOST_WORDS = 6
"""Words of a message that is a host: "serraazul ponto com ponto br"."""
_MORE_DIGITS = 4
"""Digits of a message with which a number goes on that seemed complete."""
_MAX_TAILS = 4
"""Messages whose ends are read together."""
_NAMING = 2
"""Words of a message that names a network or a name of somebody there."""
_WRITING = "write to me"
_SERVICES = frozenset({Sign.WEAK_PROVIDER, Sign.AFTER_AT})
"""Mail services whose names are ordinary words, but not before their host."""
_STAND_IN = "my email is hello"
"""Stands for the name of an address that was sent in a message nobody remembers."""


class Assembler:
    """Reads pieces together. `names` are words that may be torn in two: "dis", "cord"."""

    def __init__(
        self, analyse: Analyse, reading: Callable[[str], Reading], numerals: NumeralReader, joiner: Joiner
    ) -> None:
        """Keep what is needed to read a text."""
        self._analyse = analyse
        self._reading = reading
        self._numerals = numerals
        self._joiner = joiner
        self._namer = Namer(reading, joiner)

    def completed(self, event: MessageEvent, own: Sequence[Fragment], prompt: Prompt | None) -> Completed | None:
        """What the message completes together with its sender's own pieces, oldest first.

        `prompt` is the request of another, turned round, that the pieces may answer.
        """
        if len(event.text) > _MAX_MESSAGE or is_chatter(event.text) or not own:
            return None
        numbers = dictated_number(event, own)
        if numbers is not None:
            return numbers
        at = to_millis(event.sent_at)
        before = [_piece_of(entry) for entry in own if entry.at <= at][-_MAX_PIECES:]
        after = [_piece_of(entry) for entry in own if entry.at > at][:_MAX_PIECES]
        lead = [] if prompt is None else [Piece(prompt.text, prompt.message_id)]
        return (
            self._read(event, lead, before, after)
            or self._namer.named(event, before)
            or self._namer.placed(event, lead + before)
            or self._trailing(event, before)
            or self._spelled(event, before)
        )

    def _spelled(self, event: MessageEvent, before: list[Piece]) -> Completed | None:
        """The number read out in messages of digits, whatever was said between: "six oh two" - "on a bus, sorry"."""
        read_out = [piece for piece in before if spells_digits(self._reading(piece.text), self._numerals)]
        if not read_out or len(read_out) == len(before) or not spells_digits(self._reading(event.text), self._numerals):
            return None
        return self._read(event, [], read_out, [])

    def gone_on(self, event: MessageEvent, told: Sequence[Fragment]) -> Completed | None:
        """The longer number of which an earlier message seemed to be the end: "cinque cinque nove" - "quattro"."""
        figures = gone_on(event, told)
        if figures is not None or not self._says_only_digits(event.text):
            return figures
        before: list[Piece] = []
        for entry in reversed(told):
            if not entry.spent or not digits_said(entry.text, self._numerals):
                break
            before.insert(0, piece_of(entry.text, entry.message_id))
        joined = self._joiner.join([*before, piece_of(event.text, event.message_id)], len(before))
        for finding in self._analyse(joined.text, event.locale) if before else ():
            whole = finding.kind == "phone" and finding.intent == "provide" and joined.completed_by(finding)
            if whole and len(joined.touched(finding)) > 1:
                return Completed(_placed(joined, finding), joined.others)
        return None

    def _says_only_digits(self, text: str) -> bool:
        """Whether a message says a few digits and nothing else, in whatever words."""
        if not 0 < digits_said(text, self._numerals) <= _MORE_DIGITS:
            return False
        words = self._reading(text).words.split()
        return all(self._numerals.knows(word) or word in FILLER or not word.isascii() for word in words)

    def _trailing(self, event: MessageEvent, before: list[Piece]) -> Completed | None:
        """The address in the ends of messages about other things: "fine, moss.k" - "ok, at" - "done, gmail dot com"."""
        tails = [_tail(piece) for piece in before[-_MAX_TAILS:]]
        last = _tail(Piece(event.text, event.message_id))
        if last is None or None in tails or not tails:
            return None
        found = self._accepted(replace(event, text=last.text), [], [tail for tail in tails if tail is not None], [])
        if found is None or not (found[1].kind == "email" or self._read_out(event, found)):
            return None
        joined, finding = found
        whole = replace(finding, start=last.offset, end=len(event.text))
        return Completed(as_split(whole, joined.others), joined.others)

    def _read_out(self, event: MessageEvent, found: tuple[Joined, Finding]) -> bool:
        """Whether the ends of messages are a number that is read out, all of it."""
        joined, finding = found
        covered = sum(map(len, joined.parts(finding)))
        whole = covered >= sum(len(piece.text) for piece in joined.pieces)
        return finding.kind == "phone" and whole and reads_out_last(event.text, self._numerals)

    def named(self, event: MessageEvent, spoken: Piece) -> Completed | None:
        """The user name that a short message consists of, after words that name a network."""
        return self._namer.named(event, [spoken])

    def together(self, event: MessageEvent, theirs: Fragment) -> Completed | None:
        """What the message gives together with a network that the other party has just named."""
        if len(event.text) > MAX_FRAGMENT or is_chatter(event.text) or "?" in event.text:
            return None
        joined = self._joiner.join(
            [piece_of(theirs.text, theirs.message_id), piece_of(event.text, event.message_id)], 1
        )
        for finding in self._analyse(joined.text, event.locale):
            if finding.intent == "provide" and finding.start >= joined.span[0]:
                return Completed(_placed(joined, finding), (theirs.message_id,))
        return self._namer.named(event, [piece_of(theirs.text, theirs.message_id)])

    def referring(self, event: MessageEvent, own: Sequence[Fragment]) -> Completed | None:
        """The address that a message gives by referring to a name told before: "my shop is ferncove" - "hi at that"."""
        if len(event.text) > MAX_FRAGMENT:
            return None
        for entry in reversed(own):
            name = named_in(entry.text.lower().split())
            if name is None:
                continue
            for text in referred(event.text, name):
                for finding in self._analyse(f"{_WRITING} {text}", event.locale):
                    if finding.kind == "email" and finding.intent == "provide":
                        whole = replace(finding, start=0, end=len(event.text))
                        return Completed(as_split(whole, (entry.message_id,)), (entry.message_id,))
        return None

    def alone(self, event: MessageEvent) -> tuple[Finding, ...]:
        """The address of which a message is the end: "@gmail.com" after a name that nobody remembers."""
        if _word_count(event.text) > _BRIEF + 1:
            return ()
        signs = self._reading(event.text).signs
        if event.text.strip()[:1] != "@" and not (signs and signs[0].sign is Sign.AT and signs[0].start == 0):
            return ()
        hosted = "." in event.text or any(sign.sign is Sign.DOT for sign in signs)
        if not any(sign.sign is Sign.PROVIDER or (hosted and sign.sign in _SERVICES) for sign in signs):
            return ()
        stripped = event.text.lstrip()
        skipped = len(event.text) - len(stripped)
        for lead in (_STAND_IN, f"{_STAND_IN} "):  # "@aol.com" is a user's name behind a space, "@ g mail" none without
            for finding in self._analyse(f"{lead}{stripped}", event.locale):
                if finding.kind == "email" and finding.end > len(lead) and finding.intent == "provide":
                    start = max(0, finding.start - len(lead)) + skipped
                    end = finding.end - len(lead) + skipped
                    return (replace(finding, start=start, end=end, value=None, confidence=0.7),)
        return ()

    def hosted(self, event: MessageEvent, sign: Fragment, after: Sequence[Fragment]) -> Completed | None:
        """The address whose host the message ends, after a message that is nothing but the sign before a host.

        The name came first, as a word that nobody remembers: "studio", "at", "fernhollow", "dot", "co".
        """
        if _word_count(event.text) > _MAX_HOST_WORDS:
            return None
        lead = Prompt(f"{_STAND_IN} @", sign.message_id)
        before = [_piece_of(entry) for entry in after]
        found = self._accepted(event, [Piece(lead.text, lead.message_id)], before, [])
        if found is None or found[1].kind != "email" or len(found[0].touched(found[1])) == 1:
            return None
        joined, finding = found
        return Completed(_placed(joined, replace(finding, value=None)), joined.others)

    def confirmed(self, event: MessageEvent, own: Sequence[Fragment], theirs: Fragment) -> Completed | None:
        """What a "yes" makes of the sender's own pieces and what the other party supposed: "google one, right?"."""
        words = event.text.split()
        if not words or words[0].strip(ENDS + ".").lower() not in CONFIRMING or len(words) > BRIEF_NAME:
            return None
        supposed = piece_of(" ".join(_supposition(theirs.text)), theirs.message_id)
        rest = event.text[event.text.index(words[0]) + len(words[0]) :]
        last = piece_of(rest, event.message_id) if rest.strip(ENDS + ".") else Piece("", event.message_id)
        before = [piece_of(entry.text, entry.message_id) for entry in own[-_MAX_PIECES:]]
        named = before[-1].text.split() if before else []
        sure = 0 < len(named) <= _NAMING or (bool(named) and is_name(named[-1]))
        for glue in ([], [Piece("@", theirs.message_id)])[: 1 + sure]:
            joined = self._joiner.join([*before, *glue, supposed, last], len(before) + len(glue) + 1)
            for finding in self._analyse(joined.text, event.locale):
                if finding.intent == "provide" and len(joined.touched(finding)) > 1:
                    start = event.text.index(words[0])
                    whole = replace(finding, start=start, end=len(event.text.rstrip()))
                    return Completed(as_split(whole, joined.others), joined.others)
        return None

    def _read(
        self, event: MessageEvent, lead: list[Piece], before: list[Piece], after: list[Piece]
    ) -> Completed | None:
        """The first finding in all pieces, or in the last ones: other talk may stand between and hide it."""
        count = len(before)
        for size in sorted({count, min(count, 3), min(count, 1)}, reverse=True):
            found = self._accepted(event, lead, before[count - size :], after)
            if found is None:
                continue
            for fewer in range(size - 1, 0, -1):
                smaller = self._accepted(event, lead, before[count - fewer :], after)
                if smaller is None or (smaller[1].kind, smaller[1].value) != (found[1].kind, found[1].value):
                    break
                found = smaller
            joined, finding = found
            return Completed(_placed(joined, finding), joined.others)
        return None

    def _accepted(
        self, event: MessageEvent, lead: list[Piece], before: list[Piece], after: list[Piece]
    ) -> tuple[Joined, Finding] | None:
        at = len(lead) + len(before)
        if at + len(after) == 0:
            return None
        pieces = [*lead, *before, piece_of(event.text, event.message_id), *after]
        found = self._found_in(event, self._joiner.join(pieces, at), len(lead))
        whole = self._found_in(event, glued(pieces, at, len(lead)), len(lead)) if is_cut(pieces, len(lead)) else None
        if whole is None or (found is not None and len(found[0].parts(found[1])) >= len(whole[0].parts(whole[1]))):
            return found
        return whole

    def _found_in(self, event: MessageEvent, joined: Joined, prompts: int) -> tuple[Joined, Finding] | None:
        for finding in self._analyse(joined.text, event.locale):
            here = joined.completed_by(finding)
            if (not here or finding.intent != "provide") and not self._needs(event, joined, finding, here=here):
                continue
            if self._credible(finding, joined, prompts):
                return joined, finding
        return None

    def _needs(self, event: MessageEvent, joined: Joined, finding: Finding, *, here: bool) -> bool:
        """Whether pieces say something only with the message at hand: "mira.k", "on insta"."""
        if finding.intent != "provide" and not here:
            return False
        without = self._joiner.join([piece for index, piece in enumerate(joined.pieces) if index != joined.at], 0)
        known = self._analyse(without.text, event.locale)
        return all((one.kind, one.intent) != (finding.kind, finding.intent) for one in known)

    def _credible(self, finding: Finding, joined: Joined, prompts: int) -> bool:
        if finding.kind == "phone" and finding.intent == "provide":
            return _credible_number(finding, joined, self._numerals)
        here = joined.pieces[joined.at].text
        if finding.kind == "off_platform" and self._reading(here).having(Role.THERE):
            return max(len(piece.text.split()) for piece in joined.pieces) <= BRIEF_NAME
        return _credible(finding, joined, prompts)


def _piece_of(entry: Fragment) -> Piece:
    """The part of a remembered message that counts, of a word for the sign before a host that sign."""
    return Piece("@", entry.message_id) if is_at_sign(entry.text) else piece_of(entry.text, entry.message_id)


def _word_count(text: str) -> int:
    """How many words a text has: "g mail . com" has three."""
    return sum(any(map(str.isalnum, token)) for token in text.split())


def _tail(piece: Piece) -> Piece | None:
    """What a message says after its last comma, if that is brief."""
    head, comma, tail = piece.text.rpartition(",")
    if not comma or not tail.strip() or len(tail.split()) > _BRIEF + 1:
        return None
    start = len(head) + 1 + len(tail) - len(tail.lstrip())
    return Piece(tail.strip(), piece.message_id, piece.offset + start)


def _credible(finding: Finding, joined: Joined, prompts: int) -> bool:
    """Whether a finding in joined pieces is meant: the detector was made for what one person wrote at once."""
    words = [len(piece.text.split()) for piece in joined.pieces[prompts:]]
    if finding.intent != "provide":
        return max(words) <= _BRIEF and len(joined.touched(finding)) > 1
    if finding.kind in {"handle", "link", "payment"}:
        return max(words) <= BRIEF_NAME
    return True


def _credible_number(finding: Finding, joined: Joined, numerals: NumeralReader) -> bool:
    """Enough digits, spelled out or in pieces whose figures make a number."""
    span = joined.text[finding.start : finding.end]
    if digits_said(span, numerals) < SURE_DIGITS or not joined.completed_by(finding):
        return False
    if any(map(str.isalpha, span)):
        return not _goes_on(span, numerals)
    parts = [digits_view(part).text for part in joined.parts(finding)]
    if len(parts) == 1:
        return True
    return number_of(parts, None, cued=any(gathers(piece.text) for piece in joined.pieces)) is not None


def _goes_on(span: str, numerals: NumeralReader) -> bool:
    """Whether a number that is read out begins with its trunk prefix or a plus, and has too few digits yet."""
    atoms = numerals.atoms(words_of(letters_view(span).text))
    said = "".join(values(atoms))
    if atoms and atoms[0].numeral is not None and atoms[0].numeral.part is Part.PLUS:
        return international(said).fit < Fit.VALID and len(said) <= SURE_DIGITS + 1
    return said[:1] == "0" and said[:2] != "00" and len(said) < SURE_DIGITS + 1


def _placed(joined: Joined, finding: Finding) -> Finding:
    """The finding with its part in the message at hand, or all of it where its part is in an earlier one."""
    here, (first, last) = joined.pieces[joined.at], joined.span
    if not joined.completed_by(finding):
        start, end = 0, len(here.text)
    else:
        start, end = max(finding.start, first) - first, min(finding.end, last) - first
    return as_split(replace(finding, start=start + here.offset, end=end + here.offset), joined.others)


def _supposition(text: str) -> list[str]:
    """The words of a question without what makes it one."""
    words = text.lower().split()
    while words and words[-1] in SUPPOSING:
        words.pop()
    return words
