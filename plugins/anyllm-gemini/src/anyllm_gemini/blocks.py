"""Blocks with their paths, and what they say that this wire has no word for."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any, NoReturn

from any_llm.plugin import CallContext

Block = Mapping[str, Any]
Part = dict[str, Any]
Placed = tuple[str, Block]
"""A block and its path in the request, such as `messages[2].content[0]`."""


def blocks_of(content: Any, path: str) -> list[Placed]:
    """Return the blocks of a `content` (text, list or None) with their paths."""
    if content is None:
        return []
    if isinstance(content, str):
        return [(path, {"type": "text", "text": content})] if content else []
    return [(f"{path}[{index}]", block) for index, block in enumerate(content)]


def no_mark(block: Mapping[str, Any], path: str, ctx: CallContext) -> None:
    """Report a cache mark: Google caches by itself, or a whole prefix made beforehand."""
    if block.get("cache_control") is not None:
        where = f"{path}.cache_control" if path else "cache_control"
        ctx.report(where, "Google decides by itself what it caches", "hint")


def no_citations(block: Block, path: str, ctx: CallContext) -> None:
    """Report that a block which asks for citations will get none."""
    said = block.get("citations") or {}
    ctx.leftover(f"{path}.citations", said, "enabled")
    if said.get("enabled"):
        ctx.report(f"{path}.citations", "no citations will come: Gemini has none for documents")


def refuse_block(block: Block, path: str, ctx: CallContext) -> NoReturn:
    """Refuse a block that this wire has no place for."""
    ctx.refuse(path, f"a {block['type']} block cannot stand here on this wire", "leave it out")


def text_of(block: Block, path: str, ctx: CallContext) -> str:
    """Return the text of a text block."""
    ctx.leftover(path, block, "type", "text", "cache_control", "citations")
    no_mark(block, path, ctx)
    if block.get("citations"):
        ctx.report(f"{path}.citations", "citations of earlier text are not repeated", "hint")
    return str(block["text"])


def tagged(tag: str, attributes: Mapping[str, Any], text: str) -> str:
    """Return text between `<tag attribute="...">` and `</tag>`."""
    said = "".join(f' {name}="{escape(str(value))}"' for name, value in attributes.items() if value)
    return f"<{tag}{said}>\n{text}\n</{tag}>"
