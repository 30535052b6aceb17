"""The request's knobs that this wire has its own words for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from any_llm.plugin import CallContext, MessagesRequest

from ..common.thinking import Thinking, thinking
from .profile import OpenAIProfile

ENCRYPTED = "reasoning.encrypted_content"


def max_tokens(request: MessagesRequest, ctx: CallContext) -> dict[str, Any]:
    """Return the bound of the answer; 0 fills the cache without one."""
    ctx.state["max_tokens"] = request.max_tokens
    if request.max_tokens:
        return {"max_output_tokens": request.max_tokens}
    if not ctx.profile.prewarm:
        ctx.refuse("max_tokens", "0 (filling the cache) is not possible with this model", "use 16")
    ctx.state["prewarm"] = True
    return {}


def cache_options(request: MessagesRequest, mark: Mapping[str, Any]) -> dict[str, Any]:
    """Return the body's options of the cache: how long, and whether it is only to be filled."""
    options = {
        **mark.get("prompt_cache_options", {}),
        **({} if request.max_tokens else {"prewarm": True}),
    }
    return {**mark, **({"prompt_cache_options": options} if options else {})}


def stopping(request: MessagesRequest, ctx: CallContext) -> None:
    """Have the text cut at stop sequences by whoever reads the answer, or refuse them."""
    profile: OpenAIProfile = ctx.profile
    stops = request.stop_sequences
    if not stops:
        return
    if not ctx.options.get("cut_stop_sequences", profile.cut_stop_sequences):
        ctx.refuse("stop_sequences", "the Responses API has none", _CUT)
    ctx.state["cut"] = tuple(stops)
    ctx.report("stop_sequences", "the text is cut here; what was generated is paid", "emulated")


_CUT = (
    "cut_stop_sequences=True has the text cut on this side; "
    'wire_api="chat" sends them, to models that take them'
)


def reasoning(request: MessagesRequest, ctx: CallContext, *, tools: bool, forced: bool) -> Thinking:
    """Return `reasoning`: the effort, and a summary where thinking was asked for."""
    profile: OpenAIProfile = ctx.profile
    result = thinking(request, ctx, tools=tools, forced=forced)
    said: Mapping[str, Any] = request.thinking or {}
    shown = said.get("display")
    # Unasked it stays out: organisations that are not verified get a 400 for it
    # (continuedev/continue#12031).
    asked = said.get("type") not in {None, "disabled"} and result.on
    if asked and shown != "omitted" and profile.summaries:
        result.put("reasoning.summary", profile.summaries)
        if shown:
            ctx.report("thinking.display", "summaries come in any case, unless omitted", "hint")
    elif shown and shown != "omitted":
        ctx.report("thinking.display", "nothing is shown of this model's thinking", "hint")
    return result


def includes(thought: Thinking, ctx: CallContext) -> list[str]:
    """Return what to `include` of the reasoning: its encrypted form, which must come back."""
    profile: OpenAIProfile = ctx.profile
    wanted = profile.encrypted_reasoning
    if wanted is None:  # a model that nobody knows reasons if it is asked to
        wanted = thought.on and bool(thought.fields)
    return [ENCRYPTED] if wanted else []
