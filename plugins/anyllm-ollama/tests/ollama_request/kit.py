"""Encoding a request the way a call does, with what must always hold checked on the way."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from any_llm._profile import resolve_profile
from any_llm.plugin import CallContext, dumps, validate_request
from anyllm_ollama.dialect import OllamaChat
from anyllm_ollama.rows import ROWS

try:  # the judge of our bodies; the environment without it still runs the goldens
    from ollama import ChatRequest, Options
except ImportError:
    ChatRequest = Options = None

DIALECT = OllamaChat()
SPECS = {spec.id: spec for spec in ROWS}
LOCAL = "http://127.0.0.1:11434"
CLOUD = "https://ollama.com"
HI = {"role": "user", "content": "hi"}
BASE: dict[str, Any] = {"model": "m", "messages": [HI], "max_tokens": 5}
SCHEMA = {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]}
TOOL = {"name": "f", "description": "d", "input_schema": SCHEMA}
PNG = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "iVBO"}}


@dataclass
class Encoded:
    """A body, the losses as (path, severity), and the call's context."""

    body: dict[str, Any]
    losses: list[tuple[str, str]]
    ctx: CallContext

    @property
    def messages(self) -> list[dict[str, Any]]:
        return self.body["messages"]

    @property
    def says(self) -> str:
        """The losses in words."""
        return "\n".join(map(str, self.ctx.losses))


def encode_once(fields: Mapping[str, Any], **more: Any) -> Encoded:
    """Encode once; `more`: quirks, stream, options, base_url, provider."""
    request = validate_request({**BASE, **fields})
    spec = SPECS[more.get("provider", "ollama")]
    profile = resolve_profile(DIALECT, spec, request.model, {}, more.get("quirks") or {})
    ctx = CallContext(
        provider=spec.id,
        model=request.model,
        stream=more.get("stream", False),
        base_url=more.get("base_url", LOCAL),
        profile=profile,
        options=more.get("options") or {},
        seed="s",
    )
    wire = DIALECT.encode(request, ctx)
    assert (wire.method, wire.path, wire.content) == ("POST", "/api/chat", None)
    return Encoded(wire.json, [(loss.path, loss.severity) for loss in ctx.losses], ctx)


def encode(
    *,
    quirks: Mapping[str, Any] | None = None,
    stream: bool = False,
    options: Mapping[str, Any] | None = None,
    base_url: str = LOCAL,
    provider: str = "ollama",
    **fields: Any,
) -> Encoded:
    """Encode twice: the same bytes, the request untouched, and a body that Ollama's types take."""
    more: dict[str, Any] = {"quirks": quirks, "stream": stream, "options": options}
    more |= {"base_url": base_url, "provider": provider}
    before = copy.deepcopy(fields)
    got = encode_once(fields, **more)
    again = encode_once(copy.deepcopy(fields), **more)
    assert fields == before, "the request was changed"
    assert dumps(got.body) == dumps(again.body)
    assert got.losses == again.losses
    assert json.loads(dumps(got.body)) == got.body, "the body is plain JSON"
    judge(got.body)
    return got


def judge(body: Mapping[str, Any]) -> None:
    """Ask the types of ollama's own Python library (0.6)."""
    if ChatRequest is None or Options is None:
        return
    read = ChatRequest.model_validate(body)
    Options.model_validate(body["options"])
    assert [dict(each) for each in read.messages or ()] == body["messages"]
    assert read.stream == body["stream"]
    assert read.think == body.get("think")
    names = [tool.function and tool.function.name for tool in read.tools or ()]
    assert names == [tool["function"]["name"] for tool in body.get("tools", ())]


def said(*blocks: Any) -> dict[str, Any]:
    """A user turn of these blocks, as fields of a request."""
    return {"messages": [{"role": "user", "content": list(blocks)}]}


def text(words: str, **more: Any) -> dict[str, Any]:
    return {"type": "text", "text": words, **more}


def use(id: str = "t", name: str = "f", **more: Any) -> dict[str, Any]:
    return {"type": "tool_use", "id": id, "name": name, "input": {"a": "1"}, **more}


def result(id: str = "t", content: Any = "ok", **more: Any) -> dict[str, Any]:
    return {"type": "tool_result", "tool_use_id": id, "content": content, **more}


def turn(*blocks: Any, after: Any = None) -> dict[str, Any]:
    """A conversation whose assistant said these blocks."""
    last = {"role": "user", "content": after or [text("go")]}
    return {"messages": [HI, {"role": "assistant", "content": list(blocks)}, last]}
