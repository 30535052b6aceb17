"""A Messages request as a Responses request.

Deterministic: the same request gives the same bytes, and a longer conversation begins with the
items of the shorter one, so that prompt caches hold. Every field is carried, reported or refused.
Nothing is stored on the server (`store: false`).
"""

from __future__ import annotations

from typing import Any

from any_llm.plugin import CallContext, MessagesRequest, WireRequest, refuse_other_fields

from ..common.cache import automatic_mark
from ..common.choice import is_forced, wire_choice
from ..common.output import wire_output
from ..common.params import end_user, sampling, service_tier
from ..common.tools import wire_tools
from .forms import FORMS, text_format
from .input import wire_input
from .params import cache_options, includes, max_tokens, reasoning, stopping
from .profile import OpenAIProfile
from .web import search_fields

PATH = "/responses"


def encode(request: MessagesRequest, ctx: CallContext) -> WireRequest:
    """Return the request for `POST /responses`; refuse what would lose content.

    `ctx.state` gets what the answer's side must know: `tool_names` (short name -> original),
    `declared_tools`, `forced_tool`, `json_schema`, `cut` (stop sequences), `max_tokens`, `prewarm`.
    """
    ctx.profile = (ctx.profile or OpenAIProfile()).on_this_wire
    refuse_other_fields(request, ctx)
    choice = wire_choice(request, wire_tools(request, ctx, FORMS), ctx, FORMS)
    offers = choice.offers
    output = wire_output(request, ctx, tools=bool(offers))
    thought = reasoning(request, ctx, tools=bool(offers), forced=is_forced(request))
    searching, sources = search_fields(request, offers)
    include = [*includes(thought, ctx), *sources]
    stopping(request, ctx)
    ctx.state["declared_tools"] = frozenset(offer.name for offer in offers)
    ctx.state["forced_tool"] = is_forced(request)
    body: dict[str, Any] = {
        "model": ctx.model,
        **wire_input(request, ctx, asked=output.asked),
        **max_tokens(request, ctx),
        **sampling(request, ctx, thinks=thought.on),
        **({"stream": True} if ctx.stream else {}),
        **({"tools": [offer.wire for offer in offers]} if offers else {}),
        **choice.fields,
        **searching,
        **text_format(output),
        **thought.fields,
        **({"include": include} if include else {}),
        **cache_options(request, automatic_mark(request, ctx)),
        **service_tier(request, ctx),
        **end_user(request, ctx),
        "store": False,
    }
    return WireRequest(path=PATH, json={**ctx.profile.extra, **body})
