"""Tools and the choice among them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from any_llm.plugin import CallContext, MessagesRequest, dumps

from ..common.names import wire_name
from ..common.profile import ChatProfile
from ..schema import NotStrict, strict_schema

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


def wire_tools(request: MessagesRequest, ctx: CallContext) -> list[dict[str, Any]]:
    """Return the tools as functions; refuse those that only Anthropic's API knows."""
    if request.tools and not ctx.profile.tools:
        ctx.refuse("tools", "this provider takes no tools", "leave them out")
    names: dict[str, str] = {}
    tools = []
    for index, tool in enumerate(request.tools or ()):
        path = f"tools[{index}]"
        kind = tool.get("type")
        if kind not in {None, "", "custom"}:
            ctx.refuse(path, f"a {kind} tool is not possible on this wire", "leave it out")
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
