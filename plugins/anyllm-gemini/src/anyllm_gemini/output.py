"""`output_config.format`: an answer that is JSON of a schema."""

from __future__ import annotations

from typing import Any

from any_llm.plugin import CallContext, MessagesRequest, loads

from .openapi import OpenAPI
from .profile import GeminiProfile
from .schema import json_schema

_PATH = "output_config.format"
_JSON = {"responseMimeType": "application/json"}
JSON_ASKED = "json_schema"
"""In `ctx.state`: whether the answer must be JSON."""


def response_format(request: MessagesRequest, ctx: CallContext, *, tools: bool) -> dict[str, Any]:
    """Return the fields that hold the answer to a schema; refuse where nothing would."""
    profile: GeminiProfile = ctx.profile
    config: Any = request.output_config or {}
    ctx.leftover("output_config", config, "effort", "format")
    said = config.get("format")
    if said is None:
        return {}
    if said["type"] != "json_schema":
        ctx.refuse(f"{_PATH}.type", f"{said['type']!r} is not known here", "use json_schema")
    ctx.leftover(_PATH, said, "type", "schema")
    if tools and not profile.combines:
        what = "this model takes a schema or tools, not both"
        ctx.refuse(_PATH, what, "leave one out, or use Gemini 3 or newer")
    ctx.state[JSON_ASKED] = True
    where = f"{_PATH}.schema"
    if profile.tool_schema == "openapi":
        return {**_JSON, "responseSchema": OpenAPI(said["schema"], where, ctx).schema()}
    return {**_JSON, "responseJsonSchema": json_schema(said["schema"], where, ctx)}


def is_json(text: str) -> bool:
    """Whether a text is one JSON value; gateways take a schema and may ignore it."""
    try:
        loads(text)
    except ValueError:
        return False
    return True
