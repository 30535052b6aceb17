"""Token counts. In a stream they are cumulative, but a later chunk may leave a field out.

Sources: google-genai 3.4 types.GenerateContentResponseUsageMetadata; pydantic-ai 2.68 (a later
zero means "left out"); litellm 1.106 (servers that count thoughts among the candidates' tokens).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from any_llm.plugin import OutputTokensDetails, ServerToolUsage, Usage

_CARRIED = frozenset(
    (
        *("promptTokenCount", "cachedContentTokenCount", "toolUsePromptTokenCount"),
        *("candidatesTokenCount", "thoughtsTokenCount", "totalTokenCount", "serviceTier"),
    )
)


class Counts:
    """What the chunks of one answer say about tokens, taken together."""

    def __init__(self) -> None:
        self.said: dict[str, Any] = {}

    def take(self, usage: Any) -> None:
        """Take in a `usageMetadata`: the last count of each kind that is not zero stands."""
        if isinstance(usage, dict):
            said = self.said
            for name, value in usage.items():
                if value or name not in said:
                    said[name] = value

    def more_than_carried(self) -> bool:
        """Whether something is said that a Messages usage has no place for."""
        return any(self.said[name] for name in self.said.keys() - _CARRIED)

    def none(self) -> bool:
        """Whether nothing was counted."""
        return all(self._count(name) is None for name in self.said)

    def prompt(self) -> Usage:
        """Return what is known when the answer begins."""
        known = self.usage()
        return Usage(
            input_tokens=known.input_tokens,
            cache_creation_input_tokens=known.cache_creation_input_tokens,
            cache_read_input_tokens=known.cache_read_input_tokens,
            service_tier=known.service_tier,
        )

    def usage(self, searches: int = 0) -> Usage:
        """Return the counts in the terms of Messages; without any they are 0."""
        prompt, cached = self._count("promptTokenCount"), self._count("cachedContentTokenCount")
        tools, out = self._count("toolUsePromptTokenCount"), self._count("candidatesTokenCount")
        thoughts = self._count("thoughtsTokenCount")
        total = self._count("totalTokenCount")
        among = thoughts and total == (prompt or 0) + (tools or 0) + (out or 0)
        return Usage(
            input_tokens=max(0, (prompt or 0) - (cached or 0)) + (tools or 0),
            output_tokens=(out or 0) + (0 if among else thoughts or 0),
            cache_read_input_tokens=cached,
            cache_creation_input_tokens=0,  # implicit caching writes without a charge
            output_tokens_details=(
                None if thoughts is None else OutputTokensDetails(thinking_tokens=thoughts)
            ),
            server_tool_use=ServerToolUsage(web_search_requests=searches) if searches else None,
            service_tier=_word(self.said),
        )

    def _count(self, name: str) -> int | None:
        value = self.said.get(name)
        if value is None or type(value) is int:
            return None if value is None else max(0, value)
        if isinstance(value, bool) or not isinstance(value, int | float):
            return None
        return int(value) if 0 <= value < float("inf") else 0


def _word(said: Mapping[str, Any]) -> str | None:
    tier = said.get("serviceTier")
    return tier.lower() if isinstance(tier, str) and tier else None
