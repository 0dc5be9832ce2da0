"""Support's commands against a running worker: each does what it says, once, however often it is given."""

from importlib import resources
from pathlib import Path
from typing import Any

import orjson
import pytest

from consumer.assembly import connection
from consumer.events.topics import Role
from consumer.stream.kafka.publisher import Exclusive, OvertakenError
from consumer.stream.records import OutRecord
from tests.cli.running import Ran, run
from tests.exactly_once.inside import Inside, inside
from tests.exactly_once.messages import message
from tests.exactly_once.site import Site, site

pytestmark = pytest.mark.kafka

BY = ("--actor", "support:dana", "--reason", "the test said so")
DEFAULT = (resources.files("consumer.policy") / "default.toml").read_text(encoding="utf-8")


def command(here: Site, *arguments: str) -> Ran:
    """Run a command with the site's settings."""
    return run(*arguments, env=here.env())


def values(here: Site, role: Role) -> list[dict[str, Any]]:
    """Return what a topic holds, as JSON."""
    return [orjson.loads(each.value() or b"null") for each in here.read(role)]


def decisions(here: Site, account: str) -> list[str]:
    """Return the account's verdicts in order."""
    return [each["decision"] for each in values(here, Role.FLAGGED_MESSAGES) if each["account_id"] == account]


def judged(worker: Inside, *pairs: tuple[str, int]) -> None:
    """Wait until so many verdicts of each decision are committed."""
    worker.wait_for(
        lambda: all(worker.value("verdicts_total", decision=decision) >= count for decision, count in pairs)
    )


def test_an_appeal_upheld_by_command_counts_once(kafka_bootstrap: str, tmp_path: Path) -> None:
    with site(kafka_bootstrap, tmp_path, 2) as here, inside(here.settings) as worker:
        here.produce([message("ana", 1), message("ana", 2, conversation_id="other")])
        judged(worker, ("violation", 2))
        pending = command(here, "overturn", "ana", "ana-m1", "--outcome", "pending", *BY)
        assert pending.code == 0, pending.err
        for _ in range(2):
            ran = command(here, "overturn", "ana", "ana-m1", "--id", "appeal-1", *BY)
            assert ran.code == 0, ran.err
        assert "published appeal-1: the appeal is upheld" in ran.out.decode()
        worker.wait_for(lambda: worker.value("actions_total", action="appeal", outcome="duplicate") == 1)
        assert decisions(here, "ana") == ["violation", "violation", "overturned"]
        assert values(here, Role.ACCOUNT_STANDING)[-1]["active_strikes"] == 1
        assert worker.value("actions_total", action="appeal", outcome="recorded") == 1


def test_clearing_an_account_twice_is_clearing_it_once(kafka_bootstrap: str, tmp_path: Path) -> None:
    with site(kafka_bootstrap, tmp_path, 2) as here, inside(here.settings) as worker:
        here.produce([message("bo", number, conversation_id=f"c{number}") for number in range(3)])
        judged(worker, ("violation", 3))
        for _ in range(2):
            ran = command(here, "clear-account", "bo", "--id", "clear-1", "--json", *BY)
            assert ran.code == 0, ran.err
        assert ran.lines[0]["action"]["action_id"] == "clear-1"
        worker.wait_for(lambda: worker.value("actions_total", action="clear_account", outcome="duplicate") == 1)
        assert decisions(here, "bo").count("overturned") == 3
        last = values(here, Role.ACCOUNT_STANDING)[-1]
        assert (last["standing"], last["active_strikes"], last["cause"]) == ("good", 0, "clear_account")


def test_a_review_confirmed_by_command_strikes_once(kafka_bootstrap: str, tmp_path: Path) -> None:
    policy = tmp_path / "wary.toml"
    policy.write_text(DEFAULT.replace("violation = 0.80", "violation = 1.0", 1), encoding="utf-8")
    overrides = {"BACKCHANNEL_POLICY_FILE": str(policy)}
    with site(kafka_bootstrap, tmp_path, 2, overrides) as here, inside(here.settings) as worker:
        here.produce([message("cy", 1)])
        judged(worker, ("review", 1))
        for _ in range(2):
            assert command(here, "confirm", "cy", "cy-m1", "--id", "yes-1", *BY).code == 0
        worker.wait_for(lambda: worker.value("actions_total", action="confirm_review", outcome="duplicate") == 1)
        assert decisions(here, "cy") == ["review", "violation"]
        assert worker.value("strikes_total") == 1


def test_an_action_on_an_unknown_message_is_a_dead_letter_and_changes_nothing(
    kafka_bootstrap: str, tmp_path: Path
) -> None:
    with site(kafka_bootstrap, tmp_path, 2) as here, inside(here.settings) as worker:
        assert command(here, "overturn", "nobody", "no-such", *BY).code == 0
        worker.wait_for(lambda: worker.value("dead_letters_total", reason="refused_action") == 1)
        assert values(here, Role.FLAGGED_MESSAGES) == []
        assert values(here, Role.ACCOUNT_STANDING) == []


def test_approving_and_revoking_a_gig_by_command(kafka_bootstrap: str, tmp_path: Path) -> None:
    order = {"surface": "order", "gig_id": "g1", "order_id": "o1"}
    with site(kafka_bootstrap, tmp_path, 2) as here, inside(here.settings) as worker:
        approve = ("approve-gig", "g1", "--kinds", "email,phone", "--id", "ok-1", *BY)
        assert command(here, *approve).code == 0
        again = command(here, *approve)
        assert (again.code, again.out.decode()) == (0, "ok-1 is there already: nothing published\n")
        worker.wait_for(lambda: worker.value("state_entries", store="gig_approvals") == 1)
        here.produce([message("di", 1, **order)])
        judged(worker, ("exempt", 1))
        assert command(here, "revoke-gig", "g1", "--kinds", "email", *BY).code == 0
        left = command(here, "revoke-gig", "g1", "--kinds", "email", "--json", *BY)
        assert left.lines[0]["published"] is False
        records = values(here, Role.GIG_APPROVALS)
        assert [len(record["approvals"]) for record in records] == [1, 2]
        assert records[-1]["approvals"][1]["kinds"] == ["phone"]
        # Every worker reads approvals before each batch; a first message makes sure that the record has arrived.
        worker.wait_for(lambda: _revoked(worker))
        here.produce([message("di", 2, **order)])
        judged(worker, ("violation", 1))


def _revoked(worker: Inside) -> bool:
    held = worker.worker._approvals.get("g1")
    return held is not None and held.approvals[0].revoked_at is not None


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("approve-gig", "g", "--kinds", "payment", *BY), "payment cannot be approved"),
        (("approve-gig", "g", "--kinds", "", *BY), "names no kind"),
        (("approve-gig", "g", "--kinds", "fax", *BY), "no kind fax"),
        (("approve-gig", "g", "--kinds", "email", "--actor", "seller", "--reason", "x"), "only support can approve"),
        (("approve-gig", "g", "--kinds", "email", "--expires-at", "2001-01-01", *BY), "lies in the past"),
        (("approve-gig", "g", "--kinds", "email", "--expires-at", "2099-01-01T10:00", *BY), "needs a zone"),
        (("overturn", "a", "m", "--actor", " ", "--reason", "x"), "--actor: must not be empty"),
        (("overturn", "a", "m", "--actor", "support:x", "--reason", " "), "--reason: must not be empty"),
        (("clear-account", "a" * 200, *BY), "account_id is longer than its bound"),
        (("confirm", "a", "m", "--actor", "support:x", "--reason", "y" * 3_000), "reason is longer than its bound"),
    ],
)
def test_what_cannot_be_carried_out_is_refused_before_anything_is_published(
    arguments: tuple[str, ...], words: str
) -> None:
    # No broker is asked: nothing listens at this address.
    ran = run(*arguments, env={"BACKCHANNEL_KAFKA__BOOTSTRAP": "127.0.0.1:1", "BACKCHANNEL_CONFIG": None})
    assert ran.code == 2, ran.err
    assert words in ran.err.replace("\n", " ")


def test_two_changes_of_one_gig_at_once_do_not_lose_one(kafka_bootstrap: str, tmp_path: Path) -> None:
    """Without the exclusive right the slower of the two would write back a history without the other's approval."""
    with site(kafka_bootstrap, tmp_path, 2) as here:
        link, topic = connection(here.settings), here.topic(Role.GIG_APPROVALS)
        with Exclusive(link, "gig-g1") as slow:
            assert command(here, "approve-gig", "g1", "--kinds", "email", *BY).code == 0
            with pytest.raises(OvertakenError):
                slow.publish(OutRecord(topic, b"g1", b"{}", []))
        assert [len(record["approvals"]) for record in values(here, Role.GIG_APPROVALS)] == [1]


def test_an_accounts_ledger_and_history_are_shown(kafka_bootstrap: str, tmp_path: Path) -> None:
    with site(kafka_bootstrap, tmp_path, 3) as here, inside(here.settings) as worker:
        offences = [message("ed", number, conversation_id=f"c{number}") for number in (1, 2)]
        here.produce([*offences, message("flo", 1)])
        judged(worker, ("violation", 3))
        command(here, "overturn", "ed", "ed-m1", "--id", "act-ed", *BY)
        judged(worker, ("overturned", 1))
        (told,) = command(here, "account", "ed", "--json").lines
        assert (told["standing"]["standing"], told["standing"]["active_strikes"]) == ("warned", 1)
        assert sorted(case["decision"] for case in told["ledger"]["cases"]) == ["overturned", "violation"]
        assert [each["decision"] for each in told["verdicts"]].count("violation") == 2
        assert [each["action_id"] for each in told["actions"]] == ["act-ed"]
        shown = run("account", "ed", env={**here.env(), "COLUMNS": "160"}).out.decode()
        assert "ed: warned, 1 active" in shown
        assert "support:dana" in shown
        nobody = command(here, "account", "nobody")
        assert nobody.code == 1
        assert "nothing is known" in nobody.err


def test_accounts_that_give_the_same_address_are_linked(kafka_bootstrap: str, tmp_path: Path) -> None:
    with site(kafka_bootstrap, tmp_path, 3) as here, inside(here.settings) as worker:
        here.produce([message("gus", 1), message("hal", 1), message("ira", 1, "write to ira@elsewhere-post.net")])
        judged(worker, ("violation", 3))
        (told,) = command(here, "linked", "--json").lines
        assert [group["accounts"] for group in told["groups"]] == [{"gus": 1, "hal": 1}]
        assert "stonepost" not in repr(told)
        command(here, "overturn", "hal", "hal-m1", *BY)
        judged(worker, ("overturned", 1))
        assert command(here, "linked").out.decode() == "no accounts share a detail\n"
