"""Media in an answer as blocks: the form that Messages has for them in requests."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from any_llm.plugin import ContentBlock, UnknownBlock

KINDS = frozenset({"image", "audio", "video"})


def media_block(part: Mapping[str, Any]) -> ContentBlock:
    """Return a block of type image, audio, video or document for inline data or a file."""
    said = part.get("inlineData") or part["fileData"]
    media_type = str(said.get("mimeType") or "application/octet-stream")
    kind = media_type.partition("/")[0]
    if part.get("inlineData"):
        source = {"type": "base64", "media_type": media_type, "data": said["data"]}
    else:
        source = {"type": "url", "url": said["fileUri"], "media_type": media_type}
    return UnknownBlock.model_validate(
        {"type": kind if kind in KINDS else "document", "source": source}
    )
