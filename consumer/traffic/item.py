"""What the generator yields: a record, and what is true about it."""

from dataclasses import dataclass
from typing import Literal

from consumer.events.topics import Role
from consumer.events.vocabulary import Intent, Kind

Label = Literal["benign", "contact", "garbage", "approval", "action"]
Repeat = Literal["duplicate", "edit"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """What the generator knows about a record that a reader has to find out.

    `topic` says more about the label: a benign message's subject; `message` or `dialogue` for contact; an
    approval's state; what an action decides; for garbage the `events.decode.Reason` to be rejected with.
    `kind`, `intent` and `network` are those of the contact exchanged. `disguised` marks what an ordinary
    detector may miss. `exempt` says that support's approval covered the kind on this order page at that time.
    A line of a dialogue that is harmless alone is benign. `repeat` marks a record sent again and an edit.
    """

    label: Label
    topic: str
    kind: Kind | None = None
    intent: Intent | None = None
    network: str | None = None
    disguised: bool = False
    exempt: bool = False
    repeat: Repeat | None = None


@dataclass(frozen=True, slots=True)
class TrafficItem:
    """One record for the topic of `topic_role`, which is one of the three the platform writes to."""

    topic_role: Role
    key: bytes | None
    value: bytes | None
    truth: Truth
