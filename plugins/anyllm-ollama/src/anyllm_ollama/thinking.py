"""`think`: off, on, or a level. Thinking has no budget on this wire.

The server lets a model that can think do so unless it is told not to, and Messages means the
opposite, so `think: false` is said where a request says nothing; a model that cannot think takes
it too. `think: true` on such a model is a 400 of the server (ollama/ollama @fb30760, ChatHandler).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from any_llm.plugin import CallContext, MessagesRequest

from .profile import OllamaProfile

_EFFORT, _BUDGET = "output_config.effort", "thinking.budget_tokens"
_RANK = {word: rank for rank, word in enumerate(("low", "medium", "high", "xhigh", "max"))}
# Tokens that a level stands for, where a model takes levels only (as for other wires' efforts).
_BUDGETS = ((2048, "low"), (8192, "medium"))
_USUAL = "medium"  # what the server makes of `think: true` for a model that takes levels


def thinking(request: MessagesRequest, ctx: CallContext) -> dict[str, Any]:
    """Return the `think` of the body; what the server cannot be told is reported."""
    profile: OllamaProfile = ctx.profile
    said: Mapping[str, Any] = request.thinking or {}
    effort = (request.output_config or {}).get("effort")
    wanted = _wanted(said, ctx)
    if wanted:
        return {"think": _level(said, effort, ctx)}
    if profile.thinks_always:
        return _always(effort, ctx, unwanted=wanted is False)
    if effort is not None:
        ctx.report(_EFFORT, "effort is the effort of thinking here, and that is off: ask for it")
    if wanted is None and profile.think_unasked == "unset":
        return {}
    return {"think": False}


def is_on(fields: Mapping[str, Any]) -> bool:
    """Whether a body with these fields asks for thinking."""
    return bool(fields.get("think"))


def _wanted(said: Mapping[str, Any], ctx: CallContext) -> bool | None:
    """Whether thinking is wanted; None when nothing is said."""
    kind = said.get("type")
    ctx.leftover("thinking", said, "type", "budget_tokens", "display")
    if shown := said.get("display"):
        what = "the server shows all of its thinking"
        ctx.report("thinking.display", what, "lossy" if shown == "omitted" else "hint")
    if kind in {None, "disabled"}:
        return None if kind is None else False
    if kind == "adaptive":
        ctx.report("thinking.type", "thinking is on; how much, the model decides", "hint")
    elif kind != "enabled":
        ctx.report("thinking.type", f"the model decides by itself what {kind!r} means")
    return True if kind in {"enabled", "adaptive", "between_tools"} else None


def _level(said: Mapping[str, Any], effort: str | None, ctx: CallContext) -> bool | str:
    profile: OllamaProfile = ctx.profile
    budget = said.get("budget_tokens")
    if effort is not None and profile.think_levels:
        if budget is not None:
            ctx.report(_BUDGET, "thinking has no budget here; the effort goes as its level")
        return _nearest(effort, ctx)
    if effort is not None:
        ctx.report(_EFFORT, "this model takes no levels of thinking")
    if not profile.thinks_always or not profile.think_levels:
        if budget is not None:
            ctx.report(_BUDGET, "thinking has no budget here: the model decides how much")
        return True
    if budget is None:
        return _USUAL
    level = next((word for most, word in _BUDGETS if budget <= most), "high")
    ctx.report(_BUDGET, f"thinking has no budget here; it goes as level {level!r}", "emulated")
    return level


def _always(effort: str | None, ctx: CallContext, *, unwanted: bool) -> dict[str, Any]:
    profile: OllamaProfile = ctx.profile
    if unwanted:
        ctx.report("thinking", "this model cannot be kept from thinking")
        if effort is None and profile.think_levels:
            return {"think": profile.think_levels[0]}
    return {"think": _nearest(effort, ctx)} if effort is not None else {}


def _nearest(effort: str, ctx: CallContext) -> str:
    """Return the level that the model takes for an effort; a word nobody knows stays."""
    profile: OllamaProfile = ctx.profile
    levels = [word for word in profile.think_levels if word in _RANK]
    if effort in levels or effort not in _RANK or not levels:
        return effort
    rank = _RANK[effort]
    level = min(levels, key=lambda word: (abs(_RANK[word] - rank), -_RANK[word]))
    ctx.report(_EFFORT, f"goes as {level!r}, the nearest that the model takes", "emulated")
    return level
