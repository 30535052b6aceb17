"""Pictures: bare base64 on the wire. Those behind a URL are fetched first, where that is allowed.

The server fetches nothing itself (ollama/ollama @fb30760, 2026-08-21: `images` is bytes).
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Generator, Iterator, Mapping
from typing import Any
from urllib.parse import unquote

from any_llm.plugin import (
    Block,
    CallContext,
    Fetch,
    Fetched,
    MessagesRequest,
    Placed,
    Step,
    blocks_of,
)

from .blocks import no_mark

_FETCHED = "fetched_images"  # in ctx.state: URL -> base64
_DATA = "data:"


def fetch_images(request: MessagesRequest, ctx: CallContext) -> Generator[Step, Any, None]:
    """Fetch what the request's pictures name by URL; UnsupportedFeature where that is off."""
    found: dict[str, str] = ctx.state.setdefault(_FETCHED, {})
    for index, message in enumerate(request.messages):
        for path, url in _linked(blocks_of(message["content"], f"messages[{index}].content")):
            if url in found:
                continue
            fetched: Fetched = yield Fetch(url, path)
            if not fetched.media_type.startswith("image/"):
                ctx.refuse(path, f"the URL holds {fetched.media_type}, which is no picture")
            found[url] = b64encode(fetched.content).decode()


def _linked(placed: list[Placed]) -> Iterator[tuple[str, str]]:
    """Yield the path and URL of every picture behind one, inside results and documents too."""
    for path, block in placed:
        source = block.get("source")
        inner = source if isinstance(source, Mapping) else {}
        if block["type"] == "image" and inner.get("type") == "url":
            if not inner["url"].startswith(_DATA):
                yield f"{path}.source", inner["url"]
        elif block["type"] == "tool_result":
            yield from _linked(blocks_of(block.get("content"), f"{path}.content"))
        elif block["type"] == "document" and inner.get("type") == "content":
            yield from _linked(blocks_of(inner["content"], f"{path}.source.content"))


def image_of(block: Block, path: str, ctx: CallContext) -> str:
    """Return the base64 of an image block; refuse what cannot be had."""
    ctx.leftover(path, block, "type", "source", "cache_control")
    no_mark(block, path, ctx)
    source, where = block["source"], f"{path}.source"
    if source["type"] == "url":
        data = _from_url(source, where, ctx)
    elif source["type"] == "base64":
        # The server looks at the bytes to see what they are; nothing else tells it.
        ctx.leftover(where, source, "type", "media_type", "data")
        data = str(source["data"])
    else:
        ctx.refuse(where, f"a picture from a {source['type']} is not possible", "send base64 data")
    if not data:
        ctx.refuse(where, "is empty")
    return data


def _from_url(source: Block, path: str, ctx: CallContext) -> str:
    ctx.leftover(path, source, "type", "url")
    url: str = source["url"]
    if url.startswith(_DATA):
        head, _, data = url.partition(",")
        if not head.endswith(";base64"):
            ctx.refuse(path, "a data URL must be base64", "send base64 data")
        return unquote(data)
    data = ctx.state.get(_FETCHED, {}).get(url)
    if data is None:
        ctx.refuse(path, "this server fetches no pictures", "send base64 data")
    ctx.report(path, "the picture was fetched; the server gets its bytes", "hint")
    return str(data)
