"""The system prompt: one text, its blocks joined by empty lines, or parts with cache marks."""

from __future__ import annotations

from any_llm.plugin import Block, CallContext, Placed, refuse_block, without_billing

from .parts import Part, as_content, is_plain, simple_parts


def system_content(placed: list[Placed], ctx: CallContext) -> str | list[Part]:
    """Return the content of a system prompt; an empty one says nothing."""
    parts = [part for path, block in placed for part in _parts(block, path, ctx)]
    return as_content(parts, ctx, joined=all(is_plain(part) for part in parts))


def _parts(block: Block, path: str, ctx: CallContext) -> list[Part]:
    if block["type"] != "text":
        refuse_block(block, path, ctx)
    text = without_billing(block["text"], path, ctx)
    return simple_parts([(path, {**block, "text": text})], ctx)
