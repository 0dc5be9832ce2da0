"""`backchannel clear-account`: every strike of an account goes."""

from typing import Annotated

import typer

from consumer.cli.errors import reported
from consumer.cli.support import ActionId, Actor, AsJson, Config, Reason, new_id, present, required, send
from consumer.events.moderation import ModeratorAction


@reported
def clear_account(
    account: Annotated[str, typer.Argument(help="The account to clear.")],
    *,
    actor: Actor,
    reason: Reason,
    action_id: ActionId = None,
    config: Config = None,
    as_json: AsJson = False,
) -> None:
    """Set aside every strike an account has now.

    The worker publishes a corrected verdict for each of them and the new standing. What the account does afterwards
    counts again.

    Example: backchannel clear-account seller-7 --actor support:dana --reason "the account had been stolen"
    """
    action = ModeratorAction(
        action_id=action_id or new_id("act"),
        action="clear_account",
        account_id=required("ACCOUNT", account),
        actor=required("--actor", actor),
        at=present(),
        reason=required("--reason", reason),
    )
    send(action, f"every strike {account} has now is set aside", config, as_json=as_json)
