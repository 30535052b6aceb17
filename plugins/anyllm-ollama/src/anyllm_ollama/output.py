"""`output_config.format`: an answer that is JSON of a schema."""

from __future__ import annotations

from typing import Any

from any_llm.plugin import CallContext, MessagesRequest

from .host import on_cloud
from .profile import OllamaProfile

_PATH = "output_config.format"
JSON_ASKED = "json_schema"
"""In `ctx.state`: whether the answer must be JSON."""


def wire_output(request: MessagesRequest, ctx: CallContext, *, tools: bool) -> dict[str, Any]:
    """Return `format`. `tools`: some are sent."""
    profile: OllamaProfile = ctx.profile
    config = request.output_config or {}
    ctx.leftover("output_config", config, "effort", "format")
    said: Any = config.get("format")
    if said is None:
        return {}
    if said["type"] != "json_schema":
        ctx.refuse(f"{_PATH}.type", f"{said['type']!r} is not known here", "use json_schema")
    ctx.leftover(_PATH, said, "type", "schema")
    if on_cloud(ctx) or not profile.holds_format:
        ctx.report(_PATH, "ollama.com takes the schema and does not hold the answer to it")
    if tools:
        ctx.report(_PATH, "the schema binds calls too: the model may not be able to call a tool")
    ctx.state[JSON_ASKED] = True
    return {"format": said["schema"]}


def report_counts(ctx: CallContext) -> None:
    """Report what a server does that thinks and then holds its answer to `format`."""
    what = "after thinking the server asks its model again and counts that request alone"
    ctx.report("usage", what, "hint")
