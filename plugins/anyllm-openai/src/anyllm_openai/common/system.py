"""The system prompt: one text, its blocks joined by empty lines, or parts with cache marks."""

from __future__ import annotations

from any_llm.plugin import Block, CallContext, Placed, refuse_block

from .parts import Part, as_content, is_plain, simple_parts

# A client of Anthropic's puts a nonce here that changes with every request; elsewhere it would
# spoil every prompt cache (anthropics/claude-code#68900).
_BILLING = "x-anthropic-billing-header:"


def system_content(placed: list[Placed], ctx: CallContext) -> str | list[Part]:
    """Return the content of a system prompt; an empty one says nothing."""
    parts = [part for path, block in placed for part in _parts(block, path, ctx)]
    return as_content(parts, ctx, joined=all(is_plain(part) for part in parts))


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
