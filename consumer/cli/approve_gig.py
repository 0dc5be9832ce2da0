"""`backchannel approve-gig` and `revoke-gig`: contact exchange on a gig's order pages, allowed or no more."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, get_args

import orjson
import typer

from consumer.cli.errors import CommandError, ExitCode, reported
from consumer.cli.gig_history import approve, revoke
from consumer.cli.gigs import change_gig
from consumer.cli.support import Actor, AsJson, Config, Reason, new_id, present, required
from consumer.events.approval import Approval, GigApprovals
from consumer.events.vocabulary import Kind
from consumer.policy import Policy, load_policy
from consumer.settings import load_settings
from consumer.stream.kafka.errors import BrokerUnavailableError

Gig = Annotated[str, typer.Argument(help="The gig's id.")]


@reported
def approve_gig(
    gig: Gig,
    *,
    kinds: Annotated[str, typer.Option(help="What may be exchanged, with commas: email,phone,handle,link.")],
    actor: Actor,
    reason: Reason,
    expires_at: Annotated[
        str | None, typer.Option(help="When it ends (2027-01-31, or RFC 3339 with a zone); without it, never.")
    ] = None,
    approval_id: Annotated[
        str | None, typer.Option("--id", help="The approval's id; random without it. The same id is not added twice.")
    ] = None,
    config: Config = None,
    as_json: AsJson = False,
) -> None:
    """Allow kinds of contact on the order pages of a gig that needs them, from now on.

    It excuses neither messages already sent, nor the inbox, nor leaving the platform or paying outside. The gig's
    history is read from gig-approvals, appended to and published whole; when somebody else changes the same gig at the
    same time, one of the two is told so and has done nothing.

    Example: backchannel approve-gig gig-42 --kinds email,phone --actor support:dana --reason "house visits"
    """
    settings = load_settings(config)
    policy = load_policy(settings.policy_file)
    now = present()
    approval = Approval(
        approval_id=approval_id or new_id("apr"),
        kinds=_exemptible(kinds, policy),
        approved_at=now,
        approved_by=_entitled(actor, policy),
        expires_at=None if expires_at is None else _later(expires_at, now),
        reason=required("--reason", reason),
    )
    try:
        changed = change_gig(settings, required("GIG", gig), lambda history: approve(history, approval, now))
    except BrokerUnavailableError as error:
        message = f"{error}; run it again with --id {approval.approval_id}, which is not added twice"
        raise CommandError(message, ExitCode.UNAVAILABLE) from error
    until = "" if approval.expires_at is None else f" until {approval.expires_at:%Y-%m-%d %H:%M} UTC"
    told = f"{approval.approval_id}: {', '.join(approval.kinds)} approved for {gig}{until}"
    _tell(changed, gig, told if changed else f"{approval.approval_id} is there already: nothing published", as_json)


@reported
def revoke_gig(
    gig: Gig,
    *,
    actor: Actor,
    reason: Reason,
    kinds: Annotated[
        str | None, typer.Option(help="What may no longer be exchanged, with commas; without it, everything.")
    ] = None,
    config: Config = None,
    as_json: AsJson = False,
) -> None:
    """End a gig's approvals from now on, for some kinds or for all.

    Messages sent while they were in force stay exempt. With nothing left to revoke it publishes nothing, so it may be
    run again.

    Example: backchannel revoke-gig gig-42 --kinds phone --actor support:dana --reason "visits are over"
    """
    settings = load_settings(config)
    now = present()
    by, why = required("--actor", actor), required("--reason", reason)
    chosen = None if kinds is None else frozenset(_kinds(kinds))
    ended: list[Approval] = []

    def end(history: GigApprovals) -> GigApprovals:
        changed, gone = revoke(history, chosen, by, why, now)
        ended.extend(gone)
        return changed

    changed = change_gig(settings, required("GIG", gig), end)
    told = f"{gig}: {', '.join(each.approval_id for each in ended)} revoked"
    _tell(changed, gig, told if changed else f"{gig}: nothing in force to revoke, nothing published", as_json)


def _tell(changed: GigApprovals | None, gig: str, told: str, as_json: bool) -> None:  # noqa: FBT001 - typer's flag
    if as_json:
        typer.echo(orjson.dumps({"gig_id": gig, "published": changed is not None, "record": changed}))
    else:
        typer.echo(told)


def _kinds(given: str) -> tuple[Kind, ...]:
    known: Sequence[Kind] = get_args(Kind)
    words = [word.strip() for word in given.split(",") if word.strip()]
    unknown = [word for word in words if word not in known]
    if unknown or not words:
        told = f"no kind {', '.join(unknown)}" if unknown else "names no kind"
        raise CommandError(f"--kinds: {told}; there are {', '.join(known)}", ExitCode.USAGE)
    return tuple(kind for kind in known if kind in words)


def _exemptible(given: str, policy: Policy) -> tuple[Kind, ...]:
    kinds = _kinds(given)
    never = [kind for kind in kinds if kind not in policy.exemptible]
    if never:
        allowed = ", ".join(sorted(policy.exemptible)) or "nothing"
        message = f"--kinds: {', '.join(never)} cannot be approved under the policy {policy.name}, only {allowed}"
        raise CommandError(message, ExitCode.USAGE)
    return kinds


def _entitled(actor: str, policy: Policy) -> str:
    name = required("--actor", actor)
    if name.partition(":")[0] not in policy.approvers:
        roles = ", ".join(sorted(policy.approvers)) or "nobody"
        message = f"--actor: under the policy {policy.name} only {roles} can approve; write it as {roles}:name"
        raise CommandError(message, ExitCode.USAGE)
    return name


def _later(given: str, now: datetime) -> datetime:
    try:
        parsed = datetime.fromisoformat(given.strip())
    except ValueError as error:
        raise CommandError(f"--expires-at: {given!r} is no date; write 2027-01-31", ExitCode.USAGE) from error
    instant = (
        parsed.replace(tzinfo=UTC) if parsed.tzinfo is None and len(given.strip()) <= len("2027-01-31") else parsed
    )
    if instant.tzinfo is None:
        raise CommandError("--expires-at: a time of day needs a zone: 2027-01-31T12:00:00Z", ExitCode.USAGE)
    if instant <= now:
        raise CommandError("--expires-at: lies in the past", ExitCode.USAGE)
    return instant.astimezone(UTC)
