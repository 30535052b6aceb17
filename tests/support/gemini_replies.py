"""Hand-made answers of Gemini servers, and what reads them."""

from __future__ import annotations

import json
from typing import Any

from any_llm.errors import AnyLLMError
from any_llm.plugin import CallContext
from anyllm_gemini.decode import decode
from anyllm_gemini.profile import GeminiProfile
from anyllm_gemini.stream import GeminiStream

from .replies import Json, Read, Reader


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


COUNTED: Json = {"promptTokenCount": 0, "candidatesTokenCount": 0}


def chunk(*parts: Json, finish: Any = None, usage: Json | None = COUNTED, **more: Any) -> Json:
    """Return one chunk with one candidate, as Google counts it; `more` stands in the candidate."""
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


def read(*chunks: Any, ctx: CallContext | None = None) -> Read:
    """Read a stream of these chunks (see `sse`)."""
    return READER.stream([sse(*chunks)], ctx)


READER = Reader(decode=decode, decoder=GeminiStream, context=context)
read_bytes, read_whole = READER.stream, READER.whole


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
