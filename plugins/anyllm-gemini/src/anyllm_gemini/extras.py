"""What an answer says beyond Messages: kept by its name, the same whether streamed or whole.

`provider_extras` holds safety ratings, grounding metadata, log probabilities, `usageMetadata`,
every field that nobody knows, and under `parts` what stood beside the data of a part.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

TOP = frozenset({"candidates", "usageMetadata", "modelVersion", "responseId", "error"})
CANDIDATE = frozenset({"content", "index", "finishReason"})
CONTENT = frozenset({"parts", "role"})
_EMPTY: tuple[Any, ...] = ("", [], {})


class Extras:
    """Collects them over the chunks of an answer."""

    def __init__(self) -> None:
        self.top: dict[str, Any] = {}
        self.candidate: dict[str, Any] = {}
        self._parts: list[Mapping[str, Any]] = []

    def of_chunk(self, chunk: Mapping[str, Any]) -> None:
        """Keep what the top level says."""
        for name, value in chunk.items():
            if name not in TOP and _says(value, self.top.get(name)):
                self.top[name] = value

    def of_candidate(self, candidate: Mapping[str, Any]) -> None:
        """Keep what the candidate says beside its content."""
        for name, value in candidate.items():
            old = self.candidate.get(name)
            if name in CANDIDATE or not _says(value, old):
                continue
            both = isinstance(old, dict) and isinstance(value, dict)
            how = _MERGES.get(name) if both else None
            self.candidate[name] = how(old, value) if how else value

    def of_content(self, content: Mapping[str, Any]) -> None:
        """Keep what the content says beside its parts."""
        rest = {name: value for name, value in content.items() if name not in CONTENT}
        self.candidate["content"] = {**self.candidate.get("content", {}), **rest}

    def of_part(self, said: Mapping[str, Any]) -> None:
        """Keep what a part says that no block holds."""
        self._parts.append(said)

    def all(self, usage: Mapping[str, Any] | None) -> dict[str, Any]:
        """Return `provider_extras`. What is empty says nothing."""
        said = {**self.top, **self.candidate, "usageMetadata": usage or "", "parts": self._parts}
        return {name: value for name, value in said.items() if value not in _EMPTY}


def _says(value: Any, before: Any) -> bool:
    """Whether a value is one to keep: what is empty takes nothing back."""
    return value is not None and (value not in _EMPTY or before is None)


def _completed(old: Any, new: Any) -> Any:
    """Return what two chunks say together: of each key the last word that says something."""
    return {**old, **{name: value for name, value in new.items() if _says(value, old.get(name))}}


def _grown(old: Any, new: Any) -> Any:
    """Return what two chunks say together: lists one after the other."""
    for name, value in new.items():
        if isinstance(value, list) and isinstance(old.get(name), list):
            old[name] += value  # parsed for this answer alone, so it may grow in place
        else:
            old[name] = value
    return old


# Each chunk says only what is new in the first two. Grounding comes with one chunk, and as `{}`
# with the others (recorded 2025). In all else the last word counts.
_MERGES: Mapping[str, Callable[[Any, Any], Any]] = {
    "citationMetadata": _grown,
    "logprobsResult": _grown,
    "groundingMetadata": _completed,
}
