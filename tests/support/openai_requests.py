"""Encoding a request the way a call does, on either wire of OpenAI's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from any_llm._profile import resolve_profile
from any_llm.plugin import CallContext, Dialect, WireRequest, validate_request
from anyllm_openai.rows import ROWS
from anyllm_openai.wires import OpenAI

OPENAI = OpenAI()
SPECS = {row.spec.id: row.spec for row in ROWS}
BASE: dict[str, Any] = {
    "model": "m",
    "messages": [{"role": "user", "content": "hi"}],
    "max_tokens": 5,
}
ANYWHERE = "https://host.example/v1"


@dataclass
class Encoded:
    """A body, the losses as (path, severity), and the call's context."""

    body: dict[str, Any]
    losses: list[tuple[str, str]]
    ctx: CallContext

    @property
    def messages(self) -> list[dict[str, Any]]:
        """The messages of Chat Completions."""
        return self.body["messages"]

    @property
    def input(self) -> list[dict[str, Any]]:
        """The input items of Responses."""
        return self.body["input"]


def context(
    provider: str,
    model: str,
    *,
    quirks: Mapping[str, Any] | None = None,
    stream: bool = False,
    options: Mapping[str, Any] | None = None,
    base_url: str = "",
) -> CallContext:
    """Return the context that a call of this provider and model has."""
    return CallContext(
        provider=provider,
        model=model,
        stream=stream,
        base_url=base_url or ANYWHERE,
        profile=resolve_profile(OPENAI, SPECS[provider], model, {}, quirks or {}),
        options=options or {},
        seed="s",
    )


def encode_once(dialect: Dialect, provider: str, fields: Mapping[str, Any], **more: Any) -> Encoded:
    """Return what one wire makes of a request (`more` as in `context`)."""
    request = validate_request({**BASE, **fields})
    ctx = context(provider, request.model, **more)
    wire: WireRequest = dialect.encode(request, ctx)
    assert (wire.method, wire.content) == ("POST", None)
    return Encoded(wire.json, [(loss.path, loss.severity) for loss in ctx.losses], ctx)
