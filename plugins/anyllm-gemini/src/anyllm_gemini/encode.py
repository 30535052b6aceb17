"""A Messages request as a GenerateContentRequest.

Deterministic: the same request gives the same bytes, and a longer conversation begins with the
contents of the shorter one, so that implicit caching holds. Every field is carried, reported or
refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from any_llm.plugin import CallContext, MessagesRequest, WireRequest, refuse_other_fields

from .blocks import no_mark
from .choice import is_forced, tool_config
from .contents import wire_contents
from .output import response_format
from .params import end_user, max_tokens, sampling, service_tier
from .place import model_path
from .profile import GeminiProfile
from .thinking import thinking_config
from .tools import Tools, wire_tools

CALL_OPTIONS: Mapping[str, Any] = {"cached_content": str}
"""What a call may say besides Messages' fields: the name of an explicit cache."""

_CACHED = ("system", "tools", "tool_choice")


def encode(request: MessagesRequest, ctx: CallContext) -> WireRequest:
    """Return the request for `:generateContent` or `:streamGenerateContent`.

    `ctx.state` gets what the answer's side must know: `tool_names` (the wire's name -> original),
    `forced_tool`, `json_schema`, `call_ids`.
    """
    tools, body = prompt(request, ctx)
    thinking = thinking_config(request, ctx)
    generation = {
        **max_tokens(request, ctx),
        **sampling(request, ctx),
        **({"thinkingConfig": thinking} if thinking else {}),
        **response_format(request, ctx, tools=bool(tools.wire())),
    }
    end_user(request, ctx)
    tier, headers = service_tier(request, ctx)
    body |= {"generationConfig": generation, **tier}
    method = "streamGenerateContent" if ctx.stream else "generateContent"
    query = {"alt": "sse"} if ctx.stream else {}
    path = model_path(ctx, method)
    return WireRequest(path=path, query=query, headers=headers, json=body)


def prompt(request: MessagesRequest, ctx: CallContext) -> tuple[Tools, dict[str, Any]]:
    """Return what the model reads: contents, system, tools, and the choice among them."""
    if ctx.profile is None:
        ctx.profile = GeminiProfile()
    refuse_other_fields(request, ctx)
    no_mark({"cache_control": request.cache_control}, "", ctx)
    tools = wire_tools(request, ctx)
    config = tool_config(request, tools, ctx)
    ctx.state["forced_tool"] = is_forced(request)
    body = wire_contents(request, ctx)
    if declared := tools.wire():
        body["tools"] = declared
    if config:
        body["toolConfig"] = config
    return tools, {**body, **_cached(request, ctx)}


def _cached(request: MessagesRequest, ctx: CallContext) -> dict[str, Any]:
    """Return the explicit cache; it holds system and tools, and the API takes none beside it."""
    name = ctx.options.get("cached_content")
    if name is None:
        return {}
    for said in _CACHED:
        if getattr(request, said):
            ctx.refuse(said, "cannot stand beside cached_content, which holds it", "leave it out")
    return {"cachedContent": name}
