"""`backchannel account`: what is known of one account, read from the topics."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Final

import orjson
import typer
from pydantic import ValidationError
from rich.console import Console
from rich.table import Table

from consumer.cli.errors import ExitCode, reported
from consumer.cli.reading import read_roles
from consumer.cli.support import AsJson, Config, present
from consumer.events.framing import unframed
from consumer.events.ledger import AccountLedger, Case
from consumer.events.moderation import ModeratorAction
from consumer.events.standing import AccountStanding
from consumer.events.topics import BY_ROLE, Role
from consumer.events.verdict import Verdict
from consumer.settings import load_settings
from consumer.stream.records import Record

_ROLES: Final = (Role.ACCOUNT_STANDING, Role.ACCOUNT_LEDGER, Role.FLAGGED_MESSAGES, Role.MODERATOR_ACTIONS)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class Dossier:
    """What the topics say about one account: its latest standing and ledger, and its history in order of time.

    `unread` counts records under the account's key that could not be read.
    """

    account_id: str
    standing: AccountStanding | None = None
    ledger: AccountLedger | None = None
    verdicts: list[Verdict] = field(default_factory=list)
    actions: list[ModeratorAction] = field(default_factory=list)
    unread: int = 0

    def collect(self, records: Iterable[tuple[Role, Record]]) -> None:
        """Take what concerns the account."""
        key = self.account_id.encode()
        for role, record in records:
            if role is Role.MODERATOR_ACTIONS:
                # Its key may be anything; the account is in the value.
                if key in (record.value() or b""):
                    self._take(role, record.value())
            elif record.key() == key:
                self._take(role, record.value())
        self.verdicts.sort(key=lambda verdict: verdict.decided_at)
        self.actions.sort(key=lambda action: action.at)

    @property
    def known(self) -> bool:
        """Whether anything was found."""
        return bool(self.standing or self.ledger or self.verdicts or self.actions)

    def plain(self) -> dict[str, Any]:
        """Return it as JSON."""
        return {
            "account_id": self.account_id,
            "standing": self.standing,
            "ledger": self.ledger,
            "verdicts": self.verdicts,
            "actions": self.actions,
            "unread": self.unread,
        }

    def _take(self, role: Role, value: bytes | None) -> None:
        if value is None:
            if role is Role.ACCOUNT_LEDGER:
                self.ledger = None
            elif role is Role.ACCOUNT_STANDING:
                self.standing = None
            return
        try:
            entry = BY_ROLE[role].adapter.validate_json(unframed(value))
        except ValidationError:
            self.unread += 1
            return
        match entry:
            case AccountStanding():
                self.standing = entry
            case AccountLedger():
                self.ledger = entry
            case Verdict():
                self.verdicts.append(entry)
            case ModeratorAction() if entry.account_id == self.account_id:
                self.actions.append(entry)


@reported
def account(
    account_id: Annotated[str, typer.Argument(metavar="ACCOUNT", help="The account's id.")],
    *,
    config: Config = None,
    as_json: AsJson = False,
) -> None:
    """Show an account's standing, its ledger, and how it came to that: verdicts and support's actions.

    Everything is read from the topics, whole and committed, so it takes as long as they are; history goes back as far
    as they keep it. The ledger is what the judge remembers: it also holds what no longer counts.

    Ends with 1 if nothing is known of the account.
    """
    dossier = Dossier(account_id)
    dossier.collect(read_roles(load_settings(config), _ROLES))
    if as_json:
        typer.echo(orjson.dumps(dossier.plain()))
    elif dossier.known:
        _show(dossier, present())
    if not dossier.known:
        typer.echo(f"{account_id}: nothing is known of it", err=True)
        raise typer.Exit(ExitCode.CHECK_FAILED)


def _show(dossier: Dossier, now: datetime) -> None:
    console = Console()
    stands = dossier.standing
    line = f"{dossier.account_id}: good, no active strikes"
    if stands is not None:
        line = f"{dossier.account_id}: {stands.standing}, {stands.active_strikes} active, as of {_at(stands.as_of)}"
        if stands.next_expiry is not None:
            line += f"; the next strike expires {_at(stands.next_expiry)}"
    console.print(line, markup=False, highlight=False)
    if dossier.ledger is not None and dossier.ledger.cases:
        console.print(_ledger(dossier.ledger.cases, now))
    if dossier.verdicts or dossier.actions:
        console.print(_history(dossier))
    if dossier.unread:
        console.print(f"{dossier.unread} of its records could not be read", markup=False, highlight=False)


def _ledger(cases: tuple[Case, ...], now: datetime) -> Table:
    table = Table("message", "revision", "decision", "kinds", "sent", "counts", title="ledger", title_justify="left")
    for case in sorted(cases, key=lambda case: case.at):
        expires = _EPOCH + timedelta(milliseconds=case.expires)
        counts = ""
        if case.decision == "violation":
            counts = f"until {_at(expires)}" if now < expires else f"no more, since {_at(expires)}"
        sent = _at(_EPOCH + timedelta(milliseconds=case.at))
        table.add_row(case.message_id, str(case.revision), case.decision, ", ".join(case.kinds), sent, counts)
    return table


def _history(dossier: Dossier) -> Table:
    table = Table("when", "what", "message", "effect", "by", title="history", title_justify="left")
    rows = [(verdict.decided_at, _verdict(verdict)) for verdict in dossier.verdicts]
    rows += [(action.at, _action(action)) for action in dossier.actions]
    for when, cells in sorted(rows, key=lambda row: row[0]):
        table.add_row(_at(when), *cells)
    return table


def _verdict(verdict: Verdict) -> tuple[str, str, str, str]:
    effect = verdict.strike
    moved = "" if effect.standing_before == effect.standing_after else f"{effect.standing_before} → "
    kinds = ", ".join(dict.fromkeys(finding.kind for finding in verdict.findings))
    what = f"{verdict.decision} ({kinds})" if kinds else verdict.decision
    by = f"correction, {verdict.action_id}" if verdict.corrects else f"policy {verdict.policy_version}"
    return what, verdict.message_id, f"{moved}{effect.standing_after}, {effect.active_strikes} active", by


def _action(action: ModeratorAction) -> tuple[str, str, str, str]:
    what = action.action if action.outcome is None else f"{action.action} {action.outcome}"
    return what, action.message_id or "", action.reason or "", f"{action.actor}, {action.action_id}"


def _at(instant: datetime) -> str:
    return instant.astimezone(UTC).strftime("%Y-%m-%d %H:%M")
