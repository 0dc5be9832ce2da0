"""What cannot be carried out is refused with its reason, and changes nothing."""

from typing import Any

import orjson
import pytest

from consumer.events.decode import Rejected, decode_action, decode_approvals
from consumer.stages.judge import judge_action
from tests.policy.rules import ACCOUNT, DEFAULT, START, incident
from tests.stages.desk import CONFIRM, UPHELD, Desk, act

ACTION = {
    "type": "action",
    "action_id": "act-1",
    "action": "appeal",
    "account_id": ACCOUNT,
    "actor": "support:dana",
    "at": "2031-03-01T12:00:00Z",
    "message_id": "m1",
    "outcome": "upheld",
}
APPROVAL = {
    "approval_id": "ok-1",
    "kinds": ["email"],
    "approved_at": "2031-03-01T12:00:00Z",
    "approved_by": "support",
}


def test_the_records_are_good_before_they_are_spoilt() -> None:
    assert decode_action(orjson.dumps(ACTION)).actor == "support:dana"
    assert decode_approvals(approval_of()).approvals[0].kinds == ("email",)


def approval_of(**changes: Any) -> bytes:  # noqa: ANN401 - anything wrong
    return orjson.dumps({"gig_id": "gig-3", "approvals": [APPROVAL | changes]})


@pytest.mark.parametrize(
    ("changes", "reason", "detail"),
    [
        pytest.param({"actor": ""}, "invalid_value", "actor", id="by nobody"),
        pytest.param({"actor": " \t"}, "invalid_value", "actor", id="by blanks"),
        pytest.param({"actor": None}, "wrong_type", "actor", id="by null"),
        pytest.param({"action_id": ""}, "invalid_value", "action_id", id="without an id"),
        pytest.param({"outcome": None}, "invalid_value", "value", id="an appeal without an outcome"),
        pytest.param({"outcome": "maybe"}, "invalid_value", "outcome", id="an unknown outcome"),
        pytest.param({"message_id": None}, "invalid_value", "value", id="about no message"),
        pytest.param({"action": "ban"}, "invalid_value", "action", id="an unknown action"),
        pytest.param({"at": "2031-03-01T12:00:00"}, "wrong_type", "at", id="a time without a zone"),
    ],
)
def test_action_that_says_too_little_is_rejected(changes: dict[str, Any], reason: str, detail: str) -> None:
    with pytest.raises(Rejected) as caught:
        decode_action(orjson.dumps(ACTION | changes))
    assert (caught.value.reason, detail in caught.value.detail) == (reason, True)


def test_action_without_an_actor_is_rejected() -> None:
    with pytest.raises(Rejected, match="actor is required"):
        decode_action(orjson.dumps({name: value for name, value in ACTION.items() if name != "actor"}))


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"kinds": []}, id="without kinds"),
        pytest.param({"kinds": ["fax"]}, id="an unknown kind"),
        pytest.param({"approved_by": ""}, id="by nobody"),
        pytest.param({"approved_by": "  "}, id="by blanks"),
        pytest.param({"revoked_by": " "}, id="revoked by nobody"),
    ],
)
def test_approval_that_says_too_little_is_rejected(changes: dict[str, Any]) -> None:
    with pytest.raises(Rejected) as caught:
        decode_approvals(approval_of(**changes))
    assert caught.value.reason == "invalid_value"
    assert "approvals.0." in caught.value.detail


@pytest.mark.parametrize("action", [UPHELD, CONFIRM, act("appeal", outcome="rejected")], ids=lambda each: each.action)
def test_action_on_a_message_never_judged_is_refused_and_changes_nothing(action: Any) -> None:  # noqa: ANN401
    assert judge_action(action, None, DEFAULT, START).refusal is not None
    desk = Desk()
    desk.hear(incident(message_id="another"))
    held = desk.ledger
    result = desk.hear(action)
    assert (result.outcome, result.verdicts, result.standing) == ("unknown_message", (), None)
    assert result.ledger is held
