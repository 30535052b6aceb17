"""Blocks with their paths, and what every kind of block needs."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
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


def text_of(block: Block, path: str, ctx: CallContext) -> str:
    """Return the text of a text block."""
    ctx.leftover(path, block, "type", "text", "cache_control", "citations")
    if block.get("citations"):
        ctx.report(f"{path}.citations", "citations of earlier text are not repeated", "hint")
    no_mark(block, path, ctx)
    return str(block["text"])


def no_mark(block: Mapping[str, Any], path: str, ctx: CallContext) -> None:
    """Report a cache mark: this wire has no place for one."""
    if block.get("cache_control") is not None:
        ctx.report(f"{path}.cache_control", "the server caches by itself what it can", "hint")


def no_citations(block: Block, path: str, ctx: CallContext) -> None:
    """Report that a block which asks for citations will get none."""
    said = block.get("citations") or {}
    ctx.leftover(f"{path}.citations", said, "enabled")
    if said.get("enabled"):
        ctx.report(f"{path}.citations", "no citations will come: the wire has none")


def tags(name: str, attributes: Mapping[str, Any]) -> tuple[str, str]:
    """Return `<name attribute="...">` and `</name>`."""
    said = "".join(f' {key}="{escape(str(value))}"' for key, value in attributes.items() if value)
    return f"<{name}{said}>", f"</{name}>"


def refuse_block(block: Block, path: str, ctx: CallContext) -> NoReturn:
    """Refuse a block that this wire has no place for."""
    ctx.refuse(path, f"a {block['type']} block cannot stand here on this wire", "leave it out")
