"""Tools: the caller's functions, and those that Google runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from any_llm.plugin import (
    TOOL_KEYS,
    CallContext,
    MessagesRequest,
    no_tool_hints,
    tool_description,
)

from .blocks import no_mark
from .names import DECLARED, wire_name
from .openapi import OpenAPI
from .profile import GeminiProfile
from .schema import is_empty, json_schema

Tool = Mapping[str, Any]


@dataclass(slots=True)
class Tools:
    """The functions, Google's own tools, and whether calls must fit their schemas."""

    functions: list[dict[str, Any]] = field(default_factory=list)
    server: list[dict[str, Any]] = field(default_factory=list)
    strict: bool = False

    def wire(self) -> list[dict[str, Any]]:
        """Return `tools`: all functions stand in one of them."""
        declared = [{"functionDeclarations": self.functions}] if self.functions else []
        return [*declared, *self.server]


def wire_tools(request: MessagesRequest, ctx: CallContext) -> Tools:
    """Return the request's tools; refuse those that Google has nothing for."""
    profile: GeminiProfile = ctx.profile
    tools = Tools()
    names: dict[str, str] = {}
    ctx.state[DECLARED] = frozenset(tool.get("name") for tool in request.tools or ())
    for index, tool in enumerate(request.tools or ()):
        path = f"tools[{index}]"
        kind = tool.get("type") or "custom"
        if kind != "custom":
            tools.server.append(_server_tool(kind, tool, path, ctx))
            continue
        said = _function(tool, path, ctx)
        if said["name"] in names:
            what = f"{names[said['name']]} has this name too"
            ctx.refuse(f"{path}.name", what, "give it another")
        names[said["name"]] = path
        tools.functions.append(said)
    _strict(request, tools, ctx)
    if tools.functions and tools.server and not profile.combines:
        what = "this model takes functions or Google's own tools, not both"
        ctx.refuse("tools", what, "leave one out, or use Gemini 3 or newer")
    return tools


def _function(tool: Tool, path: str, ctx: CallContext) -> dict[str, Any]:
    ctx.leftover(path, tool, *TOOL_KEYS)
    no_mark(tool, path, ctx)
    no_tool_hints(tool, path, ctx)
    function: dict[str, Any] = {"name": wire_name(tool["name"], ctx)}
    if description := tool_description(tool, path, ctx):
        function["description"] = description
    return {**function, **_parameters(tool["input_schema"], f"{path}.input_schema", ctx)}


def _parameters(schema: Tool, path: str, ctx: CallContext) -> dict[str, Any]:
    """Return the field with the schema; none where there is nothing to pass."""
    if is_empty(schema):
        return {}
    if ctx.profile.tool_schema == "openapi":
        return {"parameters": OpenAPI(schema, path, ctx).schema()}
    return {"parametersJsonSchema": json_schema(schema, path, ctx)}


def _strict(request: MessagesRequest, tools: Tools, ctx: CallContext) -> None:
    profile: GeminiProfile = ctx.profile
    said = [
        (f"tools[{index}].strict", bool(tool.get("strict")))
        for index, tool in enumerate(request.tools or ())
        if (tool.get("type") or "custom") == "custom"
    ]
    asked = [path for path, strict in said if strict]
    if not asked:
        return
    if not profile.validated:
        ctx.refuse(asked[0], "this model cannot promise that the input fits", "leave it out")
    if len(asked) < len(said):
        ctx.report(asked[0], "holds for all functions: the wire knows it for all or none", "hint")
    tools.strict = True


def _server_tool(kind: str, tool: Tool, path: str, ctx: CallContext) -> dict[str, Any]:
    known = ("type", "name", "cache_control", "allowed_callers", "defer_loading")
    no_mark(tool, path, ctx)
    if kind.startswith("web_search_"):
        ctx.leftover(path, tool, *known, *_SEARCH, "blocked_domains")
        return {"googleSearch": _search(tool, path, ctx)}
    if not kind.startswith("code_execution_"):
        ctx.refuse(path, f"a {kind} tool is not possible on this wire", "leave it out")
    ctx.leftover(path, tool, *known)
    return {"codeExecution": {}}


_SEARCH = ("max_uses", "allowed_domains", "user_location")


def _search(tool: Tool, path: str, ctx: CallContext) -> dict[str, Any]:
    """Return the options of Google search; refuse limits that it would not keep."""
    for name in _SEARCH:
        if tool.get(name):
            ctx.refuse(f"{path}.{name}", "Google search cannot be limited so", "leave it out")
    if not (blocked := tool.get("blocked_domains")):
        return {}
    if not ctx.profile.exclude_domains:
        what = "the Gemini API cannot leave domains out of a search"
        ctx.refuse(f"{path}.blocked_domains", what, "leave it out, or use Vertex AI")
    return {"excludeDomains": list(blocked)}
