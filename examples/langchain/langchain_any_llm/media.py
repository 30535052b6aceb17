"""Pictures and documents -> blocks of the Messages API.

LangChain has turned most of OpenAI's vocabulary into its own before a model sees it; `image_url`
can still come.
"""

from __future__ import annotations

from typing import Any

Block = dict[str, Any]


def picture(part: Block) -> Block:
    """Return the image block of an `image` or an `image_url`."""
    url = part.get("image_url")
    if isinstance(url, dict):
        url = url["url"]
    return _block("image", part, {"url": url} if url else part)


def document(part: Block) -> Block:
    """Return the document block of a `file` or of `text-plain`."""
    extras = {**part.get("extras", {}), **part}
    title = extras.get("title") or extras.get("filename")
    if "text" in part:
        source = {"type": "text", "media_type": "text/plain", "data": part["text"]}
        block = {"type": "document", "source": source}
    else:
        block = _block("document", part, part)
    return block | ({"title": title} if title else {})


def _block(kind: str, part: Block, said: Block) -> Block:
    extras = {**part.get("extras", {}), **part}
    kept = {"cache_control": extras["cache_control"]} if extras.get("cache_control") else {}
    return {"type": kind, "source": _source(said), **kept}


def _source(said: Block) -> Block:
    data, url = said.get("base64") or said.get("data"), said.get("url")
    media_type = said.get("mime_type")
    if isinstance(url, str) and url.startswith("data:"):
        head, _, data = url.removeprefix("data:").partition(",")
        media_type = head.partition(";")[0]
    if data:
        return {"type": "base64", "media_type": media_type, "data": data}
    if url:
        return {"type": "url", "url": url}
    return {"type": "file", "file_id": said.get("file_id") or said.get("id")}
