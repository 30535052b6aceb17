"""`POST /responses/input_tokens`: how many tokens the input of a request has."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from any_llm.plugin import (
    CallContext,
    MessagesRequest,
    MessageTokensCount,
    Send,
    Step,
    WireReply,
    WireRequest,
)

from ..common.errors import bad_reply, error_inside
from .encode import PATH, encode

# openai 3.54, types/responses/input_token_count_params.py
_COUNTED = (
    "model",
    "instructions",
    "input",
    "tools",
    "tool_choice",
    "parallel_tool_calls",
    "text",
    "reasoning",
)
# What bounds or colours an answer counts no token.
_UNCOUNTED = (
    "stop_sequences",
    "temperature",
    "top_p",
    "top_k",
    "metadata",
    "service_tier",
    "speed",
    "cache_control",
)


def count_tokens(
    request: MessagesRequest, ctx: CallContext
) -> Generator[Step, Any, MessageTokensCount]:
    """Return the number of input tokens, as the server counts them."""
    prompt = request.model_copy(update={**dict.fromkeys(_UNCOUNTED), "max_tokens": 1})
    said = encode(prompt, ctx).json
    body = {name: said[name] for name in _COUNTED if name in said}
    reply: WireReply = yield Send(WireRequest(path=f"{PATH}/input_tokens", json=body))
    answer = reply.json
    if isinstance(answer, dict) and answer.get("error"):
        raise error_inside(answer, ctx, reply.headers)
    total = answer.get("input_tokens") if isinstance(answer, dict) else None
    if isinstance(total, bool) or not isinstance(total, int):
        raise bad_reply(ctx, f"no input_tokens in {reply.content!r:.200}")
    return MessageTokensCount(input_tokens=total)
