"""pydantic-ai's files -> image and document blocks of the Messages API."""

from __future__ import annotations

import base64
from typing import Any

from pydantic_ai.exceptions import UserError
from pydantic_ai.messages import BinaryContent, DocumentUrl, ImageUrl, UploadedFile


def file_block(item: Any) -> dict[str, Any]:
    """Return the block of a file. UserError where the Messages API carries no such thing.

    `force_download` is refused: fetching is the any_llm client's affair (its `FetchPolicy`).
    """
    match item:
        case ImageUrl(force_download=False):
            return _block("image", {"type": "url", "url": item.url})
        case DocumentUrl(force_download=False):
            return _block("document", {"type": "url", "url": item.url})
        case BinaryContent(media_type="text/plain"):
            text = item.data.decode()
            return _block("document", {"type": "text", "media_type": "text/plain", "data": text})
        case BinaryContent() if item.is_image or item.media_type == "application/pdf":
            data = base64.b64encode(item.data).decode()
            source = {"type": "base64", "media_type": item.media_type, "data": data}
            return _block("image" if item.is_image else "document", source)
        case UploadedFile():
            kind = "image" if item.media_type.startswith("image/") else "document"
            return _block(kind, {"type": "file", "file_id": item.file_id})
    what = f"{item.kind} ({item.media_type})" if hasattr(item, "media_type") else item.kind
    raise UserError(f"AnyLLMModel: {what}: the Messages API carries none; send text or a picture")


def _block(kind: str, source: dict[str, str]) -> dict[str, Any]:
    return {"type": kind, "source": source}
