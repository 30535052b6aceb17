"""temperature, top_p and top_k: sent where the model takes them, else told."""

from __future__ import annotations

from typing import Any

from any_llm.plugin import CallContext

from .version import NEWEST, SAMPLING, asked_version

_THINKS = frozenset({"enabled", "adaptive", "between_tools"})
_TOP_P = 0.95  # platform.claude.com/docs: with thinking, top_p only from here to 1


def settle(body: dict[str, Any], ctx: CallContext) -> None:
    """Take out what the model is known to refuse. A default says nothing and goes quietly."""
    said = [name for name in SAMPLING if name in body]
    if not said:
        return
    thinks = (body.get("thinking") or {}).get("type") in _THINKS
    for name in said:
        value = body[name]
        if why := _refused(name, value, ctx, thinks=thinks):
            del body[name]
            default = name != "top_k" and value == 1
            what = f"left out: {'1 is the default' if default else why}"
            ctx.report(name, what, "hint" if default else "lossy")


def _refused(name: str, value: float, ctx: CallContext, *, thinks: bool) -> str:
    """Return why the endpoint would refuse this value; empty when it takes it."""
    sampling = ctx.profile.sampling
    if asked_version(ctx) == NEWEST and sampling != "used":
        return f"version {NEWEST} takes no sampling values"
    if sampling == "never":
        return "this model takes no sampling values"
    if sampling == "without_thinking" and thinks:
        fits = value == 1 or (name == "top_p" and _TOP_P <= value <= 1)
        return "" if fits and name != "top_k" else "not while the model thinks"
    return ""
