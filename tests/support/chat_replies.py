"""Hand-made answers of Chat Completions servers, and what reads them."""

from __future__ import annotations

import json
from typing import Any

from any_llm.plugin import CallContext
from anyllm_openai.chat.decode import decode
from anyllm_openai.chat.stream import ChatStream
from anyllm_openai.common.profile import ChatProfile

from .replies import Json, Read, Reader

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


def read(*chunks: Any, ctx: CallContext | None = None, judged: bool = True) -> Read:
    """Read a stream of these chunks (see `sse`); `judged` asks the official SDK too."""
    return READER.stream([sse(*chunks)], ctx, judged=judged)


READER = Reader(decode=decode, decoder=ChatStream, context=context)
read_bytes, read_whole = READER.stream, READER.whole
