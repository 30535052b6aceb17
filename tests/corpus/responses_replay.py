"""Replay a recorded answer in memory, and say where the result differs from what the wire said."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from any_llm.errors import StreamTruncated
from any_llm.plugin import CallContext, MessageResponse
from anyllm_openai.common.errors import error_of_reply
from anyllm_openai.responses.signature import unseal
from tests.support.replies import Read
from tests.support.responses_replies import READER, context

from .records import Record
from .replaying import Replayer, Shown, broken_told, cited, compared, content, same_call, usage
from .responses_oracle import Answer, Block, Expected

Json = dict[str, Any]


def context_of(record: Record) -> CallContext:
    """Return the context that the recorded request would have left."""
    return context(provider=(record["provider"] or "unknown").rstrip("?"))


REPLAYER = Replayer(reader=READER, error=error_of_reply, context_of=context_of)
replay = REPLAYER.replay


def differences(expected: Expected, got: Read, record: Record) -> list[str]:
    """Return every difference between the result and the judge's word, in words."""
    return compared(
        expected,
        got,
        lambda wanted, message: (
            *content([(b.type, b) for b in message.content], wanted.blocks, _same),
            *_end(wanted, message),
            *_state(wanted, message, context_of(record)),
            *broken_told(got, message),
            *_told(wanted, got),
        ),
        incomplete=(StreamTruncated,),
    )


def _same(shown: Shown, theirs: Block) -> bool:
    kind, said = theirs
    ours = shown[1]
    if ours.type != kind:
        return False
    if kind == "tool_use":
        return said.id is not None and same_call(ours, said)
    if kind == "server_tool_use":
        return bool((ours.id, ours.input) == said and ours.name == "web_search")
    if kind == "web_search_tool_result":
        return bool((ours.tool_use_id, [hit.url for hit in ours.content]) == said)
    return kind == "redacted_thinking" or bool(getattr(ours, kind) == said)


def _end(expected: Answer, message: MessageResponse) -> Iterator[str]:
    if message.stop_reason != expected.stop_reason:
        yield f"stopped by {message.stop_reason!r}, not {expected.stop_reason!r}"
    yield from usage(message, expected.usage)
    said, tools = message.usage, message.usage.server_tool_use
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
    if (urls := tuple(cited(message))) != expected.citations:
        yield f"citations {urls}, not {expected.citations}"
    extras = getattr(message, "provider_extras", None) or {}
    if extras.get("output", []) != list(expected.kept):
        yield "an item that is no block is lost"
    phases = tuple(b["phase"] for b in extras.get("blocks", {}).values() if "phase" in b)
    if phases != expected.phases:
        yield f"phases {phases}, not {expected.phases}"


def _told(expected: Answer, got: Read) -> Iterator[str]:
    words = " ".join(loss.what for loss in got.losses)
    for item in expected.kept:
        if item["type"] not in words:
            yield f"{item['type']} is not in the losses"
