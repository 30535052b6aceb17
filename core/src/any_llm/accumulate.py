"""Folding events into the message they describe, and a message back into its events."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ._json import dumps, loads
from .emit import Emitter
from .types import (
    CitationsDelta,
    ContentBlock,
    InputJSONDelta,
    MessageDelta,
    MessageResponse,
    MessageStreamEvent,
    RawContentBlockDeltaEvent,
    RawContentBlockStartEvent,
    RawContentBlockStopEvent,
    RawMessageDeltaEvent,
    RawMessageStartEvent,
    SignatureDelta,
    TextBlock,
    TextDelta,
    ThinkingBlock,
    ThinkingDelta,
    ToolUseBlock,
    UnknownBlock,
)
from .types._base import copied

KEPT = tuple(MessageResponse.model_fields.keys() - MessageDelta.model_fields.keys())
"""What no delta changes: id, content, usage and the like."""
INVALID_JSON = "INVALID_JSON"
_INPUT = "input as JSON"  # no field has such a name
# What a parser may take and no JSON can hold: NaN, numbers without end, halves of characters.
_SUSPECT = re.compile(r"NaN|Infinity|\d[eE]\+?\d\d|\d{300}|\\u")


def parse_input(text: str) -> dict[str, Any]:
    """Return a tool call's arguments. No text means {}; broken JSON is kept as INVALID_JSON."""
    if not text.strip():
        return {}
    try:
        value = loads(text)
        if _SUSPECT.search(text):
            dumps(value)
    except ValueError:
        return {INVALID_JSON: text}
    if value is None:
        return {}
    return value if isinstance(value, dict) else {INVALID_JSON: text}


def input_json(value: Mapping[str, Any]) -> str:
    """Return a call's input as the JSON text it came from; broken text goes back as it was."""
    raw = value.get(INVALID_JSON)
    return raw if isinstance(raw, str) and len(value) == 1 else dumps(value).decode()


class Accumulator:
    """Folds a stream into its message. Linear: pieces are joined once, when a block stops."""

    def __init__(self, on_invalid_json: Callable[[int], None] | None = None) -> None:
        self._message: MessageResponse | None = None
        self._blocks: dict[int, ContentBlock] = {}
        self._pieces: dict[int, defaultdict[str, list[str]]] = {}  # of open blocks, by field
        self._on_invalid_json = on_invalid_json

    def add(self, events: Iterable[MessageStreamEvent]) -> None:
        """Take in the next events."""
        for event in events:
            if type(event) is RawContentBlockDeltaEvent:
                delta = event.delta
                if type(delta) is TextDelta and type(delta.text) is str:
                    self._pieces[event.index]["text"].append(delta.text)
                elif type(delta) is InputJSONDelta and type(delta.partial_json) is str:
                    self._pieces[event.index][_INPUT].append(delta.partial_json)
                else:
                    self._delta(event)
            elif isinstance(event, RawContentBlockStopEvent):
                self._stop(event.index)
            elif isinstance(event, RawContentBlockStartEvent):
                self._start(event.index, event.content_block)
            elif isinstance(event, RawMessageDeltaEvent):
                self._message_delta(event)
            elif isinstance(event, RawMessageStartEvent):
                usage = copied(event.message.usage, {})
                self._message = copied(event.message, {"usage": usage})

    @property
    def started(self) -> bool:
        """Whether there is a message at all."""
        return self._message is not None

    def snapshot(self) -> MessageResponse:
        """Return the message so far, open blocks included.

        A tool call in the making has its input {} until it is complete.
        """
        if self._message is None:
            raise ValueError("the stream has not started")
        content = [
            self._filled(block, self._pieces[index]) if self._pieces.get(index) else block
            for index, block in self._blocks.items()
        ]
        return copied(self._message, {"content": content})

    def _start(self, index: int, block: ContentBlock) -> None:
        self._blocks[index] = copied(block, {})
        self._pieces[index] = defaultdict(list)
        if isinstance(block, UnknownBlock) and self._message is not None:
            self._message = copied(self._message, model_of(block))

    def _delta(self, event: RawContentBlockDeltaEvent) -> None:
        delta = event.delta
        if isinstance(delta, TextDelta):
            self._grow(event.index, "text", delta.text)
        elif isinstance(delta, InputJSONDelta):
            self._grow(event.index, _INPUT, delta.partial_json)
        elif isinstance(delta, ThinkingDelta):
            self._grow(event.index, "thinking", delta.thinking)
        elif isinstance(delta, SignatureDelta):
            self._set(event.index, "signature", delta.signature)
        elif isinstance(delta, CitationsDelta):
            known = getattr(self._blocks[event.index], "citations", None) or []
            self._set(event.index, "citations", [*known, delta.citation])
        else:
            self._unknown(event.index, delta.model_dump())

    def _unknown(self, index: int, said: dict[str, Any]) -> None:
        """A delta nobody knows sets its fields on the block; strings grow, as known ones do."""
        del said["type"]
        for name, value in said.items():
            if isinstance(value, str):
                self._grow(index, name, value)
            else:
                self._pieces[index].pop(name, None)
                self._set(index, name, value)

    def _grow(self, index: int, name: str, piece: str) -> None:
        if not isinstance(piece, str):
            raise TypeError(f"a piece of {name} is no text but {type(piece).__name__}")
        self._pieces[index][name].append(piece)

    def _set(self, index: int, name: str, value: Any) -> None:
        self._blocks[index] = copied(self._blocks[index], {name: value})

    def _stop(self, index: int) -> None:
        if pieces := self._pieces.pop(index):
            block = self._filled(self._blocks[index], pieces, complete=True)
            self._blocks[index] = block
            broken = _INPUT in pieces and INVALID_JSON in getattr(block, "input", ())
            if broken and self._on_invalid_json:
                self._on_invalid_json(index)

    def _filled(
        self, block: ContentBlock, pieces: Mapping[str, list[str]], *, complete: bool = False
    ) -> ContentBlock:
        update: dict[str, Any] = {}
        for name, parts in pieces.items():
            joined = "".join(parts)
            if name != _INPUT:
                old = getattr(block, name, None)
                update[name] = old + joined if isinstance(old, str) else joined
            elif complete and joined.strip():  # nothing said: what the block began with stands
                update["input"] = parse_input(joined)
        return copied(block, update)

    def _message_delta(self, event: RawMessageDeltaEvent) -> None:
        message = self._message
        if message is None:
            return
        beside = {n: v for n, v in event.__dict__.items() if v is not None}
        update = {**beside, **_said(event.delta)}
        for name in KEPT:
            update.pop(name, None)
        update.pop("delta", None)
        usage = copied(message.usage, _said(event.usage))
        self._message = copied(message, {**update, "usage": usage})


def model_of(block: UnknownBlock) -> dict[str, Any]:
    """Return the model that takes over with this block: the message bears its name."""
    said = block.model_dump()
    if said["type"] != "fallback" or not isinstance(said.get("to"), dict):
        return {}
    return {"model": said["to"]["model"]} if "model" in said["to"] else {}


def _said(model: Any) -> dict[str, Any]:
    """The fields of a delta that hold something, extras included."""
    said = model.__dict__
    if model.__pydantic_extra__:
        said = {**said, **model.__pydantic_extra__}
    return {name: value for name, value in said.items() if value is not None}


def events_of(message: MessageResponse) -> list[MessageStreamEvent]:
    """Return the stream that makes `message`: for backends that only answer whole."""
    emit = Emitter()
    usage = message.usage.model_copy(update={"output_tokens": 0})
    emit.start(id=message.id, model=message.model, usage=usage)
    emit.take()
    # The message itself begins the stream: its further fields are in it, and whatever a provider
    # calls them, none can collide with a name of ours.
    later = {"content": [], "usage": usage, "stop_reason": None, "stop_sequence": None}
    start = message.model_copy(update={**later, "stop_details": None, "container": None})
    for index, block in enumerate(message.content):
        _replay(emit, index, block)
    emit.finish(
        message.stop_reason,
        message.usage,
        stop_sequence=message.stop_sequence,
        stop_details=message.stop_details,
        container=message.container,
    )
    return [RawMessageStartEvent(start), *emit.take()]


def _replay(emit: Emitter, key: int, block: ContentBlock) -> None:
    if isinstance(block, TextBlock):
        emit.open(key, block.model_copy(update={"text": "", "citations": None}))
        if block.text:
            emit.delta(key, TextDelta(block.text))
        for citation in block.citations or ():
            emit.delta(key, CitationsDelta(citation))
    elif isinstance(block, ThinkingBlock):
        emit.open(key, block.model_copy(update={"thinking": "", "signature": ""}))
        if block.thinking:
            emit.delta(key, ThinkingDelta(block.thinking))
        if block.signature:
            emit.delta(key, SignatureDelta(block.signature))
    elif isinstance(block, ToolUseBlock):
        emit.open(key, block.model_copy(update={"input": {}}))
        emit.delta(key, InputJSONDelta(input_json(block.input)))
    else:
        emit.block(block)
        return
    emit.stop(key)
