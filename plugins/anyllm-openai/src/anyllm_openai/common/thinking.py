"""`thinking` and `output_config.effort`, in the form the server knows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from any_llm.plugin import CallContext, MessagesRequest

from .effort import bucket, can_be_off, nearest, weakest
from .profile import ChatProfile

_EFFORT, _BUDGET = "output_config.effort", "thinking.budget_tokens"


class Thinking:
    """The body's fields, and whether the model will think (as far as one can know)."""

    def __init__(self, *, on: bool, fields: dict[str, Any] | None = None) -> None:
        self.on = on
        self.fields = fields or {}

    def put(self, path: str, value: Any) -> None:
        """Set `name` or `name.inner` of the body."""
        head, _, tail = path.partition(".")
        if tail:
            self.fields.setdefault(head, {})[tail] = value
        else:
            self.fields[head] = value


def thinking(request: MessagesRequest, ctx: CallContext, *, tools: bool, forced: bool) -> Thinking:
    """Return what the request says about thinking; what the server cannot be told is reported.

    `tools` says whether tools are sent, `forced` whether one of them must be called. What is to
    be shown of the thinking (`display`) is the wire's to say.
    """
    profile: ChatProfile = ctx.profile
    said: Mapping[str, Any] = request.thinking or {}
    effort = (request.output_config or {}).get("effort")
    wanted = _wanted(said, ctx)
    if profile.thinking == "none":
        return _never(said, effort, ctx, wanted=wanted)
    if forced and not profile.tool_choice_thinking:
        wanted = _not_while_forced(effort, ctx, wanted=wanted)
    if tools and profile.tools_and_effort == "none":
        return _off_for_tools(effort, ctx, wanted=wanted)
    if wanted is False:
        return _off(effort, ctx)
    if tools and profile.tools_and_effort == "unset":
        if wanted or effort:
            ctx.report(_EFFORT if effort else "thinking", _NOT_WITH_TOOLS)
        return Thinking(on=profile.thinks_unasked)
    return _on(said, effort, ctx, wanted=bool(wanted))


_NOT_WITH_TOOLS = "this model takes no tools with it on this wire; it went without"


def _wanted(said: Mapping[str, Any], ctx: CallContext) -> bool | None:
    """Whether thinking is wanted; None when nothing is said."""
    kind = said.get("type")
    ctx.leftover("thinking", said, "type", "budget_tokens", "display")
    if kind is None or kind in {"enabled", "adaptive"}:
        return None if kind is None else True
    if kind == "disabled":
        return False
    what = "when it thinks" if kind == "between_tools" else f"what {kind!r} means"
    ctx.report("thinking.type", f"the model decides by itself {what}")
    return True if kind == "between_tools" else None


def _never(
    said: Mapping[str, Any], effort: str | None, ctx: CallContext, *, wanted: bool | None
) -> Thinking:
    if said:
        what = "this model never thinks" if wanted is False else "this model does not think"
        ctx.report("thinking", what, "hint" if wanted is False else "lossy")
    if effort is not None:
        ctx.report(_EFFORT, "this model takes no effort")
    return Thinking(on=False)


def _not_while_forced(effort: str | None, ctx: CallContext, *, wanted: bool | None) -> bool | None:
    """Turn thinking off where nobody asked for it: the server refuses a forced choice with it."""
    profile: ChatProfile = ctx.profile
    asked = bool(wanted or effort)
    if wanted is False or (not asked and not profile.thinks_unasked):
        return wanted
    if asked or not can_be_off(profile):
        ctx.refuse("tool_choice", "this model takes no forced choice while it thinks", _AUTO)
    ctx.report("tool_choice", "thinking is turned off: it takes no forced choice", "emulated")
    return False


_AUTO = 'use {"type": "auto"}, or turn thinking off'


def _off_for_tools(effort: str | None, ctx: CallContext, *, wanted: bool | None) -> Thinking:
    if wanted or effort:
        ctx.report(_EFFORT if effort else "thinking", _NOT_WITH_TOOLS)
    elif wanted is None:
        ctx.report("tools", "thinking is turned off: this wire takes no tools with it", "hint")
    return Thinking(on=False, fields={"reasoning_effort": "none"})


def _off(effort: str | None, ctx: CallContext) -> Thinking:
    profile: ChatProfile = ctx.profile
    if effort is not None:
        ctx.report(_EFFORT, "effort is the effort of thinking here, and that is off")
    if not can_be_off(profile):
        ctx.report("thinking", "this model cannot be kept from thinking")
        result = Thinking(on=True)
        if profile.effort_field and (least := weakest(profile)):
            result.put(profile.effort_field, least)
        return result
    result = Thinking(on=False)
    _switch(result, profile, on=False)
    if profile.thinking == "reasoning_effort" and profile.effort_field:
        result.put(profile.effort_field, profile.effort_words.get("none", "none"))
    return result


def _on(said: Mapping[str, Any], effort: str | None, ctx: CallContext, *, wanted: bool) -> Thinking:
    profile: ChatProfile = ctx.profile
    result = Thinking(on=wanted or effort is not None or profile.thinks_unasked)
    if wanted:
        _switch(result, profile, on=True)
        effort = _budget(result, said, effort, ctx)
    if effort is not None:
        _effort(result, effort, ctx)
    _only_one(result)
    if wanted and not result.fields:
        _left_to_the_model(ctx)
    return result


def _switch(result: Thinking, profile: ChatProfile, *, on: bool) -> None:
    if profile.thinking == "thinking":
        result.put("thinking.type", "enabled" if on else "disabled")
    elif profile.thinking == "enable_thinking":
        result.put("enable_thinking", on)
    elif profile.thinking == "chat_template_kwargs":
        result.put("chat_template_kwargs.enable_thinking", on)
    elif profile.thinking == "adaptive":
        result.put("thinking.type", "adaptive" if on else "disabled")
    elif profile.thinking == "reasoning":
        result.put("reasoning.enabled", on)


def _only_one(result: Thinking) -> None:
    """An effort or a budget inside `reasoning` says already that it is on."""
    inside = result.fields.get("reasoning", {})
    if len(inside) > 1:
        inside.pop("enabled", None)


def _budget(
    result: Thinking, said: Mapping[str, Any], effort: str | None, ctx: CallContext
) -> str | None:
    """Place the budget; return the effort that is still to be said."""
    profile: ChatProfile = ctx.profile
    tokens = said.get("budget_tokens")
    if tokens is None:
        return effort
    if profile.budget_field:
        result.put(profile.budget_field, tokens)
        if effort is not None and _rivals(profile):
            ctx.report(_EFFORT, "the server takes an effort or a budget, not both")
            return None
    elif effort is not None or profile.effort_field is None:
        ctx.report(_BUDGET, "the server takes no budget of thinking tokens")
    else:
        word = nearest(bucket(tokens), profile)
        ctx.report(_BUDGET, f"the server takes no budget: it became effort {word!r}")
        result.put(profile.effort_field, word)
    return effort


def _rivals(profile: ChatProfile) -> bool:
    """Whether budget and effort are two ways to say one thing: then they share an object."""
    head = (profile.budget_field or "").partition(".")[0]
    return (profile.effort_field or "").startswith(f"{head}.")


def _effort(result: Thinking, said: str, ctx: CallContext) -> None:
    profile: ChatProfile = ctx.profile
    if profile.effort_field is None:
        ctx.report(_EFFORT, "the server takes no effort")
        return
    word = nearest(said, profile)
    if word != said:
        ctx.report(_EFFORT, f"sent as {word!r}, the nearest word of this model")
    result.put(profile.effort_field, word)


def _left_to_the_model(ctx: CallContext) -> None:
    if ctx.profile.thinks_unasked:
        ctx.report("thinking", "the model decides by itself, as it does when not asked", "hint")
    else:
        ctx.report("thinking", "this model thinks only with an effort: set output_config.effort")
