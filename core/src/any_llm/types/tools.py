"""What stands beside the messages of a request: tools, thinking, output, metadata.

Source and rules are those of `params`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Required

from pydantic import BeforeValidator, Discriminator, Field, Tag
from typing_extensions import TypedDict

from ._plain import plain
from .params import _OPEN, CacheControlParam, Name, UnknownParam, by_type


class ToolParam(TypedDict, total=False):
    """A tool of the caller: its name, what it does, and the JSON schema of its input."""

    __pydantic_config__ = _OPEN  # type: ignore[misc]

    type: Literal["custom"] | None
    name: Required[Name]
    input_schema: Required[dict[str, Any]]
    description: str
    strict: bool | None
    cache_control: CacheControlParam | None
    input_examples: list[dict[str, Any]]


ToolUnionParam = Annotated[
    Annotated[ToolParam, Tag("<custom>")] | Annotated[UnknownParam, Tag("<unknown>")],
    by_type("custom", missing="custom"),
    BeforeValidator(plain),
]
"""A custom tool, or a typed one (web_search_20260318, bash_20250124, ...) as it stands."""


class ToolChoiceParam(TypedDict, total=False):
    """auto, any or none; `tool` needs a name."""

    __pydantic_config__ = _OPEN  # type: ignore[misc]

    type: Required[str]
    disable_parallel_tool_use: bool


class ToolChoiceToolParam(ToolChoiceParam, total=False):
    """The model must call this tool."""

    name: Required[Name]


ToolChoice = Annotated[
    Annotated[ToolChoiceToolParam, Tag("<tool>")] | Annotated[ToolChoiceParam, Tag("<unknown>")],
    by_type("tool"),
    BeforeValidator(plain),
]


class ThinkingParam(TypedDict, total=False):
    """adaptive, disabled, between_tools, or `enabled` with a budget."""

    __pydantic_config__ = _OPEN  # type: ignore[misc]

    type: Required[str]
    display: str | None


class ThinkingEnabledParam(ThinkingParam, total=False):
    """Think with at most `budget_tokens` tokens (>= 1024 on Anthropic)."""

    budget_tokens: Required[Annotated[int, Field(ge=1)]]


Thinking = Annotated[
    Annotated[ThinkingEnabledParam, Tag("<enabled>")] | Annotated[ThinkingParam, Tag("<unknown>")],
    by_type("enabled"),
    BeforeValidator(plain),
]


class OutputConfigParam(TypedDict, total=False):
    """`effort` (low ... max) and `format` (`{"type": "json_schema", "schema": ...}`)."""

    __pydantic_config__ = _OPEN  # type: ignore[misc]

    effort: str | None
    format: Annotated[
        Annotated[JSONSchemaFormatParam, Tag("<json_schema>")]
        | Annotated[UnknownParam, Tag("<unknown>")]
        | Annotated[None, Tag("<none>")],
        Discriminator(
            lambda v: "<none>" if v is None else _format_tag(v),
            custom_error_type="format_type",
            custom_error_message='needed: {"type": "json_schema", "schema": {...}}',
        ),
        BeforeValidator(plain),
    ]


class JSONSchemaFormatParam(TypedDict, total=False):
    """The answer must be JSON of this schema."""

    __pydantic_config__ = _OPEN  # type: ignore[misc]

    type: Required[Literal["json_schema"]]
    schema: Required[dict[str, Any]]


def _format_tag(value: Any) -> str | None:
    kind = value.get("type") if isinstance(value, Mapping) else None
    return (
        None
        if not isinstance(kind, str)
        else "<json_schema>"
        if kind == "json_schema"
        else "<unknown>"
    )


class MetadataParam(TypedDict, total=False):
    """`user_id`: an opaque id of the end user, no personal data."""

    __pydantic_config__ = _OPEN  # type: ignore[misc]

    user_id: str | None
