"""Blocks of the model's earlier turns: calls, and what it got from tools of another provider."""

from __future__ import annotations

from dataclasses import dataclass

from any_llm.plugin import CallContext, input_json

from .blocks import Block, refuse_block
from .cache import no_mark
from .names import wire_id, wire_name
from .parts import text_of

THINKING = frozenset({"thinking", "redacted_thinking"})
# Messages' blocks of tools that the provider ran (messages-api reference, 2026-11).
SERVER_RESULTS = frozenset(
    f"{tool}_tool_result"
    for tool in (
        "web_search",
        "web_fetch",
        "code_execution",
        "bash_code_execution",
        "text_editor_code_execution",
        "tool_search",
    )
)


@dataclass(frozen=True, slots=True)
class EarlierCall:
    """A call of the caller's tool, with id and name as the wire has them."""

    id: str
    name: str
    arguments: str


def earlier_call(block: Block, path: str, ctx: CallContext, *known: str) -> EarlierCall:
    """Return the call of a tool_use block; `known` are keys that the wire reads besides."""
    ctx.leftover(path, block, "type", "id", "name", "input", "caller", "cache_control", *known)
    no_mark(block, path, ctx)
    if (block.get("caller") or {}).get("type", "direct") != "direct":
        ctx.report(f"{path}.caller", "that a program made the call is not said", "hint")
    return EarlierCall(
        wire_id(block["id"], ctx), wire_name(block["name"], ctx), input_json(block["input"])
    )


def earlier_text(block: Block, path: str, ctx: CallContext) -> str:
    """Return the text of a text block: without citations and cache mark, which are reported."""
    no_mark(block, path, ctx)
    text: str = text_of(block, path, ctx)["text"]
    return text


def earlier_other(block: Block, path: str, ctx: CallContext) -> None:
    """Report what a provider's own tools did; refuse any other block."""
    kind = block["type"]
    if kind == "server_tool_use" or kind in SERVER_RESULTS:
        # What the provider's own tools found is in the text that followed.
        ctx.report(path, f"{kind} is not repeated on this wire", "hint")
        return
    refuse_block(block, path, ctx)
