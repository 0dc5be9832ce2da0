"""Random histories of an account: messages, edits, redeliveries, late and future ones, appeals, pauses, new rules."""

from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

from consumer.events.account import Incident
from consumer.events.moderation import Action, ModeratorAction, Outcome
from tests.policy.rules import ACCOUNT, START, incident, on_order_page
from tests.stages.retelling import Step
from tests.stages.variants import CONTENTS, COURSES

MAX_STEPS = 18
_PAUSES = (
    *(timedelta(),) * 3,
    timedelta(seconds=40),
    timedelta(minutes=2),
    timedelta(minutes=3),
    timedelta(hours=1),
    timedelta(days=1),
    timedelta(days=9),
    timedelta(days=29),
    timedelta(days=30),
    timedelta(days=61),
)
_LATE = (
    *(timedelta(),) * 4,
    timedelta(minutes=1),
    timedelta(minutes=4),
    timedelta(days=20),
    timedelta(days=30),
    -timedelta(days=2),
)
_EVENTS = ("message",) * 7 + ("appeal",) * 2 + ("confirm_review", "clear_account", "pause")
_OUTCOMES: tuple[Outcome, ...] = ("upheld", "upheld", "pending", "rejected")


def history(seed: int) -> list[Step]:
    """The history of a seed; a revision redelivered is the same incident again, an action the same action."""
    random = Random(seed)
    course = random.choice(COURSES)
    length = random.randint(1, MAX_STEPS)
    now = START
    said: dict[str, Incident | ModeratorAction] = {}
    steps: list[Step] = []
    for place in range(length):
        now += random.choice(_PAUSES)
        rules = course[place * len(course) // length]
        kind = random.choice(_EVENTS)
        if kind == "pause":
            steps.append(Step(now, None, rules))
            continue
        event = _message(random, now) if kind == "message" else _action(random, now, kind)
        name = f"{event.message_id}.{event.revision}" if isinstance(event, Incident) else event.action_id
        steps.append(Step(now, said.setdefault(name, event), rules))
    return steps


def _message(random: Random, now: datetime) -> Incident:
    message, revision = random.randrange(5), random.choice((0, 0, 0, 1, 2))
    content = random.choice(CONTENTS)
    shape = on_order_page(*content.findings) if content.surface == "order" else incident(*content.findings)
    return replace(
        shape,
        incident_id=f"inc-{message}-{revision}",
        message_id=f"m{message}",
        revision=revision,
        conversation_id=f"talk-{message % 2}",
        sent_at=now - random.choice(_LATE),
        received_at=now,
    )


def _action(random: Random, now: datetime, kind: str) -> ModeratorAction:
    message, choice = random.randrange(5), random.randrange(4)
    action: Action = "appeal" if kind == "appeal" else "confirm_review" if kind == "confirm_review" else "clear_account"
    about_account = action == "clear_account"
    return ModeratorAction(
        action_id=f"{kind}-{choice}" if about_account else f"{kind}-{message}-{choice}",
        action=action,
        account_id=ACCOUNT,
        actor="support:dana",
        at=now,
        message_id=None if about_account else f"m{message}",
        outcome=_OUTCOMES[choice] if action == "appeal" else None,
    )
