"""Tools and the choice among them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from any_llm.plugin import CallContext, MessagesRequest, dumps

from ..schema import NotStrict, strict_schema
from .names import wire_name
from .profile import ChatProfile

Tool = Mapping[str, Any]

_KNOWN = (
    "type",
    "name",
    "description",
    "input_schema",
    "strict",
    "input_examples",
    "cache_control",
    "eager_input_streaming",
    "defer_loading",
    "allowed_callers",
)


def is_forced(request: MessagesRequest) -> bool:
    """Whether the model must call a tool."""
    return (request.tool_choice or {}).get("type") in {"any", "tool"}


def wire_tools(request: MessagesRequest, ctx: CallContext) -> list[dict[str, Any]]:
    """Return the tools as functions; refuse those that only Anthropic's API knows."""
    names: dict[str, str] = {}
    tools = []
    for index, tool in enumerate(request.tools or ()):
        path = f"tools[{index}]"
        if tool.get("type") not in {None, "", "custom"}:
            ctx.refuse(path, f"a {tool['type']} tool is not possible on this wire", "leave it out")
        said = _function(tool, path, ctx)
        name = said["function"]["name"]
        if name in names:
            ctx.refuse(f"{path}.name", f"{names[name]} has this name too", "give it another")
        names[name] = path
        tools.append(said)
    return tools


def _function(tool: Tool, path: str, ctx: CallContext) -> dict[str, Any]:
    ctx.leftover(path, tool, *_KNOWN)
    function: dict[str, Any] = {"name": wire_name(tool["name"], ctx)}
    if description := _description(tool, path, ctx):
        function["description"] = description
    function |= _parameters(tool, path, ctx)
    _report_hints(tool, path, ctx)
    said: dict[str, Any] = {"type": "function", "function": function}
    if tool.get("cache_control") is not None:
        if ctx.profile.cache == "cache_control":
            said["cache_control"] = dict(tool["cache_control"])
        else:
            ctx.report(f"{path}.cache_control", "tools carry no cache marks here", "hint")
    return said


def _description(tool: Tool, path: str, ctx: CallContext) -> str:
    description = tool.get("description") or ""
    if not (examples := tool.get("input_examples")):
        return description
    ctx.report(f"{path}.input_examples", "stand in the description", "emulated")
    lines = "\n".join(dumps(example).decode() for example in examples)
    return f"{description}\n\nExamples of input:\n{lines}".lstrip()


def _parameters(tool: Tool, path: str, ctx: CallContext) -> dict[str, Any]:
    """Return `parameters`, and `strict` where the caller said it."""
    profile: ChatProfile = ctx.profile
    schema = tool["input_schema"]
    if not schema or (schema.get("type") == "object" and len(schema) == 1):
        schema = {"type": "object", "properties": {}}
    strict = tool.get("strict")
    if not strict or profile.strict_tools == "pass":
        told = strict is not None and profile.strict_tools != "refuse"
        return {"parameters": schema, **({"strict": strict} if told else {})}
    where = f"{path}.strict"
    if profile.strict_tools == "refuse":
        ctx.refuse(where, "this provider cannot promise that the input fits", "leave it out")
    try:
        fitted = strict_schema(schema)
    except NotStrict as why:
        ctx.refuse(where, f"OpenAI's strict mode cannot hold this schema: {why}", _LOOSE)
    if fitted.notes:
        ctx.report(where, f"not enforced, only told: {', '.join(fitted.notes)}", "emulated")
    return {"parameters": fitted.schema, "strict": True}


_LOOSE = "change the schema or leave strict out"


def _report_hints(tool: Tool, path: str, ctx: CallContext) -> None:
    for name in ("eager_input_streaming", "defer_loading"):
        if tool.get(name):
            ctx.report(f"{path}.{name}", "the server has no such thing", "hint")
    if set(tool.get("allowed_callers") or ()) - {"direct"}:
        ctx.report(f"{path}.allowed_callers", "only the model itself calls tools here")


def wire_choice(
    request: MessagesRequest, tools: list[dict[str, Any]], ctx: CallContext
) -> dict[str, Any]:
    """Return `tool_choice` and `parallel_tool_calls`; nothing when no tools are sent."""
    choice = request.tool_choice
    if choice is None:
        return {}
    ctx.leftover("tool_choice", choice, "type", "name", "disable_parallel_tool_use")
    if not tools:
        if is_forced(request):
            ctx.refuse("tool_choice", "there are no tools", "pass the tools")
        ctx.report("tool_choice", "there are no tools, so it says nothing", "hint")
        return {}
    return {"tool_choice": _choice(choice, tools, ctx), **_parallel(choice, ctx)}


def _choice(choice: Tool, tools: list[dict[str, Any]], ctx: CallContext) -> Any:
    profile: ChatProfile = ctx.profile
    kind = choice["type"]
    if kind == "auto":
        return "auto"
    if kind == "none":
        return profile.tool_choice_none
    if kind == "any":
        if profile.tool_choice_any is None:
            ctx.refuse("tool_choice", "this provider cannot be told to call some tool", _AUTO)
        return profile.tool_choice_any
    if kind != "tool":
        ctx.refuse("tool_choice.type", f"{kind!r} is not known on this wire", _AUTO)
    if not profile.tool_choice_tool:
        ctx.refuse("tool_choice", "this provider cannot be told which tool to call", _AUTO)
    name = wire_name(choice["name"], ctx)
    if all(tool["function"]["name"] != name for tool in tools):
        ctx.refuse("tool_choice.name", f"no tool is called {choice['name']!r}", "pass the tool")
    return {"type": "function", "function": {"name": name}}


_AUTO = 'use {"type": "auto"}'


def _parallel(choice: Tool, ctx: CallContext) -> dict[str, Any]:
    if not choice.get("disable_parallel_tool_use"):
        return {}
    if not ctx.profile.parallel_tool_calls:
        ctx.report("tool_choice.disable_parallel_tool_use", "the server may call several tools")
        return {}
    return {"parallel_tool_calls": False}
