"""Encode recorded requests again: through the plan of a call, with the row of the record's host."""

from __future__ import annotations

import json
from functools import cache
from typing import Any, NamedTuple

import anyllm_openai
from any_llm._arguments import sort_arguments
from any_llm._place import Settings
from any_llm._resolve import plan_call
from any_llm._send import http_request
from any_llm.plugin import CallContext, Loss
from any_llm.plugins import PluginManager
from anyllm_openai.chat.signature import seal
from anyllm_openai.rows import ROWS

from .chat_history import Seal
from .chat_requests import host_of, to_messages
from .records import Record

Json = dict[str, Any]

BASE = "https://host.example/v1"
UNLISTED = "openai-compatible"
_OTHER_NAMES = {"azure-openai": "azure", "alibaba": "dashscope", "vercel-gateway": "vercel"}
_LISTED = frozenset(row.spec.id for row in ROWS)


class Sent(NamedTuple):
    """The body that would be sent, and what was reported on the way."""

    body: Json
    losses: list[Loss]


def row_of(record: Record) -> str:
    """Return the id of the row that speaks to the record's host."""
    host = host_of(record)
    name = _OTHER_NAMES.get(host, host)
    return name if name in _LISTED else UNLISTED


@cache
def sealer(row: str) -> Seal:
    """Return what makes the signature that this row's answers would have had."""
    ctx = CallContext(provider=row, model="m", base_url=BASE)

    def sealed(field: str, _: str, details: list[Json] | None) -> str:
        place: Any = "content" if field == "content.thinking" else field
        return seal(ctx, field=place, details=details)

    return sealed


def encoded(record: Record) -> Sent:
    """Return what is sent for a recorded request; Unsayable where Messages has no words for it."""
    row = row_of(record)
    call = to_messages(record, sealer(row))
    stream = bool(call.get("stream"))
    args = sort_arguments(call.pop("model"), row, None, None, call)
    plan = plan_call(args, settings(), operation="messages", stream=stream)
    assert plan.request is not None
    wire = plan.dialect.encode(plan.request, plan.ctx)
    return Sent(json.loads(http_request(plan, wire).content), plan.ctx.losses)


@cache
def settings() -> Settings:
    """Return the settings of a client that knows every row, at an address that is nobody's."""
    plugins = PluginManager(autoload=False)
    plugins.register(anyllm_openai)
    return Settings(
        plugins=plugins,
        env={},
        keys=dict.fromkeys(_LISTED, "a key that opens nothing"),
        api_base=dict.fromkeys(_LISTED, BASE),
        settings={"azure": {"endpoint": "https://host.example"}},
    )
