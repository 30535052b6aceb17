"""The conversation in the wire's order: system, then turns, results before what else is said."""

from __future__ import annotations

from collections.abc import Iterator

from any_llm.plugin import (
    CallContext,
    MessagesRequest,
    Turn,
    blocks_of,
    check_calls,
    conversation,
    merged,
    text_turns,
)

from .assistant import Message, assistant_message
from .calls import CALL_IDS
from .content import pieces_of, wire_content
from .profile import OllamaProfile
from .results import tool_messages
from .system import system_message


def wire_messages(request: MessagesRequest, ctx: CallContext, *told: str) -> list[Message]:
    """Return `messages`; `told` is text that the system prompt gets besides."""
    texts = text_turns(request)
    if texts is not None:
        ctx.state[CALL_IDS] = frozenset()
        said_texts = ({"role": turn["role"], "content": turn["content"]} for turn in texts)
        return [*system_message(blocks_of(request.system, "system"), ctx, *told), *said_texts]
    said = conversation(request, ctx, system_later="in_place")
    check_calls(said.turns, ctx)
    ctx.state[CALL_IDS] = frozenset(_call_ids(said.turns))
    messages = system_message(said.system, ctx, *told)
    names: dict[str, str] = {}
    turns = _spoken(said.turns, ctx)
    for turn in turns:
        if turn.message is not None:
            messages.append(turn.message)
            calls = [block for _, block in turn.blocks if block["type"] == "tool_use"]
            names = {block["id"]: block["name"] for block in calls}
        elif turn.role == "user":
            messages += _user(turn, names, ctx)
        else:
            messages += system_message(turn.blocks, ctx)
    if turns and turns[-1].message is not None:
        _prefill(turns[-1].path, ctx)
    return messages


def _spoken(turns: list[Turn], ctx: CallContext) -> list[Turn]:
    """Return the turns with the assistant's as messages; those with nothing to say are left out."""
    kept = []
    for turn in turns:
        if turn.role == "assistant":
            turn.message = assistant_message(turn.blocks, ctx)
            if turn.message is None:
                continue
        kept.append(turn)
    return merged(kept)


def _call_ids(turns: list[Turn]) -> Iterator[str]:
    for turn in turns:
        yield from (block["id"] for _, block in turn.blocks if block["type"] == "tool_use")


def _user(turn: Turn, names: dict[str, str], ctx: CallContext) -> list[Message]:
    results = [placed for placed in turn.blocks if placed[1]["type"] == "tool_result"]
    others = [placed for placed in turn.blocks if placed[1]["type"] != "tool_result"]
    if turn.blocks[: len(results)] != results:
        ctx.report(turn.path, "tool results move before what else is said", "hint")
    messages = tool_messages(results, names, ctx)
    content = wire_content(pieces_of(others, ctx), ctx)
    if messages and content == {"content": ""}:
        return messages
    return [*messages, {"role": "user", **content}]


def _prefill(path: str, ctx: CallContext) -> None:
    """Most of the server's templates and renderers go on from a last assistant message."""
    profile: OllamaProfile = ctx.profile
    if profile.prefill == "refuse":
        ctx.refuse(path, "the last turn is the model's", "end with a user turn")
    ctx.report(path, "whether the model goes on from this turn is up to its template")
