"""Blocks of a user turn, and of a tool result, as parts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from any_llm.plugin import (
    Block,
    CallContext,
    Placed,
    blocks_of,
    dumps,
    no_citations,
    refuse_block,
)

from .blocks import Part, no_mark, tagged, text_of
from .sources import media_part

_SAID_AS_TEXT = frozenset({"tool_reference", "browser_state"})


def parts_of(placed: Iterable[Placed], ctx: CallContext) -> list[Part]:
    """Return the parts that carry the blocks, in their order; refuse what no part carries."""
    return [part for path, block in placed for part in _parts(block, path, ctx)]


def readable(placed: Placed, ctx: CallContext) -> Placed:
    """Return a tool result's block; what only Messages servers know as its own JSON text."""
    path, block = placed
    if block["type"] not in _SAID_AS_TEXT:
        return placed
    ctx.report(path, f"{block['type']} goes as JSON text", "emulated")
    said = {name: value for name, value in block.items() if name != "cache_control"}
    return path, {"type": "text", "text": dumps(said).decode()}


def _parts(block: Block, path: str, ctx: CallContext) -> list[Part]:
    kind = block["type"]
    if kind == "text":
        text = text_of(block, path, ctx)
        return [{"text": text}] if text else []
    if kind == "document":
        return _document(block, path, ctx)
    if kind == "search_result":
        return [_search_result(block, path, ctx)]
    if kind != "image":
        refuse_block(block, path, ctx)
    ctx.leftover(path, block, "type", "source", "cache_control")
    no_mark(block, path, ctx)
    return [media_part(block["source"], "image/jpeg", f"{path}.source", ctx)]


def _document(block: Block, path: str, ctx: CallContext) -> list[Part]:
    ctx.leftover(path, block, "type", "source", "title", "context", "citations", "cache_control")
    no_mark(block, path, ctx)
    no_citations(block, path, ctx)
    about = {"title": block.get("title"), "context": block.get("context")}
    source: Any = block["source"]
    inner = f"{path}.source"
    if source["type"] == "text":
        ctx.leftover(inner, source, "type", "media_type", "data")
        ctx.report(path, "the document goes as text in <document> tags", "emulated")
        return [{"text": tagged("document", about, source["data"])}]
    if source["type"] == "content":
        ctx.leftover(inner, source, "type", "content")
        ctx.report(path, "the document goes as its parts, after its title and context", "emulated")
        inside = parts_of(blocks_of(source["content"], f"{inner}.content"), ctx)
        return [*_about(about), *inside]
    said = _about(about)
    if said:
        ctx.report(path, "title and context go as text before the document", "emulated")
    return [*said, media_part(source, "application/pdf", inner, ctx)]


def _about(about: dict[str, Any]) -> list[Part]:
    """What is said of a document, as text that stands before it."""
    said = [f"The next document's {name}: {value}" for name, value in about.items() if value]
    return [{"text": "\n".join(said)}] if said else []


def _search_result(block: Block, path: str, ctx: CallContext) -> Part:
    ctx.leftover(path, block, "type", "source", "title", "content", "citations", "cache_control")
    no_mark(block, path, ctx)
    no_citations(block, path, ctx)
    ctx.report(path, "the search result goes as text in <search_result> tags", "emulated")
    inside = blocks_of(block["content"], f"{path}.content")
    texts = [text_of(each, where, ctx) for where, each in inside]
    about = {"source": block["source"], "title": block["title"]}
    return {"text": tagged("search_result", about, "\n\n".join(texts))}
