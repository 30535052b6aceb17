"""One turn of the model, given back as items in the order of its blocks."""

from __future__ import annotations

from typing import Any

from any_llm.plugin import CallContext, Placed, no_server_block

from ..common.earlier import THINKING, earlier_call, earlier_text
from .replay import reasoning_item
from .searches import RESULT, results_by_call, search_item

Item = dict[str, Any]


def assistant_items(placed: list[Placed], ctx: CallContext) -> list[Item]:
    """Return the items of an assistant turn; neighbouring texts are parts of one message."""
    found = results_by_call(placed)
    items: list[Item] = []
    searched: set[str] = set()
    for path, block in placed:
        kind = block["type"]
        if kind == "text":
            _text(items, earlier_text(block, path, ctx))
        elif kind == "tool_use":
            items.append(_call(block, path, ctx))
        elif kind in THINKING:
            items += filter(None, [reasoning_item(block, path, ctx)])
        elif kind == "server_tool_use" and (item := search_item(block, path, found, ctx)):
            items.append(item)
            searched.add(block["id"])
        elif kind == RESULT and block["tool_use_id"] in searched:
            ctx.leftover(path, block, "type", "tool_use_id", "content", "caller", "cache_control")
        elif kind != "server_tool_use":
            no_server_block(block, path, ctx)
    if ctx.profile.phase:
        _phases(items)
    return items


def _text(items: list[Item], text: str) -> None:
    """Add a text: empty ones say nothing."""
    if not text:
        return
    part = {"type": "output_text", "text": text}
    if items and items[-1]["type"] == "message":
        items[-1]["content"].append(part)
    else:
        items.append({"type": "message", "role": "assistant", "content": [part]})


def _call(block: Any, path: str, ctx: CallContext) -> Item:
    said = earlier_call(block, path, ctx)
    return {
        "type": "function_call",
        "call_id": said.id,
        "name": said.name,
        "arguments": said.arguments,
    }


def _phases(items: list[Item]) -> None:
    """Say of each message what it was: in a turn that calls, or before the last one, commentary.

    A text block has no place for it. So it stands in all 318 recorded messages (2026) of the models
    that say it.
    """
    messages = [item for item in items if item["type"] == "message"]
    calls = any(item["type"] == "function_call" for item in items)
    for message in messages:
        final = message is messages[-1] and not calls
        message["phase"] = "final_answer" if final else "commentary"
