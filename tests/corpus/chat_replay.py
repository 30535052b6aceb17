"""Replay a recorded answer in memory, and say where the result differs from what the wire said."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from any_llm.errors import AnyLLMError, APIStatusError, StreamTruncated
from any_llm.plugin import (
    INVALID_JSON,
    BadReply,
    CallContext,
    MessageResponse,
    WireReply,
)
from anyllm_openai.chat.extras import TOP
from anyllm_openai.chat.signature import unseal
from anyllm_openai.common.errors import error_of_reply
from tests.support.chat_replies import Read, context, read_bytes, read_whole

from .expected import Answer, Block, Call, Expected, Failure
from .records import Record

Json = dict[str, Any]


def context_of(record: Record) -> CallContext:
    """Return the context that the recorded request would have left."""
    request = record["request"]
    stop = request.get("stop") if isinstance(request, dict) else None
    stops = (stop,) if isinstance(stop, str) else tuple(stop or ())
    provider = (record["provider"] or "unknown").rstrip("?")
    return context(provider=provider, state={"stop_sequences": stops})


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
        *_state(expected, result, record),
        *_losses(got, result),
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
        if block.type == "redacted_thinking":
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
    if ours[0] != theirs[0]:
        return False
    call = theirs[1]
    if not isinstance(call, Call):
        return ours[1] == call or (call.startswith("{") and ours[1] == compact(call))
    block = ours[1]
    wanted = call.arguments if isinstance(call.arguments, dict) else {INVALID_JSON: call.arguments}
    known = bool(block.id) if call.id is None else block.id == call.id
    return known and block.name == call.name and block.input == wanted


def compact(text: str) -> str:
    """Return JSON text without its spaces: an answer that came as an object is compared so."""
    try:
        return json.dumps(json.loads(text), separators=(",", ":"), ensure_ascii=False)
    except ValueError:
        return text


def _end(expected: Answer, message: MessageResponse) -> Iterator[str]:
    if (message.stop_reason, message.stop_sequence) != (
        expected.stop_reason,
        expected.stop_sequence,
    ):
        yield f"stopped by {message.stop_reason!r}, not {expected.stop_reason!r}"
    said, wanted = message.usage, expected.usage
    names = ("input_tokens", "output_tokens")
    cached = ("cache_read_input_tokens", "cache_creation_input_tokens")
    details = said.output_tokens_details
    found = [getattr(said, name) for name in (*names, *cached)]
    found.append(details.thinking_tokens if details else None)
    counts: list[int | None] = [0, 0, None, None, None]
    if wanted is not None:
        counts = [getattr(wanted, name) for name in (*names, *cached, "thinking_tokens")]
    if found != counts:
        yield f"usage {found}, not {counts}"
    if expected.ids and message.id not in expected.ids:
        yield f"id {message.id!r}, not one of {expected.ids}"


def _state(expected: Answer, message: MessageResponse, record: Record) -> Iterator[str]:
    sealed = [
        getattr(block, "signature", None) or getattr(block, "data", "")
        for block in message.content
        if block.type in ("thinking", "redacted_thinking")
    ]
    if expected.vendor_state and not any(sealed):
        yield "opaque state of the vendor is lost"
    cited = [c.url for b in message.content for c in getattr(b, "citations", None) or ()]
    if sorted(cited) != sorted(expected.citations):
        yield f"citations {cited}, not {list(expected.citations)}"
    body = record["response_json"]
    if record["response_text"] is None and isinstance(body, dict):
        yield from _kept(body, message, sealed, context_of(record))


def _kept(
    body: Json, message: MessageResponse, sealed: list[str], ctx: CallContext
) -> Iterator[str]:
    """What a whole answer says beyond Messages is there, word for word."""
    extras = getattr(message, "provider_extras", None) or {}
    for name in body.keys() - TOP:
        if body[name] not in (None, "", [], {}) and extras.get(name) != body[name]:
            yield f"{name} is lost"
    said = body["choices"][0].get("message") or {}
    if wanted := said.get("reasoning_details"):
        payloads = [unseal(each, ctx) or {} for each in sealed]
        found = [detail for payload in payloads for detail in payload.get("details", [])]
        if found != wanted:
            yield "reasoning_details are not as they came"


def _losses(got: Read, message: MessageResponse) -> Iterator[str]:
    told = {loss.path for loss in got.losses}
    for at, block in enumerate(message.content):
        if INVALID_JSON in (getattr(block, "input", None) or ()) and (
            f"content[{at}].input" not in told
        ):
            yield f"broken JSON in block {at} is not in the losses"
