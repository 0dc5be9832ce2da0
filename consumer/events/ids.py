"""Identifiers derived from content, so that the same input always makes the same id, whoever computes it."""

from hashlib import blake2b


def _digest(prefix: str, *parts: str) -> str:
    joined = b"\x00".join(part.encode("utf-8", "surrogatepass") for part in parts)
    return f"{prefix}_{blake2b(joined, digest_size=16).hexdigest()}"


def incident_id(account_id: str, message_id: str, revision: int) -> str:
    """The incident of one revision of one message by one account."""
    return _digest("inc", account_id, message_id, str(revision))


def verdict_id(account_id: str, message_id: str, revision: int) -> str:
    """The first verdict on an incident."""
    return _digest("ver", account_id, message_id, str(revision))


def corrected_verdict_id(verdict: str, action_id: str) -> str:
    """The verdict by which a moderator's action replaces an earlier one."""
    return _digest("ver", verdict, action_id)


def talk_digest(conversation_id: str) -> str:
    """A conversation in 12 characters: enough to tell an account's conversations apart, little enough to remember."""
    return blake2b(conversation_id.encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()
