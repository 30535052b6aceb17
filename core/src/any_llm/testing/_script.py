"""What a FakeProvider is told to say, and the bytes of a Messages server that says it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field, is_dataclass
from typing import Any, TypeAlias

from pydantic import BaseModel
from pydantic_core import to_jsonable_python

from ..accumulate import events_of
from ..errors import APIError, APIStatusError, StreamTruncated
from ..plugin import (
    InputJSONDelta,
    MessageResponse,
    MessageStreamEvent,
    Model,
    RawContentBlockDeltaEvent,
    TextDelta,
    ThinkingDelta,
    Usage,
    dumps,
)
from ..types._base import wire

Content: TypeAlias = str | Sequence[str] | Mapping[str, Any] | Model
"""A text, a text in the pieces it is streamed in, or a content block (a dict or one of ours)."""

_WORDS = re.compile(r"\S*\s*")
_TOKENS = {"input_tokens": 10, "output_tokens": 20}


class FakeAnswer:
    """One answer of a FakeProvider: content blocks, how it stops, what it used, how it breaks.

        FakeAnswer("Hello!")
        FakeAnswer(FakeAnswer.thinking("hm"), FakeAnswer.tool_use("weather", {"city": "Rome"}))
        FakeAnswer(parsed=Weather(city="Rome", degrees=21))
        FakeAnswer("Hel", error=OverloadedError("too much to do", status=529))

    `parsed` is an object that becomes the JSON text which `output_format` is answered with. Where
    there is a tool_use block, `stop_reason` is "tool_use", else "end_turn". `error` comes after
    what was said: a stream breaks there, a whole answer is that error. A `StreamTruncated` lets
    the stream end there without a word. `delay` is the seconds before each piece. A text is
    streamed word by word; one that is given as a list of strings, in these pieces.
    """

    def __init__(
        self,
        *content: Content,
        parsed: Any = None,
        stop_reason: str | None = None,
        usage: Usage | Mapping[str, Any] | None = None,
        error: APIError | None = None,
        delay: float = 0.0,
        **fields: Any,
    ) -> None:
        """Take the content in its order; `fields` are further fields of the message."""
        if error is not None and not isinstance(error, APIError):
            raise TypeError(f"FakeAnswer: error: must be an APIError, not a {_kind(error)}")
        self._content = [_block(part) for part in content]
        self._pieces = {
            index: list(part)
            for index, part in enumerate(content)
            if isinstance(part, Sequence) and not isinstance(part, str)
        }
        self._parsed = parsed
        called = any(block["type"] == "tool_use" for block in self._content)
        self._message = {
            "stop_reason": stop_reason or ("tool_use" if called else "end_turn"),
            "usage": _said(_TOKENS if usage is None else usage),
            **fields,
        }
        self.error = error
        self.delay = delay

    @staticmethod
    def thinking(thinking: str, signature: str = "") -> dict[str, Any]:
        """Return a thinking block."""
        return {"type": "thinking", "thinking": thinking, "signature": signature}

    @staticmethod
    def tool_use(name: str, input: Mapping[str, Any], id: str = "") -> dict[str, Any]:
        """Return a call of the tool `name`. Without an `id` it gets one of its own."""
        return {"type": "tool_use", "id": id, "name": name, "input": dict(input)}

    def play(self, number: int, body: Mapping[str, Any]) -> Played:
        """Return what a Messages server sends for this answer to request number `number`."""
        head = {"request-id": f"req_fake_{number}"}
        error = copy(self.error)  # a raised error belongs to the call that raised it
        streamed = bool(body.get("stream"))
        if isinstance(error, APIStatusError) and not (streamed and self._said(body)):
            return _refused(error, head)
        if error is not None and not (streamed and self._said(body)):
            return Played(delay=self.delay, error=error)
        message = self._whole(number, body)
        if not streamed:
            kind = {"content-type": "application/json"}
            return Played(headers=head | kind, pieces=[dumps(_said(message))], delay=self.delay)
        events = self._events(message)
        if error is not None:
            events = events[:-3]  # its last block stays open
        pieces = list(map(_frame, events))
        if isinstance(error, APIStatusError):
            pieces.append(b"event: error\ndata: %s\n\n" % dumps(_error_body(error)))
        if isinstance(error, APIStatusError | StreamTruncated):
            error = None
        kind = {"content-type": "text/event-stream"}
        return Played(headers=head | kind, pieces=pieces, delay=self.delay, error=error)

    def _said(self, body: Mapping[str, Any]) -> list[dict[str, Any]]:
        if self._parsed is None:
            return self._content
        text = dumps(_asked(self._parsed, body)).decode()
        return [*self._content, {"type": "text", "text": text}]

    def _whole(self, number: int, body: Mapping[str, Any]) -> MessageResponse:
        content = [
            block | {"id": f"toolu_fake_{number}_{index}"} if block.get("id") == "" else block
            for index, block in enumerate(self._said(body))
        ]
        said = {"id": f"msg_fake_{number}", "model": body["model"], **self._message}
        return MessageResponse.model_validate({**said, "content": content})

    def _events(self, message: MessageResponse) -> list[MessageStreamEvent]:
        return [part for event in events_of(message) for part in self._split(event)]

    def _split(self, event: MessageStreamEvent) -> Iterable[MessageStreamEvent]:
        if not isinstance(event, RawContentBlockDeltaEvent):
            return [event]
        delta, index = event.delta, event.index
        found: Iterable[Any] = [delta]
        if isinstance(delta, TextDelta):
            found = map(TextDelta, self._pieces.get(index) or _words(delta.text))
        elif isinstance(delta, ThinkingDelta):
            found = map(ThinkingDelta, _words(delta.thinking))
        elif isinstance(delta, InputJSONDelta):
            text = delta.partial_json
            found = (InputJSONDelta(text[at : at + 10]) for at in range(0, len(text), 10))
        return [RawContentBlockDeltaEvent(index, part) for part in found]


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """What goes over the wire: a head, the pieces of a body, and the error that then comes."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    pieces: Sequence[bytes] = ()
    delay: float = 0.0
    error: APIError | None = None

    @property
    def breaks_at_once(self) -> bool:
        """Whether there is an error and not even a head."""
        return self.error is not None and not self.headers


def _frame(event: MessageStreamEvent) -> bytes:
    # Not `to_sse`, which says what other clients look for: here streamed has to equal whole.
    return b"event: %s\ndata: %s\n\n" % (event.type.encode(), dumps(wire(event)))


def answer_of(said: Any) -> FakeAnswer:
    """Return the answer that `said` means. TypeError when it means none."""
    if isinstance(said, FakeAnswer):
        return said
    if isinstance(said, str):
        return FakeAnswer(said)
    if isinstance(said, APIError):
        return FakeAnswer(error=said)
    if isinstance(said, MessageResponse):
        fields = _said(said)
        content = fields.pop("content")
        return FakeAnswer(*content, **{n: v for n, v in fields.items() if n not in _OWN})
    if isinstance(said, Model):
        return FakeAnswer(said)
    if isinstance(said, BaseModel) or (is_dataclass(said) and not isinstance(said, type)):
        return FakeAnswer(parsed=said)
    raise TypeError(
        f"FakeProvider: an answer is a text, a FakeAnswer, an APIError, a MessageResponse or an "
        f"object for output_format, not a {_kind(said)}"
    )


_OWN = frozenset({"type", "role", "model"})


def _refused(error: APIStatusError, head: Mapping[str, str]) -> Played:
    headers = {**head, "content-type": "application/json"}
    if error.retry_after is not None:
        headers["retry-after"] = str(error.retry_after)
    if error.should_retry is not None:
        headers["x-should-retry"] = str(error.should_retry).lower()
    body = _error_body(error) if error.body is None else error.body
    return Played(status=error.status, headers=headers, pieces=[dumps(body)])


def _error_body(error: APIStatusError) -> dict[str, Any]:
    said: dict[str, Any] = {"type": error.type, "message": str(error.args[0])}
    if error.code:
        said["details"] = {"error_code": error.code}
    return {"type": "error", "error": said}


def _asked(parsed: Any, body: Mapping[str, Any]) -> Any:
    """The object in the form that was asked for: a root that is no object goes under `value`."""
    value = to_jsonable_python(parsed, by_alias=True)
    schema = ((body.get("output_config") or {}).get("format") or {}).get("schema") or {}
    asked = schema.get("properties", {})
    if set(asked) != {"value"}:
        return value
    same = isinstance(value, dict) and set(value) == {"value"}
    # A class of one field `value` has a title, the schema that any_llm wraps around a type none.
    own = "title" in schema or asked["value"].get("type") not in {None, "object"}
    return value if same and own else {"value": value}


def _block(part: Any) -> dict[str, Any]:
    if isinstance(part, str):
        return {"type": "text", "text": part}
    if isinstance(part, Mapping | Model):
        return _said(part)
    if isinstance(part, Sequence) and all(isinstance(piece, str) for piece in part):
        return {"type": "text", "text": "".join(part)}
    raise TypeError(f"FakeAnswer: content: a text or a content block is needed, not {part!r:.60}")


def _said(value: Any) -> dict[str, Any]:
    said = value.model_dump(mode="json", exclude_none=True) if isinstance(value, Model) else value
    return dict(said)


def _words(text: str) -> list[str]:
    return [word for word in _WORDS.findall(text) if word]


def _kind(value: object) -> str:
    return type(value).__name__
