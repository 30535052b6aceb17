"""What was measured, as the report needs it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One case: what each side cost a unit, round by round, and the ratios of the rounds.

    Costs are in the unit that `unit` names; a case without a base has only its `ratios`.
    """

    target: str
    name: str
    ratios: Sequence[float]
    ours: Sequence[float] = ()
    base: Sequence[float] = ()
    unit: str = "us"

    @property
    def ratio(self) -> float:
        """The median over the rounds."""
        return median(self.ratios)

    @property
    def spread(self) -> tuple[float, float]:
        """The lowest and the highest ratio of a round."""
        return min(self.ratios), max(self.ratios)
