"""`backchannel confirm`: a person read the message and calls it a violation."""

from typing import Annotated

import typer

from consumer.cli.errors import reported
from consumer.cli.support import ActionId, Actor, AsJson, Config, Reason, new_id, present, required, send
from consumer.events.moderation import ModeratorAction


@reported
def confirm(
    account: Annotated[str, typer.Argument(help="The account that wrote the message.")],
    message: Annotated[str, typer.Argument(help="The id of the message under review.")],
    *,
    actor: Actor,
    reason: Reason,
    action_id: ActionId = None,
    config: Config = None,
    as_json: AsJson = False,
) -> None:
    """Turn a verdict of `review` into a violation.

    The worker counts the strike from the message's own time and publishes the corrected verdict and the new standing.
    On a message that is not under review it changes nothing.

    Example: backchannel confirm seller-7 m1 --actor support:dana --reason "an address, written as a riddle"
    """
    action = ModeratorAction(
        action_id=action_id or new_id("act"),
        action="confirm_review",
        account_id=required("ACCOUNT", account),
        actor=required("--actor", actor),
        at=present(),
        message_id=required("MESSAGE", message),
        reason=required("--reason", reason),
    )
    send(action, f"the review of {message} is confirmed: {account} is struck for it", config, as_json=as_json)
