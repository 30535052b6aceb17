"""A system prompt or a system turn: one message, its blocks joined by newlines."""

from __future__ import annotations

from typing import Any

from any_llm.plugin import Block, CallContext, Placed, refuse_block

from .blocks import text_of

# A client of Anthropic's puts a nonce here that changes with every request; elsewhere it would
# spoil every prompt cache (anthropics/claude-code#68900).
_BILLING = "x-anthropic-billing-header:"


def system_message(placed: list[Placed], ctx: CallContext, *more: str) -> list[dict[str, Any]]:
    """Return the message of the blocks and of `more` text behind them; none if they are empty."""
    texts = [*(_text(block, path, ctx) for path, block in placed), *more]
    content = "\n".join(text for text in texts if text)
    return [{"role": "system", "content": content}] if content else []


def _text(block: Block, path: str, ctx: CallContext) -> str:
    if block["type"] != "text":
        refuse_block(block, path, ctx)
    text = text_of(block, path, ctx)
    if _BILLING not in text:
        return text
    lines = text.split("\n")
    kept = [line for line in lines if not line.startswith(_BILLING)]
    if len(kept) < len(lines):
        ctx.report(path, "the line that is for Anthropic's billing was left out", "hint")
    return "\n".join(kept)
