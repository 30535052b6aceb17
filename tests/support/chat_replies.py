"""Hand-made answers of Chat Completions servers, read by the dialect as the core would read them.

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
    RedactedThinkingBlock,
    ServerToolUseBlock,
    TextBlock,
    ThinkingBlock,
    ToolUseBlock,
    WebSearchToolResultBlock,
    WireReply,
)
from anyllm_openai.chat.decode import decode
from anyllm_openai.chat.stream import ChatStream
from anyllm_openai.common.profile import ChatProfile

Json = dict[str, Any]
DONE = "[DONE]"


def context(*, state: Json | None = None, provider: str = "acme", **quirks: Any) -> CallContext:
    """Return the context of a call; the seed is fixed, so that made ids are the same each time."""
    return CallContext(
        provider=provider,
        model="asked-model",
        base_url="https://api.acme.test/v1",
        profile=ChatProfile(**quirks),
        state=state or {},
        seed="seed",
    )


def chunk(delta: Any = None, finish: str | None = None, **more: Any) -> Json:
    """Return one chunk with one choice; `more` stands at its top level."""
    choice = {"index": 0, "delta": {} if delta is None else delta, "finish_reason": finish}
    return {"id": "chatcmpl-1", "model": "m-1", "choices": [choice], **more}


def call(index: int | str | None = 0, **fields: Any) -> Json:
    """Return a delta with one fragment of a tool call: id, name, arguments, type as given."""
    function = {name: fields.pop(name) for name in ("name", "arguments") if name in fields}
    fragment = {"index": index, **fields, "function": function}
    return {"tool_calls": [{name: v for name, v in fragment.items() if v is not None}]}


def completion(message: Json | None = None, finish: str | None = "stop", **more: Any) -> Json:
    """Return a whole answer; `more` stands at its top level."""
    choice: Json = {"index": 0, "finish_reason": finish, "message": message or {}}
    return {"id": "chatcmpl-1", "model": "m-1", "choices": [choice], **more}


def sse(*chunks: Any) -> bytes:
    """Return the bytes of a stream: objects as JSON, text as it is."""
    datas = (each if isinstance(each, str) else json.dumps(each) for each in chunks)
    return b"".join(f"data: {data}\n\n".encode("utf-8", "surrogatepass") for data in datas)


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
    def blocks(self) -> list[tuple[Any, ...]]:
        """The content in short: (type, text) or ("tool_use", name, input)."""
        return [_short(block) for block in self.message.content]


def read(*chunks: Any, ctx: CallContext | None = None, judged: bool = True) -> Read:
    """Read a stream of these chunks (see `sse`); `judged` asks the official SDK too."""
    return read_bytes([sse(*chunks)], ctx, judged=judged)


def read_bytes(parts: list[bytes], ctx: CallContext | None = None, *, judged: bool = True) -> Read:
    """Read a stream that arrives in these parts and then ends."""
    ctx = ctx or context()
    sums = Accumulator(lambda at: ctx.report(f"content[{at}].input", "broken JSON"))
    pipeline = Pipeline(SSE(), ChatStream(ctx), sums)
    events: list[MessageStreamEvent] = []
    for part in parts:
        if not (pipeline.error or pipeline.done):
            events += pipeline.feed(part)
    if not (pipeline.error or pipeline.done):
        events += pipeline.finish()
    grammar = Grammar()
    for event in events:
        grammar.check(event)
    assert grammar.done == (pipeline.error is None)
    result = pipeline.error or pipeline.snapshot()
    if judged and isinstance(result, MessageResponse):
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


def judge(message: MessageResponse) -> None:
    """Let the official SDK's own type validate a message that holds nothing it cannot know."""
    try:
        from anthropic.types import Message
    except ImportError:
        return
    if _known(message):
        Message.model_validate(message.model_dump(mode="json"))


def _known(message: MessageResponse) -> bool:
    reasons = ("end_turn", "max_tokens", "stop_sequence", "tool_use", "pause_turn", "refusal")
    blocks = (
        *(TextBlock, ThinkingBlock, RedactedThinkingBlock, ToolUseBlock),
        *(ServerToolUseBlock, WebSearchToolResultBlock),
    )
    open_words = (*reasons, "model_context_window_exceeded")
    return message.stop_reason in open_words and all(
        isinstance(block, blocks) for block in message.content
    )


def judge_stream(events: list[MessageStreamEvent], message: MessageResponse) -> None:
    """Let the official SDK's accumulator fold the events; its message must be ours.

    Two things it cannot know: `{"INVALID_JSON": ...}` for broken JSON, which it takes leniently,
    and what its message_delta has no field for (`provider_extras`, a late `service_tier`).
    """
    judge(message)
    try:
        from anthropic.lib.streaming._messages import accumulate_event
        from anthropic.types import RawMessageStreamEvent
    except ImportError:
        return
    from pydantic import TypeAdapter

    if any(INVALID_JSON in (getattr(block, "input", None) or ()) for block in message.content):
        return
    theirs, buffers = None, {}
    adapter: TypeAdapter[Any] = TypeAdapter(RawMessageStreamEvent)
    for event in events:
        parsed: Any = event.model_dump(mode="json")
        if _known(message):
            parsed = adapter.validate_python(parsed)
        theirs = accumulate_event(event=parsed, current_snapshot=theirs, json_bufs=buffers)
    ours, folded = _said(message), _said(theirs)
    ours.pop("provider_extras", None)
    if "service_tier" not in folded["usage"]:
        ours["usage"].pop("service_tier", None)
    assert folded == ours


def _said(message: Any) -> Json:
    dumped: Json = message.model_dump(mode="json", exclude_none=True, warnings=False)
    return dumped


def _short(block: Any) -> tuple[Any, ...]:
    if block.type == "tool_use":
        return "tool_use", block.name, block.input
    field_of = {"text": "text", "thinking": "thinking", "redacted_thinking": "data"}
    return block.type, getattr(block, field_of.get(block.type, "type"))
