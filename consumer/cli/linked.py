"""`backchannel linked`: groups of accounts that gave the same contact detail."""

from typing import Annotated

import orjson
import typer
from pydantic import ValidationError
from rich.console import Console
from rich.table import Table

from consumer.cli.errors import reported
from consumer.cli.linking import Group, Links
from consumer.cli.reading import read_roles
from consumer.cli.support import AsJson, Config
from consumer.events.framing import unframed
from consumer.events.topics import BY_ROLE, Role
from consumer.settings import load_settings

_HASH_SHOWN = 12
_ACCOUNTS_SHOWN = 6


@reported
def linked(
    *,
    min_accounts: Annotated[int, typer.Option(min=2, help="The smallest group to report.")] = 2,
    limit: Annotated[int, typer.Option(min=1, help="Groups in the table, the largest first; --json has all.")] = 50,
    config: Config = None,
    as_json: AsJson = False,
) -> None:
    """Report groups of accounts that share a contact detail, from the verdicts.

    Two accounts that hand out one address are often one person, or one ring. Only keyed hashes are compared; the detail
    itself is stored nowhere. A message whose verdict was overturned links nobody. Hashes made under another hash_key do
    not match.
    """
    links, unread = Links(), 0
    adapter = BY_ROLE[Role.FLAGGED_MESSAGES].adapter
    for _, record in read_roles(load_settings(config), (Role.FLAGGED_MESSAGES,)):
        value = record.value()
        # Corrections carry no findings, but say what was overturned.
        if value is None or (b'"detail_hash":"' not in value and b'"overturned"' not in value):
            continue
        try:
            links.add(adapter.validate_json(unframed(value)))
        except ValidationError:
            unread += 1
    groups = links.groups(min_accounts)
    if as_json:
        typer.echo(orjson.dumps({"groups": groups, "unread": unread}))
        return
    _show(groups, limit)
    if unread:
        typer.echo(f"{unread} verdicts could not be read", err=True)


def _show(groups: list[Group], limit: int) -> None:
    if not groups:
        typer.echo("no accounts share a detail")
        return
    table = Table("detail", "kinds", "accounts", "messages", "first", "last", "which (messages)")
    for group in groups[:limit]:
        named = [f"{account} ({count})" for account, count in list(group.accounts.items())[:_ACCOUNTS_SHOWN]]
        more = len(group.accounts) - len(named)
        table.add_row(
            group.detail_hash[:_HASH_SHOWN],
            ", ".join(group.kinds),
            str(len(group.accounts)),
            str(group.messages),
            f"{group.first:%Y-%m-%d}",
            f"{group.last:%Y-%m-%d}",
            ", ".join(named) + (f", and {more} more" if more > 0 else ""),
        )
    Console().print(table)
    if len(groups) > limit:
        typer.echo(f"and {len(groups) - limit} more groups")
