"""Documents: PDFs as file parts, everything else as text between tags."""

from __future__ import annotations

from typing import Any

from any_llm.plugin import Block, CallContext, blocks_of, no_citations

from .parts import Part, data_url, file_id, simple_parts, text_part, wrapped
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
    told = [name for name in ("title", "context") if block.get(name) and not _carries(file, name)]
    for name in told:
        ctx.report(f"{path}.{name}", "goes as text before the document", "emulated")
    said = [text_part(f"{name.title()} of the next document: {block[name]}") for name in told]
    return [*said, file]


def _carries(file: Part, name: str) -> bool:
    """Whether the part says this about the document."""
    return name == "title" and ("filename" in file.get("file", ()) or "document_name" in file)


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
        return {"type": "file", "file": {"file_id": file_id(source, path, ctx)}}
    if source["type"] not in {"base64", "url"}:
        ctx.refuse(path, f"a document from a {source['type']} is not possible", "send base64 data")
    if profile.pdf == "none" or profile.string_content:
        ctx.refuse(path, "this provider reads no PDF", "send the document's text")
    url = _pdf_url(source, path, ctx)
    if profile.pdf == "document_url":
        named = {"document_name": title} if title else {}
        return {"type": "document_url", "document_url": url, **named}
    if source["type"] == "url" and not profile.pdf_url_names:
        return {"type": "file", "file": {"file_data": url}}
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
