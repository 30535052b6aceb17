"""The request's knobs that this wire has its own words for: how long, where to stop, streaming."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from any_llm.plugin import CallContext, MessagesRequest

from ..common.profile import ChatProfile


def max_tokens(request: MessagesRequest, ctx: CallContext) -> dict[str, Any]:
    """Return the bound of the answer, under the one name the server takes."""
    profile: ChatProfile = ctx.profile
    if request.max_tokens == 0:
        ctx.refuse("max_tokens", "0 (filling the cache) is not possible on this wire", "use 1")
    return {profile.max_tokens_field: request.max_tokens}


def stopping(request: MessagesRequest, ctx: CallContext) -> dict[str, Any]:
    """Return `stop`; refuse more sequences than the model takes."""
    profile: ChatProfile = ctx.profile
    stops = request.stop_sequences
    if not stops:
        return {}
    if profile.stop_max is not None and len(stops) > profile.stop_max:
        takes = f"at most {profile.stop_max}" if profile.stop_max else "none"
        ctx.refuse("stop_sequences", f"this model takes {takes}", "cut the text yourself")
    ctx.state["stop_sequences"] = tuple(stops)
    return {"stop": list(stops)}


def streaming(ctx: CallContext) -> dict[str, Any]:
    """Return what asks for a stream, with its usage."""
    profile: ChatProfile = ctx.profile
    if not ctx.stream:
        return {}
    usage = {"stream_options": {"include_usage": True}} if profile.stream_usage else {}
    return {"stream": True, **usage}


def report_display(request: MessagesRequest, ctx: CallContext) -> None:
    """Report what was said about showing the thinking: the wire has no field for it."""
    said: Mapping[str, Any] = request.thinking or {}
    if shown := said.get("display"):
        shows = "the server shows of its thinking what it shows"
        ctx.report("thinking.display", shows, "lossy" if shown == "omitted" else "hint")
