"""The conversation as instructions and input items."""

from __future__ import annotations

from typing import Any

from any_llm.plugin import (
    CallContext,
    MessagesRequest,
    Placed,
    Turn,
    blocks_of,
    check_calls,
    conversation,
    results_of,
    text_turns,
)

from ..common.content import parts_of
from ..common.parts import as_content, text_part
from ..common.results import tool_results
from ..common.system import system_content
from .assistant import assistant_items
from .ids import with_unique_ids
from .profile import OpenAIProfile
from .render import inputs, output

Item = dict[str, Any]


def wire_input(
    request: MessagesRequest, ctx: CallContext, *, asked: str | None = None
) -> dict[str, Any]:
    """Return `instructions`, where the system prompt is plain text, and `input`.

    `asked` is text that the system prompt gets besides.
    """
    texts = text_turns(request)
    if texts is not None:
        system = blocks_of(request.system, "system")
        items = [item for turn in texts for item in _text(turn["role"], turn["content"], ctx)]
    else:
        system, items = _conversation(request, ctx)
    if asked:
        system.append(("output_config.format", text_part(asked)))
    content = system_content(system, ctx)
    if isinstance(content, str) and items:
        return {**({"instructions": content} if content else {}), "input": items}
    # A string has no place for a cache mark: the system prompt is the first item then.
    return {"input": [*_system(content, ctx), *items]}


def _text(role: str, text: str, ctx: CallContext) -> list[Item]:
    """Return the items of a turn that is a text."""
    if role == "assistant":
        return assistant_items([("", text_part(text))], ctx)
    return [{"type": "message", "role": "user", "content": inputs(text)}]


def _conversation(request: MessagesRequest, ctx: CallContext) -> tuple[list[Placed], list[Item]]:
    """Return the blocks of the system prompt and the items behind it."""
    said = conversation(request, ctx, system_later=ctx.profile.system_later)
    check_calls(said.turns, ctx)
    turns = with_unique_ids(said.turns, ctx)
    if turns and turns[-1].role == "assistant":
        ctx.refuse(turns[-1].path, "prefill not supported: the last turn is the model's", _END)
    items = [item for turn, calls in _with_calls(turns) for item in _items(turn, calls, ctx)]
    return said.system, items


_END = "end with a user turn"


def _with_calls(turns: list[Turn]) -> list[tuple[Turn, list[str]]]:
    """Return each turn with the calls of the one before it, which its results answer."""
    found = []
    calls: list[str] = []
    for turn in turns:
        found.append((turn, calls))
        calls = [block["id"] for _, block in turn.blocks if block["type"] == "tool_use"]
    return found


def _items(turn: Turn, calls: list[str], ctx: CallContext) -> list[Item]:
    if turn.role == "assistant":
        return assistant_items(turn.blocks, ctx)
    if turn.role == "system":
        return _system(system_content(turn.blocks, ctx), ctx)
    results, others = results_of(turn, dict.fromkeys(calls))
    said, _ = tool_results(results, ctx)
    items: list[Item] = [
        {
            "type": "function_call_output",
            "call_id": each.call,
            "output": output(each.parts, ctx),
        }
        for each in said
    ]
    return [*items, *_user(others, ctx, alone=not items)]


def _user(placed: list[Placed], ctx: CallContext, *, alone: bool) -> list[Item]:
    parts = parts_of(placed, ctx)
    if not parts and not alone:
        return []
    return [{"type": "message", "role": "user", "content": inputs(as_content(parts, ctx))}]


def _system(content: Any, ctx: CallContext) -> list[Item]:
    profile: OpenAIProfile = ctx.profile
    if not content:
        return []
    return [{"type": "message", "role": profile.instructions_role, "content": inputs(content)}]
