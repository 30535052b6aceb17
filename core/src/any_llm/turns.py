"""A request's conversation as a conversion reads it: blocks with their places, turns, calls.

Messages servers merge neighbouring messages of one role, let system turns stand inside, and pair
each result with a call right before it. A wire that is stricter gets the conversation in this form.

Source: Messages API reference, "conversation rules" (2026-11).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NoReturn

from .dialect import CallContext
from .types import MessagesRequest

Block = Mapping[str, Any]
Placed = tuple[str, Block]
"""A block and its path in the request, such as `messages[2].content[0]`."""

SystemLater = Literal["in_place", "user", "first"]
"""Where a system turn inside the conversation goes: it stays, as user text in tags, or first."""


@dataclass(slots=True)
class Turn:
    """Neighbouring messages of one role, as Messages servers merge them."""

    role: str
    path: str
    blocks: list[Placed]
    message: dict[str, Any] | None = None
    """For a dialect: the turn in the wire's form."""


@dataclass(slots=True)
class Conversation:
    """The system prompt's blocks and the turns behind it."""

    system: list[Placed] = field(default_factory=list)
    turns: list[Turn] = field(default_factory=list)


def blocks_of(content: Any, path: str) -> list[Placed]:
    """Return the blocks of a `content` (text, list or None) with their paths."""
    if content is None:
        return []
    if isinstance(content, str):
        return [(path, {"type": "text", "text": content})] if content else []
    return [(f"{path}[{index}]", block) for index, block in enumerate(content)]


def refuse_block(block: Block, path: str, ctx: CallContext) -> NoReturn:
    """Refuse a block that this wire has no place for."""
    ctx.refuse(path, f"a {block['type']} block cannot stand here on this wire", "leave it out")


def tags(name: str, attributes: Mapping[str, Any]) -> tuple[str, str]:
    """Return `<name attribute="...">` and `</name>`; an attribute without a value is left out."""
    from html import escape  # a table of all entities stands behind it

    said = "".join(f' {key}="{escape(str(value))}"' for key, value in attributes.items() if value)
    return f"<{name}{said}>", f"</{name}>"


def conversation(
    request: MessagesRequest, ctx: CallContext, *, system_later: SystemLater
) -> Conversation:
    """Return the request's turns; system turns before the first other one join the prompt."""
    said = Conversation(blocks_of(request.system, "system"))
    for index, message in enumerate(request.messages):
        path = f"messages[{index}]"
        if len(message) > 2:  # it has its role and content
            ctx.leftover(path, message, "role", "content")
        placed = blocks_of(message["content"], f"{path}.content")
        if message["role"] != "system" or (said.turns and system_later == "in_place"):
            said.turns.append(Turn(message["role"], path, placed))
        elif not said.turns:
            said.system += placed
        elif system_later == "first":
            ctx.report(path, "the system turn moves to the start of the conversation")
            said.system += placed
        else:
            ctx.report(path, "the system turn goes as user text in <system> tags", "emulated")
            said.turns.append(Turn("user", path, [_in_tags(each, ctx) for each in placed]))
    said.turns = merged(said.turns)
    return said


def text_turns(request: MessagesRequest) -> list[Any] | None:
    """Return the messages if they are texts, of the user and the model in turn; else None.

    The user's are the first and the last. Nothing of such a conversation needs a place, merging or
    pairing, so it can be written as it stands, without a `Turn` for each.
    """
    expected, other = "user", "assistant"
    for message in request.messages:
        content = message["content"]
        if type(content) is not str or not content or len(message) > 2:
            return None
        if message["role"] != expected:
            return None
        expected, other = other, expected
    return request.messages if expected == "assistant" else None


def _in_tags(placed: Placed, ctx: CallContext) -> Placed:
    path, block = placed
    if block["type"] != "text":
        refuse_block(block, path, ctx)
    opened, closed = tags("system", {})
    return path, {**block, "text": "\n".join((opened, block["text"], closed))}


def merged(turns: Iterable[Turn]) -> list[Turn]:
    """Return the turns with neighbours of one role made one."""
    kept: list[Turn] = []
    for turn in turns:
        if kept and kept[-1].role == turn.role:
            kept[-1].blocks = [*kept[-1].blocks, *turn.blocks]
        else:
            kept.append(turn)
    return kept


# --- calls and results -----------------------------------------------------------------------


def check_calls(turns: Iterable[Turn], ctx: CallContext) -> None:
    """Refuse calls without results, results without calls, and two results for one call."""
    waiting: dict[str, str] = {}
    for turn in turns:
        results: dict[str, str] = {}
        uses: list[Placed] = []
        for placed in turn.blocks:
            kind = placed[1]["type"]
            if kind == "tool_result":
                _once(results, placed, "tool_use_id", ctx)
            elif kind == "tool_use":
                uses.append(placed)
        if results or waiting:
            _all_answered(waiting, results, ctx)
        waiting = {}
        if turn.role == "assistant":
            for placed in uses:
                _once(waiting, placed, "id", ctx)
    _all_answered(waiting, {}, ctx)


def _all_answered(calls: Mapping[str, str], results: Mapping[str, str], ctx: CallContext) -> None:
    for call, path in results.items():
        if call not in calls:
            ctx.refuse(path, f"no `tool_use` block {call} in the assistant turn before it")
    if missing := [call for call in calls if call not in results]:
        what = "`tool_use` ids were found without `tool_result` blocks immediately after: "
        advice = "answer every call in the next user turn"
        ctx.refuse(calls[missing[0]], what + ", ".join(missing), advice)


def _once(found: dict[str, str], placed: Placed, key: str, ctx: CallContext) -> None:
    path, block = placed
    if block[key] in found:
        what = f"there is a {block['type']} for {block[key]} already"
        ctx.refuse(path, what, "send one of them")
    found[block[key]] = path


def results_of(turn: Turn, calls: Iterable[str]) -> tuple[list[Placed], list[Placed]]:
    """Return a user turn's tool results in the order of `calls`, and its other blocks."""
    results: list[Placed] = []
    others: list[Placed] = []
    for placed in turn.blocks:
        (results if placed[1]["type"] == "tool_result" else others).append(placed)
    if len(results) > 1:
        order = {call: place for place, call in enumerate(calls)}
        results.sort(key=lambda placed: order[placed[1]["tool_use_id"]])
    return results, others
