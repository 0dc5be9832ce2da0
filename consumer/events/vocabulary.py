"""The words of the wire: closed sets of values, bounded strings, and instants.

Every string that enters the worker has a bound, so no record can grow the state or a verdict without limit.
"""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, ConfigDict, Field, StringConstraints

Kind = Literal["email", "phone", "handle", "link", "payment", "off_platform"]
Intent = Literal["provide", "request", "solicit"]
Surface = Literal["inbox", "order", "gig", "profile", "review"]
Decision = Literal["violation", "review", "exempt", "overturned"]
StandingName = Literal["good", "warned", "restricted", "suspended"]

MAX_ID = 128
"""Code points in any identifier."""
MAX_TEXT = 65_536
"""Code points in a message's text; longer messages are dead letters."""
MAX_NOTE = 2_000
"""Code points in a text written by support or by the policy."""
MAX_COUNT = 2**31 - 1

Id = Annotated[str, StringConstraints(min_length=1, max_length=MAX_ID)]
Actor = Annotated[str, StringConstraints(min_length=1, max_length=MAX_ID, pattern=r"\S")]
"""Who answers for a decision, `role` or `role:person`; blanks are nobody."""
Note = Annotated[str, StringConstraints(max_length=MAX_NOTE)]
Count = Annotated[int, Field(ge=0, le=MAX_COUNT)]
Millis = Annotated[int, Field(ge=0, le=2**53)]
"""Milliseconds since 1970-01-01T00:00:00Z; used inside state, where an RFC 3339 string would cost memory."""
Instant = AwareDatetime
"""A point in time with its zone, RFC 3339 on the wire."""

WIRE = ConfigDict(strict=True, extra="ignore", hide_input_in_errors=True)
"""How values are read: no coercion between types, and fields we do not know are ignored."""


def to_millis(instant: datetime) -> int:
    """Milliseconds since the epoch of an aware datetime."""
    return int(instant.timestamp() * 1000)
