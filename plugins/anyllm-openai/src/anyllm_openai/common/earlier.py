"""Blocks of the model's earlier turns that both wires write: texts and calls."""

from __future__ import annotations

from typing import NamedTuple

from any_llm.plugin import Block, CallContext, input_json, no_caller, plain_text

from .cache import no_mark
from .names import wire_id, wire_name

THINKING = frozenset({"thinking", "redacted_thinking"})


class EarlierCall(NamedTuple):
    """A call of the caller's tool, with id and name as the wire has them."""

    id: str
    name: str
    arguments: str


def earlier_call(block: Block, path: str, ctx: CallContext, *known: str) -> EarlierCall:
    """Return the call of a tool_use block; `known` are keys that the wire reads besides."""
    if len(block) > 4:  # nearly all have their type, id, name and input alone
        ctx.leftover(path, block, "type", "id", "name", "input", "caller", "cache_control", *known)
        no_mark(block, path, ctx)
        no_caller(block, path, ctx)
    return EarlierCall(
        wire_id(block["id"], ctx), wire_name(block["name"], ctx), input_json(block["input"])
    )


def earlier_text(block: Block, path: str, ctx: CallContext) -> str:
    """Return the text of a text block: without citations and cache mark, which are reported."""
    if len(block) > 2:  # more than its type and text
        no_mark(block, path, ctx)
    return plain_text(block, path, ctx)
