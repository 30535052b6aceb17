"""Where Chat Completions servers put their token counts, and what Messages calls them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .expected import Usage

Json = dict[str, Any]

# Cached prompt tokens: OpenAI's place first, then DeepSeek, Moonshot and Together, Mistral.
_CACHED_AT_TOP = ("prompt_cache_hit_tokens", "cached_tokens", "num_cached_tokens")


def last_usage(payloads: Iterable[Json]) -> Usage | None:
    """Return the last usage that any payload holds (never a sum), or None."""
    found = [usage for payload in payloads for usage in _places(payload) if _counts(usage)]
    return _read(found[-1]) if found else None


def _places(payload: Json) -> list[Json]:
    choices = payload.get("choices") or [{}]
    groq = payload.get("x_groq") or {}
    places = (groq.get("usage"), choices[0].get("usage"), payload.get("usage"))
    return [place for place in places if isinstance(place, dict)]


def _counts(usage: Json) -> bool:
    return any(usage.get(key) is not None for key in ("prompt_tokens", "completion_tokens"))


def _read(usage: Json) -> Usage:
    prompt, completion = usage.get("prompt_tokens") or 0, usage.get("completion_tokens") or 0
    into = usage.get("prompt_tokens_details") or {}
    out = usage.get("completion_tokens_details") or {}
    cached = _first(into.get("cached_tokens"), *(usage.get(key) for key in _CACHED_AT_TOP))
    written = into.get("cache_write_tokens")
    thinking = _first(out.get("reasoning_tokens"), usage.get("reasoning_tokens"))
    # xAI counts reasoning beside the completion, and only its total tells.
    if thinking and usage.get("total_tokens") == prompt + completion + thinking:
        completion += thinking
    return Usage(
        input_tokens=max(0, prompt - (cached or 0) - (written or 0)),
        output_tokens=completion,
        cache_read_input_tokens=cached,
        cache_creation_input_tokens=written,
        thinking_tokens=thinking,
    )


def _first(*values: int | None) -> int | None:
    return next((value for value in values if value is not None), None)
