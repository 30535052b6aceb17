"""The fields of a request: each is carried, reported or refused."""

from __future__ import annotations

from any_llm.plugin import MESSAGES_FIELDS, CallContext, MessagesRequest

CARRIED = frozenset(
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
"""The fields that both wires read."""


def sweep(request: MessagesRequest, ctx: CallContext) -> None:
    """Refuse the fields that only Anthropic's API knows; report those that nobody knows."""
    for name in request.fields():
        if name in CARRIED:
            continue
        if name in MESSAGES_FIELDS:
            ctx.refuse(name, "is not possible on this wire", "leave it out")
        ctx.report(name, "not carried: unknown to this wire")
