"""The conversation in the wire's order: system, then turns; results first, media behind them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from any_llm.plugin import (
    CallContext,
    MessagesRequest,
    Placed,
    Turn,
    blocks_of,
    check_calls,
    conversation,
    merged,
    results_of,
    text_turns,
)

from ..common.content import parts_of
from ..common.parts import as_content, text_part
from ..common.profile import ChatProfile
from ..common.results import Result, tool_results
from ..common.system import system_content
from .assistant import Message, assistant_message


def wire_messages(
    request: MessagesRequest, ctx: CallContext, *, thinks: bool, asked: str | None = None
) -> tuple[list[Message], dict[str, Any]]:
    """Return `messages` and the body's fields that a prefill needs.

    `thinks` says whether the model will think, `asked` is text that the system prompt gets
    besides (a schema that the server has no field for).
    """
    texts = text_turns(request)
    if texts is not None:
        prompt = blocks_of(request.system, "system")
        return [*_prompt(prompt, asked, ctx), *_texts(texts, ctx, thinks=thinks)], {}
    said = conversation(request, ctx, system_later=ctx.profile.system_later)
    check_calls(said.turns, ctx)
    messages = _prompt(said.system, asked, ctx)
    turns = _spoken(said.turns, ctx, thinks=thinks)
    calls: list[str] = []
    for turn in turns:
        if turn.message is not None:
            messages.append(turn.message)
            calls = [block["id"] for _, block in turn.blocks if block["type"] == "tool_use"]
        elif turn.role == "user":
            messages += _user(turn, calls, ctx)
        else:
            messages += filter(None, [_system(turn.blocks, ctx)])
    if not turns or turns[-1].message is None:
        return messages, {}
    return messages, _prefill(turns[-1], messages[-1], ctx)


def _prompt(placed: list[Placed], asked: str | None, ctx: CallContext) -> list[Message]:
    """Return the system prompt with what is asked besides; nothing when it says nothing."""
    if asked:
        placed = [*placed, ("output_config.format", text_part(asked))]
    system = _system(placed, ctx)
    return [system] if system else []


def _texts(turns: list[Any], ctx: CallContext, *, thinks: bool) -> Iterator[Message]:
    """Yield the messages of a conversation of texts."""
    for turn in turns:
        if turn["role"] == "user":
            yield {"role": "user", "content": turn["content"]}
        elif message := assistant_message([("", text_part(turn["content"]))], ctx, thinks=thinks):
            yield message


def _spoken(turns: list[Turn], ctx: CallContext, *, thinks: bool) -> list[Turn]:
    """Return the turns with the assistant's as messages; those with nothing to say are left out."""
    kept = []
    for turn in turns:
        if turn.role == "assistant":
            turn.message = assistant_message(turn.blocks, ctx, thinks=thinks)
            if turn.message is None:
                continue
        kept.append(turn)
    return merged(kept)


def _user(turn: Turn, calls: list[str], ctx: CallContext) -> list[Message]:
    profile: ChatProfile = ctx.profile
    results, others = results_of(turn, dict.fromkeys(calls))
    said, hoisted = tool_results(results, ctx)
    messages = [_result(each, ctx) for each in said]
    parts = [*hoisted, *parts_of(others, ctx)]
    if messages and not parts:
        return messages
    if messages and not profile.user_after_tool:
        ctx.report(turn.path, 'an assistant turn "OK" parts the results from the text', "emulated")
        messages.append({"role": "assistant", "content": "OK"})
    return [*messages, {"role": "user", "content": as_content(parts, ctx)}]


def _result(said: Result, ctx: CallContext) -> Message:
    content = as_content(said.parts, ctx, joined=True)
    return {"role": "tool", "tool_call_id": said.call, "content": content}


def _system(placed: list[Placed], ctx: CallContext) -> Message | None:
    """Return the system message of the blocks; None when they say nothing."""
    profile: ChatProfile = ctx.profile
    content = system_content(placed, ctx)
    return {"role": profile.system_role, "content": content} if content else None


def _prefill(turn: Turn, message: Message, ctx: CallContext) -> dict[str, Any]:
    """Ask the server to go on with the last message, in the way it knows."""
    profile: ChatProfile = ctx.profile
    if profile.prefill == "refuse":
        ctx.refuse(turn.path, "prefill not supported: the last turn is the model's", _NO_PREFILL)
    if profile.prefill == "continue_final_message":
        return {"continue_final_message": True, "add_generation_prompt": False}
    if profile.prefill != "native":
        what = f"goes on by {profile.prefill!r}: the answer may repeat it"
        ctx.report(turn.path, what, "emulated")
        message[profile.prefill] = True
    return {}


_NO_PREFILL = 'end with a user turn, or say quirks={"prefill": "native"} if the server can'
