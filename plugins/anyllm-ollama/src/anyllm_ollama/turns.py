"""The conversation as turns: roles alternate, and calls have results."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from any_llm.plugin import CallContext, MessagesRequest

from .blocks import Placed, blocks_of


@dataclass(slots=True)
class Turn:
    """Neighbouring messages of one role, as Messages servers merge them."""

    role: str
    path: str
    blocks: list[Placed]
    message: dict[str, Any] | None = None  # an assistant turn in the wire's form


@dataclass(slots=True)
class Conversation:
    """The system prompt's blocks and the turns behind it."""

    system: list[Placed] = field(default_factory=list)
    turns: list[Turn] = field(default_factory=list)


def conversation(request: MessagesRequest, ctx: CallContext) -> Conversation:
    """Return the request's turns; a system turn before the first other one joins the prompt."""
    said = Conversation(blocks_of(request.system, "system"))
    for index, message in enumerate(request.messages):
        path = f"messages[{index}]"
        ctx.leftover(path, message, "role", "content")
        placed = blocks_of(message["content"], f"{path}.content")
        if message["role"] == "system" and not said.turns:
            said.system += placed
        else:
            said.turns.append(Turn(message["role"], path, placed))
    said.turns = merged(said.turns)
    return said


def merged(turns: Iterable[Turn]) -> list[Turn]:
    """Return the turns with neighbours of one role made one."""
    kept: list[Turn] = []
    for turn in turns:
        if kept and kept[-1].role == turn.role:
            kept[-1].blocks = [*kept[-1].blocks, *turn.blocks]
        else:
            kept.append(turn)
    return kept


def check_calls(turns: list[Turn], ctx: CallContext) -> None:
    """Refuse calls without results, results without calls, and two results for one call."""
    open_calls: dict[str, str] = {}
    for turn in turns:
        results = _ids(turn.blocks, "tool_result", "tool_use_id", ctx)
        for call, path in results.items():
            if call not in open_calls:
                ctx.refuse(path, f"no `tool_use` block {call} in the assistant turn before it")
        _refuse_missing({c: path for c, path in open_calls.items() if c not in results}, ctx)
        open_calls = _ids(turn.blocks, "tool_use", "id", ctx) if turn.role == "assistant" else {}
    _refuse_missing(open_calls, ctx)


def _refuse_missing(calls: dict[str, str], ctx: CallContext) -> None:
    if calls:
        what = "`tool_use` ids were found without `tool_result` blocks immediately after: "
        do = "answer every call in the next user turn"
        ctx.refuse(next(iter(calls.values())), what + ", ".join(calls), do)


def _ids(blocks: list[Placed], kind: str, key: str, ctx: CallContext) -> dict[str, str]:
    found: dict[str, str] = {}
    for path, block in blocks:
        if block["type"] == kind:
            if block[key] in found:
                ctx.refuse(path, f"there is a {kind} for {block[key]} already", "send one of them")
            found[block[key]] = path
    return found
