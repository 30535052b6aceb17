"""One turn of the model, given back as one message: text, reasoning, calls."""

from __future__ import annotations

from typing import Any

from any_llm.plugin import CallContext, input_json

from ..common.blocks import Block, Placed, refuse_block
from ..common.names import wire_id, wire_name
from ..common.profile import ChatProfile
from .cache import no_mark
from .parts import text_of
from .replay import replay

Message = dict[str, Any]

# Messages' blocks of tools that the provider ran (messages-api reference, 2026-11).
_SERVER_RESULTS = frozenset(
    f"{tool}_tool_result"
    for tool in (
        "web_search",
        "web_fetch",
        "code_execution",
        "bash_code_execution",
        "text_editor_code_execution",
        "tool_search",
    )
)
_THINKING = frozenset({"thinking", "redacted_thinking"})


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
        elif block["type"] in _THINKING:
            thoughts.append((path, block))
        else:
            _other(block, path, ctx)
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
    no_mark(block, path, ctx)
    text = text_of(block, path, ctx)["text"]
    if not text:
        return
    if behind:
        ctx.report(path, "text behind a tool call moves before it", "hint")
    texts.append(text)


def _call(block: Block, path: str, ctx: CallContext) -> dict[str, Any]:
    profile: ChatProfile = ctx.profile
    known = ("type", "id", "name", "input", "caller", "cache_control")
    signed = ("extra_content",) if profile.thought_signatures else ()
    ctx.leftover(path, block, *known, *signed)
    no_mark(block, path, ctx)
    if (block.get("caller") or {}).get("type", "direct") != "direct":
        ctx.report(f"{path}.caller", "that a program made the call is not said", "hint")
    function = {"name": wire_name(block["name"], ctx), "arguments": input_json(block["input"])}
    call: dict[str, Any] = {
        "id": wire_id(block["id"], ctx),
        "type": "function",
        "function": function,
    }
    if signed and block.get("extra_content"):
        call["extra_content"] = block["extra_content"]
    return call


def _signed(call: dict[str, Any], signature: str | None) -> dict[str, Any]:
    """Add the thought signature that this call came with."""
    if signature is None or "extra_content" in call:
        return call
    return {**call, "extra_content": {"google": {"thought_signature": signature}}}


def _other(block: Block, path: str, ctx: CallContext) -> None:
    kind = block["type"]
    if kind == "server_tool_use" or kind in _SERVER_RESULTS:
        # What the provider's own tools found is in the text that followed.
        ctx.report(path, f"{kind} is not repeated on this wire", "hint")
        return
    refuse_block(block, path, ctx)
