"""The system prompt: one message, its blocks joined by empty lines."""

from __future__ import annotations

from typing import Any

from any_llm.plugin import CallContext

from ..common.blocks import Block, Placed, refuse_block
from ..common.profile import ChatProfile
from .parts import Part, as_content, is_plain, simple_parts

# A client of Anthropic's puts a nonce here that changes with every request; elsewhere it would
# spoil every prompt cache (anthropics/claude-code#68900).
_BILLING = "x-anthropic-billing-header:"


def system_message(placed: list[Placed], ctx: CallContext) -> dict[str, Any] | None:
    """Return the system message of the blocks; None when they say nothing."""
    profile: ChatProfile = ctx.profile
    parts = [part for path, block in placed for part in _parts(block, path, ctx)]
    content = as_content(parts, ctx, joined=all(is_plain(part) for part in parts))
    return {"role": profile.system_role, "content": content} if content else None


def _parts(block: Block, path: str, ctx: CallContext) -> list[Part]:
    if block["type"] != "text":
        refuse_block(block, path, ctx)
    text = block["text"]
    if _BILLING in text:
        kept = [line for line in text.split("\n") if not line.startswith(_BILLING)]
        if len(kept) < text.count("\n") + 1:
            ctx.report(path, "the line that is for Anthropic's billing was left out", "hint")
        block = {**block, "text": "\n".join(kept)}
    return simple_parts([(path, block)], ctx)
