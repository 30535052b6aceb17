"""`:countTokens`, which counts the whole prompt: contents, system, tools.

Plain `contents` would leave system and tools out, so the Gemini API gets them wrapped in a
`generateContentRequest` (ai.google.dev/api/tokens, 2026-11); Vertex AI takes them side by side.
"""

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

from .encode import prompt
from .errors import bad_reply, error_inside
from .fault import holds_error
from .place import model_name, model_path


def count_tokens(
    request: MessagesRequest, ctx: CallContext
) -> Generator[Step, Any, MessageTokensCount]:
    """Return the number of tokens that the provider counts in the prompt."""
    _, said = prompt(request, ctx)
    if ctx.profile.count == "wrapped":
        body = {"generateContentRequest": {"model": model_name(ctx), **said}}
    else:
        body = {name: value for name, value in said.items() if name != "toolConfig"}
    wire = WireRequest(path=model_path(ctx, "countTokens"), json=body)
    reply: WireReply = yield Send(wire)
    answer = reply.json
    if holds_error(answer):
        raise error_inside(answer, ctx, reply.headers)
    total = answer.get("totalTokens") if isinstance(answer, dict) else None
    if isinstance(total, bool) or not isinstance(total, int) or total < 0:
        raise bad_reply(ctx, f"no totalTokens in {reply.content!r:.200}")
    return MessageTokensCount(input_tokens=total)
