"""Documents: PDFs as file parts, everything else as text between tags."""

from __future__ import annotations

from typing import Any

from any_llm.plugin import CallContext

from .blocks import Block, blocks_of
from .parts import Part, data_url, simple_parts, text_part, wrapped
from .profile import ChatProfile

PDF = "application/pdf"


def document_parts(block: Block, path: str, ctx: CallContext) -> list[Part]:
    """Return the parts of a document block; refuse what the provider cannot read."""
    ctx.leftover(path, block, "type", "source", "title", "context", "citations", "cache_control")
    no_citations(block, path, ctx)
    source = block["source"]
    if source["type"] in {"text", "content"}:
        return _as_text(block, path, ctx)
    file = _file(source, block.get("title"), f"{path}.source", ctx)
    if not (context := block.get("context")):
        return [file]
    ctx.report(f"{path}.context", "goes as text before the document", "emulated")
    return [text_part(f"Context of the next document: {context}"), file]


def no_citations(block: Block, path: str, ctx: CallContext) -> None:
    """Report that a block which asks for citations will get none."""
    said = block.get("citations") or {}
    ctx.leftover(f"{path}.citations", said, "enabled")
    if said.get("enabled"):
        ctx.report(f"{path}.citations", "no citations will come: the wire has none")


def _as_text(block: Block, path: str, ctx: CallContext) -> list[Part]:
    source, inner = block["source"], f"{path}.source"
    if source["type"] == "text":
        ctx.leftover(inner, source, "type", "media_type", "data")
        inside = [text_part(source["data"])]
    else:
        ctx.leftover(inner, source, "type", "content")
        inside = simple_parts(blocks_of(source["content"], f"{inner}.content"), ctx)
    ctx.report(path, "the document goes as text in <document> tags", "emulated")
    about = {"title": block.get("title"), "context": block.get("context")}
    return wrapped("document", about, inside)


def _file(source: Block, title: str | None, path: str, ctx: CallContext) -> Part:
    profile: ChatProfile = ctx.profile
    if source["type"] == "file" and profile.file_ids:
        ctx.leftover(path, source, "type", "file_id")
        return {"type": "file", "file": {"file_id": source["file_id"]}}
    if source["type"] not in {"base64", "url"}:
        ctx.refuse(path, f"a document from a {source['type']} is not possible", "send base64 data")
    if profile.pdf == "none" or profile.string_content:
        ctx.refuse(path, "this provider reads no PDF", "send the document's text")
    url = _pdf_url(source, path, ctx)
    if profile.pdf == "document_url":
        named = {"document_name": title} if title else {}
        return {"type": "document_url", "document_url": url, **named}
    return {"type": "file", "file": {"filename": _filename(title), "file_data": url}}


def _pdf_url(source: Block, path: str, ctx: CallContext) -> str:
    if source["type"] == "url":
        if not ctx.profile.pdf_urls:
            ctx.refuse(path, "this provider fetches no documents", "send base64 data")
        ctx.leftover(path, source, "type", "url")
        return str(source["url"])
    if source["media_type"] != PDF:
        ctx.refuse(f"{path}.media_type", f"only {PDF} goes as a file", "send the text")
    return data_url(source, path, ctx)


def _filename(title: Any) -> str:
    """The wire wants a name; a model may read it."""
    name = str(title or "document")
    return name if name.lower().endswith(".pdf") else f"{name}.pdf"
