"""pydantic-ai's settings, tools and output -> the fields of a Messages request."""

from __future__ import annotations

from typing import Any, cast

from pydantic_ai.exceptions import UserError
from pydantic_ai.models import ModelRequestParameters
from pydantic_ai.settings import ModelSettings, ToolOrOutput
from pydantic_ai.tools import ToolDefinition

Fields = dict[str, Any]

# The same name and meaning on both sides; what is no Messages field is the provider's own argument.
_SAME = frozenset(
    {
        "temperature",
        "top_p",
        "top_k",
        "max_tokens",
        "max_retries",
        "stop_sequences",
        "service_tier",
        "extra_headers",
        "extra_body",
        "seed",
        "presence_penalty",
        "frequency_penalty",
        "logit_bias",
    }
)
_EFFORTS = {"minimal": "low"}  # the Messages API has none below low


class AnyLLMModelSettings(ModelSettings, total=False):
    """Settings of pydantic-ai, and what only any_llm has."""

    any_llm_fields: dict[str, Any]
    """Further fields of the Messages API, options (`on_loss`, `betas`, `quirks`) and arguments."""


def fields_of(settings: ModelSettings | None, params: ModelRequestParameters) -> Fields:
    """Return all fields but the conversation."""
    said = cast("AnyLLMModelSettings", settings or {})
    fields = {name: value for name, value in said.items() if name in _SAME and value is not None}
    if "timeout" in said:
        fields["timeout"] = _seconds(said["timeout"])
    config: Fields = {}
    if params.thinking is not None:
        fields["thinking"] = {"type": "adaptive" if params.thinking else "disabled"}
        if isinstance(params.thinking, str):
            config["effort"] = _EFFORTS.get(params.thinking, params.thinking)
    if params.output_mode == "native" and params.output_object is not None:
        schema = params.output_object.json_schema
        config["format"] = {"type": "json_schema", "schema": schema}
    if config:
        fields["output_config"] = config
    return {**fields, **_tools(said, params), **said.get("any_llm_fields", {})}


def _seconds(timeout: Any) -> float:
    if isinstance(timeout, int | float):
        return float(timeout)
    raise UserError("AnyLLMModel: timeout: seconds are needed; set others on the any_llm client")


def _tools(settings: ModelSettings, params: ModelRequestParameters) -> Fields:
    if params.native_tools:
        names = ", ".join(sorted(tool.kind for tool in params.native_tools))
        raise UserError(
            f"AnyLLMModel: native tools ({names}) are written in any_llm_fields={{'tools': [...]}}"
        )
    chosen, choice = _choice(settings.get("tool_choice"), params)
    if not chosen:
        return {}
    if "parallel_tool_calls" in settings and choice["type"] != "none":
        choice["disable_parallel_tool_use"] = not settings["parallel_tool_calls"]
    return {"tools": [_tool(tool) for tool in chosen], "tool_choice": choice}


def _choice(asked: Any, params: ModelRequestParameters) -> tuple[list[ToolDefinition], Fields]:
    """Return the tools that go along, and what the model may do with them."""
    functions, outputs = params.declared_function_tools, params.output_tools
    free = "auto" if params.allow_text_output else "any"
    if asked == "required":
        return functions, {"type": "any"}
    if asked in ("none", []):
        if outputs:
            return outputs, {"type": free}
        return functions, {"type": "none"}
    if isinstance(asked, list):
        tools = [tool for tool in (*functions, *outputs) if tool.name in asked]
        named = {"type": "tool", "name": tools[0].name} if len(tools) == 1 else {"type": "any"}
        return _some(tools, asked), named
    if isinstance(asked, ToolOrOutput):
        wanted = [tool for tool in functions if tool.name in asked.function_tools]
        return [*_some(wanted, asked.function_tools), *outputs], {"type": free}
    return [*functions, *outputs], {"type": free}


def _some(found: list[ToolDefinition], asked: list[str]) -> list[ToolDefinition]:
    if len(found) != len(set(asked)):
        missing = ", ".join(sorted(set(asked) - {tool.name for tool in found}))
        raise UserError(f"AnyLLMModel: tool_choice: no tool named {missing}")
    return found


def _tool(tool: ToolDefinition) -> Fields:
    found: Fields = {"name": tool.name, "input_schema": tool.parameters_json_schema}
    if tool.description:
        found["description"] = tool.description
    if tool.strict is not None:
        found["strict"] = tool.strict
    return found
