"""Topics read whole for a report, with a progress bar on standard error."""

from collections.abc import Iterator
from contextlib import closing

from rich.console import Console
from rich.progress import Progress

from consumer.assembly import connection
from consumer.events.topics import Role
from consumer.settings import Settings
from consumer.stream.kafka.snapshot import read_topics
from consumer.stream.records import Record


def read_roles(settings: Settings, roles: tuple[Role, ...]) -> Iterator[tuple[Role, Record]]:
    """Yield every committed record of the topics, in order within each partition.

    Raises TopicsError, BrokerUnavailableError and RestoreStalledError, as `read_topics` does.
    """
    names = settings.topics.names()
    by_name = {names[role]: role for role in roles}
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("reading", total=None)
        slices = read_topics(
            connection(settings),
            list(by_name),
            lambda behind, total: progress.update(task, completed=behind, total=total),
        )
        with closing(slices):
            for partition, records in slices:
                role = by_name[partition.topic]
                for record in records:
                    yield role, record
