"""Who an id belongs to, decided from claims alone, before any plugin runs.

The namesake distribution `anyllm-<id>` comes first, then a sole claimant; two with the same right
are an error and never a matter of order, for an id decides who receives a key.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from importlib.metadata import Distribution
from typing import Literal, TypeVar

from ..errors import AmbiguousProvider, PluginError
from ._claims import DENY, KINDS, PROVIDERS, Choice, Claim, Problem, normalised, read

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Offered:
    """One claim to a provider id, from metadata alone.

    `value` is the entry point's; for a plugin registered by hand it is the plugin's name, and
    `distribution` and `version` are empty. `state` says where asking for `id` leads: here, to
    another claim, or to AmbiguousProvider.
    """

    id: str
    distribution: str
    version: str
    value: str
    state: Literal["chosen", "shadowed", "ambiguous"]


class Index:
    """The claims of all installed distributions, from one pass over their metadata."""

    def __init__(self, choice: Choice, found: Iterable[Distribution]) -> None:
        self.installed: dict[str, str] = {}  # distributions that hold plugins, and versions
        self.problems: list[Problem] = []
        self._claims: dict[str, dict[str, list[Claim]]] = {group: {} for group in KINDS}
        self._barred: dict[tuple[str, str], list[tuple[Claim, str]]] = {}
        for claim in read(found, self.problems):
            self.installed[claim.distribution] = claim.version
            if barrier := choice.barrier(claim):
                self._barred.setdefault((claim.group, claim.id), []).append((claim, barrier))
                continue
            same_id = self._claims[claim.group].setdefault(claim.id, [])
            if claim not in same_id:
                same_id.append(claim)

    def ids(self, group: str) -> list[str]:
        """Return every id that is claimed in `group`, sorted."""
        return sorted(self._claims[group])

    def all(self, group: str) -> list[Claim]:
        """Return every claim in `group`, sorted by id and distribution."""
        claims = [claim for same_id in self._claims[group].values() for claim in same_id]
        return sorted(claims, key=lambda claim: (claim.id, *claim.key))

    def claims(self, group: str, id: str) -> Sequence[Claim]:
        """Return every claim to `id`, those that lose included."""
        return self._claims[group].get(id, ())

    def barred(self, group: str, id: str) -> Sequence[tuple[Claim, str]]:
        """Return the claims to `id` that the environment keeps out, with the variable that does."""
        return self._barred.get((group, id), ())

    def pick(self, group: str, id: str) -> Claim | None:
        """Return the claim that `id` belongs to, None when nobody claims it.

        AmbiguousProvider when two distributions do and neither is its namesake; PluginError when
        one distribution claims it twice.
        """
        best = preferred(self.claims(group, id), id, lambda claim: claim.distribution)
        if len(best) > 1:
            raise contested(f"{KINDS[group]} {id!r}", best)
        return best[0] if best else None

    def offered(self, by_hand: Iterable[tuple[str, str]]) -> list[Offered]:
        """Return every claim to a provider id; `by_hand` are ids and names of other plugins."""
        rows = [Offered(key, "", "", name, "chosen") for key, name in by_hand]
        taken = {row.id for row in rows}
        for claim in self.all(PROVIDERS):
            rivals = () if claim.id in taken else self.claims(PROVIDERS, claim.id)
            best = preferred(rivals, claim.id, lambda rival: rival.distribution)
            state: Literal["chosen", "shadowed", "ambiguous"] = "shadowed"
            if claim in best:
                state = "chosen" if len(best) == 1 else "ambiguous"
            rows.append(Offered(claim.id, claim.distribution, claim.version, claim.value, state))
        return sorted(rows, key=lambda row: (row.id, row.distribution, row.value))


def preferred(found: Sequence[_T], id: str, distribution: Callable[[_T], str]) -> Sequence[_T]:
    """Return those that come from the namesake distribution `anyllm-<id>`; all if none does."""
    namesake = normalised(f"anyllm-{id}")
    return [one for one in found if distribution(one) == namesake] or found


def contested(what: str, claims: Sequence[Claim]) -> AmbiguousProvider | PluginError:
    """Return the error for `what` when all of `claims` have the same right to it."""
    names = sorted({claim.distribution for claim in claims})
    if len(names) == 1:
        values = " and ".join(sorted(claim.value for claim in claims))
        return PluginError(
            f"{what}: {names[0]} offers it twice, in {values}; update or uninstall {names[0]}"
        )
    return AmbiguousProvider(
        f"{what}: offered by {' and '.join(names)}; uninstall all but one of them, or name the "
        f"others in {DENY}"
    )
