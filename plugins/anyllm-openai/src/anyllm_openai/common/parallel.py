"""`multi_tool_use.parallel`: several calls wrapped into one, a leak of OpenAI's prompt format.

Some models of OpenAI answer with one call of a tool that nobody declared, which holds the calls
they mean: `{"tool_uses": [{"recipient_name": "functions.f", "parameters": {...}}]}`.
"""

from __future__ import annotations

from typing import Any

from any_llm.plugin import CallContext, loads

from .call import Call
from .errors import json_text

_WRAPPERS = frozenset({"multi_tool_use.parallel", "multi_tool_use_parallel", "parallel"})


def is_wrapper(call: Call, ctx: CallContext) -> bool:
    """Whether this call may be such a wrapper: by its name, undeclared, where models do this."""
    if not ctx.profile.expand_parallel or call.name not in _WRAPPERS:
        return False
    return call.name not in ctx.state.get("declared_tools", (call.name,))


def expand(call: Call, ctx: CallContext) -> list[Call]:
    """Return the calls inside a wrapper; none if one of them is for no declared tool."""
    try:
        said: Any = loads(call.arguments)
    except ValueError:
        return []
    uses = said.get("tool_uses") if isinstance(said, dict) else None
    calls = [_inner(use, ctx) for use in uses] if isinstance(uses, list) else []
    declared = ctx.state["declared_tools"]
    if not all(inner is not None and inner.name in declared for inner in calls):
        return []
    ctx.report("tool_calls", f"{call.name!r} was taken apart into the calls it holds", "emulated")
    return [inner for inner in calls if inner is not None]


def _inner(use: Any, ctx: CallContext) -> Call | None:
    if not isinstance(use, dict) or not isinstance(use.get("recipient_name"), str):
        return None
    inner = Call(None)
    inner.name = use["recipient_name"].removeprefix("functions.")
    inner.add(json_text(use.get("parameters") or {}, ctx))
    return inner
