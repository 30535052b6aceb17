"""The conversation as turns: roles alternate, calls have results, system turns have a place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from any_llm.plugin import CallContext, MessagesRequest

from .blocks import Placed, blocks_of, refuse_block
from .profile import ChatProfile


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
    """Return the request's turns, system turns put where the profile wants them."""
    said = Conversation(blocks_of(request.system, "system"))
    for index, message in enumerate(request.messages):
        path = f"messages[{index}]"
        ctx.leftover(path, message, "role", "content")
        placed = blocks_of(message["content"], f"{path}.content")
        if message["role"] == "system":
            _system_turn(said, placed, path, ctx)
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


def _system_turn(said: Conversation, placed: list[Placed], path: str, ctx: CallContext) -> None:
    profile: ChatProfile = ctx.profile
    if not said.turns:
        said.system += placed
    elif profile.system_later == "in_place":
        said.turns.append(Turn("system", path, placed))
    elif profile.system_later == "first":
        ctx.report(path, "the system turn moves to the start of the conversation")
        said.system += placed
    else:
        ctx.report(path, "the system turn goes as user text in <system> tags")
        said.turns.append(Turn("user", path, [_tagged(item, ctx) for item in placed]))


def _tagged(placed: Placed, ctx: CallContext) -> Placed:
    path, block = placed
    if block["type"] != "text":
        refuse_block(block, path, ctx)
    return path, {**block, "text": f"<system>\n{block['text']}\n</system>"}


def check_calls(turns: list[Turn], ctx: CallContext) -> None:
    """Refuse calls without results, results without calls, and two results for one call."""
    open_calls: dict[str, str] = {}
    for turn in turns:
        results = _ids(turn.blocks, "tool_result", "tool_use_id", ctx)
        for call, path in results.items():
            if call not in open_calls:
                ctx.refuse(path, f"no `tool_use` block {call} in the assistant turn before it")
        missing = [call for call in open_calls if call not in results]
        if missing:
            ctx.refuse(open_calls[missing[0]], _MISSING + ", ".join(missing), _ANSWER)
        open_calls = _ids(turn.blocks, "tool_use", "id", ctx) if turn.role == "assistant" else {}
    if open_calls:
        ctx.refuse(next(iter(open_calls.values())), _MISSING + ", ".join(open_calls), _ANSWER)


_MISSING = "`tool_use` ids were found without `tool_result` blocks immediately after: "
_ANSWER = "answer every call in the next user turn"


def _ids(blocks: list[Placed], kind: str, key: str, ctx: CallContext) -> dict[str, str]:
    found: dict[str, str] = {}
    for path, block in blocks:
        if block["type"] == kind:
            if block[key] in found:
                ctx.refuse(path, f"there is a {kind} for {block[key]} already", "send one of them")
            found[block[key]] = path
    return found


def results_of(turn: Turn, calls: Mapping[str, Any]) -> tuple[list[Placed], list[Placed]]:
    """Return a user turn's tool results in the order of `calls`, and its other blocks."""
    order = {call: place for place, call in enumerate(calls)}
    results = [placed for placed in turn.blocks if placed[1]["type"] == "tool_result"]
    results.sort(key=lambda placed: order[placed[1]["tool_use_id"]])
    return results, [placed for placed in turn.blocks if placed[1]["type"] != "tool_result"]
