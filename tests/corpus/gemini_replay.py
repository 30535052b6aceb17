"""Replay a recorded answer in memory, and say where the result differs from what the wire said."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from any_llm.plugin import CallContext, MessageResponse
from anyllm_gemini.errors import error_of_reply
from anyllm_gemini.signature import unseal
from tests.support.gemini_replies import READER, context
from tests.support.replies import Read

from .expected import Answer, Block, Call, Expected
from .gemini_wire import Body, body_of, first_candidates, last_of, parts_of
from .records import Record
from .replaying import Replayer, Shown, cited, compared, content, joined, same_call, usage

Json = dict[str, Any]

# What Messages has a field for; everything else must stand in provider_extras.
TOP = {"candidates", "responseId", "modelVersion", "usageMetadata"}
CANDIDATE = {"content", "finishReason", "index"}
_SHOWN = {"text", "thinking", "tool_use"}


def context_of(record: Record) -> CallContext:
    """Return the context that the recorded request would have had."""
    provider = "vertex" if record["provider"].startswith("vertex") else "gemini"
    return context(provider=provider, model=record["model"] or "unnamed")


REPLAYER = Replayer(reader=READER, error=error_of_reply, context_of=context_of)
replay = REPLAYER.replay


def differences(expected: Expected, got: Read, record: Record) -> list[str]:
    """Return every difference between the result and the judge's word, in words."""
    body = body_of(record)
    return compared(
        expected,
        got,
        lambda wanted, message: (
            *content(_blocks(message), wanted.blocks, _same),
            *_end(wanted, message),
            *_state(wanted, message, body, context_of(record)),
            *_kept(message, body),
        ),
    )


def _blocks(message: MessageResponse) -> list[Shown]:
    shown = [block for block in message.content if block.type in _SHOWN]
    return list(joined(b for b in shown if getattr(b, b.type, "no prose") != ""))


def _same(ours: Shown, theirs: Block) -> bool:
    said = theirs[1]
    if ours[0] != theirs[0] or not isinstance(said, Call):
        return ours == theirs
    return same_call(ours[1], said)


def _end(expected: Answer, message: MessageResponse) -> Iterator[str]:
    if message.stop_reason != expected.stop_reason:
        yield f"stopped by {message.stop_reason!r}, not {expected.stop_reason!r}"
    yield from usage(message, expected.usage, (0, 0, None, 0, None))
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
    if (urls := cited(message)) != list(expected.citations):
        yield f"citations {urls}, not {list(expected.citations)}"


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
