"""Hand-made answers of Ollama servers, and what reads them."""

from __future__ import annotations

import json
from typing import Any

from any_llm.plugin import NDJSON, CallContext
from anyllm_ollama.decode import OllamaStream, decode
from anyllm_ollama.profile import OllamaProfile

from .replies import Json, Read, Reader

LOCAL = "http://127.0.0.1:11434"
CREATED = "2026-11-23T10:00:00.123456789Z"


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


def read(*lines: Any, ctx: CallContext | None = None, judged: bool = True) -> Read:
    """Read a stream of these lines (see `ndjson`)."""
    return READER.stream([ndjson(*lines)], ctx, judged=judged)


READER = Reader(decode=decode, decoder=OllamaStream, context=context, framer=NDJSON)
read_bytes, read_whole = READER.stream, READER.whole
