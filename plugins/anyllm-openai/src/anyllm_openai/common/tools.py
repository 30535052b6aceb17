"""Tools, checked once and written as the wire writes them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from any_llm.plugin import TOOL_KEYS, CallContext, MessagesRequest, no_tool_hints, tool_description

from ..schema import NotStrict, strict_schema
from .names import wire_name
from .profile import ChatProfile

Tool = Mapping[str, Any]


class Offer(NamedTuple):
    """A tool in the wire's form, and the name by which it is chosen there."""

    name: str
    wire: dict[str, Any]


class ToolForms(NamedTuple):
    """How a wire writes tools.

    `function` gets `name`, `parameters` and, where there are any, `description` and `strict`;
    `hosted` a tool that the server would run, to write or to refuse; `chosen` the one tool that
    must be called.
    """

    function: Callable[[dict[str, Any]], dict[str, Any]]
    hosted: Callable[[Tool, str, CallContext], dict[str, Any]]
    chosen: Callable[[Offer], dict[str, Any]]


def wire_tools(request: MessagesRequest, ctx: CallContext, forms: ToolForms) -> list[Offer]:
    """Return the tools that are offered; two of one name are refused."""
    if request.tools and not ctx.profile.tools:
        ctx.refuse("tools", "this provider takes no tools", "leave them out")
    places: dict[str, str] = {}
    offers = []
    for index, tool in enumerate(request.tools or ()):
        path = f"tools[{index}]"
        offer = _offer(tool, path, ctx, forms)
        if offer.name in places:
            ctx.refuse(f"{path}.name", f"{places[offer.name]} has this name too", "give it another")
        places[offer.name] = path
        offers.append(offer)
    return offers


def refuse_hosted(tool: Tool, path: str, ctx: CallContext) -> dict[str, Any]:
    """Refuse a tool that only Anthropic's API knows."""
    ctx.refuse(path, f"a {tool['type']} tool is not possible on this wire", "leave it out")


def _is_callers(tool: Tool) -> bool:
    """Whether the caller runs this tool. With an empty type it says so by what else it has."""
    if tool.get("type") == "":
        return isinstance(tool.get("name"), str) and isinstance(tool.get("input_schema"), Mapping)
    return tool.get("type") in {None, "custom"}


def _offer(tool: Tool, path: str, ctx: CallContext, forms: ToolForms) -> Offer:
    if not _is_callers(tool):
        return Offer(str(tool.get("name")), forms.hosted(tool, path, ctx))
    ctx.leftover(path, tool, *TOOL_KEYS)
    function: dict[str, Any] = {"name": wire_name(tool["name"], ctx)}
    if description := tool_description(tool, path, ctx):
        function["description"] = description
    function |= _parameters(tool, path, ctx)
    no_tool_hints(tool, path, ctx)
    return Offer(function["name"], {**forms.function(function), **_mark(tool, path, ctx)})


def _mark(tool: Tool, path: str, ctx: CallContext) -> dict[str, Any]:
    if tool.get("cache_control") is None:
        return {}
    if ctx.profile.cache == "cache_control":
        return {"cache_control": dict(tool["cache_control"])}
    ctx.report(f"{path}.cache_control", "tools carry no cache marks here", "hint")
    return {}


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
