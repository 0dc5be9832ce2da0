"""What support's commands share: their options, new ids, and publishing an action so that it is known to be there."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, TypeVar
from uuid import uuid4

import orjson
import typer

from consumer.assembly import connection
from consumer.cli.errors import CommandError, ExitCode
from consumer.events.decode import Rejected, decode_action
from consumer.events.moderation import ModeratorAction
from consumer.events.topics import Role
from consumer.settings import load_settings
from consumer.stream.kafka.errors import BrokerUnavailableError
from consumer.stream.kafka.publisher import publish
from consumer.stream.records import OutRecord

T = TypeVar("T")

Actor = Annotated[str, typer.Option("--actor", help="Who answers for this: a role, best with a person: support:dana.")]
Reason = Annotated[str, typer.Option("--reason", help="Why, in a few words; kept with the record.")]
ActionId = Annotated[
    str | None,
    typer.Option("--id", help="The action's id; random without it. Given again, the same id changes nothing twice."),
]
Config = Annotated[
    Path | None, typer.Option("--config", "-c", help="Settings file (TOML); environment variables go over it.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of a line for people.")]


def new_id(prefix: str) -> str:
    """Return an id that nobody had before."""
    return f"{prefix}_{uuid4().hex[:20]}"


def present() -> datetime:
    """Return the present to the millisecond, with its zone."""
    now = datetime.now(UTC)
    return now.replace(microsecond=now.microsecond // 1_000 * 1_000)


def required(name: str, value: str) -> str:
    """Return the value without blanks around it; CommandError if nothing is left."""
    stripped = value.strip()
    if not stripped:
        raise CommandError(f"{name}: must not be empty", ExitCode.USAGE)
    return stripped


def send(action: ModeratorAction, told: str, config: Path | None, *, as_json: bool) -> None:
    """Publish an action to moderator-actions and say so.

    CommandError if it breaks a rule of the topic, or if the cluster did not confirm it; then nothing is lost by running
    the command again with the id it names.
    """
    value = orjson.dumps(action)
    try:
        decode_action(value)
    except Rejected as why:
        raise CommandError(f"nothing was published: {why.detail}", ExitCode.USAGE) from why
    settings = load_settings(config)
    topic = settings.topics.name(Role.MODERATOR_ACTIONS)
    try:
        publish(connection(settings), OutRecord(topic, action.account_id.encode(), value, []))
    except BrokerUnavailableError as error:
        message = f"{error}; run it again with --id {action.action_id}, which cannot count twice"
        raise CommandError(message, ExitCode.UNAVAILABLE) from error
    if as_json:
        typer.echo(orjson.dumps({"published": topic, "action": action}))
        return
    typer.echo(f"published {action.action_id}: {told}")
