"""Replay a recorded answer in memory, and say where the result differs from what the wire said."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from any_llm.errors import AnyLLMError, APIStatusError, StreamTruncated
from any_llm.plugin import INVALID_JSON, BadReply, CallContext, MessageResponse, WireReply
from anyllm_ollama.errors import error_of_reply
from anyllm_ollama.signature import OWN
from tests.support.ollama_replies import Read, context, read_bytes, read_whole

from .expected import Answer, Block, Call, Expected, Failure
from .records import Record

Json = dict[str, Any]

# What Messages has a field for; everything else must stand in provider_extras.
CARRIED = {"model", "message", "done", "done_reason", "prompt_eval_count", "eval_count"}


def context_of(record: Record) -> CallContext:
    """Return the context that the recorded request would have had."""
    return context(model=record["model"] or "unnamed")


def body_of(record: Record) -> bytes:
    """Return the recorded body as bytes."""
    text = record["response_text"]
    return (json.dumps(record["response_json"]) if text is None else text).encode()


def lines_of(record: Record) -> list[Json]:
    """Return the objects of a recorded answer."""
    return [json.loads(each) for each in body_of(record).split(b"\n") if each.strip()]


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
        return list(_failure(expected, result, record))
    if not isinstance(expected, Answer):
        return []
    if isinstance(result, AnyLLMError):
        return [f"an answer was expected, not {result!r}"]
    found = [*_content(expected, result), *_end(expected, result), *_kept(record, result)]
    return found + [f"a loss: {loss}" for loss in got.losses if loss.severity != "hint"]


def _failure(expected: Failure, result: Any, record: Record) -> Iterator[str]:
    if expected.kind == "status":
        found = (result.status, result.type) if isinstance(result, APIStatusError) else result
        if found != (expected.status, expected.type):
            yield f"error {expected.status} {expected.type} was expected, not {found!r}"
        said = lines_of(record)[-1]["error"].strip()
        if said not in str(result):
            yield f"{result!r} does not say {said!r}"
        return
    wanted = (StreamTruncated, BadReply) if expected.kind == "incomplete" else BadReply
    if not isinstance(result, wanted):
        yield f"an {expected.kind} answer was expected, not {result!r}"


def _content(expected: Answer, message: MessageResponse) -> Iterator[str]:
    if len(message.content) != len(expected.blocks):
        found = [block.type for block in message.content]
        yield f"blocks {found}, not {[kind for kind, _ in expected.blocks]}"
    for ours, theirs in zip(message.content, expected.blocks, strict=False):
        if not _same(ours, theirs):
            yield f"block {ours!r:.300}, not {theirs!r:.300}"


def _same(ours: Any, theirs: Block) -> bool:
    kind, said = theirs
    if ours.type != kind:
        return False
    if isinstance(said, Call):
        known = ours.id.startswith("toolu_oll_") if said.id is None else ours.id == said.id
        broken = isinstance(said.arguments, str)
        wanted = {INVALID_JSON: said.arguments} if broken else said.arguments
        return known and ours.name == said.name and ours.input == wanted
    signed = kind == "text" or ours.signature == OWN
    return signed and getattr(ours, kind) == said


def _end(expected: Answer, message: MessageResponse) -> Iterator[str]:
    if (message.stop_reason, message.stop_sequence) != (expected.stop_reason, None):
        yield f"stopped by {message.stop_reason!r}, not {expected.stop_reason!r}"
    wanted = expected.usage
    counts = (wanted.input_tokens, wanted.output_tokens) if wanted else (0, 0)
    if (message.usage.input_tokens, message.usage.output_tokens) != counts:
        yield f"usage {message.usage!r}, not {counts}"


def _kept(record: Record, message: MessageResponse) -> Iterator[str]:
    """What an answer says beyond Messages is there: the last word, and lists as they add up."""
    said = lines_of(record)
    extras = getattr(message, "provider_extras", None) or {}
    for name in {key for each in said for key in each} - CARRIED:
        values = [each[name] for each in said if each.get(name) is not None]
        listed = values and isinstance(values[0], list)
        wanted = [one for each in values for one in each] if listed else values[-1]
        if extras.get(name) != wanted:
            yield f"{name} is not as it came"
    if message.model != said[0]["model"]:
        yield f"model {message.model!r}, not {said[0]['model']!r}"
