"""The top-level fields of a recorded Chat Completions request as fields of Messages."""

from __future__ import annotations

from typing import Any

from .chat_schemas import strict_ready
from .unsayable import Unsayable

Json = dict[str, Any]

EFFORTS = ("low", "medium", "high", "xhigh", "max")
_TIERS = {"auto": "auto", "default": "standard_only"}
_SAME = {
    "max_tokens": "max_tokens",
    "max_completion_tokens": "max_tokens",
    "temperature": "temperature",
    "top_p": "top_p",
    "stream": "stream",
}
_ELSEWHERE = frozenset(
    ("model", "messages", "stream_options", "stop", "tools", "tool_choice", "parallel_tool_calls")
)
_GONE = frozenset({"functions", "function_call", "modalities", "audio"})


def fields(request: Json, *, openai: bool) -> Json:
    """Return the Messages fields that the top-level fields of `request` mean.

    What Messages has no field for stands in `extra_body`, to go into the wire body unchanged.
    `openai`: the server is OpenAI or Azure OpenAI, whose strict mode changes schemas.
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
            _knob(key, value, out, extra, openai=openai)
    if "stop" in said:
        stop = said["stop"]
        out["stop_sequences"] = [stop] if isinstance(stop, str) else stop
    if "tools" in said:
        out["tools"] = [_tool(tool, openai=openai) for tool in said["tools"]]
        if {"tool_choice", "parallel_tool_calls"} & said.keys():
            out["tool_choice"] = _choice(said)
    return {**out, **({"extra_body": extra} if extra else {})}


def _knob(key: str, value: Any, out: Json, extra: Json, *, openai: bool) -> None:
    """Put a knob where Messages has one; everything else is the server's own."""
    effort = _effort(key, value)
    if effort in EFFORTS:
        out.setdefault("output_config", {})["effort"] = effort
    elif effort == "none":
        out["thinking"] = {"type": "disabled"}
    elif key == "response_format" and _schema(value) is not None:
        out.setdefault("output_config", {})["format"] = _format(value, openai=openai)
    elif key in ("user", "safety_identifier") and openai:
        out["metadata"] = {"user_id": value}
    elif key == "service_tier" and openai and value in _TIERS:
        out["service_tier"] = _TIERS[value]
    else:
        extra[key] = value


def _effort(key: str, value: Any) -> str | None:
    if key == "reasoning_effort":
        return str(value)
    if key == "reasoning" and isinstance(value, dict) and list(value) == ["effort"]:
        return str(value["effort"])
    return "none" if key == "thinking" and value == {"type": "disabled"} else None


def _schema(value: Json) -> Json | None:
    found = (value.get("json_schema") or {}).get("schema")
    return found if value.get("type") == "json_schema" and isinstance(found, dict) else None


def _format(value: Json, *, openai: bool) -> Json:
    schema = _schema(value)
    if openai and not strict_ready(schema):
        raise Unsayable("schema that OpenAI's strict mode does not take as it is")
    return {"type": "json_schema", "schema": schema}


def _tool(tool: Json, *, openai: bool) -> Json:
    function = tool.get("function")
    if tool.get("type", "function") != "function" or not isinstance(function, dict):
        raise Unsayable(f"tool of the server's own kind: {tool.get('type')}")
    if tool.get("cache_control"):
        raise Unsayable("cache_control on a tool")
    schema = function.get("parameters") or {"type": "object", "properties": {}}
    if schema.get("type") != "object":
        raise Unsayable("tool schema that is no object")
    out = {"name": function["name"], "input_schema": schema}
    if function.get("description"):
        out["description"] = function["description"]
    if function.get("strict"):
        if openai and not strict_ready(schema):
            raise Unsayable("strict tool whose schema is not strict")
        out["strict"] = True
    return out


def _choice(request: Json) -> Json:
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
        case {"function": {"name": name}}:
            return {"type": "tool", "name": name}
        case _:
            raise Unsayable("tool_choice of another wire")
