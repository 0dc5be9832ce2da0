"""A conversation's memory while one message changes it: aging, order, bounds, edits.

Invariant: what comes out is bounded, in order of time, without anything too old, and the very object that went in if
nothing changed.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from consumer.events.conversation import MAX_FRAGMENTS, ConversationMemory, Fragment, OpenRequest

REQUEST_MILLIS = 60 * 60 * 1000
"""A bare word an hour after a question is more likely about something else."""
FRAGMENT_MILLIS = 15 * 60 * 1000
"""Whoever splits a detail sends the pieces in one sitting; what is older is about something else."""
FOLLOWERS = 4
"""Messages of a sender that may lie between one that opens and a piece."""


@dataclass(slots=True)
class Draft:
    """A memory being changed; `done` gives back the original object if nothing was."""

    before: ConversationMemory | None
    requests: tuple[OpenRequest, ...]
    fragments: tuple[Fragment, ...]

    def done(self) -> ConversationMemory | None:
        """The memory as it is now; None if nothing is left."""
        if not self.requests and not self.fragments:
            return None
        if self.before is not None and (self.requests, self.fragments) == (
            self.before.requests,
            self.before.fragments,
        ):
            return self.before
        return ConversationMemory(requests=self.requests, fragments=self.fragments)

    def revision_of(self, message_id: str) -> int | None:
        """The revision in which a message is remembered."""
        if self.before is None:
            return None
        known = [entry.revision for entry in self.requests if entry.message_id == message_id]
        known += [entry.revision for entry in self.fragments if entry.message_id == message_id]
        return max(known, default=None)

    def forget(self, message_id: str) -> None:
        """Drop what is remembered of a message that was edited."""
        self.requests = tuple(entry for entry in self.requests if entry.message_id != message_id)
        self.fragments = tuple(entry for entry in self.fragments if entry.message_id != message_id)

    def own(self, sender: str) -> list[Fragment]:
        """The sender's pieces that are not used up, oldest first."""
        return [entry for entry in self.fragments if entry.sender == sender and not entry.spent]

    def begun(self, sender: str) -> bool:
        """Whether the sender has lately sent something that opens."""
        own = [entry for entry in self.own(sender) if entry.opens or not entry.text.isdigit()]
        return any(entry.opens for entry in own[-FOLLOWERS:])

    def add(self, piece: Fragment) -> None:
        """Put a piece in its place in time, and drop the oldest if there are too many."""
        self.fragments = tuple(sorted((*self.fragments, piece), key=lambda entry: entry.at)[-MAX_FRAGMENTS:])

    def spend(self, ids: Sequence[str]) -> None:
        """Mark pieces as used up."""
        self.fragments = tuple(replace(e, spent=True) if e.message_id in ids else e for e in self.fragments)


def aged(memory: ConversationMemory | None, at: int) -> Draft:
    """The memory without what is too old; the newest time seen is now, so late messages age nothing wrongly."""
    if memory is None:
        return Draft(None, (), ())
    now = max([at, *(entry.at for entry in memory.requests), *(entry.at for entry in memory.fragments)])
    return Draft(
        memory,
        tuple(entry for entry in memory.requests if now - entry.at <= REQUEST_MILLIS),
        tuple(entry for entry in memory.fragments if now - entry.at <= FRAGMENT_MILLIS),
    )
