"""What a conversion could not carry, and what is done about it.

Nothing is lost in silence. What would lose content or a guarantee is refused before sending
(`UnsupportedFeature`); what goes on without a knob, emulated or passed through unchecked is a
`Loss` on the call, and `on_loss` says whether it warns, raises or only stands there.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from .errors import UnsupportedFeature

Severity = Literal["hint", "lossy", "emulated", "passed_through"]
"""hint: a cost hint went (never warns); lossy: it changes the answer; emulated: done another way;
passed_through: not a Messages field, sent as it is (never warns)."""

OnLoss = Literal["warn", "error", "ignore"]
ON_LOSS: tuple[OnLoss, ...] = ("warn", "error", "ignore")

_QUIET: frozenset[Severity] = frozenset({"hint", "passed_through"})


@dataclass(frozen=True, slots=True)
class Loss:
    """One thing that did not go across as asked: the field's path, what happened, how bad it is."""

    path: str
    what: str
    severity: Severity = "lossy"

    def __str__(self) -> str:
        return f"{self.path}: {self.what}"


class LossyConversionWarning(UserWarning):
    """Part of a request or an answer was dropped, changed or emulated; the call went on."""


def apply_policy(losses: Sequence[Loss], policy: OnLoss, provider: str) -> None:
    """Raise UnsupportedFeature or warn for the losses that `policy` moves; hints do neither."""
    if not losses or policy == "ignore":
        return
    loud = [loss for loss in losses if loss.severity not in _QUIET]
    if not loud:
        return
    if policy == "error":
        raise UnsupportedFeature(
            f"{provider}: " + "; ".join(map(str, loud)) + ' (on_loss="error" refuses this)',
            path=loud[0].path,
            provider=provider,
        )
    level = _level_of_caller()
    for loss in loss_lines(loud):
        warnings.warn(f"{provider}: {loss}", LossyConversionWarning, stacklevel=level)


def loss_lines(losses: Iterable[Loss]) -> list[str]:
    """Return each loss once, as a line."""
    return list(dict.fromkeys(map(str, losses)))


def _level_of_caller() -> int:
    """The stacklevel of the first frame outside any_llm: a warning names the user's line."""
    level, frame = 1, sys._getframe(1)
    while frame.f_back is not None and frame.f_globals.get("__name__", "").startswith("any_llm."):
        level, frame = level + 1, frame.f_back
    return level
