"""`backchannel topics`: make the topics the worker needs, and check them."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from consumer.assembly import connection, topic_plans
from consumer.cli.errors import reported
from consumer.settings import load_settings
from consumer.stream.kafka.admin import Admin

app = typer.Typer(no_args_is_help=True, help="Create and check the topics the worker needs.")

Config = Annotated[
    Path | None,
    typer.Option("--config", "-c", help="Settings file (TOML); environment variables go over it."),
]


@app.command()
@reported
def create(config: Config = None) -> None:
    """Create the topics that are missing.

    Topics that exist are left as they are. Partitions and replication come from the settings `topics.partitions` and
    `topics.replication_factor`; a changelog gets as many partitions as its input has.
    """
    settings = load_settings(config)
    plans = topic_plans(settings)
    admin = Admin(connection(settings))
    made = admin.create(plans, settings.topics.partitions, settings.topics.replication_factor)
    for name in made:
        typer.echo(f"created {name}")
    typer.echo(f"{len(made)} created, {len(plans) - len(made)} there already")


@app.command()
@reported
def check(config: Config = None) -> None:
    """Check that every topic exists and is set up the way the worker needs it.

    Exit code 78 and one line per problem if not.
    """
    settings = load_settings(config)
    plans = topic_plans(settings)
    counts = Admin(connection(settings)).check(plans)
    table = Table("topic", "partitions", "cleanup", "as many as")
    for plan in plans:
        table.add_row(plan.name, str(counts[plan.name]), plan.cleanup, plan.like or "")
    Console().print(table)
