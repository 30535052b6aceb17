"""Answers of Gemini servers, read by the dialect as the core would read them.

Every stream goes through the grammar, every message through the official SDK's own types and
accumulator where that SDK is installed: a test that reads an answer asserts all of that too.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from any_llm._pipeline import NONSENSE, Pipeline
from any_llm.errors import AnyLLMError, BadReply
from any_llm.framing import SSE
from any_llm.grammar import Grammar
from any_llm.plugin import (
    INVALID_JSON,
    Accumulator,
    CallContext,
    Loss,
    MessageResponse,
    MessageStreamEvent,
    WireReply,
)
from anyllm_gemini.decode import decode
from anyllm_gemini.profile import GeminiProfile
from anyllm_gemini.stream import GeminiStream

Json = dict[str, Any]

try:
    from anthropic.lib.streaming._messages import accumulate_event
    from anthropic.types import Message, RawMessageStreamEvent
    from pydantic import TypeAdapter
except ImportError:
    HAS_SDK = False
else:
    HAS_SDK = True
    _EVENT: TypeAdapter[Any] = TypeAdapter(RawMessageStreamEvent)

_REASONS = frozenset({"end_turn", "max_tokens", "tool_use", "refusal"})


def context(
    *,
    provider: str = "gemini",
    model: str = "asked-model",
    state: Json | None = None,
    **quirks: Any,
) -> CallContext:
    """Return the context of a call; the seed is fixed, so that made ids are the same each time."""
    return CallContext(
        provider=provider,
        model=model,
        base_url="https://host.test",
        profile=GeminiProfile(**{"issuer": provider, **quirks}),
        state=state or {},
        seed="seed",
    )


def chunk(*parts: Json, finish: Any = None, usage: Json | None = None, **more: Any) -> Json:
    """Return one chunk with one candidate; `more` stands in the candidate."""
    candidate: Json = {"content": {"role": "model", "parts": list(parts)}, "index": 0, **more}
    if finish is not None:
        candidate["finishReason"] = finish
    said: Json = {"candidates": [candidate], "responseId": "r1", "modelVersion": "m-1"}
    return {**said, "usageMetadata": usage} if usage else said


def call(name: str, args: Any = None, *, id: str | None = None, sign: str | None = None) -> Json:
    """Return a part with a function call."""
    said = {"name": name, "args": {} if args is None else args, **({"id": id} if id else {})}
    return {"functionCall": said, **({"thoughtSignature": sign} if sign else {})}


def text(said: str, *, sign: str | None = None, thought: bool = False) -> Json:
    """Return a part with text."""
    more = {"thoughtSignature": sign} if sign is not None else {}
    return {"text": said, **({"thought": True} if thought else {}), **more}


def sse(*chunks: Any) -> bytes:
    """Return the bytes of a stream: objects as JSON, text as it is."""
    datas = (each if isinstance(each, str) else json.dumps(each) for each in chunks)
    return b"".join(f"data: {data}\r\n\r\n".encode() for data in datas)


@dataclass
class Read:
    """What came of an answer: a message or an error, the events, the losses."""

    result: MessageResponse | AnyLLMError
    losses: list[Loss]
    events: list[MessageStreamEvent] = field(default_factory=list)

    @property
    def message(self) -> MessageResponse:
        """The message; a failure is raised here."""
        if isinstance(self.result, AnyLLMError):
            raise self.result
        return self.result

    @property
    def error(self) -> AnyLLMError:
        """The error; a message is a failed test."""
        assert isinstance(self.result, AnyLLMError), self.result
        return self.result

    @property
    def content(self) -> list[Json]:
        """The blocks as plain data."""
        return [block.model_dump(mode="json", exclude_none=True) for block in self.message.content]

    @property
    def extras(self) -> Json:
        """What the answer said beyond Messages."""
        found: Json = getattr(self.message, "provider_extras", None) or {}
        return found


def read(*chunks: Any, ctx: CallContext | None = None) -> Read:
    """Read a stream of these chunks (see `sse`)."""
    return read_bytes([sse(*chunks)], ctx)


def read_bytes(parts: list[bytes], ctx: CallContext | None = None, *, judged: bool = True) -> Read:
    """Read a stream that arrives in these parts and then ends."""
    ctx = ctx or context()
    sums = Accumulator(
        lambda at: ctx.report(f"content[{at}].input", "broken JSON, kept as it came")
    )
    pipeline = Pipeline(SSE(), GeminiStream(ctx), sums)
    events: list[MessageStreamEvent] = []
    for part in parts:
        if not pipeline.error:
            events += pipeline.feed(part)
    if not pipeline.error:
        events += pipeline.finish()
    grammar = Grammar()
    for event in events:
        grammar.check(event)
    assert grammar.done == (pipeline.error is None)
    result = pipeline.error or pipeline.snapshot()
    if judged and isinstance(result, MessageResponse):
        judge(result)
        judge_stream(events, result)
    return Read(result, ctx.losses, events)


def read_whole(body: Any, ctx: CallContext | None = None, *, judged: bool = True) -> Read:
    """Read a whole answer."""
    ctx = ctx or context()
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    result: MessageResponse | AnyLLMError
    try:
        result = decode(WireReply(status=200, headers={}, content=content), ctx)
        if judged:
            judge(result)
    except AnyLLMError as error:
        result = error
    except NONSENSE as error:
        result = BadReply(f"{type(error).__name__}: {error}")
    return Read(result, ctx.losses)


def both(*chunks: Json, whole: Json | None = None, **context_fields: Any) -> Read:
    """Read chunks as a stream and, put together, as a whole answer: the message is the same."""
    streamed = read(*chunks, ctx=context(**context_fields))
    body = folded(list(chunks)) if whole is None else whole
    return _same(streamed, read_whole(body, context(**context_fields)))


def _same(streamed: Read, whole: Read) -> Read:
    if isinstance(whole.result, AnyLLMError) or isinstance(streamed.result, AnyLLMError):
        assert type(whole.result) is type(streamed.result), (whole.result, streamed.result)
    else:
        assert whole.message == streamed.message
    assert whole.losses == streamed.losses
    return streamed


def folded(chunks: list[Json]) -> Json:
    """Return the whole answer that would have said what these chunks say."""
    found: Json = {}
    for each in chunks:
        said = json.loads(json.dumps(each))
        new = (said.pop("candidates", None) or [{}])[0]
        old = (found.pop("candidates", None) or [{}])[0]
        parts = [part for one in (old, new) for part in (one.get("content") or {}).get("parts", [])]
        usage = {**found.get("usageMetadata", {}), **said.get("usageMetadata", {})}
        found |= {**said, "candidates": [{**old, **new, "content": {"parts": parts}}]}
        if usage:
            found["usageMetadata"] = usage
    return found


def judge(message: MessageResponse) -> None:
    """Let the official SDK's own type validate a message that holds nothing it cannot know."""
    if HAS_SDK and _known(message):
        Message.model_validate(message.model_dump(mode="json"))


def _known(message: MessageResponse) -> bool:
    kinds = {block.type for block in message.content}
    return message.stop_reason in _REASONS and kinds <= {
        *("text", "thinking", "redacted_thinking", "tool_use", "server_tool_use"),
        *("web_search_tool_result", "code_execution_tool_result"),
    }


def judge_stream(events: list[MessageStreamEvent], message: MessageResponse) -> None:
    """Let the official SDK's accumulator fold the events; its message must be ours.

    Two things it cannot know: `{"INVALID_JSON": ...}`, and what its message_delta has no field for
    (`provider_extras`, a late `service_tier`).
    """
    broken = any(INVALID_JSON in (getattr(b, "input", None) or ()) for b in message.content)
    if not HAS_SDK or broken:
        return
    theirs: Any = None
    buffers: Any = {}
    for event in events:
        parsed: Any = event.model_dump(mode="json")
        if _known(message):
            parsed = _EVENT.validate_python(parsed)
        theirs = accumulate_event(event=parsed, current_snapshot=theirs, json_bufs=buffers)
    ours, folded_ = _said(message), _said(theirs)
    ours.pop("provider_extras", None)
    for said in (ours, folded_):
        said["usage"].pop("service_tier", None)
    assert folded_ == ours


def _said(message: Any) -> Json:
    dumped: Json = message.model_dump(mode="json", exclude_none=True, warnings=False)
    return dumped
