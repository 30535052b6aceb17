"""A Messages request as a Chat Completions request.

Deterministic: the same request gives the same bytes, and a longer conversation begins with the
messages of the shorter one, so that prompt caches hold. Every field is carried, reported or
refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from any_llm.plugin import MESSAGES_FIELDS, CallContext, MessagesRequest, WireRequest

from ..common.profile import ChatProfile
from .cache import automatic_mark
from .choice import is_forced, wire_choice
from .messages import wire_messages
from .output import wire_output
from .params import end_user, max_tokens, sampling, service_tier, streaming
from .thinking import thinking
from .tools import wire_tools

PATH = "/chat/completions"

CALL_OPTIONS: Mapping[str, Any] = {"wire_api": Literal["auto", "chat"]}
"""What a call may say besides Messages' fields. Both words mean this wire."""

_CARRIED = frozenset(
    {
        "model",
        "messages",
        "max_tokens",
        "system",
        "temperature",
        "top_p",
        "top_k",
        "stream",
        "stop_sequences",
        "tools",
        "tool_choice",
        "metadata",
        "thinking",
        "output_config",
        "cache_control",
        "service_tier",
        "speed",
    }
)


def encode(request: MessagesRequest, ctx: CallContext) -> WireRequest:
    """Return the request for `POST /chat/completions`; refuse what would lose content.

    `ctx.state` gets what the answer's side must know: `tool_names` (short name -> original),
    `declared_tools`, `stop_sequences`, `forced_tool`, `json_schema`.
    """
    if ctx.profile is None:
        ctx.profile = ChatProfile()
    _sweep(request, ctx)
    choice = wire_choice(request, wire_tools(request, ctx), ctx)
    tools = choice.tools
    output = wire_output(request, ctx, tools=bool(tools))
    thought = thinking(request, ctx, tools=bool(tools), forced=is_forced(request))
    messages, flags = wire_messages(request, ctx, thinks=thought.on, asked=output.asked)
    ctx.state["declared_tools"] = frozenset(tool["function"]["name"] for tool in tools)
    ctx.state["forced_tool"] = is_forced(request)
    body: dict[str, Any] = {
        "model": ctx.model,
        "messages": messages,
        **max_tokens(request, ctx),
        **sampling(request, ctx, thinks=thought.on),
        **streaming(ctx),
        **({"tools": tools} if tools else {}),
        **choice.fields,
        **output.fields,
        **thought.fields,
        **flags,
        **service_tier(request, ctx),
        **end_user(request, ctx),
        **automatic_mark(request, ctx),
    }
    return WireRequest(path=PATH, json={**ctx.profile.extra, **body})


def _sweep(request: MessagesRequest, ctx: CallContext) -> None:
    """Refuse the fields that only Anthropic's API knows; report those that nobody knows."""
    for name in request.fields():
        if name in _CARRIED:
            continue
        if name in MESSAGES_FIELDS:
            ctx.refuse(name, "is not possible on this wire", "leave it out")
        ctx.report(name, "not carried: unknown to this wire")
