"""A Messages request as a Chat Completions request.

Deterministic: the same request gives the same bytes, and a longer conversation begins with the
messages of the shorter one, so that prompt caches hold. Every field is carried, reported or
refused.
"""

from __future__ import annotations

from typing import Any

from any_llm.plugin import CallContext, MessagesRequest, WireRequest, refuse_other_fields

from ..common.cache import automatic_mark
from ..common.choice import is_forced, wire_choice
from ..common.output import wire_output
from ..common.params import end_user, sampling, service_tier
from ..common.profile import ChatProfile
from ..common.thinking import thinking
from ..common.tools import wire_tools
from .forms import FORMS, response_format
from .messages import wire_messages
from .params import max_tokens, report_display, stopping, streaming

PATH = "/chat/completions"


def encode(request: MessagesRequest, ctx: CallContext) -> WireRequest:
    """Return the request for `POST /chat/completions`; refuse what would lose content.

    `ctx.state` gets what the answer's side must know: `tool_names` (short name -> original),
    `declared_tools`, `stop_sequences`, `forced_tool`, `json_schema`.
    """
    if ctx.profile is None:
        ctx.profile = ChatProfile()
    refuse_other_fields(request, ctx)
    choice = wire_choice(request, wire_tools(request, ctx, FORMS), ctx, FORMS)
    tools = [offer.wire for offer in choice.offers]
    output = wire_output(request, ctx, tools=bool(tools))
    report_display(request, ctx)
    thought = thinking(request, ctx, tools=bool(tools), forced=is_forced(request))
    messages, flags = wire_messages(request, ctx, thinks=thought.on, asked=output.asked)
    ctx.state["declared_tools"] = frozenset(offer.name for offer in choice.offers)
    ctx.state["forced_tool"] = is_forced(request)
    plain = request.model_fields_set.isdisjoint(_KNOBS)
    body: dict[str, Any] = {"model": ctx.model, "messages": messages, **max_tokens(request, ctx)}
    if not plain:
        body |= sampling(request, ctx, thinks=thought.on) | stopping(request, ctx)
    body |= streaming(ctx)
    if tools:
        body["tools"] = tools
    body |= choice.fields | response_format(output) | thought.fields | flags
    if not plain:
        body |= service_tier(request, ctx) | end_user(request, ctx) | automatic_mark(request, ctx)
    return WireRequest(path=PATH, json={**ctx.profile.extra, **body})


# What most requests do not say; the fields that `sampling` and the other three write.
_KNOBS = frozenset(
    {
        *("temperature", "top_p", "top_k", "stop_sequences"),
        *("service_tier", "speed", "metadata", "cache_control"),
    }
)
