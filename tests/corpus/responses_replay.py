"""Replay a recorded answer in memory, and say where the result differs from what the wire said."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from any_llm.errors import AnyLLMError, APIStatusError, StreamTruncated
from any_llm.plugin import INVALID_JSON, BadReply, CallContext, MessageResponse, WireReply
from anyllm_openai.common.errors import error_of_reply
from anyllm_openai.responses.signature import unseal
from tests.support.replies import Read
from tests.support.responses_replies import context, read_bytes, read_whole

from .expected import Call, Failure
from .records import Record
from .responses_oracle import Answer, Block, Expected

Json = dict[str, Any]


def context_of(record: Record) -> CallContext:
    """Return the context that the recorded request would have left."""
    return context(provider=(record["provider"] or "unknown").rstrip("?"))


def body_of(record: Record) -> bytes:
    """Return the recorded body as bytes."""
    text = record["response_text"]
    return (json.dumps(record["response_json"]) if text is None else text).encode()


def replay(record: Record, *, judged: bool = True) -> Read:
    """Return what the dialect makes of a recording; `judged` asks the official SDK too."""
    ctx = context_of(record)
    if record["status"] >= 400:
        reply = WireReply(status=record["status"], headers={}, content=body_of(record))
        return Read(error_of_reply(reply, ctx), ctx.losses)
    if record["response_text"] is not None:
        return read_bytes([body_of(record)], ctx, judged=judged)
    return read_whole(body_of(record), ctx, judged=judged)


def differences(expected: Expected, got: Read, record: Record) -> list[str]:
    """Return every difference between the result and the judge's word, in words."""
    result = got.result
    if isinstance(expected, Failure):
        return list(_failure(expected, result))
    if not isinstance(expected, Answer):
        return []
    if isinstance(result, AnyLLMError):
        return [f"an answer was expected, not {result!r}"]
    return [
        *_content(expected, result),
        *_end(expected, result),
        *_state(expected, result, context_of(record)),
        *_losses(expected, got, result),
    ]


def _failure(expected: Failure, result: Any) -> Iterator[str]:
    if expected.kind == "status":
        found = (result.status, result.type) if isinstance(result, APIStatusError) else result
        if found != (expected.status, expected.type):
            yield f"error {expected.status} {expected.type} was expected, not {found!r}"
        return
    wanted = StreamTruncated if expected.kind == "incomplete" else BadReply
    if not isinstance(result, wanted):
        yield f"an {expected.kind} answer was expected, not {result!r}"


def _content(expected: Answer, message: MessageResponse) -> Iterator[str]:
    found = [block.type for block in message.content]
    wanted = [kind for kind, _ in expected.blocks]
    if found != wanted:
        yield f"blocks {found}, not {wanted}"
    for ours, theirs in zip(message.content, expected.blocks, strict=False):
        if not _same(ours, theirs):
            yield f"block {ours!r:.300}, not {theirs!r:.300}"


def _same(ours: Any, theirs: Block) -> bool:
    kind, said = theirs
    if ours.type != kind:
        return False
    if kind == "tool_use":
        return _same_call(ours, said)
    if kind == "server_tool_use":
        return bool((ours.id, ours.input) == said and ours.name == "web_search")
    if kind == "web_search_tool_result":
        return bool((ours.tool_use_id, [hit.url for hit in ours.content]) == said)
    return kind == "redacted_thinking" or bool(getattr(ours, kind) == said)


def _same_call(ours: Any, call: Call) -> bool:
    wanted = call.arguments if isinstance(call.arguments, dict) else {INVALID_JSON: call.arguments}
    return bool((ours.id, ours.name, ours.input) == (call.id, call.name, wanted))


def _end(expected: Answer, message: MessageResponse) -> Iterator[str]:
    if message.stop_reason != expected.stop_reason:
        yield f"stopped by {message.stop_reason!r}, not {expected.stop_reason!r}"
    said, wanted = message.usage, expected.usage
    details, tools = said.output_tokens_details, said.server_tool_use
    names = ("input_tokens", "output_tokens")
    names += ("cache_read_input_tokens", "cache_creation_input_tokens")
    found = [getattr(said, name) for name in names]
    found.append(details.thinking_tokens if details else None)
    counts: list[int | None] = [0, 0, None, None, None]
    if wanted is not None:
        counts = [getattr(wanted, name) for name in (*names, "thinking_tokens")]
    if found != counts:
        yield f"usage {found}, not {counts}"
    if (tools.web_search_requests if tools else None) != expected.searches:
        yield f"searches {tools!r}, not {expected.searches}"
    if said.service_tier != expected.tier:
        yield f"tier {said.service_tier!r}, not {expected.tier!r}"
    if expected.id and message.id != expected.id:
        yield f"id {message.id!r}, not {expected.id!r}"
    if expected.model and message.model != expected.model:
        yield f"model {message.model!r}, not {expected.model!r}"


def _state(expected: Answer, message: MessageResponse, ctx: CallContext) -> Iterator[str]:
    sealed = [
        unseal(getattr(block, "signature", None) or getattr(block, "data", ""), ctx) or {}
        for block in message.content
        if block.type in ("thinking", "redacted_thinking")
    ]
    found = tuple((each.get("id"), each.get("encrypted_content")) for each in sealed)
    if found != expected.sealed:
        yield f"reasoning state {found!r:.200}, not {expected.sealed!r:.200}"
    cited = tuple(c.url for b in message.content for c in getattr(b, "citations", None) or ())
    if cited != expected.citations:
        yield f"citations {cited}, not {expected.citations}"
    extras = getattr(message, "provider_extras", None) or {}
    if extras.get("output", []) != list(expected.kept):
        yield "an item that is no block is lost"
    phases = tuple(b["phase"] for b in extras.get("blocks", {}).values() if "phase" in b)
    if phases != expected.phases:
        yield f"phases {phases}, not {expected.phases}"


def _losses(expected: Answer, got: Read, message: MessageResponse) -> Iterator[str]:
    told = {loss.path for loss in got.losses}
    for at, block in enumerate(message.content):
        if INVALID_JSON in (getattr(block, "input", None) or ()) and (
            f"content[{at}].input" not in told
        ):
            yield f"broken JSON in block {at} is not in the losses"
    words = " ".join(loss.what for loss in got.losses)
    for item in expected.kept:
        if item["type"] not in words:
            yield f"{item['type']} is not in the losses"
