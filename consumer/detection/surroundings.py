"""What the words around a number say about it. Distances are in characters of the letters view."""

from consumer.detection.lexicon import Role, word_list
from consumer.detection.marks import Mark
from consumer.detection.reading import Reading
from consumer.detection.views import View

REACH = 40
"""A word says something about a number at most this many characters away."""
_FOR = frozenset({Role.PHONE, Role.NUMBER, Role.CALL, Role.NETWORK, Role.WEAK_NETWORK})
_AGAINST = frozenset({Role.NOT_PHONE})
_AFTER = 8
"""A label stands before its number ("order 5550142"); one after it counts as if it were this much farther."""
_ALONE_LETTERS, _ALONE_CHARS = 8, 40
"""What else a message that is "only a number" may hold."""
_MESSENGERS_BY_NUMBER = frozenset({"whatsapp", "viber", "imo", "zalo", "signal", "telegram", "wechat", "line"})
_DENYING = frozenset(word.replace("'", "") for word in word_list("content.toml", "denying_nouns"))
_DENIAL = 14
"""Characters before a noun in which it is said not to be meant."""
_DIRECT = 6
"""Characters between "text me on" and the number it leads to."""
_FAR = 1 << 30


class Surroundings:
    """The nearest words for and against a telephone number, and the messenger named with it."""

    __slots__ = ("_named", "against", "led", "network", "support")

    def __init__(self, reading: Reading, view: View, first: int, last: int) -> None:
        """Look at the marks around a span of a view."""
        origin, stop = view.span(first, last)
        start, end = reading.view.position(origin), reading.view.position(stop - 1) + 1
        self.support = self.against = _FAR
        self._named = False
        self.led = False
        """Whether a word for a telephone leads right to the number: "my number is 030.123.492.81"."""
        self.network: str | None = None
        nearest_network = _FAR
        for mark in reading.near(start, end, 2 * REACH):
            distance = max(mark.start - end, start - mark.end, 0)
            if mark.role in _AGAINST:
                if _denied(reading, mark):
                    continue  # "this is not an order number, it's my cell"
                self.against = min(self.against, distance + (0 if mark.end <= start else _AFTER))
            elif mark.role is Role.MOVE and mark.end <= start <= mark.end + _DIRECT:
                self.support, self._named = min(self.support, distance), True  # "text me on 04..."
                self.led = True
            elif mark.role in _FOR:
                self.support = min(self.support, distance)
                self._named = self._named or mark.role is not Role.NUMBER
                self.led = self.led or mark.end <= start <= mark.end + _DIRECT
                if mark.value in _MESSENGERS_BY_NUMBER and distance < nearest_network and distance <= REACH:
                    self.network, nearest_network = mark.value, distance

    @property
    def supported(self) -> bool:
        """Whether a word for a telephone is near, and nothing else is nearer."""
        return self.support <= REACH and not self.opposed

    @property
    def opposed(self) -> bool:
        """Something else is named nearer, or is numbered: the "number" of a licence is no telephone's."""
        return self.against <= REACH and (self.against < self.support or not self._named)


def _denied(reading: Reading, mark: Mark) -> bool:
    """Whether a mark is said not to be meant."""
    origin = reading.view.origin(mark.start)  # folded, a Russian "not" is an English "he"
    before = reading.text[max(0, origin - _DENIAL) : origin].lower().replace("'", "").split()
    return not _DENYING.isdisjoint(before[-2:])


def alone(text: str, start: int, end: int) -> bool:
    """Whether a text is little more than the number that spans from start to end."""
    if len(text) - (end - start) > _ALONE_CHARS:
        return False
    return sum(map(str.isalnum, text[:start] + text[end:])) <= _ALONE_LETTERS


_CONTENT_REACH = 160
"""Characters before a number in which it may say what the number is printed on or read into."""
_CONTENT_AFTER = 40
_PERSONAL = frozenset({Role.MY, Role.MOVE, Role.CALL, Role.NETWORK, Role.WEAK_NETWORK, Role.PAY})


def is_content(reading: Reading, view: View, first: int, last: int) -> bool:
    """Whether a span of a view is what goes on a flyer or into a script, not what its author can be reached by.

    The thing is named, and nobody invites to get in touch between it and the number, unless a colon or a quotation
    mark came first: "the poster reads: call me at ...".
    """
    if not reading.having(Role.DELIVERABLE):
        return False
    origin, stop = view.span(first, last)
    start, end = reading.view.position(origin), reading.view.position(stop - 1) + 1
    things = [
        mark for mark in reading.near(start - _CONTENT_REACH, end, _CONTENT_AFTER) if mark.role is Role.DELIVERABLE
    ]
    before = [mark for mark in things if mark.end <= start]
    if not before:
        last_of_clause = reading.clause(start)[1]
        return any(end <= mark.start < last_of_clause for mark in things) and not _invited(
            reading, max(0, start - _CONTENT_AFTER), end + _CONTENT_AFTER
        )
    between = reading.letters[before[0].end : start]
    announced = min((at for at in (between.find(":"), between.find('"')) if at >= 0), default=len(between))
    return not _invited(reading, before[0].end, before[0].end + announced)


def _invited(reading: Reading, start: int, end: int) -> bool:
    for mark in reading.near(start, end, 0):
        if mark.role in _PERSONAL and start <= mark.start < end:
            word = reading.letters[mark.start : mark.end]
            if mark.role is not Role.CALL or " " in word or not word.isascii():
                return True  # "text" and "dial" alone are words of the content as well
    return False


_KEYCAP = "\ufe0f\u20e3"


def original_span(reading: Reading, view: View, start: int, end: int) -> tuple[int, int]:
    """The span in the original text of a span in a view, with the marks that make its last digit a keycap."""
    first, last = view.span(start, end)
    while last < len(reading.text) and reading.text[last] in _KEYCAP:
        last += 1
    return first, last


def digit_techniques(written: str) -> tuple[str, ...]:
    """The disguise of digits that are not ASCII: circled, fullwidth, mathematical, keycaps, another script's."""
    return () if written.isascii() or not any(map(_foreign, written)) else ("unicode_digits",)


def _foreign(char: str) -> bool:
    return not char.isascii() and (char.isdigit() or char in _KEYCAP)
