"""Hand-made answers of Ollama servers, read by the dialect as the core would read them.

Every stream goes through the grammar; where the official SDK is installed, its own types read the
message and its accumulator folds the stream.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import Any

from any_llm._pipeline import NONSENSE, Pipeline
from any_llm.errors import AnyLLMError, BadReply
from any_llm.framing import NDJSON
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
from anyllm_ollama.decode import OllamaStream, decode
from anyllm_ollama.profile import OllamaProfile
from tests.support.judge import judge_message, judge_stream

Json = dict[str, Any]

LOCAL = "http://127.0.0.1:11434"
CREATED = "2026-11-23T10:00:00.123456789Z"
HAS_SDK = find_spec("anthropic") is not None


def context(
    *, model: str = "asked-model", base_url: str = LOCAL, state: Json | None = None, **quirks: Any
) -> CallContext:
    """Return the context of a call; the seed is fixed, so that made ids are the same each time."""
    return CallContext(
        provider="ollama",
        model=model,
        base_url=base_url,
        profile=OllamaProfile(**quirks),
        state=state or {},
        seed="seed",
    )


def line(content: str | None = "", *, done: bool = False, **message: Any) -> Json:
    """Return one line with this message; `done` makes it the last one."""
    said: Json = {"role": "assistant", "content": content, **message}
    body = {"model": "m-1", "created_at": CREATED, "message": said, "done": done}
    return {**body, **END} if done else body


def end(**fields: Any) -> Json:
    """Return the last line, empty, with these fields over the usual ones."""
    return {**line(done=True), **fields}


END: Json = {
    "done_reason": "stop",
    "total_duration": 900,
    "load_duration": 100,
    "prompt_eval_count": 9,
    "prompt_eval_duration": 300,
    "eval_count": 4,
    "eval_duration": 500,
}


def call(name: str = "weather", arguments: Any = None, **more: Any) -> Json:
    """Return one entry of `tool_calls`; `more` stands beside `function`."""
    return {**more, "function": {"name": name, "arguments": arguments}}


def ndjson(*lines: Any) -> bytes:
    """Return the bytes of a stream: objects as JSON, text as it is."""
    texts = (each if isinstance(each, str) else json.dumps(each) for each in lines)
    return b"".join(f"{text}\n".encode() for text in texts)


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

    @property
    def told(self) -> list[tuple[str, str]]:
        """The losses as (path, severity)."""
        return [(loss.path, loss.severity) for loss in self.losses]


def read(*lines: Any, ctx: CallContext | None = None, judged: bool = True) -> Read:
    """Read a stream of these lines (see `ndjson`)."""
    return read_bytes([ndjson(*lines)], ctx, judged=judged)


def read_bytes(
    parts: Sequence[bytes], ctx: CallContext | None = None, *, judged: bool = True
) -> Read:
    """Read a stream that arrives in these parts and then ends."""
    ctx = ctx or context()
    sums = Accumulator(lambda at: ctx.report(f"content[{at}].input", "broken JSON"))
    pipeline = Pipeline(NDJSON(), OllamaStream(ctx), sums)
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
    if judged and HAS_SDK and isinstance(result, MessageResponse) and not _broken(result):
        judge_stream(events, result)
    return Read(result, ctx.losses, events)


def read_whole(
    body: Any, ctx: CallContext | None = None, *, status: int = 200, judged: bool = True
) -> Read:
    """Read a whole answer."""
    ctx = ctx or context()
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    result: MessageResponse | AnyLLMError
    try:
        result = decode(WireReply(status=status, headers={}, content=content), ctx)
    except AnyLLMError as error:
        result = error
    except NONSENSE as error:
        result = BadReply(f"{type(error).__name__}: {error}")
    if judged and HAS_SDK and isinstance(result, MessageResponse):
        judge_message(result)
    return Read(result, ctx.losses)


def _broken(message: MessageResponse) -> bool:
    """Whether a call's JSON is broken: the SDK's accumulator takes that leniently."""
    return any(INVALID_JSON in (getattr(block, "input", None) or ()) for block in message.content)


def _short(block: Any) -> tuple[Any, ...]:
    if block.type == "tool_use":
        return "tool_use", block.name, block.input
    return block.type, getattr(block, {"text": "text", "thinking": "thinking"}[block.type])
