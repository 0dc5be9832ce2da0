"""The rules the judge goes by: the policy in force, a shadow beside it, and the breaker.

Invariant: they change only between batches, policies by `upkeep` and the breaker's window in the merge after a commit.
So one batch is judged by one policy, and an aborted batch leaves no trace in the breaker.

The breaker is this worker's own and lives in memory: a worker that starts anew starts with it closed.
"""

from consumer.policy import Policy
from consumer.strikes.breaker import Breaker
from consumer.telemetry.metrics import PolicyRole


class Rules:
    """What the judge hop reads. `policy`: verdicts are published under it; `shadow`: judged beside it, if not None."""

    __slots__ = ("breaker", "policy", "shadow")

    def __init__(self, policy: Policy, shadow: Policy | None = None) -> None:
        self.policy = policy
        self.shadow = shadow
        self.breaker = Breaker(policy.breaker)

    def held(self, role: PolicyRole) -> Policy:
        """Return the policy in one role; ValueError if there is none."""
        policy = self.policy if role == "live" else self.shadow
        if policy is None:
            raise ValueError(f"no {role} policy is held")
        return policy

    def hold(self, role: PolicyRole, policy: Policy) -> None:
        """Judge by another policy from the next batch on; the breaker keeps what it has seen, under the new caps."""
        if role == "shadow":
            self.shadow = policy
            return
        self.policy = policy
        self.breaker = self.breaker.under(policy.breaker)

    def adopt(self, breaker: Breaker) -> None:
        """Take over a batch's view of the breaker: call it only after the commit."""
        self.breaker = breaker

    def close_breaker(self) -> None:
        """Let violations strike again, and forget what opened the breaker."""
        self.breaker = self.breaker.closed()
