"""Content parts of a recorded Chat Completions message as Messages content blocks."""

from __future__ import annotations

import re
from typing import Any

from .unsayable import Unsayable

Json = dict[str, Any]

_DATA_URL = re.compile(r"data:([^;,]+);base64,(.*)", re.DOTALL)


def content_blocks(content: Any, *, caching: bool) -> str | list[Json]:
    """Return the content of a user or system message: its string, or a list of blocks.

    `caching`: the server takes Anthropic's cache_control on text parts (OpenRouter).
    """
    if isinstance(content, str):
        return said_of(content)
    if not isinstance(content, list) or not all(isinstance(part, dict) for part in content):
        raise Unsayable("content that is neither text nor parts")
    return [_block(part, caching=caching) for part in content]


def text_blocks(content: Any, what: str) -> list[Json]:
    """Return the texts of an assistant message or tool result as text blocks, without empty ones.

    `what` names the place in the reason when a part is no text.
    """
    if not content:
        return []
    parts = [{"type": "text", "text": content}] if isinstance(content, str) else content
    for part in parts:
        if part.get("type") != "text":
            raise Unsayable(f"{part.get('type')} part in {what}")
    return [{"type": "text", "text": part["text"]} for part in parts if part["text"]]


def _block(part: Json, *, caching: bool) -> Json:
    match part.get("type"):
        case "text":
            return _text(part, caching=caching)
        case "image_url":
            return {"type": "image", "source": _image(part["image_url"])}
        case "file":
            return _document(part["file"])
        case "document_url":
            named = {"title": part["document_name"]} if part.get("document_name") else {}
            return {"type": "document", "source": pdf_of(part["document_url"]), **named}
        case other:
            raise Unsayable(f"{other or 'untyped'} part")


def _text(part: Json, *, caching: bool) -> Json:
    block = {"type": "text", "text": said_of(part["text"])}
    if mark := part.get("prompt_cache_breakpoint"):
        if mark != {"mode": "explicit"}:
            raise Unsayable("prompt_cache_breakpoint with a ttl of its own")
        block["cache_control"] = {"type": "ephemeral"}
    if part.get("cache_control"):
        if not caching:
            raise Unsayable("cache_control where the server has none")
        block["cache_control"] = part["cache_control"]
    return block


def _image(image: Any) -> Json:
    if isinstance(image, str):
        image = {"url": image}
    if image.get("detail") not in (None, "auto"):
        raise Unsayable("image detail other than auto")
    return source_of(image["url"])


def source_of(url: str) -> Json:
    """Return the source of an image that a wire names by its URL."""
    if found := _DATA_URL.fullmatch(url):
        return {"type": "base64", "media_type": found[1], "data": found[2]}
    if url.startswith(("http://", "https://")):
        return {"type": "url", "url": url}
    raise Unsayable("image that is neither a data URL nor http")


def _document(file: Json) -> Json:
    if file.get("file_id"):
        return {"type": "document", "source": {"type": "file", "file_id": file["file_id"]}}
    source = pdf_of(file.get("file_data") or "")
    return {"type": "document", "source": source, "title": file["filename"]}


def pdf_of(url: str) -> Json:
    """Return the source of a PDF that a wire names by its URL."""
    if url.startswith(("http://", "https://")):
        return {"type": "url", "url": url}
    found = _DATA_URL.fullmatch(url)
    if not found or found[1] != "application/pdf":
        raise Unsayable("file that is no PDF")
    return {"type": "base64", "media_type": found[1], "data": found[2]}


def said_of(text: Any) -> str:
    """Return a text that says something."""
    if not text:
        raise Unsayable("empty text")
    return str(text)
