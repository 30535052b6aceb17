"""What an answer says beyond Messages: kept by its name, the same whether streamed or whole.

`provider_extras` holds safety ratings, grounding metadata, log probabilities, `usageMetadata`,
every field that nobody knows, and under `parts` what stood beside the data of a part.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

TOP = frozenset({"candidates", "usageMetadata", "modelVersion", "responseId", "error"})
CANDIDATE = frozenset({"content", "index", "finishReason"})
CONTENT = frozenset({"parts", "role"})
# Each chunk says only what is new in these; in others the last word counts.
_GROWING = frozenset({"citationMetadata", "logprobsResult"})
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
            if value is not None and name not in TOP:
                self.top[name] = value

    def of_candidate(self, candidate: Mapping[str, Any]) -> None:
        """Keep what the candidate says beside its content."""
        for name, value in candidate.items():
            if value is not None and name not in CANDIDATE:
                old = self.candidate.get(name) if name in _GROWING else None
                both = isinstance(old, dict) and isinstance(value, dict)
                self.candidate[name] = _grown(old, value) if both else value

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


def _grown(old: Any, new: Any) -> Any:
    """Return what two chunks say together: lists one after the other."""
    for name, value in new.items():
        if isinstance(value, list) and isinstance(old.get(name), list):
            old[name] += value  # parsed for this answer alone, so it may grow in place
        else:
            old[name] = value
    return old
