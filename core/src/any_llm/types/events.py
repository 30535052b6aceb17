"""The events of a Messages stream and the deltas inside them.

Source: Messages API, streaming (official Python SDK 2.12, 2026-11-20). Unknown events and deltas
are part of the unions: a provider may add to the grammar and nothing is dropped.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Literal, Self, TypeVar

from ._base import Event, Model
from .blocks import Citation, ContentBlock, parse_block
from .message import (
    CacheCreation,
    Container,
    MessageResponse,
    OutputTokensDetails,
    ServerToolUsage,
    StopDetails,
    StopReason,
)

E = TypeVar("E", bound=Event)


class TextDelta(Event):
    """More text of the open text block."""

    type: Literal["text_delta"] = "text_delta"
    _fields = ("text",)
    _kinds = (("text", str),)

    def __init__(self, text: str) -> None:
        self.text = text


class InputJSONDelta(Event):
    """A piece of the open tool call's JSON; the pieces joined are the object, none means {}."""

    type: Literal["input_json_delta"] = "input_json_delta"
    _fields = ("partial_json",)
    _kinds = (("partial_json", str),)

    def __init__(self, partial_json: str) -> None:
        self.partial_json = partial_json


class ThinkingDelta(Event):
    """More of the open thinking block."""

    type: Literal["thinking_delta"] = "thinking_delta"
    _fields = ("thinking",)
    _kinds = (("thinking", str),)

    def __init__(self, thinking: str) -> None:
        self.thinking = thinking


class SignatureDelta(Event):
    """The whole signature of the open thinking block (it replaces, it does not append)."""

    type: Literal["signature_delta"] = "signature_delta"
    _fields = ("signature",)
    _kinds = (("signature", str),)

    def __init__(self, signature: str) -> None:
        self.signature = signature


class CitationsDelta(Event):
    """One more citation of the open text block."""

    type: Literal["citations_delta"] = "citations_delta"
    _fields = ("citation",)

    def __init__(self, citation: Citation) -> None:
        self.citation = citation

    @classmethod
    def _fill(cls, into: dict[str, Any], obj: Mapping[str, Any]) -> None:
        super()._fill(into, obj)
        into["citation"] = Citation.model_validate(obj["citation"])


class UnknownDelta(Event):
    """A delta this version does not know: `type` and every field as they came."""

    if TYPE_CHECKING:  # any name, but for a checker none that another delta has
        type: Literal["<unknown>"]

    _fields = ("type",)

    def __init__(self, type: str, **fields: Any) -> None:
        self.__dict__.update({"type": type, **fields})

    @classmethod
    def model_validate(cls, obj: Any) -> Self:
        """Build from any mapping with a type. ValueError if there is none."""
        return obj if isinstance(obj, cls) else _as_it_came(cls, _typed(obj))

    def model_dump(
        self, *, mode: Literal["python", "json"] = "python", exclude_none: bool = False
    ) -> dict[str, Any]:
        """Return it as it came: what a null means in it nobody knows, so each stays."""
        return super().model_dump(mode=mode)

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(f"{self.__dict__.get('type')!r} delta has no {name!r}")


ContentBlockDelta = (
    TextDelta | InputJSONDelta | ThinkingDelta | SignatureDelta | CitationsDelta | UnknownDelta
)

_DELTAS: dict[str, type[ContentBlockDelta]] = {
    cls.type: cls
    for cls in (TextDelta, InputJSONDelta, ThinkingDelta, SignatureDelta, CitationsDelta)
}


class MessageDelta(Model):
    """What a message_delta changes on the message."""

    stop_reason: StopReason | None = None
    stop_sequence: str | None = None
    stop_details: StopDetails | None = None
    container: Container | None = None


class MessageDeltaUsage(Model):
    """Usage so far, cumulative. None means "not said again"."""

    output_tokens: int = 0
    input_tokens: int | None = None
    cache_creation_input_tokens: int | None = None
    cache_read_input_tokens: int | None = None
    cache_creation: CacheCreation | None = None
    output_tokens_details: OutputTokensDetails | None = None
    server_tool_use: ServerToolUsage | None = None
    service_tier: str | None = None


class RawMessageStartEvent(Event):
    """First, once: the message with empty content."""

    type: Literal["message_start"] = "message_start"
    _fields = ("message",)

    def __init__(self, message: MessageResponse) -> None:
        self.message = message

    @classmethod
    def _fill(cls, into: dict[str, Any], obj: Mapping[str, Any]) -> None:
        super()._fill(into, obj)
        into["message"] = MessageResponse.model_validate(obj["message"])


class RawContentBlockStartEvent(Event):
    """A block begins. Its index is one more than the last block's."""

    type: Literal["content_block_start"] = "content_block_start"
    _fields = ("index", "content_block")
    _kinds = (("index", int),)

    def __init__(self, index: int, content_block: ContentBlock) -> None:
        self.index = index
        self.content_block = content_block

    @classmethod
    def _fill(cls, into: dict[str, Any], obj: Mapping[str, Any]) -> None:
        super()._fill(into, obj)
        into["content_block"] = parse_block(obj["content_block"])


class RawContentBlockDeltaEvent(Event):
    """The open block grows by `delta`."""

    type: Literal["content_block_delta"] = "content_block_delta"
    _fields = ("index", "delta")
    _kinds = (("index", int),)

    def __init__(self, index: int, delta: ContentBlockDelta) -> None:
        self.index = index
        self.delta = delta

    @classmethod
    def _fill(cls, into: dict[str, Any], obj: Mapping[str, Any]) -> None:
        super()._fill(into, obj)
        into["delta"] = parse_delta(obj["delta"])


class RawContentBlockStopEvent(Event):
    """The open block is complete."""

    type: Literal["content_block_stop"] = "content_block_stop"
    _fields = ("index",)
    _kinds = (("index", int),)

    def __init__(self, index: int) -> None:
        self.index = index


class RawMessageDeltaEvent(Event):
    """Why the message stopped, and its usage."""

    type: Literal["message_delta"] = "message_delta"
    _fields = ("delta", "usage")

    def __init__(self, delta: MessageDelta, usage: MessageDeltaUsage) -> None:
        self.delta = delta
        self.usage = usage

    @classmethod
    def _fill(cls, into: dict[str, Any], obj: Mapping[str, Any]) -> None:
        super()._fill(into, obj)
        into["delta"] = MessageDelta.model_validate(obj["delta"])
        into["usage"] = MessageDeltaUsage.model_validate(obj["usage"])


class RawMessageStopEvent(Event):
    """Last: the message is complete."""

    type: Literal["message_stop"] = "message_stop"


class PingEvent(Event):
    """A sign of life of a native Messages stream."""

    type: Literal["ping"] = "ping"


class UnknownEvent(Event):
    """An event this version does not know: `type` and every field as they came."""

    if TYPE_CHECKING:  # any name, but for a checker none that another event has
        type: Literal["<unknown>"]

    _fields = ("type",)

    def __init__(self, type: str, **fields: Any) -> None:
        self.__dict__.update({"type": type, **fields})

    @classmethod
    def model_validate(cls, obj: Any) -> Self:
        """Build from any mapping with a type. ValueError if there is none."""
        return obj if isinstance(obj, cls) else _as_it_came(cls, _typed(obj))

    def model_dump(
        self, *, mode: Literal["python", "json"] = "python", exclude_none: bool = False
    ) -> dict[str, Any]:
        """Return it as it came: what a null means in it nobody knows, so each stays."""
        return super().model_dump(mode=mode)

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(f"{self.__dict__.get('type')!r} event has no {name!r}")


MessageStreamEvent = (
    RawMessageStartEvent
    | RawContentBlockStartEvent
    | RawContentBlockDeltaEvent
    | RawContentBlockStopEvent
    | RawMessageDeltaEvent
    | RawMessageStopEvent
    | PingEvent
    | UnknownEvent
)
"""Any event of a Messages stream."""

_EVENTS: dict[str, type[MessageStreamEvent]] = {
    cls.type: cls
    for cls in (
        RawMessageStartEvent,
        RawContentBlockStartEvent,
        RawContentBlockDeltaEvent,
        RawContentBlockStopEvent,
        RawMessageDeltaEvent,
        RawMessageStopEvent,
        PingEvent,
    )
}


def parse_event(value: Any) -> MessageStreamEvent:
    """Return the typed event that a JSON object means. ValueError when it is not an event."""
    if type(value) is dict and len(value) == 3:  # nearly every event is one piece of text
        delta, index = value.get("delta"), value.get("index")
        if type(delta) is dict and type(index) is int and len(delta) == 2:
            kind = delta.get("type")
            usual = _PIECES.get(kind) if type(kind) is str else None
            if usual is not None and value.get("type") == "content_block_delta":
                piece = delta.get(usual[1])
                if type(piece) is str:
                    return RawContentBlockDeltaEvent(index, usual[0](piece))
    event: MessageStreamEvent = _by_type(_EVENTS, UnknownEvent, value)
    return event


_PIECES: dict[str, tuple[Callable[[str], ContentBlockDelta], str]] = {
    "text_delta": (TextDelta, "text"),
    "input_json_delta": (InputJSONDelta, "partial_json"),
    "thinking_delta": (ThinkingDelta, "thinking"),
}


def parse_delta(value: Any) -> ContentBlockDelta:
    """Return the typed delta that a JSON object means. ValueError when it is not a delta."""
    delta: ContentBlockDelta = _by_type(_DELTAS, UnknownDelta, value)
    return delta


def _by_type(known: Mapping[str, type[Any]], unknown: type[Any], value: Any) -> Any:
    return known.get(_typed(value)["type"], unknown).model_validate(value)


def _as_it_came(cls: type[E], obj: Mapping[str, Any]) -> E:
    made = cls.__new__(cls)
    cls._fill(made.__dict__, obj)
    made.__dict__["type"] = obj["type"]
    return made


def _typed(value: Any) -> Mapping[str, Any]:
    if isinstance(value, Mapping) and isinstance(value.get("type"), str):
        return value
    raise ValueError(f"an object with a type was expected, got {value!r:.80}")
