"""The top-level fields of a recorded Chat Completions request as fields of Messages."""

from __future__ import annotations

from typing import Any

from .chat_knobs import thought
from .unsayable import Unsayable

Json = dict[str, Any]

TIERS = {"auto": "auto", "default": "standard_only"}
_SAME = {
    "max_tokens": "max_tokens",
    "max_completion_tokens": "max_tokens",
    "temperature": "temperature",
    "top_p": "top_p",
    "top_k": "top_k",
    "stream": "stream",
}
_ELSEWHERE = frozenset(
    ("model", "messages", "stream_options", "stop", "tools", "tool_choice", "parallel_tool_calls")
)
_GONE = frozenset({"functions", "function_call", "modalities", "audio"})


def fields(request: Json, *, host: str) -> Json:
    """Return the Messages fields that the top-level fields of `request` mean on `host`.

    What Messages has no field for stands in `extra_body`, to go into the wire body unchanged.
    """
    said = {key: value for key, value in request.items() if value not in (None, [])}
    out: Json = {}
    extra: Json = {}
    for key, value in said.items():
        if key in _GONE:
            raise Unsayable(f"{key}: outside Messages")
        if key in _SAME:
            out[_SAME[key]] = value
        elif key not in _ELSEWHERE and (key, value) != ("n", 1):
            _knob(key, value, out, extra, host=host)
    if out.get("max_tokens", 1) <= 0:
        raise Unsayable(f"a limit of {out['max_tokens']} tokens: none at all")
    if "stop" in said:
        stop = said["stop"]
        out["stop_sequences"] = [stop] if isinstance(stop, str) else stop
    if "tools" in said:
        out["tools"] = [_tool(tool, host=host) for tool in said["tools"]]
        if {"tool_choice", "parallel_tool_calls"} & said.keys():
            out["tool_choice"] = choice_of(said)
    return {**out, **({"extra_body": extra} if extra else {})}


def _knob(key: str, value: Any, out: Json, extra: Json, *, host: str) -> None:
    """Put a knob where Messages has one; everything else is the server's own."""
    openai = host in ("openai", "azure-openai")
    meant = thought(key, value, host)
    if meant is not None:
        if "thinking" in meant:
            out["thinking"] = meant["thinking"]
        if "effort" in meant:
            out.setdefault("output_config", {})["effort"] = meant["effort"]
        if "rest" in meant:
            extra[key] = meant["rest"]
    elif key == "response_format" and _schema(value) is not None:
        form = {"type": "json_schema", "schema": _schema(value)}
        out.setdefault("output_config", {})["format"] = form
    elif key in ("user", "safety_identifier") and openai:
        out["metadata"] = {"user_id": value}
    elif key == "service_tier" and openai and value in TIERS:
        out["service_tier"] = TIERS[value]
    else:
        extra[key] = value


def _schema(value: Json) -> Json | None:
    found = (value.get("json_schema") or {}).get("schema")
    return found if value.get("type") == "json_schema" and isinstance(found, dict) else None


def _tool(tool: Json, *, host: str) -> Json:
    function = tool.get("function")
    if tool.get("type", "function") != "function" or not isinstance(function, dict):
        raise Unsayable(f"tool of the server's own kind: {tool.get('type')}")
    schema = function.get("parameters") or {"type": "object", "properties": {}}
    if schema.get("type") != "object":
        raise Unsayable("tool schema that is no object")
    out = {"name": function["name"], "input_schema": schema}
    if function.get("description"):
        out["description"] = function["description"]
    if function.get("strict"):
        out["strict"] = True
    if tool.get("cache_control"):
        if host != "openrouter":
            raise Unsayable("cache_control on a tool")
        out["cache_control"] = tool["cache_control"]
    return out


def choice_of(request: Json) -> Json:
    """Return `tool_choice` for the two fields that both wires have for it."""
    single = request.get("parallel_tool_calls") is False
    out = _choice_type(request.get("tool_choice") or "auto")
    if single and out["type"] == "none":
        raise Unsayable("parallel_tool_calls beside tool_choice none")
    return {**out, "disable_parallel_tool_use": True} if single else out


def _choice_type(choice: Any) -> Json:
    match choice:
        case "auto" | "none":
            return {"type": choice}
        case "required" | "any":
            return {"type": "any"}
        case {"function": {"name": name}} | {"type": "function", "name": name}:
            return {"type": "tool", "name": name}
        case _:
            raise Unsayable("tool_choice of another wire")
