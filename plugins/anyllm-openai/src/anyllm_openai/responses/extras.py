"""What an answer says beyond Messages: `provider_extras`, the same whether streamed or whole.

It holds the response's own fields that neither Messages nor the request had, `blocks` (what items
and parts say beside their blocks, by the index of the block: `phase`, annotations, log
probabilities), `output` (items that are no block, as they came), `parts` and `events` that nobody
knows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from any_llm.plugin import CallContext

from ..common.usage import more_than_carried, tier_of, unreadable
from .items import Item, OtherItem
from .kinds import what_is
from .message import MessageItem

Json = dict[str, Any]

CARRIED = frozenset(
    {
        *("id", "object", "created_at", "completed_at", "status", "model", "output", "output_text"),
        *("error", "incomplete_details", "usage", "service_tier", "tool_usage"),
        *("input_transformations",),
    }
)
"""Fields that the message carries, or that say nothing of the answer."""
ECHOED = frozenset(
    {
        *("background", "context_management", "conversation", "frequency_penalty", "include"),
        *("input", "instructions", "max_output_tokens", "max_tool_calls", "metadata"),
        *("parallel_tool_calls", "presence_penalty", "previous_response_id", "prompt"),
        *("prompt_cache_key", "prompt_cache_options", "prompt_cache_retention", "reasoning"),
        *("safety_identifier", "store", "stream", "stream_options", "temperature", "text"),
        *("tool_choice", "tools", "top_logprobs", "top_p", "truncation", "user"),
    }
)
"""Parameters of the request, told again."""
_EMPTY: tuple[Any, ...] = (None, "", [], {})


def provider_extras(
    response: Mapping[str, Any], items: Iterable[Item], events: list[Any], usage: Any
) -> Json:
    """Return the field of that name, or nothing where there is nothing to keep.

    `usage` is the response's, under the names of Chat Completions.
    """
    found = {
        name: value
        for name, value in response.items()
        if name not in CARRIED and name not in ECHOED and value not in _EMPTY
    }
    _of_response(found, response, usage)
    blocks: Json = {}
    for item in items:
        blocks.update(item.beside())
    kept = {
        "blocks": blocks,
        "output": [item.said for item in items if isinstance(item, OtherItem)],
        "parts": [p for item in items if isinstance(item, MessageItem) for p in item.odd.values()],
        "events": events,
    }
    found |= {name: value for name, value in kept.items() if value}
    return {"provider_extras": found} if found else {}


def report_items(items: Iterable[Item], ctx: CallContext) -> None:
    """Say of each item and part that is no block why."""
    for item in items:
        if isinstance(item, OtherItem):
            ctx.report("output", f"{item.kind}: {what_is(item.kind)}; kept in provider_extras")
        elif isinstance(item, MessageItem):
            for part in item.odd.values():
                what = f"a part {part.get('type')!r} of a message; kept in provider_extras"
                ctx.report("output", what)


def report_response(response: Mapping[str, Any], ctx: CallContext) -> None:
    """Say what the server took out of the request (`input_transformations`)."""
    for each in response.get("input_transformations") or ():
        what = f"{each.get('type')} {each.get('id')} was {each.get('action')} by the server"
        ctx.report("messages", f"{what}: {each.get('reason')}")


def _of_response(found: Json, response: Mapping[str, Any], usage: Any) -> None:
    tier = response.get("service_tier")
    if tier and tier_of(tier) is None:
        found["service_tier"] = tier
    if unreadable(usage) or more_than_carried(usage):
        found["usage"] = response.get("usage")
    if _counts(response.get("tool_usage")):
        found["tool_usage"] = response["tool_usage"]


def _counts(said: Any) -> bool:
    """Whether any number in it is more than 0: OpenAI lists every tool with zeros."""
    return any(map(_counts, said.values())) if isinstance(said, dict) else bool(said)
