"""The system prompt: one text, its blocks joined by empty lines, or parts with cache marks."""

from __future__ import annotations

from any_llm.plugin import Block, CallContext, Placed, refuse_block, without_billing

from .parts import Part, as_content, is_plain, simple_part


def system_content(placed: list[Placed], ctx: CallContext) -> str | list[Part]:
    """Return the content of a system prompt; an empty one says nothing."""
    parts = [_part(block, path, ctx) for path, block in placed]
    return as_content(parts, ctx, joined=all(is_plain(part) for part in parts))


def _part(block: Block, path: str, ctx: CallContext) -> Part:
    if block["type"] != "text":
        refuse_block(block, path, ctx)
    text = without_billing(block["text"], path, ctx)
    return simple_part({**block, "text": text}, path, ctx)
