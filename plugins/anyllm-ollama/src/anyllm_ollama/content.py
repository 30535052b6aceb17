"""Any block of a user turn or of a tool result, as this wire's one text and its pictures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from any_llm.plugin import (
    Block,
    CallContext,
    Placed,
    blocks_of,
    no_citations,
    refuse_block,
    tags,
)

from .blocks import no_mark, text_of
from .images import image_of


class Piece(NamedTuple):
    """A text, or the base64 of a picture."""

    path: str
    text: str = ""
    image: str = ""


def pieces_of(placed: Iterable[Placed], ctx: CallContext) -> list[Piece]:
    """Return the pieces that carry the blocks, in their order; refuse what none carries."""
    return [piece for path, block in placed for piece in _pieces(block, path, ctx)]


def wire_content(pieces: list[Piece], ctx: CallContext) -> dict[str, Any]:
    """Return `content` and `images`; texts are joined by newlines, pictures stand beside them."""
    _report_order(pieces, ctx)
    said: dict[str, Any] = {"content": "\n".join(piece.text for piece in pieces if piece.text)}
    if images := [piece.image for piece in pieces if piece.image]:
        said["images"] = images
    return said


def _report_order(pieces: list[Piece], ctx: CallContext) -> None:
    """Pictures come before the text of their message, whatever stood first."""
    kinds = [bool(piece.image) for piece in pieces if piece.image or piece.text]
    if True not in kinds or kinds == sorted(kinds, reverse=True):
        return
    path = next(piece.path for piece in pieces if piece.image)
    if kinds == sorted(kinds):
        ctx.report(path, "pictures stand before the text on this wire", "hint")
    else:
        ctx.report(path, "pictures stand before all text: which text is about which is lost")


def _pieces(block: Block, path: str, ctx: CallContext) -> Iterator[Piece]:
    kind = block["type"]
    if kind == "document":
        yield from _document(block, path, ctx)
    elif kind == "search_result":
        yield from _search_result(block, path, ctx)
    else:
        yield _simple(block, path, ctx)


def _simple(block: Block, path: str, ctx: CallContext) -> Piece:
    if block["type"] == "text":
        return Piece(path, text=text_of(block, path, ctx))
    if block["type"] != "image":
        refuse_block(block, path, ctx)
    return Piece(path, image=image_of(block, path, ctx))


def _document(block: Block, path: str, ctx: CallContext) -> Iterator[Piece]:
    ctx.leftover(path, block, "type", "source", "title", "context", "citations", "cache_control")
    no_citations(block, path, ctx)
    no_mark(block, path, ctx)
    source, inner = block["source"], f"{path}.source"
    if source["type"] == "text":
        ctx.leftover(inner, source, "type", "media_type", "data")
        inside = [Piece(path, text=source["data"])]
    elif source["type"] == "content":
        ctx.leftover(inner, source, "type", "content")
        placed = blocks_of(source["content"], f"{inner}.content")
        inside = [_simple(each, where, ctx) for where, each in placed]
    else:
        what = f"a document from a {source['type']} source is not possible: no file is read here"
        ctx.refuse(inner, what, "send the document's text")
    ctx.report(path, "the document goes as text in <document> tags", "emulated")
    yield from _wrapped("document", block, ("title", "context"), inside, path)


def _search_result(block: Block, path: str, ctx: CallContext) -> Iterator[Piece]:
    ctx.leftover(path, block, "type", "source", "title", "content", "citations", "cache_control")
    no_citations(block, path, ctx)
    no_mark(block, path, ctx)
    ctx.report(path, "the search result goes as text in <search_result> tags", "emulated")
    placed = blocks_of(block["content"], f"{path}.content")
    inside = [_simple(each, where, ctx) for where, each in placed]
    yield from _wrapped("search_result", block, ("source", "title"), inside, path)


def _wrapped(
    tag: str, block: Block, about: tuple[str, ...], inside: list[Piece], path: str
) -> Iterator[Piece]:
    opened, closed = tags(tag, {name: block.get(name) for name in about})
    yield Piece(path, text=opened)
    yield from inside
    yield Piece(path, text=closed)
