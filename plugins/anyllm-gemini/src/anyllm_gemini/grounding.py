"""What Google search found: citations of the text, and the search as a server tool's blocks.

Grounding metadata comes with the last chunk, so the search's blocks stand behind the text, streamed
or not. Its offsets count UTF-8 bytes of the text and are now and then one off; a segment's own text
is believed first. Source: ai.google.dev/gemini-api/docs/google-search, 2026-11.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from any_llm.plugin import (
    CallContext,
    Citation,
    ContentBlock,
    ServerToolUseBlock,
    WebSearchResultBlock,
    WebSearchToolResultBlock,
)

Grounding = Mapping[str, Any]


def citations(said: Grounding, text: str) -> Iterator[Citation]:
    """Yield one citation for each source of each supported piece of `text`.

    `cited_text` would be the source's words, which the wire does not give; `supported_text` is the
    piece of the answer that the source bears out.
    """
    chunks = said.get("groundingChunks") or []
    raw = text.encode("utf-8", "surrogatepass")
    for support in said.get("groundingSupports") or []:
        piece = _piece(support.get("segment") or {}, raw)
        for index in support.get("groundingChunkIndices") or []:
            web = _web(chunks[index]) if 0 <= index < len(chunks) else None
            if web is not None:
                yield Citation.model_validate(
                    {
                        "type": "web_search_result_location",
                        "cited_text": "",
                        "url": web["uri"],
                        "title": web.get("title"),
                        "encrypted_index": "",
                        "supported_text": piece,
                    }
                )


def searches(said: Grounding) -> list[str]:
    """Return what was searched for."""
    return [str(query) for query in said.get("webSearchQueries") or []]


def search_blocks(said: Grounding, ctx: CallContext) -> list[ContentBlock]:
    """Return the search as its call and its result; nothing when nothing was searched.

    Google does not say which query found what, so there is one call; `queries` names all when
    there were several.
    """
    queries = [query for query in searches(said) if query]
    if not queries:
        return []
    asked: dict[str, Any] = {"query": queries[0]}
    if len(queries) > 1:
        asked["queries"] = queries
    call = ctx.new_id("srvtoolu_")
    found = [web for chunk in said.get("groundingChunks") or [] if (web := _web(chunk))]
    hits = [
        WebSearchResultBlock(url=web["uri"], title=web.get("title") or web.get("domain") or "")
        for web in found
    ]
    return [
        ServerToolUseBlock(id=call, name="web_search", input=asked),
        WebSearchToolResultBlock(tool_use_id=call, content=hits),
    ]


def _web(chunk: Mapping[str, Any]) -> Mapping[str, Any] | None:
    web = chunk.get("web")
    return web if isinstance(web, dict) and isinstance(web.get("uri"), str) else None


def _piece(segment: Mapping[str, Any], raw: bytes) -> str | None:
    if isinstance(segment.get("text"), str):
        return str(segment["text"])
    start, end = segment.get("startIndex") or 0, segment.get("endIndex")
    return raw[start:end].decode("utf-8", "replace") if isinstance(end, int) else None
