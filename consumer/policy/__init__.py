"""The rules document: thresholds, exemptions, the ladder, and the reasons given to people.

A policy is data, validated once at start and compiled into tables; nothing here knows an account's past.
"""

from consumer.policy.loading import PolicyError, load_policy
from consumer.policy.policy import Policy

__all__ = ["Policy", "PolicyError", "load_policy"]
