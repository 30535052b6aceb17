"""The content blocks of an answer, under the Messages API's names.

Source: Messages API reference and the official Python SDK 2.12 (2026-11-20). A block type that is
not listed here is an `UnknownBlock`; a field that is not listed survives on the block.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal, get_args

from pydantic import Discriminator, Field, Tag, model_serializer

from ._base import Model


class Citation(Model):
    """Where a piece of text comes from. `type` says which location fields are there.

    char_location, page_location, content_block_location, web_search_result_location and
    search_result_location are known; others pass.
    """

    type: str
    cited_text: str = ""


class TextBlock(Model):
    """Text. `citations` is None where the provider names no sources."""

    type: Literal["text"] = "text"
    text: str
    citations: list[Citation] | None = None


class ThinkingBlock(Model):
    """The model's reasoning. `signature` is opaque and must go back unchanged."""

    type: Literal["thinking"] = "thinking"
    thinking: str
    signature: str = ""


class RedactedThinkingBlock(Model):
    """Reasoning that only its issuer can read. `data` must go back unchanged."""

    type: Literal["redacted_thinking"] = "redacted_thinking"
    data: str


class ToolUseBlock(Model):
    """A call of one of the caller's tools. Broken JSON arrives as `{"INVALID_JSON": raw}`."""

    type: Literal["tool_use"] = "tool_use"
    id: str
    name: str
    input: dict[str, Any]


class ServerToolUseBlock(Model):
    """A call of a tool that the provider runs itself (web_search, code_execution, ...)."""

    type: Literal["server_tool_use"] = "server_tool_use"
    id: str
    name: str
    input: dict[str, Any] = Field(default_factory=dict)


class WebSearchResultBlock(Model):
    """One hit of a web search."""

    type: Literal["web_search_result"] = "web_search_result"
    url: str
    title: str
    encrypted_content: str = ""
    page_age: str | None = None


class WebSearchToolResultError(Model):
    """A web search that failed: `error_code` as the provider names it."""

    type: Literal["web_search_tool_result_error"] = "web_search_tool_result_error"
    error_code: str


class WebSearchToolResultBlock(Model):
    """What a web search found, or its error."""

    type: Literal["web_search_tool_result"] = "web_search_tool_result"
    tool_use_id: str
    content: WebSearchToolResultError | list[WebSearchResultBlock]


_ServerToolResult = Literal[
    "web_fetch_tool_result",
    "code_execution_tool_result",
    "bash_code_execution_tool_result",
    "text_editor_code_execution_tool_result",
    "tool_search_tool_result",
]


class ServerToolResultBlock(Model):
    """The result of any other tool the provider ran; `content` as the provider said it."""

    type: _ServerToolResult
    tool_use_id: str
    content: Any = None


class ContainerUploadBlock(Model):
    """A file that was put into the code execution container."""

    type: Literal["container_upload"] = "container_upload"
    file_id: str


class UnknownBlock(Model):
    """A block this version does not know: `type` and every field as they came."""

    if TYPE_CHECKING:  # any name, but for a checker none that another block has
        type: Literal["<unknown>"]
    else:
        type: str

    @model_serializer
    def _as_it_came(self) -> dict[str, Any]:
        # What a null means in it nobody knows, so `exclude_none` takes none away.
        return {"type": self.type, **(self.__pydantic_extra__ or {})}


_CLASSES: dict[str, type[Model]] = {
    "text": TextBlock,
    "thinking": ThinkingBlock,
    "redacted_thinking": RedactedThinkingBlock,
    "tool_use": ToolUseBlock,
    "server_tool_use": ServerToolUseBlock,
    "web_search_tool_result": WebSearchToolResultBlock,
    "container_upload": ContainerUploadBlock,
    **dict.fromkeys(get_args(_ServerToolResult), ServerToolResultBlock),
}


def _tag(value: Any) -> str:
    if isinstance(value, Model):
        return type(value).__name__
    kind = value.get("type") if isinstance(value, dict) else None
    return _CLASSES.get(kind, UnknownBlock).__name__ if isinstance(kind, str) else ""


ContentBlock = Annotated[
    Annotated[TextBlock, Tag("TextBlock")]
    | Annotated[ThinkingBlock, Tag("ThinkingBlock")]
    | Annotated[RedactedThinkingBlock, Tag("RedactedThinkingBlock")]
    | Annotated[ToolUseBlock, Tag("ToolUseBlock")]
    | Annotated[ServerToolUseBlock, Tag("ServerToolUseBlock")]
    | Annotated[WebSearchToolResultBlock, Tag("WebSearchToolResultBlock")]
    | Annotated[ServerToolResultBlock, Tag("ServerToolResultBlock")]
    | Annotated[ContainerUploadBlock, Tag("ContainerUploadBlock")]
    | Annotated[UnknownBlock, Tag("UnknownBlock")],
    Discriminator(_tag),
]
"""Any block of an answer."""


def parse_block(value: Any) -> ContentBlock:
    """Return the typed block that a JSON object means. ValueError when it is not a block."""
    if not isinstance(value, dict) or not isinstance(value.get("type"), str):
        raise ValueError(f"a content block needs a type, got {value!r:.80}")
    block: Any = _CLASSES.get(value["type"], UnknownBlock).model_validate(value)
    return block  # type: ignore[no-any-return]
