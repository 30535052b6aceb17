"""Encode recorded requests again: through the plan of a call, with the row of the record's host."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from any_llm._arguments import sort_arguments
from any_llm._resolve import plan_call
from any_llm._send import http_request
from any_llm.plugin import CallContext
from anyllm_openai.responses.signature import seal

from .chat_encode import BASE, Sent, row_of, settings
from .records import Record
from .responses_requests import Seal, to_messages

Json = dict[str, Any]


@cache
def sealer(row: str) -> Seal:
    """Return what makes the signature that this row's answers would have had."""
    ctx = CallContext(provider=row, model="m", base_url=BASE)
    return lambda payload: seal(ctx, payload)


def encoded(record: Record) -> Sent:
    """Return what is sent for a recorded request; Unsayable where Messages has no words for it."""
    row = row_of(record)
    call = to_messages(record, sealer(row))
    stream = bool(call.get("stream"))
    args = sort_arguments(call.pop("model"), row, None, None, {**call, "wire_api": "responses"})
    plan = plan_call(args, settings(), operation="messages", stream=stream)
    assert plan.request is not None
    wire = plan.dialect.encode(plan.request, plan.ctx)
    assert wire.path == "/responses"
    return Sent(json.loads(http_request(plan, wire).content), plan.ctx.losses)
