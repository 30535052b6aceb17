"""Parts: what a `content` of this wire is made of, and the two blocks that are parts by nature."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from any_llm.plugin import Block, CallContext, Placed, plain_text, refuse_block, tags

from .cache import cache_mark
from .profile import ChatProfile

Part = dict[str, Any]


def as_content(parts: list[Part], ctx: CallContext, *, joined: bool = False) -> str | list[Part]:
    """Return parts as a `content`: one text as a string, else the list.

    With `joined`, and for servers that know strings only, several texts become one string with
    empty lines between them. Empty texts beside others are left out: many servers refuse them.
    """
    profile: ChatProfile = ctx.profile
    if len(parts) == 1 and is_plain(parts[0]):
        return str(parts[0]["text"])
    kept = [part for part in parts if part.get("text") != "" or not is_plain(part)]
    texts = [part["text"] for part in kept if is_plain(part)]
    if len(texts) == len(kept) and (len(kept) < 2 or joined or profile.string_content):
        return "\n\n".join(texts)
    return kept


def is_plain(part: Part) -> bool:
    """Whether a part is text and nothing else."""
    return part["type"] == "text" and len(part) == 2


def text_part(text: str) -> Part:
    """Return a text part."""
    return {"type": "text", "text": text}


def wrapped(tag: str, attributes: Mapping[str, Any], parts: list[Part]) -> list[Part]:
    """Return parts between `<tag attribute="...">` and `</tag>`; texts alone become one text."""
    opened, closed = tags(tag, attributes)
    if all(is_plain(part) for part in parts):
        inside = "\n\n".join(part["text"] for part in parts)
        return [text_part(f"{opened}\n{inside}\n{closed}")]
    return [text_part(opened), *parts, text_part(closed)]


def simple_parts(placed: Iterable[Placed], ctx: CallContext) -> list[Part]:
    """Return the parts of text and image blocks; refuse any other."""
    return [simple_part(block, path, ctx) for path, block in placed]


def simple_part(block: Block, path: str, ctx: CallContext) -> Part:
    """Return the part of a text or image block; refuse any other."""
    if block["type"] == "text":
        part = text_of(block, path, ctx)
    elif block["type"] == "image":
        part = image_of(block, path, ctx)
    else:
        refuse_block(block, path, ctx)
    if "cache_control" in block:
        part |= cache_mark(block, path, ctx)
    return part


def text_of(block: Block, path: str, ctx: CallContext) -> Part:
    """Return the part of a text block."""
    return text_part(plain_text(block, path, ctx))


def image_of(block: Block, path: str, ctx: CallContext) -> Part:
    """Return the part of an image block; refuse what the provider cannot see."""
    profile: ChatProfile = ctx.profile
    ctx.leftover(path, block, "type", "source", "cache_control")
    if profile.images == "none" or profile.string_content:
        ctx.refuse(path, "this provider takes no pictures here", "leave the picture out")
    source = block["source"]
    image: Part = {}
    if source["type"] == "file" and profile.image_ids:
        image["file_id"] = file_id(source, f"{path}.source", ctx)
    else:
        image["url"] = _image_url(source, f"{path}.source", ctx)
    if profile.image_detail:
        image["detail"] = profile.image_detail
    return {"type": "image_url", "image_url": image}


def _image_url(source: Block, path: str, ctx: CallContext) -> str:
    if source["type"] == "base64":
        return data_url(source, path, ctx)
    if source["type"] != "url":
        ctx.refuse(path, f"a picture from a {source['type']} is not possible", "send base64 data")
    ctx.leftover(path, source, "type", "url")
    if ctx.profile.images == "data" and not source["url"].startswith("data:"):
        ctx.refuse(path, "this provider fetches no pictures", "send base64 data")
    return str(source["url"])


def data_url(source: Block, path: str, ctx: CallContext) -> str:
    """Return a base64 source as a data URL; empty data is refused."""
    ctx.leftover(path, source, "type", "media_type", "data")
    if not source["data"]:
        ctx.refuse(f"{path}.data", "is empty")
    return f"data:{source['media_type']};base64,{source['data']}"


def file_id(source: Block, path: str, ctx: CallContext) -> str:
    """Return the id of an uploaded file; one of Anthropic's Files API means nothing here."""
    ctx.leftover(path, source, "type", "file_id")
    if source["file_id"].startswith("file_"):
        ctx.refuse(path, "the file was uploaded to Anthropic", "send base64 data")
    return str(source["file_id"])
