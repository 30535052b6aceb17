"""How the model is asked to think, in the words its family takes."""

from __future__ import annotations

from typing import Any

from any_llm.plugin import CallContext

_REASONING = frozenset({"thinking", "redacted_thinking"})


def settle(body: dict[str, Any], ctx: CallContext) -> None:
    """Bring `thinking` into a form that the model takes, and tell what changed."""
    asked = body.get("thinking")
    if asked is None:
        return
    profile = ctx.profile
    if asked["type"] == "enabled" and profile.budget == "adaptive":
        rest = {n: v for n, v in asked.items() if n not in {"type", "budget_tokens"}}
        body["thinking"] = {"type": "adaptive", **rest}
        what = "left out: this model thinks as much as it needs; see output_config.effort"
        ctx.report("thinking.budget_tokens", what)
    elif asked["type"] == "adaptive" and profile.adaptive is False:
        do = "pass thinking={'type': 'enabled', 'budget_tokens': ...}, at least 1024"
        ctx.refuse("thinking", "this model has no adaptive thinking", do)
    elif asked["type"] == "disabled" and profile.disabled == "between_tools":
        body["thinking"] = {"type": "between_tools"}
        ctx.report("thinking", "this model cannot turn it off: sent as between_tools")
    elif asked["type"] == "enabled" and _bare_loop(body["messages"]):
        body["thinking"] = {"type": "disabled"}
        what = "off for this call: the turn under way began without reasoning of this model"
        ctx.report("thinking", what)


def _bare_loop(turns: list[Any]) -> bool:
    """Whether tool results go back to a turn that does not begin with reasoning.

    The API refuses that while it thinks with a budget (platform.claude.com/docs, extended thinking
    with tool use, 2026-08-22); such turns come from other providers, whose reasoning was dropped.
    """
    if len(turns) < 2 or turns[-1]["role"] != "user" or turns[-2]["role"] != "assistant":
        return False
    content = turns[-2]["content"]
    called = isinstance(content, list) and any(b["type"] == "tool_use" for b in content)
    return called and content[0]["type"] not in _REASONING
