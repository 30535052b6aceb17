"""Sources of pictures and documents as `inlineData` and `fileData`.

Google fetches public and signed https addresses itself since January 2026 (blog.google, "New file
limits"); nothing is ever fetched here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote_to_bytes, urlsplit

from any_llm.plugin import (
    Block,
    CallContext,
)

from .blocks import Part

_DATA_URL = re.compile(r"data:(?P<type>[^;,]*)(?:;[^,]*)?;base64,(?P<data>.*)", re.DOTALL)
_TYPES: Mapping[str, str] = {
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "webp": "image/webp",
    "heic": "image/heic",
    "heif": "image/heif",
    "gif": "image/gif",
    "bmp": "image/bmp",
    "pdf": "application/pdf",
    "txt": "text/plain",
    "md": "text/markdown",
    "csv": "text/csv",
    "html": "text/html",
    "xml": "text/xml",
    "mp3": "audio/mp3",
    "wav": "audio/wav",
    "ogg": "audio/ogg",
    "flac": "audio/flac",
    "aac": "audio/aac",
    "mp4": "video/mp4",
    "webm": "video/webm",
    "mov": "video/mov",
}
_FILES = ("https://", "gs://")


def media_part(source: Block, default: str, path: str, ctx: CallContext) -> Part:
    """Return the part of a source; `default` is the type of an address that tells none.

    Refuses what is neither base64, an address nor a file of Google's.
    """
    kind = source["type"]
    if kind == "base64":
        ctx.leftover(path, source, "type", "media_type", "data")
        return _inline(source["media_type"], source["data"], f"{path}.data", ctx)
    if kind == "url":
        ctx.leftover(path, source, "type", "url", "media_type")
        return _address(source, default, path, ctx)
    if kind != "file":
        ctx.refuse(path, f"a {kind} source is not possible here", "send base64 data")
    ctx.leftover(path, source, "type", "file_id")
    uri = source["file_id"]
    if not uri.startswith(_FILES):
        what = "only the URI of a file in Google's Files API (https://...) or gs://... is known"
        ctx.refuse(f"{path}.file_id", what, "upload the file to Google, or send base64 data")
    known = _type_of(uri)
    return {"fileData": {"fileUri": uri, **({"mimeType": known} if known else {})}}


def _address(source: Block, default: str, path: str, ctx: CallContext) -> Part:
    url: str = source["url"]
    if not url.startswith("data:"):
        said = source.get("media_type") or _type_of(url) or default
        return {"fileData": {"fileUri": url, "mimeType": said}}
    if not (found := _DATA_URL.fullmatch(url)):
        ctx.refuse(f"{path}.url", "a data URL must be base64", "send base64 data")
    data = unquote_to_bytes(found["data"]).decode("latin-1")
    return _inline(found["type"] or default, data, f"{path}.url", ctx)


def _inline(media_type: str, data: Any, path: str, ctx: CallContext) -> Part:
    if not data:
        ctx.refuse(path, "is empty")
    return {"inlineData": {"mimeType": media_type, "data": data}}


def _type_of(url: str) -> str | None:
    name = urlsplit(url).path.rpartition("/")[2]
    return _TYPES.get(name.rpartition(".")[2].lower()) if "." in name else None
