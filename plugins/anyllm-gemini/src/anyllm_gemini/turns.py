"""The conversation as turns: roles alternate, calls have results, system turns have a place."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from any_llm.plugin import CallContext, MessagesRequest

from .blocks import Placed, blocks_of, refuse_block, tagged


@dataclass(slots=True)
class Turn:
    """Neighbouring messages of one role, as Messages servers merge them."""

    role: str
    path: str
    blocks: list[Placed]


@dataclass(slots=True)
class Conversation:
    """The system prompt's blocks and the turns behind it."""

    system: list[Placed] = field(default_factory=list)
    turns: list[Turn] = field(default_factory=list)


def conversation(request: MessagesRequest, ctx: CallContext) -> Conversation:
    """Return the request's turns.

    A system turn at the start joins the system prompt; a later one stays in its place as user text
    in tags, because this wire knows no such turn.
    """
    said = Conversation(blocks_of(request.system, "system"))
    for index, message in enumerate(request.messages):
        path = f"messages[{index}]"
        ctx.leftover(path, message, "role", "content")
        placed = blocks_of(message["content"], f"{path}.content")
        if message["role"] != "system":
            said.turns.append(Turn(message["role"], path, placed))
        elif said.turns:
            ctx.report(path, "the system turn goes as user text in <system> tags", "emulated")
            said.turns.append(Turn("user", path, [_as_text(each, ctx) for each in placed]))
        else:
            said.system += placed
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


def _as_text(placed: Placed, ctx: CallContext) -> Placed:
    path, block = placed
    if block["type"] != "text":
        refuse_block(block, path, ctx)
    return path, {**block, "text": tagged("system", {}, block["text"])}


def check_calls(turns: list[Turn], ctx: CallContext) -> None:
    """Refuse calls without results, results without calls, and two results for one call.

    The API would answer 400: results are paired with the calls right before them, by position.
    """
    waiting: dict[str, str] = {}
    for turn in turns:
        results = _ids(turn, "tool_result", "tool_use_id", ctx)
        for call, path in results.items():
            if call not in waiting:
                ctx.refuse(path, f"no `tool_use` block {call} in the assistant turn before it")
        _all_answered(waiting, results, ctx)
        waiting = _ids(turn, "tool_use", "id", ctx) if turn.role == "assistant" else {}
    _all_answered(waiting, {}, ctx)


def _all_answered(calls: dict[str, str], results: dict[str, str], ctx: CallContext) -> None:
    if missing := [call for call in calls if call not in results]:
        what = "`tool_use` ids were found without `tool_result` blocks immediately after: "
        advice = "answer every call in the next user turn"
        ctx.refuse(calls[missing[0]], what + ", ".join(missing), advice)


def _ids(turn: Turn, kind: str, key: str, ctx: CallContext) -> dict[str, str]:
    found: dict[str, str] = {}
    for path, block in turn.blocks:
        if block["type"] == kind:
            if block[key] in found:
                ctx.refuse(path, f"there is a {kind} for {block[key]} already", "send one of them")
            found[block[key]] = path
    return found
