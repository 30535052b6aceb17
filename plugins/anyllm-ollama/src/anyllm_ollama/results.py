"""Tool results: one message each, in the order of the calls, named by id and by tool.

Servers and their prompt templates look a result up by one or the other (ollama/ollama @fb30760,
model/renderers), so both are said.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from any_llm.plugin import Block, CallContext, Placed, blocks_of, dumps

from .blocks import no_mark
from .content import Piece, pieces_of, wire_content

Message = dict[str, Any]

_SAID_AS_TEXT = frozenset({"tool_reference", "browser_state"})


def tool_messages(
    placed: list[Placed], names: Mapping[str, str], ctx: CallContext
) -> list[Message]:
    """Return the messages of tool results; `names` are the called tools by the id of the call."""
    order = {call: place for place, call in enumerate(names)}
    results = sorted(placed, key=lambda each: order[each[1]["tool_use_id"]])
    return [_message(block, path, names, ctx) for path, block in results]


def _message(block: Block, path: str, names: Mapping[str, str], ctx: CallContext) -> Message:
    if len(block) > 3 or "content" not in block:  # more than its type, id and content
        ctx.leftover(path, block, "type", "tool_use_id", "content", "is_error", "cache_control")
        no_mark(block, path, ctx)
    inside = blocks_of(block.get("content"), f"{path}.content")
    pieces = pieces_of([_readable(each, ctx) for each in inside], ctx)
    if block.get("is_error"):
        ctx.report(f"{path}.is_error", 'said by "Error" at the start of the text', "emulated")
        pieces = _as_error(pieces, path)
    call = block["tool_use_id"]
    content = wire_content(pieces, ctx)
    return {"role": "tool", **content, "tool_name": names[call], "tool_call_id": call}


def _readable(placed: Placed, ctx: CallContext) -> Placed:
    """Return what only Messages servers understand as its own JSON text."""
    path, block = placed
    if block["type"] not in _SAID_AS_TEXT:
        return placed
    ctx.report(path, f"{block['type']} goes as JSON text", "emulated")
    said = {name: value for name, value in block.items() if name != "cache_control"}
    return path, {"type": "text", "text": dumps(said).decode()}


def _as_error(pieces: list[Piece], path: str) -> list[Piece]:
    for index, piece in enumerate(pieces):
        if piece.text:
            said = piece.text if piece.text.startswith("Error") else f"Error: {piece.text}"
            return [*pieces[:index], piece._replace(text=said), *pieces[index + 1 :]]
    return [Piece(path, text="Error"), *pieces]
