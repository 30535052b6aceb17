"""The request as the core and the dialects see it, and the one place where it is checked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
)

from ..errors import RequestValidationError
from ._base import built
from ._halves import mended
from ._is_json import is_json, not_json
from ._plain import as_list, as_turn, plain
from ._usual import usual_fields
from .params import (
    CacheControlParam,
    MessageParam,
    Name,
    SystemParam,
)
from .tools import (
    MetadataParam,
    OutputConfigParam,
    Thinking,
    ToolChoice,
    ToolUnionParam,
)


class MessagesRequest(BaseModel):
    """A checked Messages request. None means "not said". Blocks are plain dicts.

    Unknown fields are in `model_extra`. Treat every nested value as read-only: parts of it are
    the caller's own objects.
    """

    model_config = ConfigDict(
        extra="allow", frozen=True, strict=True, defer_build=True, protected_namespaces=()
    )

    model: Annotated[str, Field(min_length=1)]
    messages: Annotated[
        list[Annotated[MessageParam, BeforeValidator(as_turn)]],
        BeforeValidator(as_list),
        Field(min_length=1, max_length=100_000),
    ]
    max_tokens: Annotated[int, Field(ge=0)]
    system: SystemParam | None = None
    temperature: float | None = None
    top_p: float | None = None
    top_k: int | None = None
    stream: bool | None = None
    stop_sequences: Annotated[list[Name] | None, BeforeValidator(as_list)] = None
    tools: Annotated[list[ToolUnionParam] | None, BeforeValidator(as_list)] = None
    tool_choice: ToolChoice | None = None
    metadata: Annotated[MetadataParam | None, BeforeValidator(plain)] = None
    thinking: Thinking | None = None
    output_config: Annotated[OutputConfigParam | None, BeforeValidator(plain)] = None
    cache_control: Annotated[CacheControlParam | None, BeforeValidator(plain)] = None
    service_tier: str | None = None
    speed: str | None = None
    inference_geo: str | None = None
    container: Any = None
    diagnostics: Any = None
    user_profile_id: str | None = None
    workspace_id: str | None = None
    mcp_servers: Any = None
    context_management: Any = None
    fallbacks: Any = None
    fallback_credit_token: Any = None
    compaction: Any = None
    thread: Any = None
    billing_policy: Any = None

    def fields(self) -> dict[str, Any]:
        """Return every field that was said, in the order of the API's reference."""
        said = self.__dict__
        names = sorted(self.model_fields_set & MESSAGES_FIELDS, key=_place)
        found = {name: value for name in names if (value := said[name]) is not None}
        if self.model_extra:
            found.update({n: value for n, value in self.model_extra.items() if value is not None})
        return found


MESSAGES_FIELDS = frozenset(MessagesRequest.model_fields)
"""The names of the Messages API; any other keyword is a provider's own."""

_place = {name: place for place, name in enumerate(MessagesRequest.model_fields)}.__getitem__


def validate_request(fields: Mapping[str, Any]) -> MessagesRequest:
    """Check `fields` once and return the request. All faults come in one RequestValidationError."""
    return mended_request(fields, [])


def mended_request(fields: Mapping[str, Any], found: list[str]) -> MessagesRequest:
    """`validate_request`; in `found` goes where half a character was replaced by U+FFFD."""
    try:
        return _checked(fields)
    except RequestValidationError:
        whole = mended(fields, "", found)
        if not found:
            raise
    return _checked(whole)


def _checked(fields: Mapping[str, Any]) -> MessagesRequest:
    if (usual := usual_fields(fields)) is not None:
        return built(MessagesRequest, **usual)
    try:
        request = MessagesRequest.model_validate(dict(fields))
    except ValidationError as error:
        raise RequestValidationError([_line(fault) for fault in error.errors()]) from None
    said = request.fields()
    if not is_json(said):
        raise RequestValidationError(
            [line for name, value in said.items() for line in not_json(value, name)]
        )
    return request


def _line(fault: Any) -> str:
    return f"{_path(fault['loc'])}: {_say(fault)}"


def _path(loc: tuple[Any, ...]) -> str:
    path = ""
    for part in loc:
        if isinstance(part, int):
            path += f"[{part}]"
        elif not part.startswith("<"):  # a union's tag, not a field
            path += f".{part}" if path else part
    return path


_WORDS = {
    "missing": "is missing",
    "string_too_short": "must not be empty",
    "string_type": "must be text",
    "int_type": "must be a whole number",
    "float_type": "must be a number",
    "bool_type": "must be true or false",
    "list_type": "must be a list",
    "dict_type": "must be an object",
    "typed_dict_type": "must be an object",
    "model_type": "must be an object",
}


def _say(fault: Any) -> str:
    kind, context, value = fault["type"], fault.get("ctx", {}), fault["input"]
    if kind == "missing":
        return _WORDS[kind]
    if kind == "literal_error":
        said = f"must be {context['expected']}"
    elif kind == "too_short":
        return "must not be empty"
    elif kind == "greater_than_equal":
        said = f"must be at least {context['ge']}"
    elif kind == "string_pattern_mismatch":
        said = "must be a media type such as image/png"
    elif kind == "block_type" and isinstance(value, Mapping):
        return f"{fault['msg']}; this one has no type"
    else:
        said = _WORDS.get(kind, fault["msg"])
    return f"{said}, not {_short(value)}"


def _short(value: Any) -> str:
    """Name a value without printing a megabyte of it."""
    if isinstance(value, (str, int, float, bool)) or value is None:
        text = repr(value)
        return text if len(text) <= 60 else text[:57] + "..."
    return f"a {type(value).__name__}"
