"""Marks that say where a prompt cache may end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from any_llm.plugin import CallContext, MessagesRequest

from .profile import ChatProfile

# Messages has 5m and 1h; the wire's types allow 30m and 12h (openai 3.54,
# types/chat/chat_completion_content_part_text_param.py).
_TTL = {"5m": "30m", "1h": "12h"}


def cache_mark(block: Mapping[str, Any], path: str, ctx: CallContext) -> dict[str, Any]:
    """Return what a part says for the `cache_control` of its block; nothing where it can't."""
    said = block.get("cache_control")
    profile: ChatProfile = ctx.profile
    if said is None:
        return {}
    if profile.cache == "cache_control":
        return {"cache_control": dict(said)}
    if profile.cache == "none":
        no_mark(block, path, ctx)
        return {}
    ctx.leftover(f"{path}.cache_control", said, "type", "ttl")
    mark = {"mode": "explicit"}
    if ttl := said.get("ttl"):
        if ttl in _TTL:
            mark["ttl"] = _TTL[ttl]
        else:
            ctx.report(f"{path}.cache_control.ttl", "the server's own lifetime is used", "hint")
    return {"prompt_cache_breakpoint": mark}


def no_mark(block: Mapping[str, Any], path: str, ctx: CallContext) -> None:
    """Report a mark that has no place where its block goes."""
    if block.get("cache_control") is not None:
        where = f"{path}.cache_control" if path else "cache_control"
        ctx.report(where, "cache marks cannot be said here", "hint")


def automatic_mark(request: MessagesRequest, ctx: CallContext) -> dict[str, Any]:
    """Return the body's field for the request's own `cache_control` (the last block)."""
    profile: ChatProfile = ctx.profile
    if request.cache_control is None:
        return {}
    if profile.cache == "cache_control":
        return {"cache_control": dict(request.cache_control)}
    # Where breakpoints exist the server puts one at the end by itself (openai 3.54,
    # PromptCacheOptions.mode "implicit"); how long it lives can be said.
    ctx.report("cache_control", "the server decides by itself what it caches", "hint")
    if profile.cache != "breakpoints":
        return {}
    ctx.leftover("cache_control", request.cache_control, "type", "ttl")
    lifetime = _TTL.get(request.cache_control.get("ttl") or "5m")
    return {"prompt_cache_options": {"ttl": lifetime}} if lifetime == _TTL["1h"] else {}
