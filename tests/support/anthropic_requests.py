"""Encoding a request for a Messages endpoint the way a call does, with what must always hold."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from any_llm._profile import resolve_profile
from any_llm.plugin import CallContext, WireRequest, dumps, validate_request
from anyllm_anthropic.dialect import Anthropic
from anyllm_anthropic.rows import ROWS
from tests.support.anthropic_judge import judge

Json = dict[str, Any]

DIALECT = Anthropic()
SPECS = {row.spec.id: row.spec for row in ROWS}
NEW, OLD, MIDDLE = "claude-opus-9", "claude-sonnet-4-5", "claude-sonnet-4-6"
"""A model that nobody knows, one that takes all of the old API, and one between."""
HI: Json = {"role": "user", "content": "hi"}
BASE: Json = {"messages": [HI], "max_tokens": 5000}


@dataclass
class Encoded:
    """A request, and its losses as (path, severity)."""

    wire: WireRequest
    losses: list[tuple[str, str]]
    what: list[str]

    @property
    def body(self) -> Json:
        """The body as JSON data."""
        body: Json = self.wire.json
        return body

    @property
    def version(self) -> str:
        """The API version that it is written for."""
        return self.wire.headers["anthropic-version"]

    @property
    def turns(self) -> list[Json]:
        """The body's messages."""
        turns: list[Json] = self.body["messages"]
        return turns


def call_context(
    provider: str = "anthropic",
    model: str = NEW,
    *,
    stream: bool = False,
    quirks: Mapping[str, Any] | None = None,
    options: Mapping[str, Any] | None = None,
    betas: tuple[str, ...] = (),
) -> CallContext:
    """Return the context of a call, its profile resolved as the core resolves it."""
    return CallContext(
        provider=provider,
        model=model,
        stream=stream,
        base_url="https://host.test",
        profile=resolve_profile(DIALECT, SPECS[provider], model, {}, quirks or {}),
        options=options or {},
        betas=betas,
        seed="seed",
    )


def encode(
    model: str = NEW,
    *,
    provider: str = "anthropic",
    judged: bool = True,
    ctx: CallContext | None = None,
    **fields: Any,
) -> Encoded:
    """Encode a request; what was passed in stays as it was, and twice gives the same bytes."""
    ctx = ctx or call_context(provider, model)
    asked = {**BASE, **fields}
    before = copy.deepcopy(asked)
    wire = DIALECT.encode(validate_request({**asked, "model": ctx.model}), ctx)
    losses = [*ctx.losses]
    again = DIALECT.encode(validate_request({**asked, "model": ctx.model}), ctx)
    assert dumps(again.json) == dumps(wire.json)
    assert again.headers == wire.headers
    assert asked == before
    if judged and provider == "anthropic":
        judge(json.loads(dumps(wire.json)))
    return Encoded(wire, [(e.path, e.severity) for e in losses], [str(e) for e in losses])
