"""The choice among tools: its word, and which tools stay on offer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from any_llm.plugin import CallContext, MessagesRequest

from .names import wire_name
from .profile import ChatProfile
from .tools import Offer, ToolForms

_AUTO = 'use {"type": "auto"}'


class Choice(NamedTuple):
    """The tools that stay on offer, and the body's fields beside them."""

    offers: list[Offer]
    fields: dict[str, Any]


def is_forced(request: MessagesRequest) -> bool:
    """Whether the model must call a tool."""
    choice = request.tool_choice
    return choice is not None and choice["type"] in {"any", "tool"}


def wire_choice(
    request: MessagesRequest, offers: list[Offer], ctx: CallContext, forms: ToolForms
) -> Choice:
    """Return `tool_choice` and `parallel_tool_calls`; refuse a choice that nothing would hold."""
    said = request.tool_choice
    if said is None:
        return Choice(offers, {})
    ctx.leftover("tool_choice", said, "type", "name", "disable_parallel_tool_use")
    if not offers:
        if is_forced(request):
            ctx.refuse("tool_choice", "there are no tools", "pass the tools")
        ctx.report("tool_choice", "there are no tools, so it says nothing", "hint")
        return Choice(offers, {})
    choice = _choice(said, offers, ctx, forms)
    if choice.fields and said.get("disable_parallel_tool_use"):
        choice.fields.update(_one_call(ctx))
    return choice


def _choice(
    said: Mapping[str, Any], offers: list[Offer], ctx: CallContext, forms: ToolForms
) -> Choice:
    profile: ChatProfile = ctx.profile
    kind = said["type"]
    if kind == "tool":
        return _one_tool(said["name"], offers, ctx, forms)
    if kind == "any" and profile.tool_choice_any is None:
        ctx.refuse("tool_choice", "this provider cannot be told to call some tool", _AUTO)
    if kind == "none" and profile.tool_choice_none is None:
        ctx.report("tools", "left out: this provider has no other way to say none", "emulated")
        return Choice([], {})
    words = {"auto": "auto", "any": profile.tool_choice_any, "none": profile.tool_choice_none}
    if kind not in words:
        ctx.refuse("tool_choice.type", f"{kind!r} is not known on this wire", _AUTO)
    return Choice(offers, {"tool_choice": words[kind]})


def _one_tool(original: str, offers: list[Offer], ctx: CallContext, forms: ToolForms) -> Choice:
    profile: ChatProfile = ctx.profile
    name = wire_name(original, ctx)
    named = [offer for offer in offers if offer.name == name]
    if not named:
        ctx.refuse("tool_choice.name", f"no tool is called {original!r}", "pass the tool")
    if profile.tool_choice_tool:
        return Choice(offers, {"tool_choice": forms.chosen(named[0])})
    if profile.tool_choice_any is None:
        ctx.refuse("tool_choice", "this provider cannot be told which tool to call", _AUTO)
    ctx.report("tool_choice", "only this tool is sent, and some tool demanded", "emulated")
    return Choice(named, {"tool_choice": profile.tool_choice_any})


def _one_call(ctx: CallContext) -> dict[str, Any]:
    if ctx.profile.parallel_tool_calls:
        return {"parallel_tool_calls": False}
    ctx.report("tool_choice.disable_parallel_tool_use", "the model may call several tools")
    return {}
