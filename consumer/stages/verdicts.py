"""The verdicts that a judgement publishes, with their statements of reasons."""

from consumer.events.account import Incident
from consumer.events.ids import corrected_verdict_id, incident_id, verdict_id
from consumer.events.ledger import Case
from consumer.events.moderation import ModeratorAction
from consumer.events.verdict import Verdict
from consumer.policy.ruling import Ruling
from consumer.policy.statement import Opening, excerpt_of
from consumer.stages.change import Change, Impact, instant


def first_verdict(incident: Incident, ruling: Ruling, language: str, impact: Impact, change: Change) -> Verdict:
    """The verdict on an incident."""
    counting, effect = impact
    reasons = change.policy.statements.speaking(language).write(
        ruling.decision,
        tuple(dict.fromkeys([(finding.kind, finding.intent) for finding in ruling.grounds])),
        () if ruling.decision == "exempt" else ruling.exempted,
        counting,
        effect,
        excerpt=excerpt_of(incident.masked_text, ruling.grounds[0].start),
        lasting=change.lasting,
    )
    return Verdict(
        verdict_id=verdict_id(incident.account_id, incident.message_id, incident.revision),
        message_id=incident.message_id,
        revision=incident.revision,
        account_id=incident.account_id,
        decision=ruling.decision,
        sent_at=incident.sent_at,
        decided_at=change.now,
        strike=effect,
        reasons=reasons,
        policy_version=change.policy.version,
        detector_version=incident.detector_version,
        incident_id=incident.incident_id,
        conversation_id=incident.conversation_id,
        recipient_id=incident.recipient_id,
        surface=incident.surface,
        gig_id=incident.gig_id,
        order_id=incident.order_id,
        findings=ruling.findings,
        exempted=ruling.exempted,
        masked_text=incident.masked_text,
    )


def corrected_verdict(action: ModeratorAction, case: Case, opening: Opening, change: Change) -> Verdict:
    """The verdict that replaces the one on a case; `corrects` is always the first verdict on the incident.

    It has no excerpt: the text is not kept, and the verdict it replaces has it.
    """
    first = verdict_id(action.account_id, case.message_id, case.revision)
    counting, effect = change.impact(case)
    mentions = tuple((kind, None) for kind in case.kinds) if opening == "confirmed" else ()
    return Verdict(
        verdict_id=corrected_verdict_id(first, action.action_id),
        message_id=case.message_id,
        revision=case.revision,
        account_id=action.account_id,
        decision=case.decision,
        sent_at=instant(case.at),
        decided_at=change.now,
        strike=effect,
        reasons=change.policy.statements.speaking(case.language).write(
            opening, mentions, (), counting, effect, lasting=change.lasting
        ),
        policy_version=change.policy.version,
        incident_id=incident_id(action.account_id, case.message_id, case.revision),
        corrects=first,
        action_id=action.action_id,
    )
