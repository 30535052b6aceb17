"""Token counts, from all the places and under all the names that servers use.

Sources: OpenAI's usage object; DeepSeek (`prompt_cache_hit_tokens`), Moonshot and Together
(`cached_tokens` at the top, `choices[0].usage`), Mistral (`num_cached_tokens`), Groq
(`x_groq.usage`), xAI and Perplexity (reasoning counted beside the completion). Read 2026-11-22.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from any_llm.plugin import OutputTokensDetails, Usage, built

_CACHED = ("prompt_cache_hit_tokens", "cached_tokens", "num_cached_tokens")
_CARRIED = frozenset(
    {
        "prompt_tokens",
        "completion_tokens",
        "total_tokens",
        "prompt_tokens_details",
        "completion_tokens_details",
        "reasoning_tokens",
        *_CACHED,
    }
)
_OTHER_NAMES = {"input_tokens": "prompt_tokens", "output_tokens": "completion_tokens"}
_COUNTS = ("prompt_tokens", "completion_tokens", *_OTHER_NAMES)
_CARRIED_DETAILS = frozenset({"cached_tokens", "cache_write_tokens", "reasoning_tokens"})

_plain = frozenset({"prompt_tokens", "completion_tokens", "total_tokens"}).issuperset

_TIERS = {"default": "standard", "standard": "standard", "priority": "priority", "fast": "priority"}


def has_counts(usage: Any) -> bool:
    """Whether this is a usage object that counts anything; some servers send it full of nulls."""
    if not isinstance(usage, dict):
        return False
    if type(usage.get("prompt_tokens")) is int:  # nearly all
        return True
    return any(_count(usage.get(name)) is not None for name in _COUNTS)


def says_some(usage: Mapping[str, Any]) -> bool:
    """Whether any of the counts is more than 0: only then does it replace an earlier one."""
    return any(_count(usage.get(name)) for name in _COUNTS)


def is_plain(usage: Any) -> bool:
    """Whether this is the counts and nothing else, as it mostly is: nothing to look for in it."""
    if type(usage) is not dict or not _plain(usage):
        return False
    into, out = usage.get("prompt_tokens"), usage.get("completion_tokens")
    return type(into) is int and type(out) is int and into >= 0 and out >= 0


def unreadable(usage: Any) -> bool:
    """Whether a value that should be a count is none, or the whole is no usage object."""
    if not isinstance(usage, dict):
        return bool(usage)
    if usage.get("total_tokens") and not has_counts(usage):
        return True
    for name in _COUNTS:
        value = usage.get(name)
        if value is not None and not (type(value) is int and value >= 0) and not _is_count(value):
            return True
    return False


def tier_of(said: Any) -> str | None:
    """Return the Messages name of a `service_tier`; None for one that Messages does not know."""
    return _TIERS.get(said) if isinstance(said, str) else None


def usage_of(said: Mapping[str, Any], tier: str | None = None, *, plain: bool = False) -> Usage:
    """Return the usage that a server's object means. Counts it does not give are None.

    `plain`: `is_plain` has found it so.
    """
    cached = written = thinking = None
    if plain:
        prompt, completion = said["prompt_tokens"], said["completion_tokens"]
    else:
        said = _named(said)
        prompt = _count(said.get("prompt_tokens")) or 0
        completion = _count(said.get("completion_tokens")) or 0
        into, out = _details(said, "prompt"), _details(said, "completion")
        cached = _first(into.get("cached_tokens"), *map(said.get, _CACHED))
        written = _count(into.get("cache_write_tokens"))
        thinking = _first(out.get("reasoning_tokens"), said.get("reasoning_tokens"))
        if thinking and _count(said.get("total_tokens")) == prompt + completion + thinking:
            completion += thinking  # counted beside the completion: only the total tells
    return built(
        Usage,
        input_tokens=max(0, prompt - (cached or 0) - (written or 0)),
        output_tokens=completion,
        cache_read_input_tokens=cached,
        cache_creation_input_tokens=written,
        output_tokens_details=(
            None if thinking is None else built(OutputTokensDetails, thinking_tokens=thinking)
        ),
        service_tier=tier,
    )


def more_than_carried(said: Mapping[str, Any]) -> bool:
    """Whether the object says something that `usage_of` leaves out (costs, times, audio, ...)."""
    if not isinstance(said, dict):
        return False
    said = _named(said)
    for name, value in said.items():
        if value is not None and name not in _CARRIED:
            return True
    details = {**_details(said, "prompt"), **_details(said, "completion")}
    return any(details[name] for name in details.keys() - _CARRIED_DETAILS)


def _named(said: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the object with the names of this wire: some servers use those of Responses."""
    if said.get("prompt_tokens") is not None or said.get("completion_tokens") is not None:
        return said
    return {_OTHER_NAMES.get(name, name): value for name, value in said.items()}


def _is_count(value: Any) -> bool:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return 0 <= value < float("inf")
    return _count(value) is not None


def _details(said: Mapping[str, Any], side: str) -> Mapping[str, Any]:
    details = said.get(f"{side}_tokens_details")
    return details if isinstance(details, dict) else {}


def _first(*values: Any) -> int | None:
    for value in values:
        if value is not None and (count := _count(value)) is not None:
            return count
    return None


def _count(value: Any) -> int | None:
    """Return a count as a whole number that is not negative; None for anything else."""
    if value is None:
        return None
    if type(value) is int:
        return max(0, value)
    if isinstance(value, str) and 0 < len(value) < 20 and value.isascii() and value.isdigit():
        return int(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return int(value) if 0 <= value < float("inf") else 0
