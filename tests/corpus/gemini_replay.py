"""Replay a recorded answer in memory, and say where the result differs from what the wire said."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from any_llm.errors import AnyLLMError, APIStatusError, StreamTruncated
from any_llm.plugin import INVALID_JSON, BadReply, CallContext, MessageResponse, WireReply
from anyllm_gemini.errors import error_of_reply
from anyllm_gemini.signature import unseal
from tests.support.gemini_replies import Read, context, read_bytes, read_whole

from .expected import Answer, Block, Call, Expected, Failure
from .gemini_wire import Body, body_of, first_candidates, last_of, parts_of
from .records import Record

Json = dict[str, Any]

# What Messages has a field for; everything else must stand in provider_extras.
TOP = {"candidates", "responseId", "modelVersion", "usageMetadata"}
CANDIDATE = {"content", "finishReason", "index"}
_SHOWN = {"text", "thinking", "tool_use"}


def context_of(record: Record) -> CallContext:
    """Return the context that the recorded request would have had."""
    provider = "vertex" if record["provider"].startswith("vertex") else "gemini"
    return context(provider=provider, model=record["model"] or "unnamed")


def bytes_of(record: Record) -> bytes:
    """Return the recorded body as bytes."""
    text = record["response_text"]
    return (json.dumps(record["response_json"]) if text is None else text).encode()


def replay(record: Record, *, judged: bool = True) -> Read:
    """Return what the dialect makes of a recording; `judged` asks the official SDK too."""
    ctx = context_of(record)
    if record["status"] >= 400:
        reply = WireReply(status=record["status"], headers={}, content=bytes_of(record))
        return Read(error_of_reply(reply, ctx), ctx.losses)
    if record["response_text"] is not None:
        return read_bytes([bytes_of(record)], ctx, judged=judged)
    return read_whole(bytes_of(record), ctx, judged=judged)


def differences(expected: Expected, got: Read, record: Record) -> list[str]:
    """Return every difference between the result and the judge's word, in words."""
    result = got.result
    if isinstance(expected, Failure):
        return list(_failure(expected, result))
    if not isinstance(expected, Answer):
        return []
    if isinstance(result, AnyLLMError):
        return [f"an answer was expected, not {result!r}"]
    body = body_of(record)
    return [
        *_content(expected, result),
        *_end(expected, result),
        *_state(expected, result, body, context_of(record)),
        *_kept(result, body),
    ]


def _failure(expected: Failure, result: Any) -> Iterator[str]:
    if expected.kind == "status":
        found = (result.status, result.type) if isinstance(result, APIStatusError) else result
        if found != (expected.status, expected.type):
            yield f"error {expected.status} {expected.type} was expected, not {found!r}"
        return
    wanted = (StreamTruncated, BadReply) if expected.kind == "incomplete" else BadReply
    if not isinstance(result, wanted):
        yield f"an {expected.kind} answer was expected, not {result!r}"


def _content(expected: Answer, message: MessageResponse) -> Iterator[str]:
    found = list(_blocks(message))
    if len(found) != len(expected.blocks):
        yield f"blocks {[b[0] for b in found]}, not {[b[0] for b in expected.blocks]}"
    for ours, theirs in zip(found, expected.blocks, strict=False):
        if not _same(ours, theirs):
            yield f"block {ours!r:.300}, not {theirs!r:.300}"


def _blocks(message: MessageResponse) -> Iterator[tuple[str, Any]]:
    """Yield the blocks that the judge counts, neighbours of one kind joined."""
    run: list[str] = []
    kind = ""
    for block in message.content:
        shown = block.type in _SHOWN and getattr(block, block.type, "no prose") != ""
        if not shown:
            continue
        if run and block.type != kind:
            yield kind, "".join(run)
            run = []
        kind = block.type
        if kind in ("text", "thinking"):
            run.append(getattr(block, kind))
        else:
            yield kind, block
    if run:
        yield kind, "".join(run)


def _same(ours: tuple[str, Any], theirs: Block) -> bool:
    call = theirs[1]
    if ours[0] != theirs[0] or not isinstance(call, Call):
        return ours == theirs
    block = ours[1]
    wanted = call.arguments if isinstance(call.arguments, dict) else {INVALID_JSON: call.arguments}
    known = bool(block.id) if call.id is None else block.id == call.id
    return known and block.name == call.name and block.input == wanted


def _end(expected: Answer, message: MessageResponse) -> Iterator[str]:
    if message.stop_reason != expected.stop_reason:
        yield f"stopped by {message.stop_reason!r}, not {expected.stop_reason!r}"
    said, wanted = message.usage, expected.usage
    names = (
        *("input_tokens", "output_tokens"),
        *("cache_read_input_tokens", "cache_creation_input_tokens"),
    )
    details = said.output_tokens_details
    found = [*(getattr(said, n) for n in names), details and details.thinking_tokens]
    counts: list[int | None] = [0, 0, None, 0, None]
    if wanted is not None:
        counts = [*(getattr(wanted, name) for name in names), wanted.thinking_tokens]
    if found != counts:
        yield f"usage {found}, not {counts}"
    if expected.ids and message.id not in expected.ids:
        yield f"id {message.id!r}, not one of {expected.ids}"


def _state(
    expected: Answer, message: MessageResponse, body: Body, ctx: CallContext
) -> Iterator[str]:
    """Every signature and every part that only Google reads is there, once, in its order."""
    payloads = [
        unseal(getattr(block, "signature", None) or getattr(block, "data", ""), ctx) or {}
        for block in message.content
        if block.type in ("thinking", "redacted_thinking")
    ]
    signed = [p[key] for p in payloads for key in ("own", "prev", "part", "next") if key in p]
    found = [
        each["thoughtSignature"] if isinstance(each, dict) else each
        for each in signed
        if isinstance(each, str) or "thoughtSignature" in each
    ]
    wanted = [
        part["thoughtSignature"]
        for part in parts_of(body)
        if "thoughtSignature" in part and len(part) > 1
    ]
    if found != wanted:
        yield f"{len(found)} signatures, not {len(wanted)} in their order"
    if expected.vendor_state != bool(wanted):
        yield "the judge counts signatures otherwise"
    parts = [payload["part"] for payload in payloads if "part" in payload]
    opaque = ("executableCode", "codeExecutionResult", "toolCall", "toolResponse")
    if parts != [part for part in parts_of(body) if any(name in part for name in opaque)]:
        yield "parts for Google are not as they came"
    cited = [c.url for b in message.content for c in getattr(b, "citations", None) or ()]
    if cited != list(expected.citations):
        yield f"citations {cited}, not {list(expected.citations)}"


def _kept(message: MessageResponse, body: Body) -> Iterator[str]:
    """What the answer says beyond Messages is there, word for word."""
    extras = getattr(message, "provider_extras", None) or {}
    for level, known in ((list(body.chunks), TOP), (first_candidates(body), CANDIDATE)):
        for name in {name for each in level for name in each} - known:
            wanted = last_of(level, name)
            if name == "citationMetadata":
                wanted = _joined([each[name] for each in level if name in each])
            if wanted and extras.get(name) != wanted:
                yield f"{name} is lost"


def _joined(said: list[Json]) -> Json:
    names = {name for each in said for name in each}
    return {name: [one for each in said for one in each.get(name, [])] for name in names}
