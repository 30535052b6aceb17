"""What every kind of block needs on this wire."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from any_llm.plugin import Block, CallContext, plain_text


def text_of(block: Block, path: str, ctx: CallContext) -> str:
    """Return the text of a text block."""
    if len(block) > 2:  # more than its type and text
        no_mark(block, path, ctx)
    return plain_text(block, path, ctx)


def no_mark(block: Mapping[str, Any], path: str, ctx: CallContext) -> None:
    """Report a cache mark: this wire has no place for one."""
    if block.get("cache_control") is not None:
        ctx.report(f"{path}.cache_control", "the server caches by itself what it can", "hint")
