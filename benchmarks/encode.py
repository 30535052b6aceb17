"""The wire's body of the long conversation, as any_llm makes it: what a raw client posts."""

from __future__ import annotations

from functools import cache
from typing import Any

from benchmarks import conversation
from benchmarks.place import Place
from benchmarks.plans import Planner


@cache
def wire_body(place: Place) -> dict[str, Any]:
    """Return the JSON of a call with the long conversation."""
    plan = Planner(place.wire).plan(stream=False, **conversation.request())
    assert plan.request is not None
    body: dict[str, Any] = plan.dialect.encode(plan.request, plan.ctx).json
    return body
