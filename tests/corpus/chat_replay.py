"""Replay a recorded answer in memory, and say where the result differs from what the wire said."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from any_llm.plugin import (
    CallContext,
    MessageResponse,
)
from anyllm_openai.chat.extras import TOP
from anyllm_openai.chat.signature import unseal
from anyllm_openai.common.errors import error_of_reply
from tests.support.chat_replies import READER, context
from tests.support.replies import Read

from .expected import Answer, Block, Call, Expected
from .records import Record
from .replaying import (
    Replayer,
    Shown,
    broken_told,
    cited,
    compared,
    content,
    joined,
    same_call,
    usage,
)

Json = dict[str, Any]


def context_of(record: Record) -> CallContext:
    """Return the context that the recorded request would have left."""
    request = record["request"]
    stop = request.get("stop") if isinstance(request, dict) else None
    stops = (stop,) if isinstance(stop, str) else tuple(stop or ())
    provider = (record["provider"] or "unknown").rstrip("?")
    return context(provider=provider, state={"stop_sequences": stops})


REPLAYER = Replayer(reader=READER, error=error_of_reply, context_of=context_of)
replay = REPLAYER.replay


def differences(expected: Expected, got: Read, record: Record) -> list[str]:
    """Return every difference between the result and the judge's word, in words."""
    return compared(
        expected,
        got,
        lambda wanted, message: (
            *content(_blocks(message), wanted.blocks, _same),
            *_end(wanted, message),
            *_state(wanted, message, record),
            *broken_told(got, message),
        ),
    )


def _blocks(message: MessageResponse) -> list[Shown]:
    return list(joined(b for b in message.content if b.type != "redacted_thinking"))


def _same(ours: Shown, theirs: Block) -> bool:
    if ours[0] != theirs[0]:
        return False
    said = theirs[1]
    if isinstance(said, Call):
        return same_call(ours[1], said)
    return ours[1] == said or (said.startswith("{") and ours[1] == compact(said))


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
    yield from usage(message, expected.usage)
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
    if sorted(urls := cited(message)) != sorted(expected.citations):
        yield f"citations {urls}, not {list(expected.citations)}"
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
