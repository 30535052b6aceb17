"""Tool results, each with the parts it holds, and the media that must stand behind them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from any_llm.plugin import Block, CallContext, Placed, blocks_of, dumps

from .cache import cache_mark
from .content import parts_of
from .names import wire_id
from .parts import Part, text_part

_SAID_AS_TEXT = frozenset({"tool_reference", "browser_state"})


class Result(NamedTuple):
    """What a tool said: the id of its call as the wire has it, and the parts."""

    call: str
    parts: list[Part]


def tool_results(results: Iterable[Placed], ctx: CallContext) -> tuple[list[Result], list[Part]]:
    """Return the results, and the parts that must follow in a user message."""
    said: list[Result] = []
    hoisted: list[Part] = []
    for path, block in results:
        parts = _inside(block, path, ctx)
        if ctx.profile.tool_results == "text":
            parts, media = _apart(parts, block, path, ctx)
            hoisted += media
        if block.get("is_error"):
            ctx.report(f"{path}.is_error", 'said by "Error" at the start of the text', "emulated")
            parts = _as_error(parts)
        if mark := cache_mark(block, path, ctx):
            parts = parts or [text_part("")]
            parts[-1] = {**parts[-1], **mark}
        said.append(Result(wire_id(block["tool_use_id"], ctx), parts))
    return said, hoisted


def _inside(block: Block, path: str, ctx: CallContext) -> list[Part]:
    if len(block) > 3 or "content" not in block:  # more than its type, id and content
        ctx.leftover(path, block, "type", "tool_use_id", "content", "is_error", "cache_control")
    placed = blocks_of(block.get("content"), f"{path}.content")
    return parts_of((_readable(item, ctx) for item in placed), ctx)


def _readable(placed: Placed, ctx: CallContext) -> Placed:
    """Return what only Messages servers understand as its own JSON text."""
    path, block = placed
    if block["type"] not in _SAID_AS_TEXT:
        return placed
    ctx.report(path, f"{block['type']} goes as JSON text", "emulated")
    said = {name: value for name, value in block.items() if name != "cache_control"}
    return path, {"type": "text", "text": dumps(said).decode()}


def _apart(
    parts: list[Part], block: Block, path: str, ctx: CallContext
) -> tuple[list[Part], list[Part]]:
    """Split off what a tool message cannot hold here, each labelled with its call."""
    texts = [part for part in parts if part["type"] == "text"]
    if len(texts) == len(parts):
        return texts, []
    media: list[Part] = []
    for part in parts:
        if part["type"] != "text":
            kind = "image" if part["type"] == "image_url" else "document"
            label = f"[{kind} from tool result {wire_id(block['tool_use_id'], ctx)}]"
            media += [text_part(label), part]
    ctx.report(path, "media of the result follow in a user message", "emulated")
    return texts or [media[0]], media


def _as_error(parts: list[Part]) -> list[Part]:
    first = next((part for part in parts if part.get("text")), None)
    if first is None:
        return [text_part("Error"), *parts]
    if first["text"].startswith("Error"):
        return parts
    said = {**first, "text": f"Error: {first['text']}"}
    return [said if part is first else part for part in parts]
