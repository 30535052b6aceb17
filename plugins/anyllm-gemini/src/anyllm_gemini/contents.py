"""`systemInstruction` and `contents`, in the order and the shape that the wire wants."""

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
    refuse_block,
    results_of,
    text_turns,
    without_billing,
)

from .assistant import model_parts
from .blocks import Part, text_of
from .content import parts_of
from .ids import CALL_IDS
from .names import wire_name
from .results import response_parts

Content = dict[str, Any]


def wire_contents(request: MessagesRequest, ctx: CallContext) -> dict[str, Any]:
    """Return `contents`, and `systemInstruction` where there is a system prompt."""
    earlier: set[str] = ctx.state.setdefault(CALL_IDS, set())
    texts = text_turns(request)
    if texts is not None:
        prompt = blocks_of(request.system, "system")
        contents = [_text(turn["role"], turn["content"]) for turn in texts]
    else:
        said = conversation(request, ctx, system_later="user")
        prompt, contents = said.system, _contents(said.turns, earlier, ctx)
    system = _system(prompt, ctx)
    return {"contents": contents, **({"systemInstruction": {"parts": system}} if system else {})}


def _text(role: str, text: str) -> Content:
    """Return the content of a turn that is a text."""
    return {"role": "user" if role == "user" else "model", "parts": [{"text": text}]}


def _contents(turns: list[Turn], earlier: set[str], ctx: CallContext) -> list[Content]:
    """Return the contents of the turns; `earlier` gets the ids of their calls."""
    check_calls(turns, ctx)
    contents: list[Content] = []
    names: dict[str, str] = {}
    for turn in turns:
        if turn.role == "assistant":
            _add(contents, "model", model_parts(turn.blocks, ctx))
            names = _called(turn, ctx)
            earlier.update(names)
        else:
            _user(contents, turn, names, ctx)
    if not contents or contents[0]["role"] == "model":
        contents.insert(0, {"role": "user", "parts": [{"text": ""}]})
    return contents


def _add(contents: list[Content], role: str, parts: list[Part]) -> None:
    """Add parts as a content, or to the one before if it is of the same role.

    Responses stand alone: beside other parts the model takes them for its own words
    (pydantic/pydantic-ai#4210).
    """
    if not parts:
        return
    last = contents[-1] if contents else {}
    if last.get("role") == role and _responds(last["parts"]) == _responds(parts):
        last["parts"] += parts
    else:
        contents.append({"role": role, "parts": parts})


def _responds(parts: list[Part]) -> bool:
    return "functionResponse" in parts[-1]


def _user(contents: list[Content], turn: Turn, names: dict[str, str], ctx: CallContext) -> None:
    """Add the results in the order of their calls, then their other media, then the rest."""
    results, others = results_of(turn, names)
    responses, behind = response_parts(results, names, ctx)
    _add(contents, "user", responses)
    parts = [*behind, *parts_of(others, ctx)]
    if not parts and not responses:
        parts = [{"text": ""}]
    _add(contents, "user", parts)


def _called(turn: Turn, ctx: CallContext) -> dict[str, str]:
    """Return the functions that a turn called, by the ids of the calls."""
    uses = (block for _, block in turn.blocks if block["type"] == "tool_use")
    return {block["id"]: wire_name(block["name"], ctx) for block in uses}


def _system(placed: list[Placed], ctx: CallContext) -> list[Part]:
    parts: list[Part] = []
    for path, block in placed:
        if block["type"] != "text":
            refuse_block(block, path, ctx)
        if text := without_billing(text_of(block, path, ctx), path, ctx):
            parts.append({"text": text})
    return parts
