"""What goes into a request: the Messages API's `...Param` types as TypedDicts.

Source: Messages API reference, official Python SDK 2.12 (2026-11-20). Structure is strict (a
known block needs its fields, of the right kinds); vocabularies are open (an unknown block type,
tool type or field is kept, and whoever cannot carry it says so).
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, Required

from pydantic import BeforeValidator, ConfigDict, Discriminator, Field, Tag
from typing_extensions import TypedDict

from ._plain import as_list, plain

_OPEN = ConfigDict(extra="allow", strict=True)

MediaType = Annotated[str, Field(pattern=r"^[A-Za-z0-9.+-]+/[A-Za-z0-9.+*-]+")]
Name = Annotated[str, Field(min_length=1)]


def by_type(*known: str, missing: str = "") -> Discriminator:
    """A union by the `type` key; what nobody knows goes to the tag `<unknown>`."""
    names = frozenset(known)

    def tag(value: Any) -> str | None:
        if not isinstance(value, dict):
            return None
        kind = value.get("type", missing or None)
        if kind is None and missing:
            kind = missing
        if not isinstance(kind, str):
            return None
        return f"<{kind}>" if kind in names else "<unknown>"

    return Discriminator(
        tag,
        custom_error_type="block_type",
        custom_error_message="an object with a type is needed; known types: " + ", ".join(known),
    )


def text_or_list(value: Any) -> str | None:
    """The tag of a union `str | list`."""
    return "<str>" if isinstance(value, str) else "<list>" if isinstance(value, list) else None


STR_OR_LIST = Discriminator(
    text_or_list,
    custom_error_type="str_or_list",
    custom_error_message="text or a list of blocks is needed",
)


class CacheControlParam(TypedDict, total=False):
    """Where a prompt cache may end: `{"type": "ephemeral", "ttl": "5m" | "1h"}`."""

    __pydantic_config__ = _OPEN  # type: ignore[misc]

    type: Required[str]
    ttl: str


class UnknownParam(TypedDict, total=False):
    """Anything with a type that this version does not know."""

    __pydantic_config__ = _OPEN  # type: ignore[misc]

    type: Required[str]


# --- sources ---------------------------------------------------------------------------------


class Base64SourceParam(TypedDict, total=False):
    """Bytes in the request: `data` is base64 text without a `data:` prefix."""

    __pydantic_config__ = _OPEN  # type: ignore[misc]

    type: Required[Literal["base64"]]
    media_type: Required[MediaType]
    data: Required[str]


class URLSourceParam(TypedDict, total=False):
    """Something the provider fetches itself."""

    __pydantic_config__ = _OPEN  # type: ignore[misc]

    type: Required[Literal["url"]]
    url: Required[Name]


class FileSourceParam(TypedDict, total=False):
    """A file that was uploaded to the provider before."""

    __pydantic_config__ = _OPEN  # type: ignore[misc]

    type: Required[Literal["file"]]
    file_id: Required[Name]


class PlainTextSourceParam(TypedDict, total=False):
    """A document as plain text."""

    __pydantic_config__ = _OPEN  # type: ignore[misc]

    type: Required[Literal["text"]]
    data: Required[str]
    media_type: str


ImageSourceParam = Annotated[
    Annotated[Base64SourceParam, Tag("<base64>")]
    | Annotated[URLSourceParam, Tag("<url>")]
    | Annotated[FileSourceParam, Tag("<file>")]
    | Annotated[UnknownParam, Tag("<unknown>")],
    by_type("base64", "url", "file"),
    BeforeValidator(plain),
]


# --- blocks ----------------------------------------------------------------------------------


class TextBlockParam(TypedDict, total=False):
    """Text."""

    __pydantic_config__ = _OPEN  # type: ignore[misc]

    type: Required[Literal["text"]]
    text: Required[str]
    cache_control: CacheControlParam | None
    citations: list[Any] | None


TextObjectParam = Annotated[TextBlockParam, BeforeValidator(plain)]


class ImageBlockParam(TypedDict, total=False):
    """A picture: png, jpeg, gif, webp, or what the provider takes beyond those."""

    __pydantic_config__ = _OPEN  # type: ignore[misc]

    type: Required[Literal["image"]]
    source: Required[ImageSourceParam]
    cache_control: CacheControlParam | None


class ContentSourceParam(TypedDict, total=False):
    """A document made of blocks (text, image)."""

    __pydantic_config__ = _OPEN  # type: ignore[misc]

    type: Required[Literal["content"]]
    content: Required[
        Annotated[
            Annotated[str, Tag("<str>")] | Annotated[list[TextOrImageParam], Tag("<list>")],
            STR_OR_LIST,
            BeforeValidator(as_list),
        ]
    ]


TextOrImageParam = Annotated[
    Annotated[TextBlockParam, Tag("<text>")]
    | Annotated[ImageBlockParam, Tag("<image>")]
    | Annotated[UnknownParam, Tag("<unknown>")],
    by_type("text", "image"),
    BeforeValidator(plain),
]

DocumentSourceParam = Annotated[
    Annotated[Base64SourceParam, Tag("<base64>")]
    | Annotated[PlainTextSourceParam, Tag("<text>")]
    | Annotated[ContentSourceParam, Tag("<content>")]
    | Annotated[URLSourceParam, Tag("<url>")]
    | Annotated[FileSourceParam, Tag("<file>")]
    | Annotated[UnknownParam, Tag("<unknown>")],
    by_type("base64", "text", "content", "url", "file"),
    BeforeValidator(plain),
]


class DocumentBlockParam(TypedDict, total=False):
    """A document: PDF, plain text or blocks."""

    __pydantic_config__ = _OPEN  # type: ignore[misc]

    type: Required[Literal["document"]]
    source: Required[DocumentSourceParam]
    title: str | None
    context: str | None
    citations: dict[str, Any] | None
    cache_control: CacheControlParam | None


class SearchResultBlockParam(TypedDict, total=False):
    """A hit of the caller's own search, citable."""

    __pydantic_config__ = _OPEN  # type: ignore[misc]

    type: Required[Literal["search_result"]]
    source: Required[str]
    title: Required[str]
    content: Required[Annotated[list[TextObjectParam], BeforeValidator(as_list)]]
    citations: dict[str, Any]
    cache_control: CacheControlParam | None


class ThinkingBlockParam(TypedDict, total=False):
    """Reasoning given back as it came."""

    __pydantic_config__ = _OPEN  # type: ignore[misc]

    type: Required[Literal["thinking"]]
    thinking: Required[str]
    signature: str


class RedactedThinkingBlockParam(TypedDict, total=False):
    """Opaque reasoning given back as it came."""

    __pydantic_config__ = _OPEN  # type: ignore[misc]

    type: Required[Literal["redacted_thinking"]]
    data: Required[str]


class ToolUseBlockParam(TypedDict, total=False):
    """A call the model made earlier."""

    __pydantic_config__ = _OPEN  # type: ignore[misc]

    type: Required[Literal["tool_use"]]
    id: Required[Name]
    name: Required[Name]
    input: Required[dict[str, Any]]
    caller: Annotated[dict[str, Any] | None, BeforeValidator(plain)]
    cache_control: CacheControlParam | None


ToolResultContentParam = Annotated[
    Annotated[TextBlockParam, Tag("<text>")]
    | Annotated[ImageBlockParam, Tag("<image>")]
    | Annotated[DocumentBlockParam, Tag("<document>")]
    | Annotated[SearchResultBlockParam, Tag("<search_result>")]
    | Annotated[UnknownParam, Tag("<unknown>")],
    by_type("text", "image", "document", "search_result"),
    BeforeValidator(plain),
]


class ToolResultBlockParam(TypedDict, total=False):
    """What the caller's tool said."""

    __pydantic_config__ = _OPEN  # type: ignore[misc]

    type: Required[Literal["tool_result"]]
    tool_use_id: Required[Name]
    content: Annotated[
        Annotated[str, Tag("<str>")]
        | Annotated[list[ToolResultContentParam], Tag("<list>")]
        | Annotated[None, Tag("<none>")],
        Discriminator(lambda v: "<none>" if v is None else text_or_list(v)),
        BeforeValidator(as_list),
    ]
    is_error: bool | None
    cache_control: CacheControlParam | None


class ServerToolUseBlockParam(TypedDict, total=False):
    """A call of a tool the provider ran itself, given back as it came."""

    __pydantic_config__ = _OPEN  # type: ignore[misc]

    type: Required[Literal["server_tool_use"]]
    id: Required[Name]
    name: Required[Name]
    input: Required[dict[str, Any]]


class WebSearchResultParam(TypedDict, total=False):
    """What a provider's own search found, given back as it came: the hits, or an error."""

    __pydantic_config__ = _OPEN  # type: ignore[misc]

    type: Required[Literal["web_search_tool_result"]]
    tool_use_id: Required[Name]
    content: Required[
        Annotated[
            Annotated[dict[str, Any], Tag("<object>")]
            | Annotated[list[Annotated[dict[str, Any], BeforeValidator(plain)]], Tag("<list>")],
            Discriminator(lambda v: "<list>" if isinstance(v, list) else "<object>"),
            BeforeValidator(as_list),
            BeforeValidator(plain),
        ]
    ]


ContentBlockParam = Annotated[
    Annotated[TextBlockParam, Tag("<text>")]
    | Annotated[ImageBlockParam, Tag("<image>")]
    | Annotated[DocumentBlockParam, Tag("<document>")]
    | Annotated[SearchResultBlockParam, Tag("<search_result>")]
    | Annotated[ThinkingBlockParam, Tag("<thinking>")]
    | Annotated[RedactedThinkingBlockParam, Tag("<redacted_thinking>")]
    | Annotated[ToolUseBlockParam, Tag("<tool_use>")]
    | Annotated[ToolResultBlockParam, Tag("<tool_result>")]
    | Annotated[ServerToolUseBlockParam, Tag("<server_tool_use>")]
    | Annotated[WebSearchResultParam, Tag("<web_search_tool_result>")]
    | Annotated[UnknownParam, Tag("<unknown>")],
    by_type(
        "text", "image", "document", "search_result", "thinking", "redacted_thinking",
        "tool_use", "tool_result", "server_tool_use", "web_search_tool_result",
    ),
    BeforeValidator(plain),
]  # fmt: skip
"""Any block of a message in a request."""


class MessageParam(TypedDict, total=False):
    """One turn. `content` is text or a list of blocks."""

    __pydantic_config__ = _OPEN  # type: ignore[misc]

    role: Required[Literal["user", "assistant", "system"]]
    content: Required[
        Annotated[
            Annotated[str, Tag("<str>")] | Annotated[list[ContentBlockParam], Tag("<list>")],
            STR_OR_LIST,
            BeforeValidator(as_list),
        ]
    ]


SystemParam = Annotated[
    Annotated[str, Tag("<str>")] | Annotated[list[TextObjectParam], Tag("<list>")],
    Discriminator(
        text_or_list,
        custom_error_type="str_or_list",
        custom_error_message="text or a list of text blocks is needed",
    ),
    BeforeValidator(as_list),
]
