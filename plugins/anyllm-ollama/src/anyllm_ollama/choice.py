"""The choice among tools. The wire has no field for it.

"none" leaves the tools at home. A tool that must be called is refused, unless
`quirks={"forced_tool": "format"}` asks for its emulation: the answer is held to the tool's schema
by `format`, and is then handed out as the call.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from any_llm.plugin import CallContext, MessagesRequest, dumps, tool_description

from .host import on_cloud
from .profile import OllamaProfile
from .tools import Tool, checked_tools, report_tool, wire_tool

FORCED = "forced_tool"
"""In `ctx.state`: the name of the tool whose input the answer will be."""

_AUTO = 'use {"type": "auto"}'
_OPT_IN = f'{_AUTO}, or quirks={{"forced_tool": "format"}} to have it emulated'


@dataclass(frozen=True, slots=True)
class Choice:
    """The body's fields, and what the system prompt must say besides."""

    fields: Mapping[str, Any] = field(default_factory=dict)
    told: str = ""


def wire_choice(request: MessagesRequest, ctx: CallContext) -> Choice:
    """Return the tools as the choice leaves them; refuse a choice that nothing would hold."""
    tools = checked_tools(request, ctx)
    said: Mapping[str, Any] = request.tool_choice or {"type": "auto"}
    ctx.leftover("tool_choice", said, "type", "name", "disable_parallel_tool_use")
    kind = said["type"]
    if not tools:
        return _without_tools(request, ctx)
    if kind == "none":
        ctx.report("tools", "left out: the server has no other way to say none", "emulated")
        return Choice()
    if kind in _FORCING:
        path, tool = _the_tool(said, tools, ctx)
        return _forced(request, tool, path, ctx, among=len(tools))
    if kind != "auto":
        ctx.refuse("tool_choice.type", f"{kind!r} is not known on this wire", _AUTO)
    if request.tool_choice is not None:
        ctx.report("tool_choice", "auto is what the server does anyway", "hint")
    if said.get("disable_parallel_tool_use"):
        ctx.report("tool_choice.disable_parallel_tool_use", "the model may call several tools")
    return Choice({"tools": [wire_tool(tool, path, ctx) for path, tool in tools]})


_FORCING = frozenset({"any", "tool"})


def _without_tools(request: MessagesRequest, ctx: CallContext) -> Choice:
    if request.tool_choice is not None:
        if request.tool_choice["type"] in _FORCING:
            ctx.refuse("tool_choice", "there are no tools", "pass the tools")
        ctx.report("tool_choice", "there are no tools, so it says nothing", "hint")
    return Choice()


def _the_tool(
    said: Mapping[str, Any], tools: list[tuple[str, Tool]], ctx: CallContext
) -> tuple[str, Tool]:
    """Return the tool that must be called; "any" among several is no single one."""
    if said["type"] == "any":
        if len(tools) > 1:
            ctx.refuse("tool_choice", "this server cannot be told to call some tool", _AUTO)
        return tools[0]
    named = [each for each in tools if each[1]["name"] == said["name"]]
    if not named:
        ctx.refuse("tool_choice.name", f"no tool is called {said['name']!r}", "pass the tool")
    return named[0]


def _forced(
    request: MessagesRequest, tool: Tool, path: str, ctx: CallContext, *, among: int
) -> Choice:
    profile: OllamaProfile = ctx.profile
    if profile.forced_tool == "refuse":
        ctx.refuse("tool_choice", "this server cannot be told to call a tool", _OPT_IN)
    if on_cloud(ctx) or not profile.holds_format:
        ctx.refuse("tool_choice", "ollama.com does not hold an answer to a schema", _AUTO)
    if (request.output_config or {}).get("format") is not None:
        ctx.refuse("tool_choice", "output_config.format takes the one field for it", _AUTO)
    report_tool(tool, path, ctx)
    what = "the answer is held to the tool's schema and handed out as its call"
    ctx.report("tool_choice", what, "emulated")
    if among > 1:
        ctx.report("tools", "only the tool that must be called is told", "emulated")
    ctx.state[FORCED] = tool["name"]
    return Choice({"format": tool["input_schema"]}, _instruction(tool, path, ctx))


def _instruction(tool: Tool, path: str, ctx: CallContext) -> str:
    """Return what the model must be told of a tool that it does not see as one."""
    about = tool_description(tool, path, ctx)
    return (
        f"Answer with the input for the tool {tool['name']!r} and nothing else: JSON that fits "
        f"this JSON schema:\n{dumps(tool['input_schema']).decode()}"
        + (f"\nWhat the tool is for: {about}" if about else "")
    )
