"""`thinkingConfig`: budgets of Gemini 2.5, levels of Gemini 3 and newer.

Sources: ai.google.dev/gemini-api/docs/thinking; pydantic-ai 2.68 models/google.py; any-llm-sdk 1.40
base.py (budgets as levels). Read 2026-11.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from any_llm.plugin import CallContext, MessagesRequest

from .profile import GeminiProfile, Level

_EFFORT, _BUDGET = "output_config.effort", "thinking.budget_tokens"
_RANK: Mapping[str, int] = {"MINIMAL": 0, "LOW": 1, "MEDIUM": 2, "HIGH": 3, "XHIGH": 4, "MAX": 5}
_BUDGETS = {
    "MINIMAL": 128,
    "LOW": 2048,
    "MEDIUM": 8192,
    "HIGH": 24576,
    "XHIGH": 32768,
    "MAX": 32768,
}
_DYNAMIC = -1


def thinking_config(request: MessagesRequest, ctx: CallContext) -> dict[str, Any]:
    """Return `thinkingConfig`, empty where nothing is asked; what goes another way is reported."""
    profile: GeminiProfile = ctx.profile
    said: Mapping[str, Any] = request.thinking or {}
    effort = (request.output_config or {}).get("effort")
    ctx.leftover("thinking", said, "type", "budget_tokens", "display")
    if not said and effort is None:
        return {}
    if profile.thinking == "none":
        _never(said, effort, ctx)
        return {}
    if said.get("type") == "disabled":
        return _off(effort, ctx)
    word = _word(effort, ctx)
    shown = _shown(said, ctx)
    if profile.thinking == "level":
        return {**shown, **_by_level(said, word, ctx)}
    return {**shown, **_by_budget(said, word, ctx)}


def _never(said: Mapping[str, Any], effort: str | None, ctx: CallContext) -> None:
    if said.get("type") == "disabled":
        ctx.report("thinking", "this model never thinks", "hint")
    elif said:
        ctx.report("thinking", "this model does not think")
    if effort is not None:
        ctx.report(_EFFORT, "this model takes no effort")


def _off(effort: str | None, ctx: CallContext) -> dict[str, Any]:
    profile: GeminiProfile = ctx.profile
    if effort is not None:
        ctx.report(_EFFORT, "thinking is off, and Gemini knows no other effort")
    if profile.thinking == "budget" and profile.budget_off:
        return {"thinkingBudget": 0}
    ctx.report("thinking", "this model cannot stop thinking: it is told to think least")
    if profile.thinking == "budget":
        return {"thinkingBudget": profile.budget_min}
    return {"thinkingLevel": profile.levels[0]} if profile.levels else {}


def _shown(said: Mapping[str, Any], ctx: CallContext) -> dict[str, Any]:
    """Return whether thoughts are shown; nothing is said where thinking was not asked for."""
    kind, display = said.get("type"), said.get("display")
    if kind is None:
        return {}
    if kind not in {"enabled", "adaptive"}:
        what = "when it thinks" if kind == "between_tools" else f"what {kind!r} means"
        ctx.report("thinking.type", f"the model decides by itself {what}")
    if display not in {None, "summarized", "omitted"}:
        ctx.report("thinking.display", "Gemini shows summaries or nothing; it shows summaries")
    return {"includeThoughts": display != "omitted"}


def _word(effort: str | None, ctx: CallContext) -> str | None:
    """Return the effort as one of the wire's words; None when there is none that it knows."""
    if effort is None or effort.upper() in _RANK:
        return effort and effort.upper()
    ctx.report(_EFFORT, f"{effort!r} is no effort that Gemini has a level for")
    return None


def _by_level(said: Mapping[str, Any], word: str | None, ctx: CallContext) -> dict[str, Any]:
    budget = said.get("budget_tokens")
    if word is None and budget is None:
        return {}
    level = _nearest(word or _bucket(budget), ctx)
    if word is None:
        what = f"this model takes no budget: it became level {level}"
        ctx.report(_BUDGET, what)
    else:
        if budget is not None:
            ctx.report(_BUDGET, "this model takes no budget: the effort decides")
        if level != word:
            ctx.report(_EFFORT, f"sent as {level}, the nearest level of this model")
    return {"thinkingLevel": level}


def _bucket(budget: int | None) -> str:
    tokens = budget or 0
    return "LOW" if tokens <= 2048 else "MEDIUM" if tokens <= 8192 else "HIGH"


def _nearest(word: str, ctx: CallContext) -> str:
    """Return the model's level for a word; of two that are as near, the higher."""
    levels: tuple[Level, ...] = ctx.profile.levels
    rank = _RANK[word]
    return min(levels, key=lambda each: (abs(_RANK[each] - rank), -_RANK[each]), default=word)


def _by_budget(said: Mapping[str, Any], word: str | None, ctx: CallContext) -> dict[str, Any]:
    asked = said.get("budget_tokens")
    if asked is not None:
        if word is not None:
            ctx.report(_EFFORT, "this model takes a budget, and there is one")
        budget = _clamped(asked, ctx)
        if budget != asked:
            ctx.report(_BUDGET, f"sent as {budget}: this model takes no other")
        return {"thinkingBudget": budget}
    if word is None:
        return {"thinkingBudget": _DYNAMIC}
    budget = _clamped(_BUDGETS[word], ctx)
    ctx.report(_EFFORT, f"goes as a budget of {budget} tokens", "emulated")
    return {"thinkingBudget": budget}


def _clamped(budget: int, ctx: CallContext) -> int:
    profile: GeminiProfile = ctx.profile
    return min(max(budget, profile.budget_min), profile.budget_max)
