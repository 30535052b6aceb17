"""A request's blocks with their places."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NoReturn

from any_llm.plugin import CallContext

Block = Mapping[str, Any]
Placed = tuple[str, Block]
"""A block and its path in the request, such as `messages[2].content[0]`."""


def blocks_of(content: Any, path: str) -> list[Placed]:
    """Return the blocks of a `content` (text, list or None) with their paths."""
    if content is None:
        return []
    if isinstance(content, str):
        return [(path, {"type": "text", "text": content})] if content else []
    return [(f"{path}[{index}]", block) for index, block in enumerate(content)]


def refuse_block(block: Block, path: str, ctx: CallContext) -> NoReturn:
    """Refuse a block that this wire has no place for."""
    ctx.refuse(path, f"a {block['type']} block cannot stand here on this wire", "leave it out")
