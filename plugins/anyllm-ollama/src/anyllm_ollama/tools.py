"""Tools as functions. Their schemas are flattened; what the server forgets is reported."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from any_llm.plugin import (
    TOOL_KEYS,
    CallContext,
    MessagesRequest,
    no_tool_hints,
    tool_description,
)

from .blocks import no_mark
from .schema import flat_schema
from .schema_facts import Unfit

Tool = Mapping[str, Any]


def checked_tools(request: MessagesRequest, ctx: CallContext) -> list[tuple[str, Tool]]:
    """Return the tools with their paths; refuse those that only Anthropic's API knows."""
    names: dict[str, str] = {}
    tools: list[tuple[str, Tool]] = []
    given: Any = request.tools or ()  # checked: a tool of Anthropic's own kind may lack a name
    for index, tool in enumerate(given):
        path = f"tools[{index}]"
        if tool.get("type") not in {None, "", "custom"}:
            ctx.refuse(path, f"a {tool['type']} tool is not possible on this wire", "leave it out")
        if tool["name"] in names:
            there = names[tool["name"]]
            ctx.refuse(f"{path}.name", f"{there} has this name too", "give it another")
        names[tool["name"]] = path
        tools.append((path, tool))
    return tools


def wire_tool(tool: Tool, path: str, ctx: CallContext) -> dict[str, Any]:
    """Return a tool as a function."""
    report_tool(tool, path, ctx)
    function: dict[str, Any] = {"name": tool["name"]}
    if description := tool_description(tool, path, ctx):
        function["description"] = description
    function["parameters"] = _parameters(tool["input_schema"], f"{path}.input_schema", ctx)
    return {"type": "function", "function": function}


def report_tool(tool: Tool, path: str, ctx: CallContext) -> None:
    """Report what the server cannot be told of a tool; refuse what would not hold."""
    ctx.leftover(path, tool, *TOOL_KEYS)
    no_mark(tool, path, ctx)
    if tool.get("strict"):
        what = "this server cannot promise that the input fits"
        ctx.refuse(f"{path}.strict", what, "leave it out")
    no_tool_hints(tool, path, ctx)


def _parameters(schema: Mapping[str, Any], path: str, ctx: CallContext) -> dict[str, Any]:
    try:
        flat = flat_schema(schema)
    except Unfit as why:
        ctx.refuse(path, str(why), "send a simpler schema")
    if flat.lost:
        ctx.report(path, f"the server does not read {_named(flat.lost)}")
    if flat.hints:
        ctx.report(path, f"the server does not read {_named(flat.hints)}", "hint")
    return flat.schema


def _named(found: Mapping[str, list[str]]) -> str:
    return "; ".join(f"{word} ({', '.join(places)})" for word, places in sorted(found.items()))
