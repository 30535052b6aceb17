"""A system prompt or a system turn: one message, its blocks joined by newlines."""

from __future__ import annotations

from typing import Any

from any_llm.plugin import Block, CallContext, Placed, refuse_block, without_billing

from .blocks import text_of


def system_message(placed: list[Placed], ctx: CallContext, *more: str) -> list[dict[str, Any]]:
    """Return the message of the blocks and of `more` text behind them; none if they are empty."""
    texts = [*(_text(block, path, ctx) for path, block in placed), *more]
    content = "\n".join(text for text in texts if text)
    return [{"role": "system", "content": content}] if content else []


def _text(block: Block, path: str, ctx: CallContext) -> str:
    if block["type"] != "text":
        refuse_block(block, path, ctx)
    return without_billing(text_of(block, path, ctx), path, ctx)
