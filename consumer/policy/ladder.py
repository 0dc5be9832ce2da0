"""How strikes add up to a standing: the part of a policy that an account's ledger is counted by."""

from dataclasses import dataclass

from consumer.events.vocabulary import StandingName

STEPS: tuple[StandingName, ...] = ("good", "warned", "restricted", "suspended")
"""Every standing, the mildest first."""
RANK: dict[StandingName, int] = {standing: rank for rank, standing in enumerate(STEPS)}


@dataclass(frozen=True, slots=True)
class Ladder:
    """The rules of counting.

    `rungs` lists (total weight, standing it begins), the highest first. A strike that shares a kind with an earlier
    one in force weighs `same_kind_extra` more; the earliest in force weighs at most `first_offence_weight`, if that
    is set. With `sticky` a suspension does not end by itself.
    """

    rungs: tuple[tuple[int, StandingName], ...]
    same_kind_extra: int = 0
    first_offence_weight: int | None = None
    sticky: bool = False

    @property
    def plain(self) -> bool:
        """Whether each strike weighs what it weighs by itself, whatever the others."""
        return not self.same_kind_extra and self.first_offence_weight is None

    def standing(self, active: int) -> StandingName:
        """The highest rung that a total weight reaches."""
        for weight, standing in self.rungs:
            if active >= weight:
                return standing
        return "good"
