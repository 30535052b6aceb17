"""Web searches of earlier turns: back as the items they were."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from any_llm.plugin import Block, CallContext, Placed, no_server_block

from ..common.cache import no_mark

Item = dict[str, Any]

RESULT = "web_search_tool_result"


def results_by_call(placed: Iterable[Placed]) -> dict[str, Any]:
    """Return what the searches of a turn found, by the id of the search."""
    return {
        block["tool_use_id"]: block.get("content") for _, block in placed if block["type"] == RESULT
    }


def search_item(block: Block, path: str, found: Mapping[str, Any], ctx: CallContext) -> Item | None:
    """Return the item of a search that this wire made; another provider's is reported."""
    action = block.get("input") or {}
    if block.get("name") != "web_search" or not isinstance(action.get("type"), str):
        no_server_block(block, path, ctx)
        return None
    ctx.leftover(path, block, "type", "id", "name", "input", "caller", "cache_control")
    no_mark(block, path, ctx)
    results = found.get(block["id"])
    sources = [
        {"type": "url", "url": each["url"]}
        for each in (results if isinstance(results, list) else ())
        if each.get("url")
    ]
    return {
        "type": "web_search_call",
        "id": block["id"],
        "status": _status(results),
        "action": {**action, **({"sources": sources} if sources else {})},
    }


def _status(results: Any) -> str:
    if results is None:
        return "incomplete"
    return "completed" if isinstance(results, list) else "failed"
