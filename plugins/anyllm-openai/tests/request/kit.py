"""Encoding a request the way a call does, with what must always hold checked on the way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from any_llm._resolve import resolve_profile
from any_llm.plugin import CallContext, validate_request
from anyllm_openai.chat.dialect import ChatCompletions
from anyllm_openai.rows import ROWS

DIALECT = ChatCompletions()
SPECS = {row.spec.id: row.spec for row in ROWS}
BASE: dict[str, Any] = {
    "model": "m",
    "messages": [{"role": "user", "content": "hi"}],
    "max_tokens": 5,
}


@dataclass
class Encoded:
    """A body, the losses as (path, severity), and the call's context."""

    body: dict[str, Any]
    losses: list[tuple[str, str]]
    ctx: CallContext

    @property
    def messages(self) -> list[dict[str, Any]]:
        return self.body["messages"]


class Encode(Protocol):
    def __call__(
        self,
        provider: str = ...,
        *,
        quirks: Mapping[str, Any] | None = ...,
        stream: bool = ...,
        judged: bool = ...,
        options: Mapping[str, Any] | None = ...,
        base_url: str = ...,
        **fields: Any,
    ) -> Encoded: ...


def encode_once(
    provider: str,
    fields: Mapping[str, Any],
    *,
    quirks: Mapping[str, Any] | None = None,
    stream: bool = False,
    options: Mapping[str, Any] | None = None,
    base_url: str = "",
) -> Encoded:
    request = validate_request({**BASE, **fields})
    spec = SPECS[provider]
    profile = resolve_profile(DIALECT, spec, request.model, {}, quirks or {})
    ctx = CallContext(
        provider=provider,
        model=request.model,
        stream=stream,
        base_url=base_url or "https://host.example/v1",
        profile=profile,
        options=options or {},
        seed="s",
    )
    wire = DIALECT.encode(request, ctx)
    assert (wire.method, wire.path, wire.content) == ("POST", "/chat/completions", None)
    return Encoded(wire.json, [(loss.path, loss.severity) for loss in ctx.losses], ctx)
