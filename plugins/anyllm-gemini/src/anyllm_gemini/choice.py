"""`toolConfig`: the choice among functions, and how they live beside Google's own tools."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from any_llm.plugin import CallContext, MessagesRequest

from .names import wire_name
from .profile import GeminiProfile
from .tools import Tools

_AUTO = 'use {"type": "auto"}'
_MODES = {"auto": "AUTO", "any": "ANY", "none": "NONE"}


def is_forced(request: MessagesRequest) -> bool:
    """Whether the model must call a tool."""
    choice = request.tool_choice
    return choice is not None and choice["type"] in {"any", "tool"}


def tool_config(request: MessagesRequest, tools: Tools, ctx: CallContext) -> dict[str, Any]:
    """Return `toolConfig`, empty where nothing is to be said; refuse what nothing would hold."""
    profile: GeminiProfile = ctx.profile
    said: Any = request.tool_choice or {}
    ctx.leftover("tool_choice", said, "type", "name", "disable_parallel_tool_use")
    config: dict[str, Any] = {}
    if said and not tools.functions:
        _without_functions(said, tools, ctx)
    elif calling := _calling(said, tools, ctx):
        config["functionCallingConfig"] = calling
    if said.get("disable_parallel_tool_use") and tools.functions and said["type"] != "none":
        what = "the model may call several functions: there is no switch"
        ctx.report("tool_choice.disable_parallel_tool_use", what)
    if tools.functions and tools.server and profile.server_tool_invocations:
        config["includeServerSideToolInvocations"] = True
    return config


def _calling(said: Mapping[str, Any], tools: Tools, ctx: CallContext) -> dict[str, Any]:
    kind = said.get("type")
    if kind == "tool":
        return {"mode": "ANY", "allowedFunctionNames": [_named(said["name"], tools, ctx)]}
    if kind is not None and kind not in _MODES:
        ctx.refuse("tool_choice.type", f"{kind!r} is not known on this wire", _AUTO)
    if tools.strict and kind in {None, "auto"}:
        return {"mode": "VALIDATED"}
    if kind == "none" and tools.server:
        what = "Google's own tools are left out: there is no other way to say none"
        ctx.report("tool_choice", what, "emulated")
        tools.server.clear()
    return {"mode": _MODES[kind]} if kind else {}


def _named(original: str, tools: Tools, ctx: CallContext) -> str:
    name = wire_name(original, ctx)
    if all(function["name"] != name for function in tools.functions):
        ctx.refuse("tool_choice.name", f"no function is called {original!r}", "pass the tool")
    return name


def _without_functions(said: Mapping[str, Any], tools: Tools, ctx: CallContext) -> None:
    """A choice where there is no function: the API answers 400 to a mode then."""
    kind = said["type"]
    if kind in {"any", "tool"}:
        what = "Google's own tools cannot be forced" if tools.server else "there are no tools"
        ctx.refuse("tool_choice", what, _AUTO if tools.server else "pass the tools")
    if kind not in _MODES:
        ctx.refuse("tool_choice.type", f"{kind!r} is not known on this wire", _AUTO)
    if kind == "none" and tools.server:
        ctx.report("tools", "left out: there is no other way to say none", "emulated")
        tools.server.clear()
    elif not tools.server:
        ctx.report("tool_choice", "there are no tools, so it says nothing", "hint")
