"""The web search that OpenAI runs itself: its calls, what they found, what the text cites.

An item holds the action (search, open_page, find_in_page) and, where `include` asks for them,
`sources` (openai 3.54, types/responses/response_function_web_search.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from any_llm.plugin import (
    Citation,
    ContentBlock,
    ServerToolUseBlock,
    WebSearchResultBlock,
    WebSearchToolResultBlock,
    WebSearchToolResultError,
)

from .items import Item, Json
from .line import Line
from .slots import BlocksSlot

_FAILED = frozenset({"failed", "incomplete"})


class SearchItem(Item):
    """A web search that the server ran."""

    known = frozenset({"id", "type", "status", "action"})

    def __init__(self, said: Json, line: Line) -> None:
        super().__init__(said, line)
        self._slot = BlocksSlot(line, self._blocks)
        line.join(self._slot)

    def settle(self, said: Json) -> None:
        """The search is over."""
        super().settle(said)
        if not self._slot.complete:
            self.line.close(self._slot)

    def beside(self) -> dict[str, Json]:
        """Return what the blocks do not carry: sources that are no pages, a vendor's own fields."""
        more = self._more()
        if odd := sources_without_url(self.said):
            more["sources"] = odd
        return {str(self._slot.index): more} if more and self._slot.index is not None else {}

    def _blocks(self) -> list[ContentBlock]:
        return search_blocks(self.said, self.id or self.line.ctx.new_id("ws_"))


def search_blocks(item: Mapping[str, Any], id: str) -> list[ContentBlock]:
    """Return the call and its result. The input is the action as it came, without its sources.

    A server that was not asked for the sources names none: the result is then an empty list.
    """
    action = item.get("action") or {}
    asked = {n: v for n, v in action.items() if n != "sources" and v is not None}
    call = ServerToolUseBlock(id=id, name="web_search", input=asked)
    found: WebSearchToolResultError | list[WebSearchResultBlock]
    if item.get("status") in _FAILED:
        found = WebSearchToolResultError(error_code="unavailable")
    else:
        found = [_result(source) for source in action.get("sources") or () if _has_url(source)]
    return [call, WebSearchToolResultBlock(tool_use_id=id, content=found)]


def sources_without_url(item: Mapping[str, Any]) -> list[Any]:
    """Return the sources that are no pages (`{"type": "api", "name": "oai-weather"}`)."""
    action = item.get("action") or {}
    return [source for source in action.get("sources") or () if not _has_url(source)]


def citation_of(note: Mapping[str, Any]) -> Citation | None:
    """Return the citation that an annotation means, None for one that Messages does not have.

    `cited_text` means text of the source, which this wire does not give.
    """
    if note.get("type") != "url_citation":
        return None
    source = note.get("url_citation") or note
    return Citation.model_validate(
        {
            "type": "web_search_result_location",
            "cited_text": "",
            "url": source["url"],
            "title": source.get("title"),
            "encrypted_index": "",
        }
    )


def _has_url(source: Any) -> bool:
    return isinstance(source, dict) and isinstance(source.get("url"), str)


def _result(source: Mapping[str, Any]) -> WebSearchResultBlock:
    return WebSearchResultBlock(url=source["url"], title=source.get("title") or "")
