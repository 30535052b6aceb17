"""Encoding a request for Gemini the way a call does, with what must always hold checked."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from any_llm._profile import resolve_profile
from any_llm.plugin import CallContext, WireRequest, dumps, validate_request
from anyllm_gemini.dialect import Gemini
from anyllm_gemini.rows import ROWS

try:  # the judge of our bodies; the environment without it still runs the goldens
    from google.genai import types as genai
except ImportError:
    HAS_SDK = False
else:
    HAS_SDK = True

Json = dict[str, Any]

DIALECT = Gemini()
SPECS = {spec.id: spec for spec in ROWS}
NEW, OLD = "gemini-9-flash", "gemini-2.5-flash"
"""A model of the newest family, and one of the family before levels and ids."""
BASE: Json = {"messages": [{"role": "user", "content": "hi"}], "max_tokens": 5}
ASKED: Json = {"role": "user", "parts": [{"text": "hi"}]}
"""What BASE's messages become."""


@dataclass
class Encoded:
    """A request, the losses as (path, severity), and the call's context."""

    wire: WireRequest
    losses: list[tuple[str, str]]
    ctx: CallContext

    @property
    def body(self) -> Json:
        """The body as JSON data."""
        body: Json = self.wire.json
        return body

    @property
    def contents(self) -> list[Json]:
        """The body's contents."""
        contents: list[Json] = self.body["contents"]
        return contents

    @property
    def config(self) -> Json:
        """The generation config, without the limit that every request has."""
        return {n: v for n, v in self.body["generationConfig"].items() if n != "maxOutputTokens"}


def call_context(
    provider: str = "gemini",
    model: str = NEW,
    *,
    quirks: Mapping[str, Any] | None = None,
    stream: bool = False,
    options: Mapping[str, Any] | None = None,
    base_url: str = "https://host.test",
) -> CallContext:
    """Return the context of a call, its profile resolved as a client would."""
    return CallContext(
        provider=provider,
        model=model,
        stream=stream,
        base_url=base_url,
        profile=resolve_profile(DIALECT, SPECS[provider], model, {}, quirks or {}),
        options=options or {},
        seed="s",
    )


def encode(
    provider: str = "gemini",
    model: str = NEW,
    *,
    quirks: Mapping[str, Any] | None = None,
    stream: bool = False,
    options: Mapping[str, Any] | None = None,
    base_url: str = "https://host.test",
    **fields: Any,
) -> Encoded:
    """Encode a request twice: the same bytes, the request untouched, plain JSON, valid types."""
    before = copy.deepcopy(fields)
    more: Json = {"quirks": quirks, "stream": stream, "options": options, "base_url": base_url}
    got = _once(provider, model, fields, more)
    again = _once(provider, model, copy.deepcopy(fields), more)
    assert fields == before, "the request was changed"
    assert dumps(got.body) == dumps(again.body)
    assert got.losses == again.losses
    assert json.loads(dumps(got.body)) == got.body, "the body is plain JSON"
    judge(got.body)
    return got


def _once(provider: str, model: str, fields: Json, more: Json) -> Encoded:
    ctx = call_context(provider, model, **more)
    wire = DIALECT.encode(validate_request({**BASE, **fields, "model": model}), ctx)
    return Encoded(wire, [(loss.path, loss.severity) for loss in ctx.losses], ctx)


def judge(body: Mapping[str, Any]) -> None:
    """Ask google-genai's own types, which refuse every field that they do not know."""
    if not HAS_SDK:
        return
    kinds: dict[str, Any] = {
        "contents": genai.Content,
        "systemInstruction": genai.Content,
        "tools": genai.Tool,
        "toolConfig": genai.ToolConfig,
        "generationConfig": genai.GenerationConfig,
        "serviceTier": genai.ServiceTier,
        "cachedContent": str,
    }
    assert body.keys() <= kinds.keys()
    for name, value in body.items():
        kind = kinds[name]
        for each in value if isinstance(value, list) else [value]:
            kind.model_validate(each) if hasattr(kind, "model_validate") else kind(each)


def user(*blocks: Json | str) -> Json:
    """Return a user turn."""
    return {"role": "user", "content": [_block(block) for block in blocks]}


def assistant(*blocks: Json | str) -> Json:
    """Return an assistant turn."""
    return {"role": "assistant", "content": [_block(block) for block in blocks]}


def _block(block: Json | str) -> Json:
    return {"type": "text", "text": block} if isinstance(block, str) else block


def use(id: str, name: str = "f", **args: Any) -> Json:
    """Return a call in the history."""
    return {"type": "tool_use", "id": id, "name": name, "input": args}


def result(id: str, content: Any = "ok", **more: Any) -> Json:
    """Return the result of a call."""
    return {"type": "tool_result", "tool_use_id": id, "content": content, **more}


def function(name: str = "f", **properties: Any) -> Json:
    """Return a tool of the caller's."""
    schema = {"type": "object", "properties": properties or {"x": {"type": "string"}}}
    return {"name": name, "description": "d", "input_schema": schema}
