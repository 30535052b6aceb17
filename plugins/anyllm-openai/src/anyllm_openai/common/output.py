"""`output_config.format`: an answer that is JSON of a schema."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from any_llm.plugin import CallContext, MessagesRequest, dumps

from ..schema import NotStrict, strict_schema
from .profile import ChatProfile

_PATH = "output_config.format"


class Output(NamedTuple):
    """What the answer must be, and what the system prompt must say about it besides.

    `schema` holds `name`, `schema` and, where it is said, `strict`; without one only JSON is
    demanded.
    """

    json: bool = False
    schema: Mapping[str, Any] | None = None
    asked: str | None = None


def wire_output(request: MessagesRequest, ctx: CallContext, *, tools: bool) -> Output:
    """Return how the answer's form is asked for; refuse where nothing would hold it."""
    profile: ChatProfile = ctx.profile
    config = request.output_config or {}
    ctx.leftover("output_config", config, "effort", "format")
    said: Any = config.get("format")
    if said is None:
        return Output()
    if said["type"] != "json_schema":
        ctx.refuse(f"{_PATH}.type", f"{said['type']!r} is not known here", "use json_schema")
    ctx.leftover(_PATH, said, "type", "schema")
    if profile.json_schema == "none":
        ctx.refuse(_PATH, "this provider cannot be held to a schema", "ask for JSON in the prompt")
    if tools and not profile.json_schema_with_tools:
        ctx.refuse(_PATH, "this provider takes a schema or tools, not both", "leave one out")
    if ctx.stream and not profile.json_schema_stream:
        ctx.refuse(_PATH, "this provider streams no answer with a schema", "ask without stream")
    ctx.state["json_schema"] = True
    schema: Mapping[str, Any] = said["schema"]
    if profile.json_schema == "json_object":
        ctx.report(_PATH, "the schema stands in the prompt; only JSON is promised", "emulated")
        asked = f"Answer with JSON that fits this JSON schema:\n{dumps(schema).decode()}"
        return Output(json=True, asked=asked)
    return Output(json=True, schema=_named(schema, ctx))


def _named(schema: Mapping[str, Any], ctx: CallContext) -> dict[str, Any]:
    profile: ChatProfile = ctx.profile
    title = schema.get("title")
    name = re.sub(r"[^A-Za-z0-9_-]", "_", title)[:64] if isinstance(title, str) else ""
    said: dict[str, Any] = {"name": name or "output", "schema": schema}
    if profile.json_schema_strict == "omit":
        return said
    if profile.json_schema_strict == "send":
        return {**said, "strict": True}
    try:
        fitted = strict_schema(schema)
    except NotStrict as why:
        ctx.report(_PATH, f"best effort, not guaranteed: strict mode cannot hold it: {why}")
        return {**said, "strict": False}
    if fitted.notes:
        ctx.report(_PATH, f"not enforced, only told: {', '.join(fitted.notes)}", "emulated")
    return {**said, "schema": fitted.schema, "strict": True}
