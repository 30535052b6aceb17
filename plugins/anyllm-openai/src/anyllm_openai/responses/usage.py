"""Token counts of this wire (openai 3.54, types/responses/response_usage.py).

They are read as those of Chat Completions are, whose names differ and whose sums are the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from any_llm.plugin import ServerToolUsage, Usage

from ..common.usage import has_counts, tier_of, usage_of

_NAMES = {
    "input_tokens": "prompt_tokens",
    "output_tokens": "completion_tokens",
    "input_tokens_details": "prompt_tokens_details",
    "output_tokens_details": "completion_tokens_details",
}


def renamed(usage: Any) -> Any:
    """Return a usage object under the names of Chat Completions; anything else as it is."""
    if not isinstance(usage, dict):
        return usage
    return {_NAMES.get(name, name): value for name, value in usage.items()}


def read_usage(response: Mapping[str, Any], usage: Any) -> Usage:
    """Return the usage of a response; `usage` is its usage object, renamed."""
    counted = usage_of(usage if has_counts(usage) else {}, tier_of(response.get("service_tier")))
    if searches := _searches(response):
        counted.server_tool_use = ServerToolUsage(web_search_requests=searches)
    return counted


def _searches(response: Mapping[str, Any]) -> int:
    """Return how many searches were billed: opening a page is none."""
    said: Any = response.get("tool_usage")
    for name in ("web_search", "num_requests"):
        said = said.get(name) if isinstance(said, dict) else None
    return said if isinstance(said, int) and not isinstance(said, bool) and said > 0 else 0
