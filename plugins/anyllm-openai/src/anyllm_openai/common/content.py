"""Any block of a user turn or of a tool result, as parts."""

from __future__ import annotations

from collections.abc import Iterable

from any_llm.plugin import Block, CallContext, Placed, blocks_of, no_citations

from .cache import cache_mark
from .documents import document_parts
from .parts import Part, simple_part, simple_parts, wrapped


def parts_of(placed: Iterable[Placed], ctx: CallContext) -> list[Part]:
    """Return the parts that carry the blocks, in their order; refuse what no part carries."""
    parts: list[Part] = []
    for path, block in placed:
        if block["type"] == "document":
            parts += document_parts(block, path, ctx)
            parts[-1].update(cache_mark(block, path, ctx))
        elif block["type"] == "search_result":
            parts += _search_result(block, path, ctx)
            parts[-1].update(cache_mark(block, path, ctx))
        else:
            parts.append(simple_part(block, path, ctx))
    return parts


def _search_result(block: Block, path: str, ctx: CallContext) -> list[Part]:
    ctx.leftover(path, block, "type", "source", "title", "content", "citations", "cache_control")
    no_citations(block, path, ctx)
    ctx.report(path, "the search result goes as text in <search_result> tags", "emulated")
    inside = simple_parts(blocks_of(block["content"], f"{path}.content"), ctx)
    return wrapped("search_result", {"source": block["source"], "title": block["title"]}, inside)
