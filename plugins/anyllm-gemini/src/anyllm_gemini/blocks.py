"""What every kind of block needs on this wire."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from any_llm.plugin import Block, CallContext, plain_text, tags

Part = dict[str, Any]


def text_of(block: Block, path: str, ctx: CallContext) -> str:
    """Return the text of a text block."""
    if len(block) > 2:  # more than its type and text
        no_mark(block, path, ctx)
    return plain_text(block, path, ctx)


def no_mark(block: Mapping[str, Any], path: str, ctx: CallContext) -> None:
    """Report a cache mark: Google caches by itself, or a whole prefix made beforehand."""
    if block.get("cache_control") is not None:
        where = f"{path}.cache_control" if path else "cache_control"
        ctx.report(where, "Google decides by itself what it caches", "hint")


def tagged(tag: str, attributes: Mapping[str, Any], text: str) -> str:
    """Return text between `<tag attribute="...">` and `</tag>`."""
    opened, closed = tags(tag, attributes)
    return f"{opened}\n{text}\n{closed}"
