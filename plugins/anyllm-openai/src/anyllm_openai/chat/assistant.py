"""One turn of the model, given back as one message: text, reasoning, calls."""

from __future__ import annotations

from typing import Any

from any_llm.plugin import Block, CallContext, Placed, no_server_block

from ..common.earlier import THINKING, earlier_call, earlier_text
from ..common.profile import ChatProfile
from .replay import replay

Message = dict[str, Any]


def assistant_message(placed: list[Placed], ctx: CallContext, *, thinks: bool) -> Message | None:
    """Return the message of an assistant turn; None when nothing of it is left to say.

    The wire has one text and then the calls, so text behind a call moves before it (reported).
    """
    profile: ChatProfile = ctx.profile
    texts: list[str] = []
    calls: list[dict[str, Any]] = []
    ids: list[str] = []  # of the calls, as the answer's side gave them
    thoughts: list[Placed] = []
    for path, block in placed:
        if block["type"] == "text":
            _text(texts, block, path, ctx, behind=bool(calls))
        elif block["type"] == "tool_use":
            calls.append(_call(block, path, ctx))
            ids.append(block["id"])
        elif block["type"] in THINKING:
            thoughts.append((path, block))
        else:
            no_server_block(block, path, ctx)
    if not texts and not calls and not thoughts:
        return None
    given = replay(thoughts, ctx, calls=bool(calls), thinks=thinks)
    content = given.content("\n\n".join(texts) if texts else None)
    if content is None and not calls:
        return None
    if content is None and profile.empty_content == "empty":
        content = ""
    message: Message = {"role": "assistant", "content": content, **given.fields()}
    if calls:
        message["tool_calls"] = [
            _signed(call, given.calls.get(key)) for key, call in zip(ids, calls, strict=True)
        ]
    return message


def _text(texts: list[str], block: Block, path: str, ctx: CallContext, *, behind: bool) -> None:
    text = earlier_text(block, path, ctx)
    if not text:
        return
    if behind:
        ctx.report(path, "text behind a tool call moves before it", "hint")
    texts.append(text)


def _call(block: Block, path: str, ctx: CallContext) -> dict[str, Any]:
    profile: ChatProfile = ctx.profile
    signed = ("extra_content",) if profile.thought_signatures else ()
    said = earlier_call(block, path, ctx, *signed)
    function = {"name": said.name, "arguments": said.arguments}
    call: dict[str, Any] = {"id": said.id, "type": "function", "function": function}
    if signed and block.get("extra_content"):
        call["extra_content"] = block["extra_content"]
    return call


def _signed(call: dict[str, Any], signature: str | None) -> dict[str, Any]:
    """Add the thought signature that this call came with."""
    if signature is None or "extra_content" in call:
        return call
    return {**call, "extra_content": {"google": {"thought_signature": signature}}}
