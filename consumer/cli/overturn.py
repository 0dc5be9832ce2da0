"""`backchannel overturn`: what support decided on an appeal."""

from typing import Annotated

import typer

from consumer.cli.errors import reported
from consumer.cli.support import ActionId, Actor, AsJson, Config, Reason, new_id, present, required, send
from consumer.events.moderation import ModeratorAction, Outcome

_TOLD: dict[Outcome, str] = {
    "upheld": "the appeal is upheld: the verdict on {message} is set aside, and {account} gets a new standing",
    "rejected": "the appeal is rejected: the verdict on {message} of {account} stays",
    "pending": "the appeal is pending: the verdict on {message} of {account} stays for now",
}


@reported
def overturn(
    account: Annotated[str, typer.Argument(help="The account that appealed.")],
    message: Annotated[str, typer.Argument(help="The id of the message the verdict is about.")],
    *,
    actor: Actor,
    reason: Reason,
    outcome: Annotated[str, typer.Option(help="upheld, rejected or pending.")] = "upheld",
    action_id: ActionId = None,
    config: Config = None,
    as_json: AsJson = False,
) -> None:
    """Record the outcome of an appeal; upheld, it overturns the verdict.

    The worker then removes the strike, publishes a corrected verdict (`overturned`) and the account's new standing, and
    does not strike the message again, in that revision or an older one. An appeal rejected or pending is recorded and
    changes nothing. A message that the worker remembers no verdict on makes a dead letter.

    Example: backchannel overturn seller-7 m1 --actor support:dana --reason "the address belongs to the ordered card"
    """
    if outcome not in _TOLD:
        raise typer.BadParameter(f"must be one of {', '.join(_TOLD)}", param_hint="--outcome")
    decided: Outcome = outcome
    action = ModeratorAction(
        action_id=action_id or new_id("act"),
        action="appeal",
        account_id=required("ACCOUNT", account),
        actor=required("--actor", actor),
        at=present(),
        message_id=required("MESSAGE", message),
        outcome=decided,
        reason=required("--reason", reason),
    )
    send(action, _TOLD[decided].format(message=message, account=account), config, as_json=as_json)
