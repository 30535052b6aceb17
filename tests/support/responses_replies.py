"""Hand-made answers of the Responses wire, and what reads them."""

from __future__ import annotations

import json
from typing import Any

from any_llm.plugin import CallContext
from anyllm_openai.common.profile import ChatProfile
from anyllm_openai.responses.decode import decode
from anyllm_openai.responses.stream import ResponsesStream

from .replies import Json, Read, Reader


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


def message(*parts: str | Json, id: str = "msg_1", **more: Any) -> Json:
    """Return a message item; a string is a part of text."""
    content = [text(part) if isinstance(part, str) else part for part in parts]
    return {"type": "message", "id": id, "role": "assistant", "content": content, **more}


def text(said: str, *annotations: Json, **more: Any) -> Json:
    """Return a part of text."""
    return {"type": "output_text", "text": said, "annotations": list(annotations), **more}


def refusal(said: str) -> Json:
    """Return a part that refuses."""
    return {"type": "refusal", "refusal": said}


def reasoning(*summary: str, content: tuple[str, ...] = (), id: str = "rs_1", **more: Any) -> Json:
    """Return a reasoning item."""
    told = [{"type": "summary_text", "text": each} for each in summary]
    item: Json = {"type": "reasoning", "id": id, "summary": told}
    if content:
        item["content"] = [{"type": "reasoning_text", "text": each} for each in content]
    return {**item, **more}


def call(name: str = "f", arguments: Any = "{}", *, id: str = "1", **more: Any) -> Json:
    """Return a function call with the ids `fc_<id>` and `call_<id>`."""
    item = {"type": "function_call", "id": f"fc_{id}", "call_id": f"call_{id}", "name": name}
    return {**item, "arguments": arguments, **more}


def response(*output: Json, status: str | None = "completed", **more: Any) -> Json:
    """Return a whole answer; `more` stands at its top level."""
    head = {"id": "resp_1", "object": "response", "model": "m-1", "status": status, "error": None}
    return {**head, "output": list(output), **more}


def event(kind: str, **fields: Any) -> Json:
    """Return an event; `response.` may be left out of its type."""
    plain = kind == "error" or kind.startswith("response.")
    return {"type": kind if plain else f"response.{kind}", **fields}


def created() -> Json:
    """Return the first event of a stream."""
    return event("created", response=response(status="in_progress"))


def completed(*output: Json, **more: Any) -> Json:
    """Return the last event of a stream."""
    return event("completed", response=response(*output, **more))


def sse(*events: Any) -> bytes:
    """Return the bytes of a stream: objects as named events, text as bare data."""
    frames = []
    for each in events:
        kind = each.get("type") if isinstance(each, dict) else None
        name = f"event: {kind}\n" if isinstance(kind, str) and kind.isprintable() else ""
        data = each if isinstance(each, str) else json.dumps(each)
        frames.append(f"{name}data: {data}\n\n".encode("utf-8", "surrogatepass"))
    return b"".join(frames)


def read(*events: Any, ctx: CallContext | None = None, judged: bool = True) -> Read:
    """Read a stream of these events (see `sse`); `judged` asks the official SDK too."""
    return READER.stream([sse(*events)], ctx, judged=judged)


READER = Reader(decode=decode, decoder=ResponsesStream, context=context)
read_bytes, read_whole = READER.stream, READER.whole
