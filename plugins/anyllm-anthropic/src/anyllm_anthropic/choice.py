"""tool_choice where it collides with a model or with thinking."""

from __future__ import annotations

from typing import Any

from any_llm.plugin import CallContext


def check(body: dict[str, Any], ctx: CallContext) -> None:
    """Refuse a forced choice that the model is known to refuse."""
    choice = body.get("tool_choice") or {}
    if choice.get("type") not in {"any", "tool"}:
        return
    if ctx.profile.forced_tools is False:
        do = "pass tool_choice={'type': 'auto'} and ask for the tool in the prompt"
        ctx.refuse("tool_choice", "this model cannot be forced to call a tool", do)
    if (body.get("thinking") or {}).get("type") in ctx.profile.forced_refused_with:
        what = "this model cannot be forced to call a tool while it thinks"
        ctx.refuse("tool_choice", what, "leave thinking out, or use tool_choice auto")
