"""A Messages request as a request for `POST /api/chat`.

Deterministic: the same request gives the same bytes, and a longer conversation begins with the
messages of the shorter one, so that the server's prompt cache holds. Every field is carried,
reported or refused.

Source: ollama/ollama @fb30760 (2026-08-21), api/types.go ChatRequest, server/routes.go
ChatHandler, docs/api.md.
"""

from __future__ import annotations

from typing import Any

from any_llm.plugin import CallContext, MessagesRequest, WireRequest, refuse_other_fields

from .choice import wire_choice
from .host import check_place
from .messages import wire_messages
from .options import beside, report_absent, wire_options
from .output import report_counts, wire_output
from .profile import OllamaProfile
from .thinking import is_on, thinking

PATH = "/api/chat"


def encode(request: MessagesRequest, ctx: CallContext) -> WireRequest:
    """Return the request; refuse what would lose content.

    `ctx.state` gets what the answer's side must know: `forced_tool`, `json_schema`.
    """
    if ctx.profile is None:
        ctx.profile = OllamaProfile()
    check_place(ctx)
    refuse_other_fields(request, ctx)
    report_absent(request, ctx)
    think = thinking(request, ctx)
    choice = wire_choice(request, ctx)
    output = wire_output(request, ctx, tools="tools" in choice.fields)
    if is_on(think) and ("format" in output or "format" in choice.fields):
        report_counts(ctx)
    body: dict[str, Any] = {
        "model": ctx.model,
        "messages": wire_messages(request, ctx, choice.told),
        "stream": ctx.stream,
        **choice.fields,
        **output,
        **think,
        "options": wire_options(request, ctx),
        **beside(ctx),
    }
    accept = "application/x-ndjson" if ctx.stream else "application/json"
    return WireRequest(path=PATH, json=body, headers={"accept": accept})
