"""A gig's record on gig-approvals: read, changed and written back so that no other change is lost."""

from collections.abc import Callable
from contextlib import closing

import orjson

from consumer.assembly import connection
from consumer.cli.errors import CommandError, ExitCode
from consumer.events.approval import GigApprovals
from consumer.events.decode import Rejected, decode_approvals
from consumer.events.topics import Role
from consumer.settings import Settings
from consumer.stream.kafka.clients import Connection
from consumer.stream.kafka.publisher import Exclusive
from consumer.stream.kafka.snapshot import read_topics
from consumer.stream.records import OutRecord


def change_gig(settings: Settings, gig_id: str, change: Callable[[GigApprovals], GigApprovals]) -> GigApprovals | None:
    """Publish what `change` makes of a gig's present history; None if it changes nothing.

    Two changes of one gig at the same time: one of them ends with OvertakenError and has done nothing.
    """
    link = connection(settings)
    topic = settings.topics.name(Role.GIG_APPROVALS)
    with Exclusive(link, f"gig-{gig_id}") as right:
        history = present_history(link, topic, gig_id)
        changed = change(history)
        if changed is history:
            return None
        value = orjson.dumps(changed)
        try:
            decode_approvals(value)
        except Rejected as why:
            raise CommandError(f"nothing was published: {why.detail}", ExitCode.USAGE) from why
        right.publish(OutRecord(topic, gig_id.encode(), value, []))
    return changed


def present_history(link: Connection, topic: str, gig_id: str) -> GigApprovals:
    """A gig's history as published last, empty if there is none; CommandError if the last record cannot be read."""
    key, value = gig_id.encode(), None
    with closing(read_topics(link, [topic])) as slices:
        for _, records in slices:
            for record in records:
                if record.key() == key:
                    value = record.value()
    if value is None:
        return GigApprovals(gig_id=gig_id, approvals=())
    try:
        return decode_approvals(value)
    except Rejected as why:
        problem = f"the gig's present record cannot be read ({why.detail}); mend it first, or its past would be lost"
        raise CommandError(problem, ExitCode.BAD_DATA) from why
