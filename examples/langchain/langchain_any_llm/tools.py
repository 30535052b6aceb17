"""LangChain's tools and choices -> those of the Messages API."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from langchain_core.utils.function_calling import convert_to_openai_tool


def tools_of(tools: Sequence[Any], *, strict: bool | None = None) -> list[dict[str, Any]]:
    """Return Messages tools; one that is written as such (or runs at the provider) as it is."""
    return [tool if _is_ours(tool) else _tool(tool, strict=strict) for tool in tools]


def _is_ours(tool: Any) -> bool:
    if not isinstance(tool, dict):
        return False
    return "input_schema" in tool or tool.get("type") not in {None, "function", "object"}


def _tool(tool: Any, *, strict: bool | None) -> dict[str, Any]:
    said = convert_to_openai_tool(tool, strict=strict)["function"]
    schema = said.get("parameters") or {"type": "object", "properties": {}}
    found = {"name": said["name"], "input_schema": schema}
    return found | {name: said[name] for name in ("description", "strict") if said.get(name)}


def choice_of(choice: Any, *, parallel: bool | None) -> dict[str, Any] | None:
    """Return the Messages API's `tool_choice`; None where nothing was said of it.

    `choice` is "any" (or True, "required"), "auto", "none", a tool's name, or as Messages has it.
    """
    match choice:
        case dict():
            found = dict(choice)
        case True | "any" | "required":
            found = {"type": "any"}
        case "auto" | "none":
            found = {"type": choice}
        case str():
            found = {"type": "tool", "name": choice}
        case _ if parallel is None:
            return None
        case _:
            found = {"type": "auto"}
    if parallel is not None and found["type"] != "none":
        found["disable_parallel_tool_use"] = not parallel
    return found


def closed(schema: Any) -> Any:
    """Return a schema whose objects with listed properties take no others, as formats must be."""
    if isinstance(schema, list):
        return [closed(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    found = {name: closed(value) for name, value in schema.items()}
    if found.get("type") == "object" and "properties" in found:
        found.setdefault("additionalProperties", False)
    return found
